"""The list of orders."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import dates, labels
from admin.filters import PERIODS, Filters, filters_of
from admin.names import Names, names_of
from admin.presenters import order_list
from admin.presenters.documents import KINDS
from admin.sessions import signed_in
from admin.wiring import gatehouse, now
from engine.errors import OrderError
from engine.holds import HOLD_REASONS
from engine.service.masking import mask_summary

_PAGE = 30


def add_to(blueprint: Blueprint) -> None:
    """Put this page on the console."""
    blueprint.add_url_rule("/", "home", view_func=lambda: redirect(url_for("console.orders")))
    blueprint.add_url_rule("/orders", view_func=orders)


@login_required
def orders() -> ResponseReturnValue:
    """The orders that pass the filters, newest first."""
    filters, cursor = filters_of(request.args), request.args.get("cursor")
    try:
        found, reading = _find(filters, cursor)
    except OrderError:  # a cursor that is none
        return redirect(url_for("console.orders", **_parts(filters.query)))
    names = names_of(gatehouse())
    items = found["items"] if signed_in().sees_people() else [mask_summary(each) for each in found["items"]]
    return render_template(
        "console/orders.html",
        rows=order_list.rows(items, names),
        filters=filters,
        choices=_choices(names),
        documents=KINDS,
        may_print=signed_in().may("ops"),
        next_query=_next_query(filters, reading, found["next_cursor"]),
        first_query=filters.query if cursor else None,
    )


def _find(filters: Filters, cursor: str | None) -> tuple[dict[str, Any], str]:
    """The page, and as what the text was read: the first reading that finds anything."""
    today = dates.instant(now()).date()
    found: dict[str, Any] = {"items": [], "next_cursor": None}
    readings = filters.readings()
    for reading in readings:
        found = gatehouse().orders.search(filters.for_service(reading, today), cursor, _PAGE)
        if found["items"] or not filters.text:
            return found, reading
    return found, readings[0]


def _parts(query: dict[str, str]) -> dict[str, Any]:
    return dict(query)


def _next_query(filters: Filters, reading: str, cursor: str | None) -> dict[str, str] | None:
    return {**filters.query, "by": reading, "cursor": cursor} if cursor else None


def _choices(names: Names) -> dict[str, list[tuple[str, str]]]:
    """What each filter may be: (value, label)."""
    return {
        "status": [(code, labels.look(labels.ORDER_STATUSES, code).text) for code in labels.ORDER_STATUSES],
        "verdict": [(code, labels.look(labels.VERDICTS, code).text) for code in labels.VERDICTS],
        "hold": [(code, labels.hold(code).text) for code in HOLD_REASONS],
        "channel": sorted(names.channels.items()),
        "period": [("", gettext("不限")), *((code, str(text)) for code, text in PERIODS.items())],
    }
