"""The dialogs of an order's page in which people decide about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import labels, problems
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import GatehouseError, NotFound
from engine.intake.manual import MANUAL_KINDS, load_manual


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/orders/<order_no>/decide/<kind>", view_func=decide, methods=["GET", "POST"])


@login_required
def decide(order_no: str, kind: str) -> ResponseReturnValue:
    """Decide something about an order. Whoever comes here after signing in again is shown the order."""
    if kind not in MANUAL_KINDS:
        abort(404)
    here = redirect(url_for("console.order", order_no=order_no))
    if request.method == "GET":
        return here
    try:
        said = load_manual(kind, _document(request.form))
        answer = getattr(gatehouse().manual, kind)(order_no, said, signed_in())
    except NotFound:
        raise
    except GatehouseError as error:
        flash(problems.decision_refused(error), "bad")
        return here
    done, status = labels.word(labels.MANUAL_KINDS, kind), answer["order"]["status"]
    look = labels.look(labels.ORDER_STATUSES, status)
    flash(gettext("%(done)s已完成。订单现在：%(status)s", done=done, status=look.text), _tone(look.tone))
    return here


def _document(form: Mapping[str, str]) -> dict[str, Any]:
    """What a dialog sends, as the API would get it."""
    filled = {name: text.strip() for name, text in form.items() if text.strip() and name != "csrf_token"}
    units = filled.get("quantity", "")
    return {**filled, "quantity": int(units)} if units.isdecimal() else filled


def _tone(tone: str) -> str:
    return tone if tone in ("good", "bad", "warn") else "good"
