"""Stock: what is where, the ledger behind it, and booking what came in or was counted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from admin import labels, problems
from admin.forms import AdjustmentForm
from admin.names import Names, names_of, sku_title
from admin.presenters import stock as presenter
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import GatehouseError, OrderError

_PAGE = 50
_STATES = ("short", "empty")
_ABOUT = ("sku", "warehouse", "order_no", "kind")  # what the ledger can be narrowed to


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/stock", view_func=stock)
    blueprint.add_url_rule("/stock/ledger", view_func=stock_ledger)
    blueprint.add_url_rule("/stock/adjustments", view_func=adjust_stock, methods=["POST"])


@login_required
def stock() -> ResponseReturnValue:
    """Balances by warehouse and sku that pass the filters."""
    signed_in().require("viewer")
    asked = _asked(("q", "warehouse", "state"))
    state = asked.get("state", "") if asked.get("state") in _STATES else ""
    try:
        found = gatehouse().stock.search(
            asked.get("q", ""), asked.get("warehouse", ""), state, request.args.get("cursor"), _PAGE
        )
    except OrderError:  # a cursor that is none
        return redirect(url_for("console.stock", **asked))
    names = names_of(gatehouse())
    return render_template(
        "console/stock.html",
        rows=presenter.balances(found["items"], names, _titles(found["items"])),
        numbers_of_stock=gatehouse().stock.counts(),
        asked=asked,
        next_cursor=found["next_cursor"],
        is_first=not request.args.get("cursor"),
        **_booking(names, {}),
    )


@login_required
def stock_ledger() -> ResponseReturnValue:
    """Every movement, newest first: of a sku, a warehouse, an order, a kind, or of all."""
    signed_in().require("viewer")
    asked = _asked(_ABOUT)
    try:
        found = gatehouse().stock.ledger(
            asked.get("sku"), asked.get("warehouse"), request.args.get("cursor"), _PAGE, asked.get("order_no"),
            asked.get("kind"),
        )  # fmt: skip
    except OrderError:
        return redirect(url_for("console.stock_ledger", **asked))
    names = names_of(gatehouse())
    return render_template(
        "console/stock_ledger.html",
        movements=presenter.movements(found["items"], names),
        places=_places(asked, names),
        title=sku_title(gatehouse(), asked.get("sku", "")),
        asked=asked,
        kinds=[labels.look(labels.STOCK_MOVEMENTS, code) for code in labels.STOCK_MOVEMENTS],
        next_cursor=found["next_cursor"],
        is_first=not request.args.get("cursor"),
        **_booking(names, asked),
    )


@login_required
def adjust_stock() -> ResponseReturnValue:
    """Book what came in, was counted, or is more or fewer than thought."""
    form = AdjustmentForm()
    if not form.validate_on_submit():
        for errors in form.errors.values():
            flash(str(errors[0]), "bad")
        return redirect(url_for("console.stock"))
    here = redirect(url_for("console.stock_ledger", sku=form.sku.data, warehouse=form.warehouse.data))
    try:
        booked = gatehouse().stock.adjust(_adjustment(form), signed_in())
    except GatehouseError as error:
        flash(problems.adjustment_refused(error), "bad")
        return here
    for text, tone in _outcome(booked):
        flash(text, tone)
    return here


def _adjustment(form: AdjustmentForm) -> dict[str, Any]:
    change, units = form.change.data, form.units.data
    document = {
        "adjustment_id": form.adjustment_id.data, "warehouse": form.warehouse.data, "sku": form.sku.data,
        "reason": form.reason.data, "kind": "received" if change == "received" else "adjusted",
        "on_hand" if change == "counted" else "delta": units,
    }  # fmt: skip
    if form.safety_stock.data is not None:
        document["safety_stock"] = form.safety_stock.data
    return document


def _outcome(booked: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What to say of a booked adjustment, each in its tone."""
    yield gettext(
        "已记账：在库 %(on_hand)s，可用 %(available)s",
        on_hand=f"{booked['on_hand']:,}", available=f"{booked['available']:,}",
    ), "good"  # fmt: skip
    short = booked["shortfall"]
    if not short["units"]:
        return
    orders = ngettext("%(num)d 个订单", "%(num)d 个订单", len(short["order_nos"]))
    yield gettext(
        "比已承诺的少 %(units)s 件：从最晚下单的起，%(orders)s马上重新分配。",
        units=f"{short['units']:,}", orders=orders,
    ), "warn"  # fmt: skip
    if short["released_units"]:
        yield gettext("其中 %(units)s 件已下发仓库，收不回来。", units=f"{short['released_units']:,}"), "bad"


def _asked(names: Iterable[str]) -> dict[str, Any]:
    """The filters that the address has, without empty ones."""
    given = {name: request.args.get(name, "").strip()[:200] for name in names}
    return {name: value for name, value in given.items() if value and "\0" not in value}


def _titles(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {code: sku_title(gatehouse(), code) for code in sorted({row["sku"] for row in rows})}


def _places(asked: Mapping[str, str], names: Names) -> list[presenter.Balance]:
    """The balances that a ledger of one sku adds up to."""
    if "sku" not in asked or "order_no" in asked:
        return []
    rows = gatehouse().stock.rows(asked["sku"], asked.get("warehouse"))["items"]
    return presenter.balances(rows, names, {})


def _booking(names: Names, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the form for an adjustment needs."""
    return {
        "form": AdjustmentForm(formdata=None, adjustment_id=f"console-{uuid.uuid4()}"),
        "may_adjust": signed_in().may("ops"),
        "warehouses": sorted(names.warehouses.items()),
        "booked_sku": asked.get("sku", ""),
        "booked_warehouse": asked.get("warehouse", ""),
    }
