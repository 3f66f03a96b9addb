from __future__ import annotations

import datetime as dt
import threading

import pytest

from engine.decision import Verdict
from engine.errors import NotFound
from engine.order import Line, Order, order_digest
from engine.standing import planned_of
from engine.store.database import Database
from engine.store.reference_cache import ReferenceCache
from engine.world import Waiver, World
from tests.engine.store.samples import NOON, a_decision, an_order

ZONE = "Asia/Shanghai"


def accept(database: Database, *orders: Order) -> None:
    with database.write() as uow:
        for order in orders:
            assert uow.orders.accept(order, order_digest(order), NOON)
        uow.commit()


def load(database: Database, order: Order, now: dt.datetime = NOON) -> World:
    with database.read() as uow:
        return uow.world.load(order, now, ZONE)[0]


def test_a_world_has_the_reference_data_and_only_the_orders_skus(shop: Database) -> None:
    world = load(shop, an_order(lines=(Line("1", "MUG", 1, 100), Line("2", "NEW", 1, 100), Line("3", "", 1, 100))))
    assert list(world.skus) == ["MUG"] and world.skus["MUG"].release_on == dt.date(2026, 11, 20)
    assert [(row.warehouse, row.sku, row.on_hand) for row in world.stock] == [("BJ1", "MUG", 5), ("SH1", "MUG", 10)]
    reference = world.reference
    assert list(reference.warehouses) == ["BJ1", "SH1"] and reference.warehouses["BJ1"].attributes == {"cold"}
    assert reference.channels["taobao"].payment_guaranteed and reference.carriers["SF"].services[0].code == "SF-AIR"
    assert reference.rate_cards["SF-AIR"].zones[0].steps[0].cents == 1800
    assert reference.coverage["SF-AIR"].rows[0].until_date == dt.date(2026, 12, 1)
    assert world.items("trusted-buyers") == {"b-9"} and world.time_zone == ZONE


def test_an_empty_database_gives_an_empty_world(database: Database) -> None:
    world = load(database, an_order())
    assert not world.skus and not world.stock and not world.reference.warehouses and world.sequence == 1


@pytest.mark.parametrize("forget", [False, True])
def test_a_world_is_rebuilt_equal_from_its_refs(shop: Database, forget: bool) -> None:
    order = an_order()
    accept(shop, an_order("A0"), order)
    with shop.write() as uow:
        uow.waivers.add(order.order_no, Waiver("high-value", "HIGH_VALUE", "order", {"n": 1}, "li", NOON, "ok"))
        uow.decisions.add(a_decision(order), {}, order_digest(order), "t")
        uow.stock.reserve(order.order_no, {("SH1", "TEA"): 2}, "d", NOON)
        uow.commit()
    with shop.read() as uow:
        world, refs = uow.world.load(order, NOON, ZONE)
    assert (world.sequence, len(world.waivers), world.history.paid_orders) == (2, 1, 1)
    with shop.write() as uow:  # what comes later does not change it
        uow.reference.put("warehouses", "SH1", {"name": "?", "province": "?", "city": "?"})
        uow.stock.set("SH1", "TEA", 0, at=NOON)
        uow.commit()
    if forget:
        shop.reference_cache = ReferenceCache()
    with shop.read() as uow:
        assert uow.world.rebuild(refs) == world


def test_refs_survive_being_stored_with_the_decision(shop: Database) -> None:
    order = an_order()
    accept(shop, order)
    with shop.read() as uow:
        world, refs = uow.world.load(order, NOON, ZONE)
    with shop.write() as uow:
        uow.decisions.add(a_decision(order), refs, order_digest(order), "t")
        uow.commit()
    with shop.read() as uow:
        stored = uow.decisions.latest(order.order_no)
        assert stored.world == refs and uow.world.rebuild(stored.world) == world


def test_equal_worlds_have_equal_refs_in_every_process(shop: Database) -> None:
    with shop.read() as uow:
        _, refs = uow.world.load(an_order(), NOON, ZONE)
    shop.reference_cache = ReferenceCache()
    with shop.read() as uow:
        assert uow.world.load(an_order(), NOON, ZONE)[1] == refs
    assert set(refs["reference"]) == {"channels", "warehouses", "carriers", "rate_cards", "coverage", "lists"}
    assert set(refs["reference"]["lists"]) == {"trusted-buyers"}


