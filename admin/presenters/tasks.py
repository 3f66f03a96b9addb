"""Tasks as those who call see them: whom to call, about what, by when, and what was said so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import amounts, dates, labels
from admin.advice import advice
from admin.labels import Look
from admin.languages import said
from admin.names import Names
from engine.tasks import TRIES

# Outcome: (what the button says, its tone, what comes of it).
ANSWERS: Mapping[str, tuple[str, str, str]] = {
    "confirmed": (lazy_gettext("已确认"), "good", lazy_gettext("解除它的挂起；等它的订单立即下发")),
    "changed": (lazy_gettext("要修改"), "info", lazy_gettext("订单留下，等人改好")),
    "no_answer": (lazy_gettext("没人接"), "warn", lazy_gettext("再打；三次没人接给买家发短信，明早 9 点再打")),
    "refused": (lazy_gettext("不要了"), "bad", lazy_gettext("订单留下；建议取消")),
}


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task, and the order it is about."""

    id: str
    title: str
    queue: str
    is_open: bool
    status: Look
    left: str
    pressing: str
    due: str
    order_no: str
    number: str
    channel: str
    amount: str
    name: str
    phone: str
    address: str
    ask: str
    tries: str
    outcome: Look | None
    note: str
    done: str
    suggests_cancel: bool


def view(task: Mapping[str, Any], order: Mapping[str, Any], names: Names) -> TaskView:
    """A task with its order, as the service gives both."""
    left, pressing = dates.left(task["due_at"]) if task["due_at"] and task["status"] == "open" else ("", "")
    person = order["receiver"] or order["buyer"]
    receiver = order["receiver"] or {}
    place = (receiver.get(part) for part in ("province", "city", "district", "address"))
    return TaskView(
        id=task["id"],
        title=said(task["title"]),
        queue=labels.queue(task["queue"]),
        is_open=task["status"] == "open",
        status=labels.look(labels.TASK_STATUSES, task["status"]),
        left=left,
        pressing=pressing,
        due=dates.exact(task["due_at"]),
        order_no=order["order_no"],
        number=order["channel_order_no"],
        channel=names.channel(order["channel"]),
        amount=amounts.money(order["payable_cents"], order["currency"]),
        name=person.get("name") or "",
        phone=person.get("phone") or order["buyer"].get("phone") or "",
        address=" ".join(dict.fromkeys(part for part in place if part)),
        ask=_question(task),
        tries=gettext("%(tries)d 次没人接", tries=task["tries"]) if task["tries"] else "",
        outcome=outcome(task["outcome"]),
        note=task["note"],
        done=" · ".join(filter(None, (task["done_by"] or "", dates.minute(task["done_at"])))),
        suggests_cancel=task["outcome"] == "refused" and order["status"] in ("held", "awaiting_payment", "approved"),
    )


def views(
    tasks: Iterable[Mapping[str, Any]], orders: Mapping[str, Mapping[str, Any]], names: Names
) -> list[TaskView]:
    """The tasks in their order; `orders` by number."""
    return [view(task, orders[task["order_no"]], names) for task in tasks]


def outcome(code: str | None) -> Look | None:
    """How an outcome looks; none for a task that nobody has answered."""
    if code is None:
        return None
    text, tone, _ = ANSWERS[code]
    return Look(str(text), tone, code)


def answers() -> list[tuple[Look, str]]:
    """The buttons: how each looks and what comes of it."""
    return [(Look(str(text), tone, code), str(what)) for code, (text, tone, what) in ANSWERS.items()]


def told(task: Mapping[str, Any], order: Mapping[str, Any]) -> tuple[str, str]:
    """What to say after an answer, and in which tone."""
    status = labels.look(labels.ORDER_STATUSES, order["status"]).text
    if task["outcome"] == "no_answer":
        gave_up = task["tries"] % TRIES == 0
        return (
            (gettext("三次没人接：已给买家发短信，明早 9 点再打。"), "warn")
            if gave_up
            else (gettext("已记下没人接，稍后再打。"), "warn")
        )
    if task["outcome"] == "refused":
        return gettext("已记下买家不要了。订单留在这里，建议取消。"), "bad"
    if task["outcome"] == "changed":
        return gettext("已记下要修改。订单留在这里，请改好后放行。"), "warn"
    return gettext("已确认。订单现在：%(status)s", status=status), "good"


def _question(task: Mapping[str, Any]) -> str:
    """What to ask on the phone, by what the rule that asks is about."""
    code = _ASKED_BY.get(task["rule"] or "")
    return advice(code).ask if code else ""


_ASKED_BY = {
    "fraud.high-value": "HIGH_VALUE",
    "fraud.high-risk-region": "HIGH_RISK_REGION",
    "intake.address-unit-missing": "ADDRESS_UNIT_MISSING",
    "intake.name-vague": "NAME_VAGUE",
    "intake.duplicate-suspect": "DUPLICATE_SUSPECT",
    "fulfilment.freight-uncovered": "FREIGHT_UNCOVERED",
    "fulfilment.carrier-wish-unmet": "CARRIER_WISH_UNMET",
}
