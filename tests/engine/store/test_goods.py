"""Bundles and channels' codes as the store reads them, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from engine.config import Settings
from engine.decision import Verdict
from engine.errors import Conflict, OrderError
from engine.order import Coupon, Line, Order, order_digest
from engine.service.principals import Principal
from engine.service.reference import ReferenceData
from engine.service.rulebooks import Rulebooks
from engine.standing import planned_of
from engine.store.database import Database
from engine.world import Merged, World
from tests.engine.store.samples import NOON, a_decision, an_order

ADMIN = Principal("person", "admin", frozenset({"admin"}))


def put(database: Database, kind: str, code: str, document: dict[str, Any]) -> None:
    with database.write() as uow:
        uow.reference.put(kind, code, document)
        uow.commit()


def a_sku(code: str, **parts: int) -> dict[str, Any]:
    components = [{"sku": sku, "quantity": count} for sku, count in parts.items()]
    return {"title": code, "category": "c", "weight_g": 1, "components": components}


def accept(database: Database, *orders: Order) -> None:
    with database.write() as uow:
        for order in orders:
            assert uow.orders.accept(order, order_digest(order), NOON)
        uow.commit()


@pytest.fixture
def bundles(shop: Database) -> Database:
    """TWO holds a TEA and two MUG, BOX holds a TWO; own-shop calls MUG M-1 and BOX B-1."""
    put(shop, "skus", "TWO", a_sku("TWO", TEA=1, MUG=2))
    put(shop, "skus", "BOX", a_sku("BOX", TWO=1))
    put(shop, "sku-aliases", "own-shop", {"aliases": {"M-1": "MUG", "B-1": "BOX", "OTHER": "TEA"}})
    put(shop, "sku-aliases", "taobao", {"aliases": {"M-1": "TEA"}})
    return shop


def load(database: Database, order: Order) -> World:
    with database.read() as uow:
        return uow.world.load(order, NOON, "Asia/Shanghai")[0]


def test_a_world_holds_what_is_in_bundles_and_only_the_codes_that_its_order_names(bundles: Database) -> None:
    order = an_order(lines=(Line("1", "B-1", 1, 100),), coupons=(Coupon("C", skus=("M-1", "ELSE")),))
    world = load(bundles, order)
    assert world.aliases == {"B-1": "BOX", "M-1": "MUG"}
    assert list(world.skus) == ["BOX", "MUG", "TEA", "TWO"]
    assert {row.sku for row in world.stock} == {"MUG", "TEA"}
    with bundles.read() as uow:
        assert uow.world.skus_read(order) == set(world.skus)


def test_a_rebuilt_world_has_the_codes_and_contents_of_then(bundles: Database) -> None:
    with bundles.read() as uow:
        world, refs = uow.world.load(an_order(lines=(Line("1", "B-1", 1, 100),)), NOON, "Asia/Shanghai")
    put(bundles, "sku-aliases", "own-shop", {"aliases": {}})
    put(bundles, "skus", "TWO", a_sku("TWO"))
    with bundles.read() as uow:
        assert uow.world.rebuild(refs) == world
        older = {name: value for name, value in refs.items() if name not in ("aliases", "merge")}
        assert uow.world.rebuild(older) == replace(world, aliases={})


def test_units_ordered_under_any_code_are_those_of_the_sku(bundles: Database) -> None:
    accept(
        bundles, an_order("A", lines=(Line("1", "M-1", 2, 100),)), an_order("B", lines=(Line("1", "MUG", 3, 100),)),
        an_order("C", lines=(Line("1", "BOX", 4, 100),)),
    )  # fmt: skip
    assert load(bundles, an_order("D", lines=(Line("1", "MUG", 1, 1),))).history.units_30d == {"MUG": 5}
    boxed = load(bundles, an_order("E", lines=(Line("1", "B-1", 1, 1),))).history
    assert boxed.units_30d == {"BOX": 4, "MUG": 5}, "a bundle counts as itself, and what is in it as ordered alone"
    assert load(bundles, an_order("F", lines=(Line("1", "M-1", 1, 1),))).history.similar_orders_10m == 2
    assert load(bundles, an_order("G", lines=(Line("1", "TWO", 1, 1),))).history.similar_orders_10m == 0


def test_what_refers_to_a_sku_is_named_when_it_is_to_be_deleted(bundles: Database) -> None:
    for code, why in (("TWO", "bundle BOX"), ("BOX", "aliases of own-shop")):
        with bundles.write() as uow, pytest.raises(Conflict, match=why):
            uow.reference.delete("skus", code)
    with bundles.read() as uow:
        assert [each.code for each in uow.reference.holders("TEA")] == ["TWO"]
        assert uow.reference.holders("TW") == ()


def test_two_bundles_saved_at_once_do_not_come_to_hold_each_other(shop: Database) -> None:
    for code in ("A", "B"):
        put(shop, "skus", code, a_sku(code))
    rulebooks = Rulebooks(shop, Settings.from_environ({}), lambda: NOON)
    reference, barrier, refused = ReferenceData(shop, lambda: NOON, rulebooks), threading.Barrier(2), []

    def save(code: str, other: str) -> None:
        barrier.wait()
        try:
            reference.put("skus", code, a_sku(code, **{other: 1}), ADMIN)
        except OrderError:
            refused.append(code)

    threads = [threading.Thread(target=save, args=each) for each in (("A", "B"), ("B", "A"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(refused) == 1


def test_a_bundle_is_not_counted_and_a_stocked_sku_is_told(bundles: Database) -> None:
    with bundles.write() as uow, pytest.raises(Conflict, match="bundle"):
        uow.stock.adjust("a", "SH1", "TWO", 5, None, None, None, "r", "li", NOON)
    with bundles.read() as uow:
        assert (uow.stock.is_kept("TEA"), uow.stock.is_kept("TWO")) == (True, False)
        rows = [(row["warehouse"], row["sku"], row["available"]) for row in uow.stock.of_skus({"MUG", "TWO"})]
        assert rows == [("BJ1", "MUG", 5), ("SH1", "MUG", 10)]


def test_a_shipment_that_goes_along_stands_once_the_parcel_was_asked_for(shop: Database) -> None:
    orders = [an_order("A"), an_order("B")]
    accept(shop, *orders)
    decisions = [a_decision(each) for each in orders]
    parcel = decisions[0].shipments[0].shipment_no
    together = Merged(parcel, tuple(each.order_no for each in orders))
    decisions = [replace(each, shipments=(replace(each.shipments[0], merged=together),)) for each in decisions]
    with shop.write() as uow:
        for order, decision in zip(orders, decisions, strict=True):
            uow.decisions.add(decision, {}, order_digest(order), "merged", planned_of(order, decision))
        uow.commit()
    with shop.read() as uow:
        assert uow.shipments.in_parcel(parcel) == ["own-shop.A", "own-shop.B"]
        assert uow.shipments.standing("own-shop.B") == ()
        day = NOON.date().isoformat()
        world = uow.world.load(an_order("C"), NOON, "Asia/Shanghai")[0]
        assert {"SH1": 1} in (world.shipments_today, {"SH1": world.shipments_ahead.get("SH1", {}).get(day)})
    assert decisions[1].verdict is Verdict.APPROVE


def test_a_sku_is_found_by_whatever_it_was_ordered_as(bundles: Database) -> None:
    accept(
        bundles, an_order("A", lines=(Line("1", "MUG", 1, 1),)), an_order("B", lines=(Line("1", "M-1", 1, 1),)),
        an_order("C", lines=(Line("1", "BOX", 1, 1),)), an_order("D", lines=(Line("1", "B-1", 1, 1),)),
        an_order("E", lines=(Line("1", "OTHER", 1, 1),)),
        an_order("F", channel="taobao", lines=(Line("1", "M-1", 1, 1),)),
    )  # fmt: skip
    with bundles.read() as uow:
        found = {
            sku: sorted(each["channel_order_no"] for each in uow.orders.search({"sku": sku}, None, 50)[0])
            for sku in ("MUG", "BOX", "M-1", "NONE", "TEA")
        }
    assert found["MUG"] == ["A", "B", "C", "D"]
    assert found["BOX"] == ["C", "D"] and found["M-1"] == ["B", "F"] and found["NONE"] == []
    assert {"E", "F"} <= set(found["TEA"])
