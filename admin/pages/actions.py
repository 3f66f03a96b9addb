"""What workers could not do: trying it again, or leaving it because somebody has seen to it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import labels
from admin.forms import MOST_REASON
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import Conflict, NotFound


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    one = "/orders/<order_no>/actions/<action_id>"
    blueprint.add_url_rule(f"{one}/retry", view_func=retry_action, methods=["GET", "POST"])
    blueprint.add_url_rule(f"{one}/skip", view_func=skip_action, methods=["GET", "POST"])


@login_required
def retry_action(order_no: str, action_id: str) -> ResponseReturnValue:
    """Try what was given up again, from the start. Whoever comes here after signing in again is shown the order."""
    if request.method == "POST":
        title = _title(order_no, action_id)
        try:
            gatehouse().actions.retry(action_id, signed_in())
            flash(gettext("“%(action)s”马上重试，结果几秒后显示在这里。", action=title), "good")
        except Conflict:
            flash(_overtaken(title), "warn")
    return _back(order_no)


@login_required
def skip_action(order_no: str, action_id: str) -> ResponseReturnValue:
    """Leave it undone, because somebody has seen to it; what waited for it goes on."""
    if request.method == "POST":
        title, reason = _title(order_no, action_id), request.form.get("reason", "").strip()[:MOST_REASON]
        if not reason:
            flash(gettext("请写明为什么跳过，它会留在操作日志里"), "bad")
            return _back(order_no)
        try:
            gatehouse().actions.skip(action_id, reason, signed_in())
            flash(gettext("已跳过“%(action)s”，等它的动作继续。", action=title), "good")
        except Conflict:
            flash(_overtaken(title), "warn")
    return _back(order_no)


def _title(order_no: str, action_id: str) -> str:
    """What the action is called. Raises NotFound for one of another order."""
    action = gatehouse().actions.action(action_id)
    if action["order_no"] != order_no:
        raise NotFound(f"there is no such action of order {order_no}")
    return labels.word(labels.ACTION_TYPES, action["type"])


def _overtaken(title: str) -> str:
    return gettext("“%(action)s”刚有变化，请看现在的进度。", action=title)


def _back(order_no: str) -> ResponseReturnValue:
    return redirect(url_for("console.order", order_no=order_no, _anchor="actions"))
