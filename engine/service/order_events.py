"""What a channel reports about an order it has posted: written down, laid over the order, and decided again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine import reports
from engine.config import Settings
from engine.decision import ActionIntent, derived_id
from engine.errors import Conflict, NotFound, OrderError, Problem
from engine.intake.events import load_order_event
from engine.order import Order, order_digest
from engine.reports import OrderEvent
from engine.routing import calendars
from engine.service import aftersales, identities
from engine.service.decisions import Decisions
from engine.service.orders import Orders, left_behind
from engine.service.principals import Principal
from engine.world import Cancellation

# Why an event was written down and not applied.
LATE = "late"  # one that happened later has been applied already
TOO_LATE = "shipped"
ENDED = "ended"  # the order was cancelled or rejected before
_ASKED_WITHIN_MINUTES = 240  # working ones
_PAID = ("paid", "partially_refunded", "authorized")

_TITLES: Mapping[str, tuple[str, str]] = {
    "receiver_changed": ("发货后改收货人：看能否拦截改派", "Receiver changed after shipping: can it be redirected?"),
    "lines_changed": ("发货后改商品：联系买家", "Lines changed after shipping: talk to the buyer"),
    "refund_requested": ("发货后申请退款：看能否拦截", "Refund asked for after shipping: can it be stopped?"),
    "cancelled": ("发货后取消：看能否拦截", "Cancelled after shipping: can it be stopped?"),
}


@dataclass(frozen=True, slots=True)
class _Written:
    """What writing an event down came to."""

    why_not: str | None  # it was not applied, because; None: it was
    answer: Mapping[str, Any] | None  # what it was answered with before


class OrderEvents:
    """Use cases around the events of orders."""

    def __init__(
        self, database: Any, settings: Settings, clock: Callable[[], dt.datetime], decisions: Decisions, orders: Orders
    ):
        self._database = database
        self._settings = settings
        self._clock = clock
        self._decisions = decisions
        self._orders = orders

    def report(self, order_no: str, document: Any, by: Principal) -> dict[str, Any]:
        """Write an event down and do what follows: `{order, decision, applied, why_not}`.

        The same event again gives the same answer. Events may overtake one another; one that has been overtaken by
        another that says all it says is not applied. Raises OrderError (also where it takes an identity), NotFound, and
        Conflict for a known id with other content, and for what nobody may change during a risk hold.
        """
        event, identity = load_order_event(document)
        written = self._database.write_retrying(partial(self._write, order_no, event, identity, by))
        if written.answer is not None:
            return dict(written.answer)
        self._decide(order_no)
        order = self._orders.order(order_no)
        answer = {
            "order": order,
            "decision": self._decisions.document(order["decision_id"]) if order["decision_id"] else None,
            "applied": written.why_not is None,
            "why_not": written.why_not,
        }
        keep = partial(self._keep_answer, order_no, event.event_id, answer)
        return dict(self._database.write_retrying(keep))

    def of(self, order_no: str) -> list[dict[str, Any]]:
        """All that channels, warehouses and carriers reported about an order, in the order in which it came."""
        with self._database.read() as uow:
            return uow.reports.of(order_no)

    def _write(
        self, order_no: str, event: OrderEvent, identity: Mapping[str, str] | None, by: Principal, uow: Any
    ) -> _Written:
        uow.orders.decision_id(order_no, lock=True)
        stored = uow.orders.get(order_no)
        if stored is None:
            raise NotFound(f"there is no order {order_no}")
        kept = uow.reports.order_event(order_no, event.event_id)
        if kept is not None:
            if kept.digest != event.digest:
                raise Conflict(f"event {event.event_id} of order {order_no} is known with other content")
            return _Written(kept.why_not, kept.answer)
        if reports.CONSEQUENCES[event.type][stored.status] == reports.DECIDE:
            decided = uow.decisions.get(stored.decision_id) if stored.decision_id else None
            holds = {hold.reason for hold in decided.decision.holds} if decided else set()
            identities.check(stored.order, event.type, identity, holds, by)
        return self._write_new(stored, event, by, uow)

    def _write_new(self, stored: Any, event: OrderEvent, by: Principal, uow: Any) -> _Written:
        order_no, now = stored.order.order_no, self._clock()
        _check_line(stored.order, event)
        does = reports.CONSEQUENCES[event.type][stored.status]
        known = uow.reports.counting(order_no)
        counts = does in (reports.DECIDE, reports.KEEP)
        why_not = _why_not(event, does, known)
        uow.reports.keep_order_event(order_no, event, by.name, now, counts, why_not)
        if does == reports.ASK:
            self._ask(stored, event, now, uow)
        elif counts and why_not is None:
            self._apply(stored, event, known, does, uow)
            if event.type == "cancelled" and any(each.has_left for each in uow.shipments.standing(order_no)):
                self._ask(stored, event, now, uow)  # a part of it is on its way, and no warehouse can be asked
        return _Written(why_not, None)

    def _apply(self, stored: Any, event: OrderEvent, known: Sequence[OrderEvent], does: str, uow: Any) -> None:
        """Lay the event over the order, and have it decided again where that changes anything."""
        order_no, now = stored.order.order_no, self._clock()
        posted = uow.orders.posted(order_no)
        events = [*known, event, *self._as_corrected(stored, event, now, uow)]
        order = reports.changed(posted, events)
        digest = order_digest(order)
        if digest != stored.digest:
            uow.orders.change(order_no, order, digest)
        _cancel(stored, event, events, posted, uow)
        if does == reports.DECIDE:
            uow.orders.again(order_no, "payment_updated" if event.type == "payment_updated" else "order_changed")
            uow.orders.begin(order_no, stored.decision_id, now, left_behind(now))

    def _as_corrected(self, stored: Any, event: OrderEvent, now: dt.datetime, uow: Any) -> list[OrderEvent]:
        """The buyer paid what the order came to once its coupons were put right: then that is what it comes to."""
        kept = uow.decisions.get(stored.decision_id) if stored.decision_id else None
        data = event.data
        if kept is None or event.type != "payment_updated" or data.get("status") not in _PAID:
            return []
        made = [each for each in kept.decision.corrections if each.state == "made"]
        asked = kept.decision.payable_cents
        if not made or asked == stored.order.payable_cents or data.get("paid_cents") != asked:
            return []
        said = reports.corrected(stored.order, asked, made)
        adopted = OrderEvent(f"{event.event_id}.{reports.CORRECTED}", reports.CORRECTED, event.at, said)
        if uow.reports.order_event(stored.order.order_no, adopted.event_id) is None:
            uow.reports.keep_order_event(stored.order.order_no, adopted, "gatehouse", now, True, None)
        return [adopted]

    def _ask(self, stored: Any, event: OrderEvent, now: dt.datetime, uow: Any) -> None:
        """Have a person see what can be done."""
        order_no, decision_id = stored.order.order_no, stored.decision_id or ""
        if event.type == "return_requested":
            aftersales.begin(uow, stored.order, decision_id, event, now, self._settings.time_zone)
        else:
            uow.actions.add(order_no, decision_id, [self._task(order_no, event, now)])

    def _task(self, order_no: str, event: OrderEvent, now: dt.datetime) -> ActionIntent:
        zh, en = _TITLES[event.type]
        due_at = calendars.working_due(now, _ASKED_WITHIN_MINUTES, self._settings.time_zone)
        payload = {
            "queue": "service", "title": {"zh": zh, "en": en}, "due_at": due_at.isoformat(),
            "rule": f"engine.{event.type.replace('_', '-')}", "subject": "order",
        }  # fmt: skip
        return ActionIntent(derived_id(order_no, "task", "event", event.event_id), "task", payload)

    def _decide(self, order_no: str) -> None:
        """Decide the order if it still waits for that; whoever wrote the event down may have died since."""
        with self._database.read() as uow:
            waits = uow.orders.awaits_decision(order_no)
        if waits is not None:
            self._decisions.decide(order_no, *waits)

    def _keep_answer(self, order_no: str, event_id: str, answer: Mapping[str, Any], uow: Any) -> Mapping[str, Any]:
        return uow.reports.answer(order_no, event_id, answer)


def _why_not(event: OrderEvent, does: str, known: Sequence[OrderEvent]) -> str | None:
    """Why an event is written down and not applied; None: it is."""
    if event.type == "cancelled":
        first = reports.first_cancelled(known)
        ended = does == reports.RECORD or (first is not None and first.place < event.place)
        return ENDED if ended else TOO_LATE if does == reports.ASK else None
    if does == reports.ASK:
        return None if event.type == "return_requested" else TOO_LATE
    return LATE if reports.replaced(event, known) else None


def _check_line(order: Order, event: OrderEvent) -> None:
    """Raise OrderError where an event names a line that the order does not have."""
    named = {"data.line_no": event.data.get("line_no")} if event.type == "refund_requested" else {}
    if event.type == "return_requested":
        named = {f"data.lines.{at}.line_no": each["line_no"] for at, each in enumerate(event.data.get("lines", ()))}
    has = [line.line_no for line in order.lines]
    wanted = f"must be a line of the order: {', '.join(has)}"
    unknown = (path for path, number in named.items() if number is not None and number not in has)
    problems = [Problem(path, "not-a-choice", wanted) for path in unknown]
    if problems:
        raise OrderError(problems, "The event cannot be accepted as it is.")


def _cancel(stored: Any, event: OrderEvent, events: Sequence[OrderEvent], posted: Order, uow: Any) -> None:
    """Write down that nothing is wanted any more, and how much had been paid by then; what comes in later may tell more
    of that. Money for an order that the engine gave up on came after it was cancelled, too."""
    order_no, first = stored.order.order_no, reports.first_cancelled(events)
    if first is not None:
        paid_cents = reports.paid_before(posted, events, first.place)
        said = Cancellation(first.data.get("reason", ""), stored.order.channel, first.at, paid_cents)
        uow.changes.cancel(order_no, said)
        uow.changes.restate_cancellation(order_no, said)
    elif stored.status == "cancelled" and event.type == "payment_updated":
        decided_at = uow.decisions.get(stored.decision_id).decision.decided_at
        uow.changes.cancel(order_no, Cancellation("", "gatehouse", decided_at, stored.order.payment.paid_cents))