def test_changed_reference_data_is_seen_by_the_next_load(shop: Database) -> None:
    order = an_order()
    before = load(shop, order)
    assert load(shop, order).reference is before.reference
    with shop.write() as uow:
        uow.reference.put("lists", "trusted-buyers", {"title": {}, "items": ["b-1"]})
        uow.reference.delete("coverage", "SF-AIR")
        uow.reference.put("skus", "TEA", {"title": "红茶", "category": "tea", "weight_g": 1})
        uow.commit()
    after = load(shop, order)
    assert after.items("trusted-buyers") == {"b-1"} and not after.reference.coverage
    assert after.skus["TEA"].title == "红茶"


def test_reference_data_of_a_change_that_was_rolled_back_is_forgotten(shop: Database) -> None:
    order = an_order()
    with shop.write() as uow:
        uow.reference.put("lists", "trusted-buyers", {"title": {}, "items": ["b-1"]})
        assert uow.world.load(order, NOON, ZONE)[0].items("trusted-buyers") == {"b-1"}
    assert load(shop, order).items("trusted-buyers") == {"b-9"}


def test_a_world_whose_snapshot_is_missing_is_refused(shop: Database) -> None:
    with shop.read() as uow:
        _, refs = uow.world.load(an_order(), NOON, ZONE)
        broken = {**refs, "reference": {**refs["reference"], "lists": {"trusted-buyers": "0" * 64}}}
        with pytest.raises(NotFound):
            uow.world.rebuild(broken)


def test_threads_that_read_new_reference_data_at_once_agree(shop: Database) -> None:
    worlds = []
    threads = [threading.Thread(target=lambda: worlds.append(load(shop, an_order()))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(worlds) == 12 and all(world == worlds[0] for world in worlds)


def test_an_orders_own_reservation_counts_as_available(shop: Database) -> None:
    mine, other = an_order("A1"), an_order("A2")
    accept(shop, mine, other)
    with shop.write() as uow:
        uow.stock.reserve(mine.order_no, {("SH1", "TEA"): 4}, "d", NOON)
        uow.stock.reserve(other.order_no, {("SH1", "TEA"): 3}, "d", NOON)
        uow.commit()
    available = {
        order.order_no: [row.available("own-shop") for row in load(shop, order).stock] for order in (mine, other)
    }
    assert available == {mine.order_no: [10, 7], other.order_no: [10, 6]}


def test_a_channels_share_is_what_its_other_orders_left(shop: Database) -> None:
    mine, other, elsewhere = an_order("A1"), an_order("A2"), an_order("T1", channel="taobao")
    accept(shop, mine, other, elsewhere)
    with shop.write() as uow:
        uow.stock.adjust("x", "SH1", "TEA", None, 0, None, {"own-shop": 50}, "share", "li", NOON)
        for order, units in ((mine, 1), (other, 2), (elsewhere, 4)):
            uow.stock.reserve(order.order_no, {("SH1", "TEA"): units}, "d", NOON)
        uow.commit()
    row = load(shop, mine).stock[1]
    assert (row.warehouse, row.reserved, row.reserved_by_channel) == ("SH1", 6, 2)
    assert row.available("own-shop") == 3 and load(shop, elsewhere).stock[1].available("taobao") == 7


def test_shipments_of_approved_orders_fill_the_day(shop: Database) -> None:
    orders = [an_order(number) for number in ("A1", "A2", "A3")]
    accept(shop, *orders)
    with shop.write() as uow:
        for order, verdict in zip(orders, (Verdict.APPROVE, Verdict.APPROVE, Verdict.HOLD), strict=True):
            decision = a_decision(order, verdict=verdict)
            uow.decisions.add(decision, {}, order_digest(order), "t", planned_of(order, decision))
        uow.commit()
    assert load(shop, an_order("A9")).shipments_today == {"SH1": 2}
    assert load(shop, orders[0]).shipments_today == {"SH1": 1}
    assert load(shop, orders[2], NOON + dt.timedelta(days=1)).shipments_today == {}


def test_today_is_the_business_day(shop: Database) -> None:
    order = an_order()
    accept(shop, order)
    with shop.write() as uow:
        uow.decisions.add(a_decision(order), {}, order_digest(order), "t", planned_of(order, a_decision(order)))
        uow.commit()
    before_midnight_utc = dt.datetime(2026, 11, 10, 16, 30, tzinfo=dt.UTC)  # 00:30 on the 11th in Shanghai
    assert load(shop, an_order("A9"), before_midnight_utc).shipments_today == {"SH1": 1}
