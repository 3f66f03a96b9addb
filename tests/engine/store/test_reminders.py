"""When the pool was looked at only goes forward, on both databases; and which orders must leave soon."""

from __future__ import annotations

import datetime as dt

from engine.order import order_digest
from engine.store.database import Database
from tests.engine.store.samples import NOON, a_decision, an_order

HOUR = dt.timedelta(hours=1)


def test_looks_are_kept_to_the_minute_and_an_earlier_one_says_nothing_new(shop: Database) -> None:
    with shop.write() as uow:
        assert (uow.reminders.seen_at(), uow.reminders.asked_at()) == (None, None)
        for at in (NOON, NOON - HOUR, NOON + dt.timedelta(seconds=61)):
            uow.reminders.see(at)
        uow.reminders.ask(NOON - HOUR)
        uow.commit()
    with shop.read() as uow:
        assert uow.reminders.seen_at() == NOON + dt.timedelta(minutes=1)
        assert uow.reminders.asked_at() == NOON - HOUR


def test_orders_that_must_leave_are_found_until_they_are_handed_over(shop: Database) -> None:
    order = an_order(ship_by=NOON + 5 * HOUR)
    decision = a_decision(order)
    with shop.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.decisions.add(decision, {}, order_digest(order), "order_received", ())
        uow.orders.set_state(order.order_no, "held", decision.id, NOON)
        uow.commit()

    def late(after: dt.timedelta, status: str = "held") -> list[str]:
        with shop.write() as uow:
            uow.orders.set_state(order.order_no, status, decision.id, NOON)
            return [each["order_no"] for each in uow.reminders.to_leave(NOON + after, NOON + after + 4 * HOUR)]

    assert [late(after * HOUR) for after in (0, 1, 4)] == [[], [order.order_no], [order.order_no]]
    assert late(5 * HOUR) == [], "it is too late for that"
    assert [status for status in ("received", "approved", "released", "cancelled", "awaiting_payment")
            if late(HOUR, status)] == ["received", "approved"]  # fmt: skip
