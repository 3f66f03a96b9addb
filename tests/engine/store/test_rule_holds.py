from __future__ import annotations

import datetime as dt

import pytest

from engine.decision import Hold
from engine.order import order_digest
from engine.store.database import Database
from engine.store.rule_holds import HoldFigures
from engine.world import Waiver
from tests.engine.store.samples import NOON, a_decision, an_order

AN_HOUR = dt.timedelta(hours=1)


def hold(rule: str, reason: str = "HIGH_VALUE") -> Hold:
    return Hold(reason, "risk", "red", None, None, rule)


def release(uow, order_no: str, rule: str, at: dt.datetime) -> None:  # type: ignore[no-untyped-def]
    uow.waivers.add(order_no, Waiver(rule, "HIGH_VALUE", "order", {}, "ann", at, "known buyer"))


@pytest.fixture
def held(database: Database) -> Database:
    """A1 was held for two hours and released, A2 for one and not, A3 is held by a row of a table and by the rule."""
    with database.write() as uow:
        for number, over_at, rules in (("A1", 2, ["fraud.high"]), ("A2", 1, ["fraud.high"]),
                                       ("A3", None, ["fraud.high", "fraud.high-table#7"])):  # fmt: skip
            order = an_order(number)
            uow.orders.accept(order, order_digest(order), NOON)
            holds = tuple(hold(rule) for rule in rules)
            decision = a_decision(order, holds=holds, decided_at=NOON)
            uow.decisions.add(decision, {}, order_digest(order), "submitted")
            if over_at:
                again = a_decision(order, 2, decided_at=NOON + over_at * AN_HOUR)
                uow.decisions.add(again, {}, order_digest(order), "released")
        release(uow, "own-shop.A1", "fraud.high", NOON + 2 * AN_HOUR)
        release(uow, "own-shop.A3", "fraud.high-table#7", NOON + 3 * AN_HOUR)
        uow.commit()
    return database


def test_orders_are_counted_that_a_rule_holds_held_and_people_released(held: Database) -> None:
    with held.read() as uow:
        assert uow.rule_holds.figures("fraud.high") == HoldFigures(open=1, orders=3, released=1)
        assert uow.rule_holds.figures("fraud.high-table") == HoldFigures(open=1, orders=1, released=1), "its rows'"
        assert uow.rule_holds.figures("fraud") == HoldFigures(0, 0, 0)


def test_the_latest_holds_come_with_their_orders(held: Database) -> None:
    with held.read() as uow:
        found = {each["order_no"]: each for each in uow.rule_holds.recent("fraud.high", 10)}
        assert found.keys() == {"own-shop.A1", "own-shop.A2", "own-shop.A3"}
        assert found["own-shop.A1"]["closed_at"] == "2026-11-11T06:00:00+00:00"
        assert (found["own-shop.A3"]["closed_at"], found["own-shop.A3"]["reason"]) == (None, "HIGH_VALUE")
        assert len(uow.rule_holds.recent("fraud.high", 2)) == 2


def test_holds_that_are_over_have_a_length(held: Database) -> None:
    with held.read() as uow:
        assert sorted(uow.rule_holds.lengths("fraud.high", 10)) == [AN_HOUR, 2 * AN_HOUR]


def test_releases_say_who_and_why(held: Database) -> None:
    with held.read() as uow:
        (found,) = uow.rule_holds.releases("fraud.high-table", 10)
    assert (found["order_no"], found["by"], found["note"]) == ("own-shop.A3", "ann", "known buyer")
    assert found["at"] == "2026-11-11T07:00:00+00:00"
