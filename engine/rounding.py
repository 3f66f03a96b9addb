"""Small differences between what was asked and what was paid: rounding, booked to the fen as an adjustment."""

from __future__ import annotations

from dataclasses import replace

from engine.decision import Correction, Plan
from engine.order import Order

RULE = "engine.rounding"
_MOST_CENTS = 10


def tolerance_cents(order: Order) -> int:
    """How far the paid amount may be off: a fen a line, ten in all."""
    return min(_MOST_CENTS, len(order.lines))


def booked(order: Order, plan: Plan) -> Plan:
    """The plan with the difference booked, so that the payable is what was paid; larger ones are left to rules."""
    off = order.payment.paid_cents - order.payable_cents
    if order.payment.status != "paid" or order.payment.method == "cod" or not 0 < abs(off) <= tolerance_cents(order):
        return plan
    made = Correction("total", None, -off, RULE, "made")
    return replace(plan, corrections=(*plan.corrections, made), payable_cents=plan.payable_cents + off)
