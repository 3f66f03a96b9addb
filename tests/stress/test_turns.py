"""Several processes look for whose turn it is at once: units still go to who was first, and from who was last."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import Busy
from tests.scenarios.documents import a_document, a_line
from tests.stress.storm import ADMIN, SKU, Shop

ORDERS, UNITS, SWEEPERS = 30, 18, 4


def post(shop: Shop, count: int) -> list[str]:
    """Orders of one unit, posted in any order; their numbers by when they were placed."""
    minutes = list(range(count))
    random.Random(3).shuffle(minutes)
    for minute in minutes:
        placed = f"2026-11-11T10:{minute:02}:00+08:00"
        document = a_document(a_line(SKU), channel_order_no=f"TURN-{minute:02}", placed_at=placed)
        shop.gatehouse.orders.submit(document, "taobao")
    return [f"taobao.TURN-{minute:02}" for minute in range(count)]


def adjust(shop: Shop, number: int, warehouse: str, **change: int) -> None:
    document = {"adjustment_id": f"turn-{number}", "warehouse": warehouse, "sku": SKU, "reason": "盘点", **change}
    shop.gatehouse.stock.adjust(document, ADMIN)


@contextmanager
def sweepers(shop: Shop) -> Iterator[None]:
    """So many, each with connections of its own, over and over until the end of the block and of all turns."""
    stop, errors = threading.Event(), []

    def sweep() -> None:
        gatehouse = shop.opened_again()
        try:
            while not stop.is_set():
                try:
                    gatehouse.reallocation.sweep()
                except Busy:
                    continue  # as the clockwork does: the next turn comes
        except BaseException as error:
            errors.append(error)
        finally:
            gatehouse.close()

    threads = [threading.Thread(target=sweep) for _ in range(SWEEPERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    while shop.gatehouse.reallocation.sweep():
        pass
    assert errors == []


def with_units(shop: Shop, order_nos: list[str], warehouse: str | None = None) -> list[str]:
    """Those that have any reserved, at a warehouse or anywhere."""
    with shop.gatehouse.database.read() as uow:
        places = {each: {place for place, _ in uow.stock.reservations(each)} for each in order_nos}
    return [each for each in order_nos if (warehouse in places[each] if warehouse else places[each])]


def test_units_go_to_the_orders_placed_first_and_leave_the_last(shop: Shop) -> None:
    shop.count(0)
    order_nos = post(shop, ORDERS)
    with sweepers(shop):
        for number in range(UNITS):
            adjust(shop, number, ("SH1", "BJ1", "GZ1")[number % 3], delta=1)
    assert with_units(shop, order_nos) == order_nos[:UNITS]
    held = {warehouse: with_units(shop, order_nos, warehouse) for warehouse in ("SH1", "BJ1", "GZ1")}
    with sweepers(shop):
        for number, warehouse in enumerate(held):
            adjust(shop, 100 + number, warehouse, delta=-2)
    assert {warehouse: with_units(shop, order_nos, warehouse) for warehouse in held} == {
        warehouse: oldest_first[:-2] for warehouse, oldest_first in held.items()
    }
    assert list(shop.gatehouse.stock.differences()) == []
