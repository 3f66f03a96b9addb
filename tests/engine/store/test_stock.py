from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import Conflict, NotFound, StockTaken
from engine.order import order_digest
from engine.store.database import Database
from tests.engine.store.samples import NOON, an_order

TEA, MUG = ("SH1", "TEA"), ("SH1", "MUG")


def accept(database: Database, *numbers: str, channel: str = "own-shop") -> list[str]:
    """Store orders of those numbers; their order numbers."""
    orders = [an_order(number, channel=channel) for number in numbers]
    with database.write() as uow:
        for order in orders:
            uow.orders.accept(order, order_digest(order), NOON)
        uow.commit()
    return [order.order_no for order in orders]


def reserve(database: Database, order_no: str, wanted: Mapping[tuple[str, str], int], lock: bool = False) -> None:
    with database.write() as uow:
        uow.stock.reserve(order_no, wanted, f"decision of {order_no}", NOON, lock=lock)
        uow.commit()


def balance(database: Database, place: tuple[str, str] = TEA) -> tuple[int, int, int]:
    """(on hand, reserved, available) at a place."""
    with database.read() as uow:
        (row,), _ = uow.stock.rows(place[1], place[0], None, 10)
    return row["on_hand"], row["reserved"], row["available"]


def adjust(database: Database, adjustment_id: str = "adj-1", **changes: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "warehouse": "SH1", "sku": "TEA", "on_hand": None, "delta": None, "safety_stock": None, "channel_shares": None,
        "reason": "count", "by": "li", "at": NOON,
    }  # fmt: skip
    with database.write() as uow:
        answer = uow.stock.adjust(adjustment_id, **{**asked, **changes})
        uow.commit()
    return answer


def test_a_reservation_takes_units_and_gives_back_what_is_not_wanted_any_more(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 3, MUG: 1})
    assert balance(shop) == (10, 3, 7) and balance(shop, MUG) == (10, 1, 9)
    reserve(shop, order, {TEA: 1, ("BJ1", "MUG"): 2})
    assert [balance(shop, place) for place in (TEA, MUG, ("BJ1", "MUG"))] == [(10, 1, 9), (10, 0, 10), (5, 2, 3)]
    with shop.read() as uow:
        assert uow.stock.reservations(order) == {("BJ1", "MUG"): 2, TEA: 1}
    reserve(shop, order, {})
    assert balance(shop) == (10, 0, 10)
    with shop.read() as uow:
        assert uow.stock.reservations(order) == {}


def test_the_same_reservation_again_moves_nothing(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 3})
    reserve(shop, order, {TEA: 3})
    with shop.read() as uow:
        assert [each["kind"] for each in uow.stock.ledger("TEA", "SH1", None, 10)[0]] == ["reserved", "adjusted"]


@pytest.mark.parametrize("lock", [False, True])
def test_units_that_somebody_else_took_cannot_be_reserved(shop: Database, lock: bool) -> None:
    first, second = accept(shop, "A1", "A2")
    reserve(shop, first, {TEA: 8})
    with pytest.raises(StockTaken, match="TEA"):
        reserve(shop, second, {MUG: 1, TEA: 3}, lock)
    assert balance(shop) == (10, 8, 2) and balance(shop, MUG) == (10, 0, 10)
    reserve(shop, second, {TEA: 2}, lock)
    assert balance(shop) == (10, 10, 0)


def test_an_orders_own_units_are_available_to_it(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 9})
    reserve(shop, order, {TEA: 10})
    assert balance(shop) == (10, 10, 0)


