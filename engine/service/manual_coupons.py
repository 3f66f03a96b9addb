"""What a person does about coupons that are not right on an order that is paid: give the difference back, or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from engine import reports
from engine.decision import ActionIntent, Correction, Decision, derived_id
from engine.order import Order
from engine.service.manual_content import lay_over
from engine.service.principals import Principal
from engine.world import Waiver

COUPON = "COUPON_MISMATCH"
REFUND, AS_PAID, ASK = "coupon:refund", "coupon:as_paid", "coupon:ask"
_GIVEN_BACK_FROM = ("paid", "partially_refunded")  # where less was paid so far, less is still to be paid


def choices(decision: Decision) -> Mapping[str, int]:
    """What may be done, by id, each with the cents of the difference; nothing where no coupon holds the order."""
    if not any(hold.reason == COUPON for hold in decision.holds):
        return {}
    due = due_back(decision)
    return {REFUND: due, AS_PAID: due} if due > 0 else {AS_PAID: -due, ASK: -due}


def due_back(decision: Decision) -> int:
    """What the buyer paid too much, in cents, by the corrections that are proposed; negative: too little."""
    return sum(each.discount_cents for each in _proposed(decision) if each.kind == "total")


def settle(choice: str, decision: Decision, by: Principal, uow: Any, stored: Any, now: dt.datetime) -> None:
    """Do it. A paid order never becomes dearer: where too little was paid, it stays at that, or the buyer is asked."""
    if choice == REFUND:
        _give_back(due_back(decision), decision, by, uow, stored, now)
    elif choice == AS_PAID:
        for waiver in _waivers(decision, by, now):
            uow.waivers.add(stored.order.order_no, waiver)
    else:
        uow.actions.add(stored.order.order_no, decision.id, [_please_ask(decision, stored)])


def _give_back(cents: int, decision: Decision, by: Principal, uow: Any, stored: Any, now: dt.datetime) -> None:
    """The coupons stand as they were put right. What was paid stays paid, the difference is booked and refunded."""
    order: Order = stored.order
    refunded = order.payment.status in _GIVEN_BACK_FROM and order.payment.method != "cod"
    payable = order.payable_cents if refunded else max(0, order.payable_cents - cents)
    said = reports.corrected(order, payable, _proposed(decision))
    lay_over(reports.CORRECTED, said, by, uow, stored, now)
    if refunded:
        uow.actions.add(order.order_no, decision.id, [_refund(order, min(cents, order.payment.paid_cents), stored)])


def _proposed(decision: Decision) -> Iterable[Correction]:
    return [each for each in decision.corrections if each.state == "proposed"]


def _waivers(decision: Decision, by: Principal, now: dt.datetime) -> Iterable[Waiver]:
    for firing in decision.firings:
        if not firing.waived and any(each["do"] == "hold" and each["reason"] == COUPON for each in firing.effects):
            yield Waiver(firing.rule, COUPON, firing.subject, firing.seen, by.name, now, "")


def _refund(order: Order, cents: int, stored: Any) -> ActionIntent:
    """The provider gives it back; where it does not know of the payment, finance does."""
    if order.payment.transaction_no:
        payload = {"transaction_no": order.payment.transaction_no, "cents": cents, "rule": "engine.coupon"}
        return ActionIntent(derived_id(order.order_no, "refund", "coupon", stored.changes), "refund", payload)
    amount = _amount(order, cents)
    title = {"zh": f"退优惠差价 {amount}", "en": f"Refund {amount}: a coupon was missed"}
    return _task(order, "finance", title, cents)


def _please_ask(decision: Decision, stored: Any) -> ActionIntent:
    cents = -due_back(decision)
    amount = _amount(stored.order, cents)
    title = {
        "zh": f"联系客户: 优惠不符, 少付 {amount}",
        "en": f"Talk to the buyer: coupons that do not fit, {amount} paid too little",
    }
    return _task(stored.order, "service", title, cents)


def _task(order: Order, queue: str, title: Mapping[str, str], cents: int) -> ActionIntent:
    """Asked once about the same difference."""
    payload = {"queue": queue, "title": title, "due_at": None, "rule": "engine.coupon", "subject": "order"}
    return ActionIntent(derived_id(order.order_no, "task", "coupon", queue, cents), "task", payload)


def _amount(order: Order, cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d} {order.currency}"
