"""Tasks: whom to call about what, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import labels
from admin.forms import MOST_REASON
from admin.names import names_of
from admin.presenters import tasks as presenter
from admin.presenters.exceptions import Tab
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import Conflict, Forbidden, OrderError
from engine.holds import QUEUES
from engine.service.masking import HIDDEN, mask_order
from engine.tasks import OUTCOMES

_PAGE = 25


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/tasks", view_func=tasks)
    blueprint.add_url_rule("/tasks/<task_id>", view_func=answer_task, methods=["POST"])


@login_required
def tasks() -> ResponseReturnValue:
    """Tasks by when they are due: those that are open, or those that are done."""
    asked = _asked(request.args)
    try:
        found = gatehouse().tasks.list(asked, request.args.get("cursor"), _PAGE)
    except OrderError:  # a cursor that is none
        return redirect(url_for("console.tasks", **_parts(asked)))
    items = [_seen(each) for each in found["items"]]
    counts = gatehouse().tasks.counts()
    return render_template(
        "console/tasks.html",
        rows=presenter.views(items, _orders(items), names_of(gatehouse())),
        tabs=[Tab(code, labels.queue(code), counts[code]) for code in QUEUES if counts.get(code)],
        total=sum(counts.values()),
        asked=asked,
        next_cursor=found["next_cursor"],
        is_first=not request.args.get("cursor"),
        may_answer=signed_in().may("ops"),
    )


@login_required
def answer_task(task_id: str) -> ResponseReturnValue:
    """Write down what came of a task, and go on with the list."""
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")[:MOST_REASON]
    if outcome not in OUTCOMES:
        flash(gettext("请选择结果"), "bad")
        return _back()
    try:
        answered = gatehouse().tasks.answer(task_id, outcome, note, signed_in())
    except Conflict:
        flash(gettext("这个待办刚被别人处理了，或者已不需要。"), "warn")
    except Forbidden:
        lifting = gettext("这个待办的挂起要更高的角色才能解除。")
        flash(lifting if signed_in().may("ops") else gettext("您的角色不能做这件事。如确有需要，请联系管理员。"), "bad")
    else:
        flash(*presenter.told(answered["task"], answered["order"]))
    return _back()


def _back() -> ResponseReturnValue:
    """To the order that it was answered on, or to the list."""
    order_no = request.form.get("order")
    if order_no:
        return redirect(url_for("console.order", order_no=order_no))
    return redirect(url_for("console.tasks", **_parts(_asked(request.form))))


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """The filters that an address asks for; open tasks unless it says otherwise."""
    status = "done" if given.get("status") == "done" else "open"
    queue, order = given.get("queue", ""), given.get("about", "")[:150]
    wanted = {"status": status, "queue": queue if queue in QUEUES else "", "order": order}
    return {name: value for name, value in wanted.items() if value}


def _parts(asked: Mapping[str, str]) -> dict[str, Any]:
    return {("about" if name == "order" else name): value for name, value in asked.items()}


def _orders(items: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The orders that tasks are about, as the reader may see them."""
    found = {number: gatehouse().orders.order(number) for number in {each["order_no"] for each in items}}
    return found if signed_in().sees_people() else {number: mask_order(each) for number, each in found.items()}


def _seen(task: dict[str, Any]) -> dict[str, Any]:
    return task if signed_in().sees_people() or not task["note"] else {**task, "note": HIDDEN}
