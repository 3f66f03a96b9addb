from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from engine.decision import Decision
from engine.order import Buyer, Line, Order, Payment, order_digest
from engine.standing import planned_of
from engine.store.database import Database
from engine.world import OpenOrder
from tests.engine.store.samples import NOON, RECEIVER, a_decision, an_order


def decided(database: Database, order: Order, status: str = "approved", **changes: Any) -> Decision:
    decision = a_decision(order, **changes)
    with database.write() as uow:
        assert uow.orders.accept(order, order_digest(order), NOON)
        uow.decisions.add(decision, {}, order_digest(order), "submitted", planned_of(order, decision))
        uow.orders.set_state(order.order_no, status, decision.id)
        uow.commit()
    return decision


def open_orders(database: Database, **changes: Any) -> tuple[OpenOrder, ...]:
    with database.read() as uow:
        return uow.world.load(an_order("NOW", **changes), NOON, "Asia/Shanghai")[0].open_orders


def numbers(database: Database, **changes: Any) -> list[str]:
    return [each.order_no for each in open_orders(database, **changes)]


def test_an_approved_order_of_the_same_buyer_and_receiver_is_open(database: Database) -> None:
    decided(database, an_order("A1"))
    (found,) = open_orders(database)
    assert found == OpenOrder("own-shop.A1", "SH1", NOON.date(), cod=False, cold=False, presale=False)


def test_others_and_those_that_wait_have_left_or_go_twice_are_not(database: Database) -> None:
    decided(database, an_order("HELD"), "held")
    decided(database, an_order("LEFT"), "released")
    decided(database, an_order("OTHER-BUYER", buyer=Buyer("b-2")))
    decided(database, an_order("OTHER-SHOP", channel="taobao"))
    decided(database, an_order("OTHER-PHONE", receiver=replace(RECEIVER, phone="13900139000")))
    split = an_order("SPLIT")
    (one,) = a_decision(split).shipments
    decided(database, split, shipments=(one, replace(one, shipment_no="SPLIT-2", warehouse="BJ1")))
    assert numbers(database) == []


def test_an_order_itself_or_one_without_a_buyer_or_receiver_has_none(database: Database) -> None:
    decided(database, an_order("NOW"))
    decided(database, an_order("A1"))
    assert numbers(database) == ["own-shop.A1"]
    assert numbers(database, buyer=Buyer()) == []
    assert numbers(database, receiver=None) == []
    assert numbers(database, receiver=replace(RECEIVER, masked=True)) == []


def test_what_keeps_it_from_going_along_is_told(database: Database) -> None:
    with database.write() as uow:
        ice = {"title": "冰", "category": "fresh", "weight_g": 100, "attributes": ["cold"]}
        uow.reference.put("skus", "ICE", ice)
        uow.commit()
    decided(database, an_order("C", payment=Payment("unpaid", "cod")))
    decided(database, an_order("D", lines=(Line("1", "ICE", 1, 900), Line("2", "TEA", 1, 900))))
    decided(database, an_order("E", lines=(Line("1", "TEA", 1, 900, kind="presale"),)))
    told = {each.order_no: (each.cod, each.cold, each.presale) for each in open_orders(database)}
    assert told == {
        "own-shop.C": (True, False, False), "own-shop.D": (False, True, False), "own-shop.E": (False, False, True),
    }  # fmt: skip


def test_a_replay_reads_the_open_orders_of_then(database: Database) -> None:
    decided(database, an_order("A1"))
    with database.read() as uow:
        world, refs = uow.world.load(an_order("NOW"), NOON, "Asia/Shanghai")
    decided(database, an_order("A2", placed_at=NOON + dt.timedelta(minutes=1)))
    with database.read() as uow:
        assert uow.world.rebuild(refs) == world
        older = {name: value for name, value in refs.items() if name != "open_orders"}
        assert uow.world.rebuild(older).open_orders == ()
