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
from engine import aftersales
from engine.tasks import TRIES, transfer_of

# Outcome: (what the button says, its tone, what comes of it).
ANSWERS: Mapping[str, tuple[str, str, str]] = {
    "confirmed": (lazy_gettext("已确认"), "good", lazy_gettext("解除它的挂起；等它的订单立即下发")),
    "changed": (lazy_gettext("要修改"), "info", lazy_gettext("订单留下，等人改好")),
    "no_answer": (lazy_gettext("没人接"), "warn", lazy_gettext("再打；三次没人接给买家发短信，明早 9 点再打")),
    "refused": (lazy_gettext("不要了"), "bad", lazy_gettext("订单留下；建议取消")),
}
_OF_TRANSFERS: Mapping[str, tuple[str, str, str]] = {
    "confirmed": (lazy_gettext("已到店"), "good", lazy_gettext("库存记到门店，订单继续")),
    "refused": (lazy_gettext("调不来"), "bad", lazy_gettext("换一个仓调；都没有就等到货")),
}
_OPENED: Mapping[str, tuple[str, str, str]] = {  # of after-sales
    "confirmed": (lazy_gettext("同意"), "good", lazy_gettext("进入下一步")),
    "changed": (lazy_gettext("另商"), "info", lazy_gettext("转客服与买家另商")),
    "no_answer": ANSWERS["no_answer"],
    "refused": (lazy_gettext("拒绝售后"), "bad", lazy_gettext("售后结束，并告知买家")),
}
_STEPS: Mapping[str, tuple[str, str, str]] = {  # the others of after-sales
    "confirmed": (lazy_gettext("已办好"), "good", lazy_gettext("进入下一步；最后一步时售后结束，请买家评价")),
    "refused": (lazy_gettext("没办成"), "bad", lazy_gettext("转客服与买家另商")),
}
_WORK: Mapping[str, tuple[str, str, str]] = {  # what nobody is called about, such as a count of the shelf
    "confirmed": (lazy_gettext("已办好"), "good", lazy_gettext("这件待办完成")),
    "changed": (lazy_gettext("没办成"), "bad", lazy_gettext("还没发出的订单留下，等人处理")),
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
    is_call: bool  # to the buyer
    answers: tuple[tuple[Look, str], ...]  # the buttons: how each looks and what comes of it


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
        outcome=_outcome(task),
        note=task["note"],
        done=" · ".join(filter(None, (task["done_by"] or "", dates.minute(task["done_at"])))),
        suggests_cancel=_is_given_up(task) and order["status"] in ("held", "awaiting_payment", "approved"),
        is_call="no_answer" in _answers_of(task),
        answers=tuple((_look(each, code), str(each[2])) for code, each in _answers_of(task).items()),
    )


def views(
    tasks: Iterable[Mapping[str, Any]], orders: Mapping[str, Mapping[str, Any]], names: Names
) -> list[TaskView]:
    """The tasks in their order; `orders` by number."""
    return [view(task, orders[task["order_no"]], names) for task in tasks]


def _answers_of(task: Mapping[str, Any]) -> Mapping[str, tuple[str, str, str]]:
    """What may be answered, by outcome, in the words of what the task is about."""
    if transfer_of(task):
        return _OF_TRANSFERS
    step = aftersales.step_of(task)
    if step is None and _is_work(task):
        return _WORK
    return ANSWERS if step is None else _OPENED if step[1] == aftersales.OPENED else _STEPS


def _is_work(task: Mapping[str, Any]) -> bool:
    """Whether it asks for something to be done, and not for a call: what the engine itself asks of other desks than
    service, or about a parcel."""
    ours = (task["rule"] or "").startswith("engine.")
    return ours and (task["queue"] != "service" or (task["subject"] or "").startswith("shipment:"))


def _outcome(task: Mapping[str, Any]) -> Look | None:
    """How its outcome looks; none for a task that nobody has answered."""
    code = task["outcome"]
    return _look(_answers_of(task).get(code) or ANSWERS[code], code) if code else None


def _look(answer: tuple[str, str, str], code: str) -> Look:
    return Look(str(answer[0]), answer[1], code)


def _is_given_up(task: Mapping[str, Any]) -> bool:
    """Whether the buyer does not want the order any more."""
    return task["outcome"] == "refused" and _answers_of(task) is ANSWERS


def told(task: Mapping[str, Any], order: Mapping[str, Any]) -> tuple[str, str]:
    """What to say after an answer, and in which tone."""
    status = labels.look(labels.ORDER_STATUSES, order["status"]).text
    answers = _answers_of(task)
    if answers is not ANSWERS and task["outcome"] in answers and task["outcome"] != "no_answer":
        text, tone, comes = answers[task["outcome"]]
        return gettext("已记下：%(answer)s。%(comes)s。", answer=text, comes=comes), tone
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