def test_safety_stock_is_never_promised(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    adjust(shop, safety_stock=4)
    with pytest.raises(StockTaken):
        reserve(shop, order, {TEA: 7})
    reserve(shop, order, {TEA: 6})


def test_stock_that_nobody_keeps_cannot_be_reserved(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    with pytest.raises(StockTaken):
        reserve(shop, order, {("SH1", "CUP"): 1})


def test_a_channel_stays_within_its_share(shop: Database) -> None:
    own, other = accept(shop, "A1", "A2")
    (elsewhere,) = accept(shop, "T1", channel="taobao")
    adjust(shop, channel_shares={"own-shop": 50})
    reserve(shop, own, {TEA: 3})
    with pytest.raises(StockTaken, match="share"):
        reserve(shop, other, {TEA: 3})
    reserve(shop, other, {TEA: 2})
    reserve(shop, elsewhere, {TEA: 5})
    assert balance(shop) == (10, 10, 0)


def test_an_adjustment_counts_or_corrects(shop: Database) -> None:
    assert adjust(shop, "count", on_hand=20, safety_stock=2) == {
        "adjustment_id": "count", "warehouse": "SH1", "sku": "TEA", "on_hand": 20, "reserved": 0, "safety_stock": 2,
        "available": 18, "channel_shares": {}, "shortfall": {"units": 0, "order_nos": [], "released_units": 0},
    }  # fmt: skip
    assert adjust(shop, "correct", delta=-5)["on_hand"] == 15
    assert adjust(shop, "new-place", warehouse="BJ1", sku="MUG", delta=1)["on_hand"] == 6


def test_an_adjustment_is_applied_once(shop: Database) -> None:
    first = adjust(shop, delta=5)
    assert adjust(shop, delta=5) == first and balance(shop) == (15, 0, 15)
    with pytest.raises(Conflict):
        adjust(shop, delta=6)
    assert balance(shop) == (15, 0, 15)


def test_an_adjustment_sent_ten_times_at_once_is_applied_once(shop: Database) -> None:
    answers: list[Any] = []
    together = threading.Barrier(10, timeout=30)

    def send() -> None:
        together.wait()
        answers.append(adjust(shop, delta=5))

    _in_threads([send] * 10)
    assert [each["on_hand"] for each in answers] == [15] * 10 and balance(shop) == (15, 0, 15)


def test_new_balances_that_appear_at_once_add_up(shop: Database) -> None:
    with shop.write() as uow:
        uow.reference.put("skus", "CUP", {"title": "Cup"})
        uow.commit()
    _in_threads([lambda number=number: adjust(shop, f"adj-{number}", sku="CUP", delta=1) for number in range(10)])
    assert balance(shop, ("SH1", "CUP")) == (10, 0, 10)


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"delta": -11}, Conflict), ({"warehouse": "XX", "delta": 1}, NotFound), ({"sku": "XX", "delta": 1}, NotFound)],
)
def test_an_adjustment_that_cannot_be_leaves_nothing(shop: Database, changes: dict[str, Any], error: Any) -> None:
    with pytest.raises(error):
        adjust(shop, **changes)
    assert balance(shop) == (10, 0, 10) and adjust(shop, delta=1)["on_hand"] == 11


def test_fewer_units_than_promised_may_be_counted(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 8})
    assert adjust(shop, on_hand=5)["available"] == 0
    reserve(shop, order, {TEA: 5})
    assert balance(shop) == (5, 5, 0)


def test_the_ledger_explains_every_balance(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 3})
    adjust(shop, delta=2)
    reserve(shop, order, {TEA: 1})
    with shop.read() as uow:
        pages = [uow.stock.ledger("TEA", "SH1", None, 3)]
        pages.append(uow.stock.ledger("TEA", "SH1", pages[0][1], 3))
    movements = pages[0][0] + pages[1][0]
    assert pages[1][1] is None
    assert [(each["kind"], each["on_hand_change"], each["reserved_change"]) for each in movements] == [
        ("released", 0, -2), ("adjusted", 2, 0), ("reserved", 0, 3), ("adjusted", 10, 0),
    ]  # fmt: skip
    assert [(each["on_hand"], each["reserved"]) for each in movements] == [(12, 1), (12, 3), (10, 3), (10, 0)]
    assert movements[0]["order_no"] == order and movements[1]["adjustment_id"] == "adj-1" and movements[1]["by"] == "li"


def ship(database: Database, order_no: str, shipment_no: str, *lines: tuple[str, str, int]) -> bool:
    with database.write() as uow:
        done = uow.stock.ship(order_no, shipment_no, lines, NOON)
        uow.commit()
    return done


def take_back(database: Database, order_no: str, return_id: str, *lines: tuple[str, str, int]) -> bool:
    with database.write() as uow:
        done = uow.stock.take_back(order_no, return_id, lines, NOON, "unwanted")
        uow.commit()
    return done


