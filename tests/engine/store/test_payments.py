from __future__ import annotations

import datetime as dt
import threading

from engine.order import Payment, order_digest
from engine.store.database import Database
from tests.engine.store.samples import NOON, a_decision, a_hold, an_order

TEN_MINUTES = dt.timedelta(minutes=10)


def hold(database: Database, number: str, reason: str = "AWAITING_PAYMENT", **changes: object) -> str:
    order = an_order(number, **changes)
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.decisions.add(a_decision(order, holds=(a_hold(reason),)), {}, order_digest(order), "order_received")
        uow.commit()
    return order.order_no


def due(database: Database, now: dt.datetime = NOON) -> list[str]:
    with database.read() as uow:
        return uow.payments.due(now, 10)


def begin(database: Database, order_no: str, now: dt.datetime = NOON) -> bool:
    with database.write() as uow:
        begun = uow.payments.begin(order_no, now, now + TEN_MINUTES)
        uow.commit()
    return begun


def test_what_is_held_for_paid_money_is_due_at_once_and_then_when_it_was_put_off_to(shop: Database) -> None:
    awaiting = hold(shop, "A1")
    hold(shop, "A2", "HIGH_VALUE")
    hold(shop, "A3", payment=Payment("processing", "card"))
    assert due(shop) == [awaiting]
    assert begin(shop, awaiting) and not begin(shop, awaiting)
    assert (due(shop), due(shop, NOON + TEN_MINUTES)) == ([], [awaiting])


def test_of_several_who_take_it_up_at_once_one_does(shop: Database) -> None:
    order_no = hold(shop, "A1")
    for round_ in range(3):
        begun: list[bool] = []
        now = NOON + round_ * TEN_MINUTES

        def try_it(at: dt.datetime, into: list[bool]) -> None:
            into.append(begin(shop, order_no, at))

        threads = [threading.Thread(target=try_it, args=(now, begun)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(begun) == [False] * 4 + [True]


def test_an_answer_is_new_once_and_failures_are_counted_in_a_row(shop: Database) -> None:
    order_no = hold(shop, "A1")
    begin(shop, order_no)
    with shop.write() as uow:
        assert [uow.payments.failed(order_no) for _ in range(3)] == [1, 2, 3]
        assert uow.payments.answered(order_no, "processing", NOON)
        assert not uow.payments.answered(order_no, "processing", NOON)
        assert uow.payments.answered(order_no, "settled", NOON)
        assert uow.payments.failed(order_no) == 1
        uow.payments.postpone(order_no, NOON + 2 * TEN_MINUTES)
        uow.commit()
    with shop.read() as uow:
        assert uow.payments.answer(order_no) == "settled"
        assert uow.payments.answer("own-shop.A9") is None
    assert due(shop, NOON + TEN_MINUTES) == []
