from __future__ import annotations

import pytest

from engine.errors import Conflict, NotFound
from engine.intake.reference import KINDS
from engine.order import order_digest
from engine.standing import planned_of
from engine.store.database import Database
from tests.engine.store.samples import NOON, a_decision, an_order


def put(database: Database, kind: str, code: str, document: dict[str, object]) -> bool:
    with database.write() as uow:
        created = uow.reference.put(kind, code, document)
        uow.commit()
    return created


def codes(database: Database, kind: str, q: str | None = None) -> list[str]:
    with database.read() as uow:
        return [each["code"] for each in uow.reference.list(kind, None, 100, q)[0]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_created_then_replaced(database: Database, kind: str) -> None:
    assert put(database, kind, "X-1", {"title": "一"}) is True
    assert put(database, kind, "X-1", {"title": "二", "code": "another"}) is False
    with database.read() as uow:
        assert uow.reference.get(kind, "X-1") == {"title": "二", "code": "X-1"}
        assert uow.reference.get(kind, "X-2") is None
    assert codes(database, kind) == ["X-1"]


def test_documents_are_listed_by_code_and_found_by_name(shop: Database) -> None:
    assert codes(shop, "skus") == ["MUG", "TEA"] and codes(shop, "skus", "井") == ["TEA"]
    assert codes(shop, "warehouses", "bj") == ["BJ1"] and codes(shop, "warehouses", "上海") == ["SH1"]
    assert codes(shop, "lists", "trusted BUY") == ["trusted-buyers"] and codes(shop, "lists", "可信") != []
    assert codes(shop, "skus", "tea") == ["TEA"] and codes(shop, "skus", "%") == [] and codes(shop, "skus", "") != []


def test_pages_go_through_every_document_once(database: Database) -> None:
    with database.write() as uow:
        for code in ("b", "B", "a-1", "a_1", "茶", "10", "9", "é"):
            uow.reference.put("skus", code, {})
        uow.commit()
    seen, cursor = [], None
    with database.read() as uow:
        while True:
            items, cursor = uow.reference.list("skus", cursor, 3)
            seen += [each["code"] for each in items]
            if cursor is None:
                break
    assert seen == sorted(("b", "B", "a-1", "a_1", "茶", "10", "9", "é"))


@pytest.mark.parametrize(
    ("kind", "code", "deletable"),
    [
        ("skus", "TEA", False), ("warehouses", "SH1", False), ("channels", "own-shop", False),
        ("carriers", "SF", False), ("channels", "taobao", True), ("rate-cards", "SF-AIR", True),
        ("lists", "trusted-buyers", True),
    ],
)  # fmt: skip
def test_what_something_refers_to_stays(shop: Database, kind: str, code: str, deletable: bool) -> None:
    order = an_order()
    with shop.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.decisions.add(a_decision(order), {}, order_digest(order), "t", planned_of(order, a_decision(order)))
        if deletable:
            uow.reference.delete(kind, code)
        else:
            with pytest.raises(Conflict, match=code):
                uow.reference.delete(kind, code)
        uow.commit()
    assert (code in codes(shop, kind)) is not deletable


def test_a_sku_that_was_ordered_stays_even_without_stock(shop: Database) -> None:
    put(shop, "skus", "CUP", {})
    order = an_order(lines=(type(an_order().lines[0])("1", "CUP", 1, 1),))
    with shop.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        with pytest.raises(Conflict):
            uow.reference.delete("skus", "CUP")


def test_what_is_not_there_cannot_be_deleted(database: Database) -> None:
    with database.write() as uow, pytest.raises(NotFound):
        uow.reference.delete("lists", "nothing")


def test_an_unknown_kind_is_not_found(database: Database) -> None:
    with database.read() as uow:
        with pytest.raises(NotFound):
            uow.reference.list("colours", None, 10)
        with pytest.raises(NotFound):
            uow.reference.get("colours", "red")