def test_what_ships_leaves_the_shelf_and_the_reservation_once(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 3, MUG: 2})
    assert ship(shop, order, "A1-1-1", (*TEA, 1), (*MUG, 2), (*TEA, 1))
    assert not ship(shop, order, "A1-1-1", (*TEA, 1), (*MUG, 2), (*TEA, 1))
    assert balance(shop) == (8, 1, 7) and balance(shop, MUG) == (8, 0, 8)
    with shop.read() as uow:
        assert uow.stock.reservations(order) == {TEA: 1}
        movement = uow.stock.ledger("TEA", "SH1", None, 1)[0][0]
    told = {name: movement[name] for name in ("kind", "on_hand_change", "reserved_change", "order_no", "shipment_no")}
    assert told == {
        "kind": "shipped", "on_hand_change": -2, "reserved_change": -2, "order_no": order, "shipment_no": "A1-1-1",
    }  # fmt: skip
    _assert_consistent(shop, [order])


def test_what_ships_without_being_promised_leaves_what_the_order_has_reserved(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 3})
    with shop.write() as uow:
        assert uow.stock.ship(order, "A1-1-1", [(*TEA, 2)], NOON, promised=False)
        uow.commit()
    assert balance(shop) == (8, 3, 5)
    _assert_consistent(shop, [order])


def test_what_ships_was_there_whatever_was_counted_or_promised(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 2})
    adjust(shop, on_hand=1)
    assert ship(shop, order, "A1-1-1", (*TEA, 4))
    assert balance(shop) == (0, 0, 0)
    with shop.read() as uow:
        found = uow.stock.ledger("TEA", "SH1", None, 2)[0][1]
    assert (found["kind"], found["on_hand_change"], found["reason"]) == ("adjusted", 3, "shipped, though not counted")
    _assert_consistent(shop, [order])


def test_a_return_is_back_on_the_shelf_once(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    assert take_back(shop, order, "r-1", (*TEA, 1), (*MUG, 1)) and take_back(shop, order, "r-2", (*TEA, 1))
    assert not take_back(shop, order, "r-1", (*TEA, 1), (*MUG, 1))
    assert balance(shop) == (12, 0, 12) and balance(shop, MUG) == (11, 0, 11)


def test_a_shipment_told_ten_times_at_once_leaves_once(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 2})
    told: list[bool] = []
    _in_threads([lambda: told.append(ship(shop, order, "A1-1-1", (*TEA, 2)))] * 10)
    assert sorted(told) == [False] * 9 + [True] and balance(shop) == (8, 0, 8)


def test_nothing_ships_for_an_order_that_nobody_knows(shop: Database) -> None:
    with pytest.raises(NotFound):
        ship(shop, "own-shop.nobody", "x-1-1", (*TEA, 1))
    with pytest.raises(NotFound):
        take_back(shop, "own-shop.nobody", "r-1", (*TEA, 1))


@pytest.mark.parametrize("change", ["UPDATE stock_movements SET reason = 'x'", "DELETE FROM stock_movements"])
def test_a_movement_can_be_neither_altered_nor_deleted(shop: Database, change: str) -> None:
    with shop.write() as uow, pytest.raises(sa.exc.DBAPIError, match="only ever added"):
        uow._connection.execute(sa.text(change))


def test_stock_is_listed_by_warehouse_and_sku(shop: Database) -> None:
    with shop.read() as uow:
        first, cursor = uow.stock.rows(None, None, None, 3)
        rest, end = uow.stock.rows(None, None, cursor, 3)
        mugs, _ = uow.stock.rows("MUG", None, None, 10)
    assert [(each["warehouse"], each["sku"]) for each in first + rest] == [("BJ1", "MUG"), ("BJ1", "TEA"), MUG, TEA]
    assert end is None and [each["warehouse"] for each in mugs] == ["BJ1", "SH1"]


def test_twenty_threads_never_promise_a_unit_twice(shop: Database) -> None:
    numbers = accept(shop, *(f"N{number}" for number in range(100)))
    shares = [numbers[start::20] for start in range(20)]
    refused: list[str] = []

    def take(orders: list[str]) -> None:
        for order in orders:
            try:
                reserve(shop, order, {TEA: 1, ("BJ1", "MUG"): 1} if order[-1] in "02468" else {TEA: 1})
            except StockTaken:
                refused.append(order)

    _in_threads([lambda orders=orders: take(orders) for orders in shares])
    assert balance(shop) == (10, 10, 0)
    assert len(refused) == 90
    _assert_consistent(shop, numbers)


