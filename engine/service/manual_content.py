"""A person changes what an order says. It is laid over what was posted like a report of the channel's, so that what the
channel reports later keeps it, unless it says all anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from engine import reports
from engine.decision import ActionIntent, derived_id
from engine.errors import OrderError, Problem
from engine.order import Line, Order, order_digest
from engine.reports import OrderEvent
from engine.service.principals import Principal

_REFUSED = "The order cannot be changed like that."


def adjust(said: Mapping[str, Any], by: Principal, uow: Any, stored: Any, now: dt.datetime) -> None:
    """Another number of units of a line. What was paid stays paid: a difference is booked, and to be given back."""
    line = _line(stored.order, said["line_no"])
    if said["quantity"] == line.quantity:
        raise OrderError([Problem("quantity", "out-of-range", f"the line has {line.quantity} already")], _REFUSED)
    if said["quantity"] == 0 and len(stored.order.lines) == 1:
        raise OrderError([Problem("quantity", "out-of-range", "it is the only line: cancel the order")], _REFUSED)
    paid = stored.order.payment.paid_cents > 0
    data = {"line_no": line.line_no, "quantity": said["quantity"], "paid": paid}
    changed = lay_over(reports.ADJUSTED, data, by, uow, stored, now)
    due = stored.order.goods_cents - changed.goods_cents
    if paid and due > 0:
        _have_refunded(line, due, uow, stored)


def swap(said: Mapping[str, Any], by: Principal, uow: Any, stored: Any, now: dt.datetime) -> None:
    """Another sku in a line."""
    line, sku = _line(stored.order, said["line_no"]), uow.reference.get("skus", said["sku"])
    if sku is None:
        raise OrderError([Problem("sku", "not-a-choice", f"there is no sku {said['sku']}")], _REFUSED)
    if said["sku"] == line.sku:
        raise OrderError([Problem("sku", "not-a-choice", f"the line holds {line.sku} already")], _REFUSED)
    data = {"line_no": line.line_no, "sku": said["sku"], "title": sku["title"]}
    lay_over(reports.SWAPPED, data, by, uow, stored, now)


def _line(order: Order, line_no: str) -> Line:
    for line in order.lines:
        if line.line_no == line_no:
            return line
    wanted = f"must be a line of the order: {', '.join(line.line_no for line in order.lines)}"
    raise OrderError([Problem("line_no", "not-a-choice", wanted)], _REFUSED)


def lay_over(
    type_: str, data: Mapping[str, Any], by: Principal, uow: Any, stored: Any, now: dt.datetime
) -> Order:
    """Keep the change as an event of the order, and have the order say so: the order."""
    order_no = stored.order.order_no
    known = uow.reports.counting(order_no)
    event = OrderEvent(derived_id(order_no, type_, len(known)), type_, now, data)
    uow.reports.keep_order_event(order_no, event, by.name, now, True, None)
    changed = reports.changed(uow.orders.posted(order_no), [*known, event])
    uow.orders.change(order_no, changed, order_digest(changed))
    return changed


def _have_refunded(line: Line, cents: int, uow: Any, stored: Any) -> None:
    """Ask finance to give a difference back."""
    order, amount = stored.order, f"{cents // 100}.{cents % 100:02d} {stored.order.currency}"
    title = {
        "zh": f"改数量退差价 {amount}: 第 {line.line_no} 行",
        "en": f"Refund {amount}: line {line.line_no} was adjusted",
    }
    payload = {"queue": "finance", "title": title, "due_at": None, "rule": "engine.adjusted", "subject": "order"}
    asked = ActionIntent(derived_id(order.order_no, "task", "adjusted", stored.changes), "task", payload)
    uow.actions.add(order.order_no, stored.decision_id, [asked])
