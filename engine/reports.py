"""What channels, warehouses and carriers report about an order, and what follows from it, whatever order it comes in.

Reports have a place: when they happened, then their id. What an order says now is what was posted with every report
laid over it by its place, so reports that overtake one another end in the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import canonical
from engine.order import Coupon, Line, Order, Payment, Receiver
from engine.standing import AMISS, GONE, PROGRESS

Place = tuple[dt.datetime, str]

# What comes of an event, by the status of its order.
DECIDE = "decide"  # the order is changed and decided again
KEEP = "keep"  # the order is changed; what was decided stays
ASK = "ask"  # it is too late: a person has to see what can be done
RECORD = "record"  # it is written down

_OPEN = ("received", "awaiting_payment", "held", "approved", "released", "recalling")
_PARTLY = ("partially_shipped",)
_GONE = ("shipped", "delivered", "completed", "returned")
_CANCELLED = ("cancelled",)
_REJECTED = ("rejected",)


def _row(open_: str, partly: str, gone: str, cancelled: str, rejected: str) -> Mapping[str, str]:
    groups = ((_OPEN, open_), (_PARTLY, partly), (_GONE, gone), (_CANCELLED, cancelled), (_REJECTED, rejected))
    return {status: what for statuses, what in groups for status in statuses}


CONSEQUENCES: Mapping[str, Mapping[str, str]] = {
    "payment_updated": _row(DECIDE, DECIDE, KEEP, DECIDE, DECIDE),
    "receiver_changed": _row(DECIDE, ASK, ASK, KEEP, KEEP),
    "lines_changed": _row(DECIDE, ASK, ASK, KEEP, KEEP),
    "refund_requested": _row(DECIDE, DECIDE, ASK, KEEP, KEEP),
    "cancelled": _row(DECIDE, DECIDE, ASK, DECIDE, RECORD),
    "return_requested": _row(ASK, ASK, ASK, ASK, ASK),
    "feedback_received": _row(RECORD, RECORD, RECORD, RECORD, RECORD),
}
ADJUSTED, SWAPPED = "adjusted", "swapped"  # our own: a person changed the units or the sku of a line
MEMO = "memo_written"  # our own: what was agreed with the buyer stands in the seller's memo
CORRECTED = "corrected"  # our own: coupons were put right, and the buyer paid that, or is given the difference back
# A report says all there is to say of its subject, so one that is later by its place replaces it.
_REPLACED_BY = {
    "payment_updated": "payment_updated",
    "receiver_changed": "receiver_changed",
    "lines_changed": "lines_changed",
    "refund_requested": "lines_changed",
    CORRECTED: "lines_changed",
    ADJUSTED: "lines_changed",
    SWAPPED: "lines_changed",
    MEMO: MEMO,
}


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """Something that happened to an order where it was placed."""

    event_id: str
    type: str
    at: dt.datetime
    data: Mapping[str, Any]  # plain, as its schema read it

    @property
    def place(self) -> Place:
        """By which events are ordered."""
        return self.at, self.event_id

    @property
    def digest(self) -> str:
        """Equal for the same report."""
        return canonical.digest({"type": self.type, "at": self.at, "data": self.data})


@dataclass(frozen=True, slots=True)
class VendorEvent:
    """Something that happened to a shipment. It names the shipment, or one of its waybills."""

    event_id: str
    type: str
    at: dt.datetime
    data: Mapping[str, Any]
    shipment_no: str | None = None
    waybill_no: str | None = None

    @property
    def place(self) -> Place:
        """By which events are ordered."""
        return self.at, self.event_id

    @property
    def digest(self) -> str:
        """Equal for the same report."""
        return canonical.digest(self)


def replaced(event: OrderEvent, others: Iterable[OrderEvent]) -> bool:
    """Whether another one that is later by its place says all that it says."""
    by = _REPLACED_BY.get(event.type)
    return any(each.type == by and each.place > event.place for each in others)


def changed(posted: Order, events: Iterable[OrderEvent]) -> Order:
    """What the order says now: as posted, and every event laid over it by its place."""
    known = sorted(events, key=lambda each: each.place)
    order = posted
    for event in known:
        if event.type in _CHANGES and not replaced(event, known):
            order = _CHANGES[event.type](order, posted, event.data)
    return order


def first_cancelled(events: Iterable[OrderEvent]) -> OrderEvent | None:
    """The event that ended the order; later ones say nothing new."""
    cancels = [each for each in events if each.type == "cancelled"]
    return min(cancels, key=lambda each: each.place, default=None)


def paid_before(posted: Order, events: Iterable[OrderEvent], place: Place) -> int:
    """How much had been paid before that place, in cents."""
    return changed(posted, [each for each in events if each.place < place]).payment.paid_cents


def corrected(order: Order, decision_payable_cents: int, corrections: Iterable[Any]) -> dict[str, Any]:
    """The coupons and amounts of an order as they were put right; what `CORRECTED` says of it.

    What the parts then lack or exceed is booked as adjustment, so that they still add up.
    """
    coupons = {coupon.code: coupon for coupon in order.coupons}
    for each in corrections:
        if each.coupon in coupons and each.kind == "dropped":
            coupons[each.coupon] = replace(coupons[each.coupon], applied=False)
        elif each.coupon in coupons and each.kind == "applied":
            coupons[each.coupon] = replace(coupons[each.coupon], applied=True, discount_cents=each.discount_cents)
    now = replace(order, coupons=tuple(coupons.values()), payable_cents=decision_payable_cents)
    adjustment = order.adjustment_cents + decision_payable_cents - now.stated_total_cents
    return {
        "coupons": canonical.dump(now.coupons), "payable_cents": decision_payable_cents, "adjustment_cents": adjustment,
    }  # fmt: skip


def _pay(order: Order, posted: Order, data: Mapping[str, Any]) -> Order:
    """What an update of a payment leaves out is as it was posted."""
    return replace(order, payment=canonical.load(Payment, {**canonical.dump(posted.payment), **data}))


def _send_to(order: Order, posted: Order, data: Mapping[str, Any]) -> Order:
    return replace(order, receiver=canonical.load(Receiver, data))


def _sell(order: Order, posted: Order, data: Mapping[str, Any]) -> Order:
    coupons = data.get("coupons")
    return replace(
        order,
        payment=_collecting(order, data["payable_cents"]),
        lines=canonical.load(tuple[Line, ...], data["lines"]),
        coupons=posted.coupons if coupons is None else canonical.load(tuple[Coupon, ...], coupons),
        payable_cents=data["payable_cents"],
        adjustment_cents=posted.adjustment_cents,
    )


def _refund(order: Order, posted: Order, data: Mapping[str, Any]) -> Order:
    wanted = data.get("line_no")
    lines = (
        replace(line, refund_status="requested")
        if wanted in (None, line.line_no) and line.refund_status == "none"
        else line
        for line in order.lines
    )
    return replace(order, lines=tuple(lines))


def _correct(order: Order, posted: Order, data: Mapping[str, Any]) -> Order:
    return replace(
        order,
        payment=_collecting(order, data["payable_cents"]),
        coupons=canonical.load(tuple[Coupon, ...], data["coupons"]),
        payable_cents=data["payable_cents"],
        adjustment_cents=data["adjustment_cents"],
    )


def _collecting(order: Order, payable_cents: int) -> Payment:
    """The payment of an order that comes to another amount: couriers who collect all of it collect the new amount."""
    payment, due = order.payment, max(0, payable_cents - order.payment.paid_cents)
    if not payment.cod_cents:
        return payment
    collects_all = payment.cod_cents >= order.payable_cents - payment.paid_cents
    return replace(payment, cod_cents=due if collects_all else min(payment.cod_cents, due))


def _adjust(order: Order, posted: Order, data: Mapping[str, Any]) -> Order:
    """The discount of the line follows its units. What was paid is still to be paid, so that a difference is booked."""
    lines = tuple(
        _with_units(line, data["quantity"]) if line.line_no == data["line_no"] else line
        for line in order.lines
        if line.line_no != data["line_no"] or data["quantity"]
    )
    now = replace(order, lines=lines)
    more = now.goods_cents - order.goods_cents
    if data["paid"]:
        return replace(now, adjustment_cents=order.adjustment_cents - more)
    payable = max(0, order.payable_cents + more)
    return replace(now, payable_cents=payable, payment=_collecting(order, payable))


def _with_units(line: Line, quantity: int) -> Line:
    return replace(line, quantity=quantity, discount_cents=line.discount_cents * quantity // line.quantity)


def _swap(order: Order, posted: Order, data: Mapping[str, Any]) -> Order:
    lines = (
        replace(line, sku=data["sku"], title=data["title"]) if line.line_no == data["line_no"] else line
        for line in order.lines
    )
    return replace(order, lines=tuple(lines))


def _write_memo(order: Order, posted: Order, data: Mapping[str, Any]) -> Order:
    return replace(order, seller_memo=data["seller_memo"])


_CHANGES = {
    "payment_updated": _pay,
    "receiver_changed": _send_to,
    "lines_changed": _sell,
    "refund_requested": _refund,
    CORRECTED: _correct,
    ADJUSTED: _adjust,
    SWAPPED: _swap,
    MEMO: _write_memo,
}


# How far a report takes a shipment; one that says less than is known takes it nowhere.
_LEADS_TO = {
    **{status: status for status in PROGRESS if status not in ("planned", "released")},
    "scanned": "shipped",
    "refused": "refused",
    **{status: status for status in AMISS},
}
_RANKS = {
    status: rank
    for rank, statuses in enumerate((
        ("planned",), ("released",), ("accepted",), ("picked",), ("checked",), ("packed",), ("refused", "cancelled"),
        ("shipped",), ("lost", "damaged"), ("signed",), ("returned",),
    ))
    for status in statuses
}  # fmt: skip


def progressed(status: str, type_: str) -> str:
    """What a shipment's status becomes by such a report. It never goes back, and one that was refused is no more."""
    to = _LEADS_TO.get(type_, status)
    return status if status in GONE or _RANKS[to] <= _RANKS[status] else to


def says_nothing_new(status: str, type_: str) -> bool:
    """Whether a shipment of that status has come as far as such a report says, or cannot any more."""
    to = _LEADS_TO.get(type_)
    return to is not None and type_ != "scanned" and progressed(status, type_) == status


def least_advanced(statuses: Iterable[str]) -> str:
    """Of some statuses of parcels, at least one, the one that is least far."""
    return min(statuses, key=lambda status: _RANKS[status])


def further(status: str, other: str) -> str:
    """Of two statuses the one that is further; the first where they are as far."""
    return other if _RANKS[other] > _RANKS[status] else status


def has_left(status: str) -> bool:
    """Whether a shipment of that status is out of its warehouse."""
    return _RANKS[status] >= _RANKS["shipped"]