def test_shares_of_several_channels_are_exact_when_all_take_at_once(shop: Database) -> None:
    adjust(shop, on_hand=100, safety_stock=10, channel_shares={"own-shop": 40, "taobao": 25, "jd": 10})
    wanting = {
        channel: accept(shop, *(f"{channel}-{number}" for number in range(60)), channel=channel)
        for channel in ("own-shop", "taobao", "jd", "douyin")
    }

    def take(orders: list[str]) -> None:
        for order in orders:
            with contextlib.suppress(StockTaken):
                reserve(shop, order, {TEA: 1})

    _in_threads([
        lambda mine=numbers[start::5]: take(mine) for numbers in wanting.values() for start in range(5)
    ])  # fmt: skip
    with shop.read() as uow:
        taken = {
            channel: sum(uow.stock.reservations(order).get(TEA, 0) for order in orders)
            for channel, orders in wanting.items()
        }
    most = {"own-shop": 36, "taobao": 22, "jd": 9}  # of the 90 that may be promised
    assert all(taken[channel] <= units for channel, units in most.items())
    assert sum(taken.values()) == 90 and balance(shop) == (100, 90, 0)


def test_orders_that_change_their_minds_at_once_neither_block_nor_lose_units(shop: Database) -> None:
    numbers = accept(shop, *(f"N{number}" for number in range(12)))
    places = [("BJ1", "MUG"), ("BJ1", "TEA"), MUG, TEA]

    def change(order: str) -> None:
        chosen = random.Random(order)
        for _ in range(12):
            wanted = {place: chosen.randint(1, 3) for place in chosen.sample(places, chosen.randint(0, 4))}
            try:
                reserve(shop, order, wanted, lock=chosen.random() < 0.3)
            except StockTaken:
                continue

    _in_threads([lambda order=order: change(order) for order in numbers])
    _assert_consistent(shop, numbers)


def test_processes_never_promise_a_unit_twice(shop: Database) -> None:
    numbers = accept(shop, *(f"N{number}" for number in range(40)))
    script = """
import datetime as dt, sys
from engine.errors import StockTaken
from engine.store.database import Database
database, taken = Database(sys.argv[1]), 0
for order in sys.argv[2:]:
    try:
        with database.write() as uow:
            uow.stock.reserve(order, {("SH1", "TEA"): 1}, "d", dt.datetime.now(dt.UTC))
            uow.commit()
            taken += 1
    except StockTaken:
        pass
print(taken)
"""
    url = shop.url.render_as_string(hide_password=False)
    children = [
        subprocess.Popen([sys.executable, "-c", script, url, *numbers[start::4]], stdout=subprocess.PIPE, text=True)
        for start in range(4)
    ]
    taken = [int(child.communicate(timeout=60)[0]) for child in children]
    assert sum(taken) == 10 and balance(shop) == (10, 10, 0)
    _assert_consistent(shop, numbers)


def test_a_lock_keeps_others_from_the_skus(postgres_database: Database) -> None:
    database = postgres_database
    with database.write() as uow:
        uow.stock.set("SH1", "TEA", 1, at=NOON)
        uow.commit()
    first, second = accept(database, "A1", "A2")
    outcome: list[str] = []

    def other() -> None:
        try:
            reserve(database, second, {TEA: 1})
            outcome.append("taken")
        except StockTaken:
            outcome.append("refused")

    thread = threading.Thread(target=other)
    with database.write() as uow:
        uow.stock.lock(["TEA"])
        thread.start()
        thread.join(0.5)
        assert outcome == []
        uow.stock.reserve(first, {TEA: 1}, "d", NOON)
        uow.commit()
    thread.join(30)
    assert outcome == ["refused"]


def _assert_consistent(database: Database, orders: list[str]) -> None:
    """Balances, reservations and ledger tell the same story, and nothing is promised beyond what there is."""
    with database.read() as uow:
        rows, _ = uow.stock.rows(None, None, None, 100)
        kept = [uow.stock.reservations(order) for order in orders]
        movements, _ = uow.stock.ledger(None, None, None, 1000)
    for row in rows:
        place = (row["warehouse"], row["sku"])
        moved = [each for each in movements if (each["warehouse"], each["sku"]) == place]
        assert row["reserved"] == sum(each.get(place, 0) for each in kept) <= row["on_hand"]
        assert row["reserved"] == sum(each["reserved_change"] for each in moved)
        assert row["on_hand"] == sum(each["on_hand_change"] for each in moved)


def _in_threads(works: list[Any]) -> None:
    """Run them all at once; any error that is not caught there fails the test."""
    errors: list[BaseException] = []

    def guarded(work: Any) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
