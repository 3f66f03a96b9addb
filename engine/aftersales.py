"""What is done, step by step, about goods that a buyer wants put right: by whom, by when, and what comes next.

Every request is `opened`; each step is a task of its queue, and its answer leads on: agreed, goods back, inspected,
refunded or sent again, closed. Kinds that need no goods back skip those steps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.decision import ActionIntent, derived_id
from engine.order import Order

OPENED = "agree"  # the first step of every kind
CLOSED, DECLINED = "closed", "declined"
REQUEST = "return:"  # begins the subject of every task about one, and its event's id follows
_REST = 60  # characters of a buyer's reason in a title


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody has to do."""

    queue: str
    due_minutes: int  # working ones
    zh: str
    en: str


STEPS: Mapping[str, Step] = {
    OPENED: Step("service", 240, "买家申请售后，同意还是拒绝", "After-sales service is asked for: agree or decline"),
    "goods_back": Step("warehouse", 3_780, "等退货到仓，收到后确认", "Goods come back: confirm once they are in"),
    "inspect": Step("warehouse", 480, "验退货，合格后确认", "Inspect what came back: confirm if it is as agreed"),
    "refund": Step("finance", 480, "退款给买家", "Refund the buyer"),
    "resend": Step("warehouse", 480, "补寄给买家", "Send it to the buyer again"),
    "coupon": Step("service", 240, "发补偿券给买家", "Give the buyer a coupon as amends"),
    "claim": Step("logistics", 480, "向快递索赔", "Claim compensation from the carrier"),
    "settle": Step("service", 240, "售后没谈拢，与买家另商", "It did not work out; settle it with the buyer"),
}
_WHOLE = (OPENED, "goods_back", "inspect", "refund")
_SEND_AGAIN = (OPENED, "goods_back", "inspect", "resend")
# Kind: what it is called, and its steps. A kind that nobody foresaw takes all of them.
_KINDS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "return": ("退货退款", "return and refund", _WHOLE),
    "refund": ("仅退款", "refund only", (OPENED, "refund")),
    "exchange": ("换货", "exchange", _SEND_AGAIN),
    "repair": ("维修", "repair", _SEND_AGAIN),
    "resend": ("补发", "resend", (OPENED, "resend")),
    "price_adjustment": ("退差价", "price adjustment", (OPENED, "refund")),
    "coupon": ("补偿券", "coupon as amends", (OPENED, "coupon")),
    "lost": ("丢件", "lost", (OPENED, "claim", "refund")),
    "damaged": ("破损", "damaged", (OPENED, "claim", "refund")),
    "wrong": ("发错", "wrong goods", _SEND_AGAIN),
    "short": ("少件", "short", (OPENED, "resend")),
}


def path(kind: str) -> tuple[str, ...]:
    """The steps of a kind of request, in their order."""
    return _KINDS[kind][2] if kind in _KINDS else _WHOLE


def after(kind: str, step: str, outcome: str) -> str | None:
    """What an answer to a step leads to: another step, CLOSED or DECLINED; None: it is still to be done.

    What is refused at the start is declined. Whatever does not go as agreed is settled with the buyer.
    """
    if outcome == "no_answer":
        return None
    if step == "settle":
        return CLOSED
    if outcome != "confirmed":
        return DECLINED if step == OPENED and outcome == "refused" else "settle"
    steps = path(kind)
    at = steps.index(step) + 1
    return steps[at] if at < len(steps) else CLOSED


def step_of(task: Mapping[str, Any]) -> tuple[str, str] | None:
    """The event that a task is about, and its step; None: it is none of these."""
    subject = task.get("subject") or ""
    found = next((code for code in STEPS if _rule(code) == task.get("rule")), None)
    return (subject.removeprefix(REQUEST), found) if subject.startswith(REQUEST) and found else None


def task(order: Order, event_id: str, asked: Mapping[str, Any], step: str, due_at: dt.datetime) -> ActionIntent:
    """Asking somebody to do a step. `asked`: what the buyer's request says."""
    does, kind = STEPS[step], asked["kind"]
    zh, en, _ = _KINDS.get(kind, (kind, kind, _WHOLE))
    about = ", ".join((*_goods(order, asked), *filter(None, [(asked.get("reason") or "")[:_REST]])))
    title = {"zh": f"{does.zh}：{zh}，{about}", "en": f"{does.en}: {en}, {about}"}
    payload = {
        "queue": does.queue, "title": title, "due_at": due_at.isoformat(), "rule": _rule(step),
        "subject": f"{REQUEST}{event_id}",
    }  # fmt: skip
    parts = ("event", event_id) if step == OPENED else ("aftersale", event_id, step)
    return ActionIntent(derived_id(order.order_no, "task", *parts), "task", payload)


_TOLD = {CLOSED: "aftersale-closed", DECLINED: "aftersale-declined", "goods_back": "aftersale-send-back"}


def notice(order_no: str, event_id: str, comes: str) -> ActionIntent | None:
    """What the buyer is told once it comes to that: to send it back, that it is declined, or to say how it was."""
    if comes not in _TOLD:
        return None
    told = {"to": "buyer", "template": _TOLD[comes], "rule": "engine.aftersale"}
    return ActionIntent(derived_id(order_no, "notify", "aftersale", event_id, comes), "notify", told)


def _goods(order: Order, asked: Mapping[str, Any]) -> list[str]:
    """What of the order it is about; all of it where nothing is named."""
    skus = {line.line_no: line.sku for line in order.lines}
    named = asked.get("lines") or [{"line_no": line.line_no, "quantity": line.quantity} for line in order.lines]
    return [f"{skus.get(each['line_no'], each['line_no'])} × {each['quantity']}" for each in named]


def _rule(step: str) -> str:
    return "engine.return-requested" if step == OPENED else f"engine.aftersale-{step.replace('_', '-')}"
