"""Documents to print: of one order, or of many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from admin.names import names_of
from admin.presenters import documents as presenter
from admin.presenters.subjects import all_lines
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import NotFound

MOST = 100  # orders in one print


def add_to(blueprint: Blueprint) -> None:
    """Put this page on the console."""
    blueprint.add_url_rule("/documents", view_func=documents)


@login_required
def documents() -> ResponseReturnValue:
    """The documents of a kind of the orders that are asked for, a page each."""
    signed_in().require("ops")  # they say where people live
    kind = request.args.get("kind", "pick")
    numbers = list(dict.fromkeys(request.args.getlist("orders")))[:MOST]
    if kind not in presenter.KINDS:
        abort(404)
    names = names_of(gatehouse())
    papers = [_paper(number) for number in numbers]
    sheets = [sheet for paper in papers for sheet in presenter.sheets(paper, names)]
    if kind == "invoice":
        sheets = [sheet for sheet in sheets if sheet.invoice]
    return render_template(
        "console/documents.html",
        kind=kind,
        kinds=presenter.KINDS,
        numbers=numbers,
        sheets=sheets,
        waves=presenter.waves(sheets) if kind == "wave" else [],
        without=len({paper.order["order_no"] for paper in papers} - {sheet.order_no for sheet in sheets}),
    )


def _paper(order_no: str) -> presenter.Paper:
    """Raises NotFound."""
    order = gatehouse().orders.order(order_no)
    decision = gatehouse().decisions.document(order["decision_id"]) if order["decision_id"] else None
    lines = all_lines(order, decision)
    return presenter.Paper(order, decision, lines, _skus(lines))


def _skus(lines: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The reference documents of the lines' skus, by code; unknown ones left out."""
    found: dict[str, Mapping[str, Any]] = {}
    for sku in {line["sku"] for line in lines if line["sku"]}:
        try:
            found[sku] = gatehouse().reference.get("skus", sku)
        except NotFound:
            continue
    return found
