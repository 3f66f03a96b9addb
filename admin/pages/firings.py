"""The log of firings: which rules held for which orders, when, and what they saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import dates, labels
from admin.filters import PERIODS, Filters, filters_of
from admin.names import Names, names_of
from admin.presenters import firings as presenter
from admin.presenters.rule_texts import RuleTexts
from admin.sessions import signed_in
from admin.wiring import gatehouse, now
from engine.decision import Verdict
from engine.errors import OrderError
from engine.language.facts import STAGES
from engine.service.masking import mask_about

_PAGE = 30
_LONGEST = 200
_CHOICES: Mapping[str, tuple[str, ...] | None] = {
    "rule": None, "stage": STAGES, "order_no": None, "channel": None, "verdict": tuple(Verdict), "subject": None,
    "waived": ("1",),
}  # fmt: skip


def add_to(blueprint: Blueprint) -> None:
    """Put this page on the console."""
    blueprint.add_url_rule("/firings", view_func=firings)


@login_required
def firings() -> ResponseReturnValue:
    """The firings that pass the filters, newest first."""
    asked, days, cursor = _asked(request.args), _days(request.args), request.args.get("cursor")
    wanted = _for_service(asked, days)
    try:
        found = gatehouse().firings.list(wanted, cursor, _PAGE)
    except OrderError:  # a cursor that is none
        return redirect(url_for("console.firings", **_parts(asked), **_parts(days.query)))
    names, rulebook = names_of(gatehouse()), gatehouse().rulebooks.live().rulebook
    texts = RuleTexts(rulebook)
    return render_template(
        "console/firings.html",
        rows=presenter.rows(as_seen(found["items"]), texts, names),
        asked=asked,
        days=days,
        query={**asked, **days.query},
        rules=presenter.rule_choices(rulebook, texts),
        asked_title=texts.entry(asked["rule"]).title if "rule" in asked else "",
        choices=_choices(names),
        next_cursor=found["next_cursor"],
        is_first=not cursor,
        files=_files(wanted) if signed_in().may("ops") else (),
    )


def as_seen(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Firings as this reader may see them."""
    if signed_in().sees_people():
        return [*items]
    by_order = groupby(items, key=lambda each: each["order_no"])
    return [
        each for order_no, some in by_order for each in mask_about(gatehouse().orders.order(order_no), list(some))
    ]


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """The filters that an address asks for; what is none is ignored."""
    wanted = {name: given.get(name, "").strip()[:_LONGEST].replace("\0", "") for name in _CHOICES}
    return {name: value for name, value in wanted.items() if value and value in (_CHOICES[name] or (value,))}


def _days(given: Mapping[str, str]) -> Filters:
    """The days that an address asks for, as those of the list of orders."""
    return filters_of({name: given[name] for name in ("period", "from", "to") if name in given})


def _parts(query: Mapping[str, str]) -> dict[str, Any]:
    return dict(query)


def _for_service(asked: Mapping[str, str], days: Filters) -> dict[str, Any]:
    placed = days.for_service("q", dates.instant(now()).date())
    bounds = {"since": placed.get("placed_from"), "until": placed.get("placed_to")}
    wanted: dict[str, Any] = {**asked, **{name: at for name, at in bounds.items() if at}}
    return {**wanted, "waived": True} if "waived" in asked else wanted


def _files(wanted: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where the same is to be had as a file: (form, address)."""
    named = {"since": "from", "until": "to", "waived": "waived"}
    query = {named.get(name, name): "1" if value is True else value for name, value in wanted.items()}
    plain = {name: value if isinstance(value, str) else value.isoformat() for name, value in query.items()}
    forms = (("CSV", "csv"), ("Excel", "xlsx"))
    return [(form, f"/v1/firings?{urlencode({**plain, 'format': code})}") for form, code in forms]


def _choices(names: Names) -> dict[str, list[tuple[str, str]]]:
    """What each filter may be: (value, label)."""
    return {
        "stage": [(code, labels.word(labels.STAGES, code)) for code in STAGES],
        "verdict": [(code, labels.look(labels.VERDICTS, code).text) for code in labels.VERDICTS],
        "channel": sorted(names.channels.items()),
        "period": [("", gettext("不限")), *((code, str(text)) for code, text in PERIODS.items())],
    }
