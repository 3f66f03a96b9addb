from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.store import stock_check
from engine.store.database import Database
from tests.engine.store.samples import NOON
from tests.engine.store.test_stock import TEA, accept, adjust, reserve, ship, take_back


def found(database: Database) -> list[tuple[str, str, int, int]]:
    with database.read() as uow:
        return [(each.what, each.where, each.is_, each.should_be) for each in uow.stock.differences()]


def without_orders(database: Database) -> list[tuple[str, str, int, int]]:
    """All but what decisions say: nobody decided anything here."""
    return [each for each in found(database) if each[0] != "reservation"]


def spoil(database: Database, statement: str) -> None:
    with database.write() as uow:
        uow._connection.execute(sa.text(statement))
        uow.commit()


def test_what_was_moved_by_the_book_agrees(shop: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_check, "_MOVEMENTS", 2)
    monkeypatch.setattr(stock_check, "_ORDERS", 1)
    first, second = accept(shop, "A1", "A2")
    reserve(shop, first, {TEA: 3, ("BJ1", "MUG"): 2})
    reserve(shop, second, {TEA: 4})
    adjust(shop, "a", delta=-6)
    ship(shop, first, "A1-1-1", (*TEA, 3))
    take_back(shop, first, "r", (*TEA, 1))
    assert without_orders(shop) == []
    assert [each[1:] for each in found(shop)] == [
        ("BJ1/MUG order own-shop.A1", 2, 0), ("SH1/TEA order own-shop.A2", 4, 0),
    ]  # fmt: skip


def test_every_wrong_balance_is_named(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 3})
    spoil(shop, "UPDATE stock SET on_hand = 11, reserved = 2 WHERE warehouse = 'SH1' AND sku = 'TEA'")
    assert without_orders(shop) == [
        ("on_hand", "SH1/TEA", 11, 10), ("reserved", "SH1/TEA", 2, 3), ("promised", "SH1/TEA", 2, 3),
    ]  # fmt: skip


def test_a_balance_without_a_movement_and_a_movement_without_a_balance_are_named(shop: Database) -> None:
    spoil(shop, "UPDATE stock SET sku = 'OTHER' WHERE warehouse = 'SH1' AND sku = 'TEA'")
    assert without_orders(shop) == [("on_hand", "SH1/TEA", 0, 10), ("on_hand", "SH1/OTHER", 10, 0)]


def test_a_movement_that_does_not_follow_from_those_before_is_named(shop: Database) -> None:
    with shop.write() as uow:
        place = {"warehouse": "SH1", "sku": "TEA", "kind": "adjusted", "at": NOON, "reason": ""}
        counts = {"on_hand_change": 1, "reserved_change": 0, "on_hand": 12, "reserved": 0}
        stock_check_row = sa.insert(sa.table("stock_movements", *map(sa.column, (*place, *counts))))
        uow._connection.execute(stock_check_row, {**place, **counts, "at": _stored(shop)})
        uow.commit()
    (movement, balance) = without_orders(shop)
    assert movement[0] == "movement" and movement[2:] == (12, 11)
    assert balance == ("on_hand", "SH1/TEA", 10, 11)


def _stored(database: Database) -> object:
    return NOON.isoformat(timespec="microseconds") if database.is_sqlite else NOON


def test_a_reservation_that_no_balance_knows_is_named(shop: Database) -> None:
    (order,) = accept(shop, "A1")
    reserve(shop, order, {TEA: 3})
    spoil(shop, "UPDATE reservations SET units = 5")
    assert without_orders(shop) == [("promised", "SH1/TEA", 3, 5)]
