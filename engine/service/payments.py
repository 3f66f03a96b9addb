"""Asking the payment provider about money that was paid and has not come, and what its answer does to the order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.decision import derived_id
from engine.service.decisions import Decisions
from engine.service.order_events import OrderEvents
from engine.service.orders import left_behind
from engine.service.principals import Principal

_EVERY = dt.timedelta(minutes=10)
_LONGEST = dt.timedelta(hours=2)  # between two times of asking a provider that does not answer
_MOST = 200
_PROVIDER = Principal("token", "payment-provider", frozenset({"ops"}))
SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A payment to ask about now."""

    order_no: str
    transaction_no: str


class Payments:
    """Use cases of the clockwork."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], decisions: Decisions, events: OrderEvents):
        self._database = database
        self._clock = clock
        self._decisions = decisions
        self._events = events

    def due(self) -> list[str]:
        """Orders whose payment is to be asked about: at once when they are held for it, then every ten minutes."""
        with self._database.read() as uow:
            return uow.payments.due(self._clock(), _MOST)

    def begin(self, order_no: str) -> Inquiry | None:
        """Take it up; None when somebody else has, or there is no transaction to ask about."""
        now = self._clock()
        with self._database.write() as uow:
            begun = uow.payments.begin(order_no, now, now + _EVERY)
            payment = uow.orders.get(order_no).order.payment
            uow.commit()
        asks = begun and payment.transaction_no and payment.settled_at is None
        return Inquiry(order_no, payment.transaction_no) if asks else None

    def answered(
        self, inquiry: Inquiry, answer: str, paid_cents: int = 0, settled_at: dt.datetime | None = None
    ) -> None:
        """The provider's answer: `settled` is as if the channel had reported the payment; any other is an input of the
        order's next decision, which follows at once where it is new."""
        now, order_no = self._clock(), inquiry.order_no
        with self._database.write() as uow:
            before = uow.orders.decision_id(order_no, lock=True)
            is_new = uow.payments.answered(order_no, answer, now)
            payment = uow.orders.get(order_no).order.payment
            if is_new and answer != SETTLED:
                uow.orders.again(order_no, "payment_updated")
                uow.orders.begin(order_no, before, now, left_behind(now))
            uow.commit()
        if answer == SETTLED:
            settled = (settled_at or now).isoformat()
            data = {"status": payment.status, "transaction_no": inquiry.transaction_no, "paid_cents": paid_cents}
            event_id = derived_id(order_no, SETTLED, inquiry.transaction_no)
            event = {"event_id": event_id, "type": "payment_updated", "at": now.isoformat()}
            self._events.report(order_no, {**event, "data": {**data, "settled_at": settled}}, _PROVIDER)
        elif is_new:
            self._decisions.decide(order_no, "payment_updated", before)

    def unanswered(self, inquiry: Inquiry) -> None:
        """The provider is not there: ask later, and later each time."""
        with self._database.write() as uow:
            failures = uow.payments.failed(inquiry.order_no)
            uow.payments.postpone(inquiry.order_no, self._clock() + min(_EVERY * 2**min(failures, 10), _LONGEST))
            uow.commit()
