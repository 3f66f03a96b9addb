"""Held orders by why, on both databases."""

from __future__ import annotations

import datetime as dt

from engine.decision import Verdict
from engine.order import order_digest
from engine.store.database import Database
from tests.engine.store.samples import NOON, a_decision, a_hold, an_order


def hold(database: Database, number: str, *holds: tuple[str, str], minutes: int = 0, status: str = "held") -> str:
    order = an_order(number, placed_at=NOON - dt.timedelta(minutes=minutes))
    made = tuple(a_hold(reason, rule) for reason, rule in holds)
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        decision = a_decision(order, verdict=Verdict.HOLD, holds=made, shipments=())
        uow.decisions.add(decision, {}, order_digest(order), "order_received")
        uow.orders.set_state(order.order_no, status, decision.id)
        uow.commit()
    return order.order_no


def found(database: Database, reasons: list[str] | None = None, rule: str | None = None) -> dict[str, tuple[str, ...]]:
    with database.read() as uow:
        return {each.order_no: each.reasons for each in uow.orders.held(reasons, rule)}


def test_orders_are_found_by_any_of_the_reasons_and_by_rule_with_all_that_they_are_held_for(shop: Database) -> None:
    both = hold(shop, "A", ("HIGH_VALUE", "fraud.high"), ("NO_WAREHOUSE", "engine.none"))
    row = hold(shop, "B", ("HIGH_VALUE", "fraud.table#3"), minutes=5)
    hold(shop, "C", ("HIGH_VALUE", "fraud.high"), status="approved")
    waits = hold(shop, "D", ("AWAITING_PAYMENT", "engine.unpaid"), minutes=9, status="awaiting_payment")
    everything = {waits: ("AWAITING_PAYMENT",), row: ("HIGH_VALUE",), both: ("HIGH_VALUE", "NO_WAREHOUSE")}
    assert list(found(shop).items()) == list(everything.items())  # first placed first
    assert list(found(shop, ["HIGH_VALUE"])) == [row, both]
    assert found(shop, ["NO_WAREHOUSE", "AWAITING_PAYMENT"]) == {each: everything[each] for each in (waits, both)}
    assert list(found(shop, None, "fraud.table")) == list(found(shop, None, "fraud.table#3")) == [row]
    assert list(found(shop, ["HIGH_VALUE"], "engine.none")) == []  # one hold has to be both
    assert list(found(shop, None, "fraud.tabl_")) == list(found(shop, None, "%")) == list(found(shop, [])) == []


def test_a_hold_that_is_closed_counts_no_more(shop: Database) -> None:
    number = hold(shop, "A", ("HIGH_VALUE", "fraud.high"), ("NO_WAREHOUSE", "engine.none"))
    order = an_order("A")
    with shop.write() as uow:
        decision = a_decision(order, 2, verdict=Verdict.HOLD, holds=(a_hold("NO_WAREHOUSE", "engine.none"),))
        uow.decisions.add(decision, {}, order_digest(order), "timer")
        uow.commit()
    assert found(shop) == {number: ("NO_WAREHOUSE",)}
    assert found(shop, ["HIGH_VALUE"]) == {}
