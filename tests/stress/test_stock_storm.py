"""32 processes want more than there is, with duplicates, cancels, expiries and re-routes: no unit is promised twice.

`make test` has a small storm on each kind of database, with and without kills; `make test-all` the 2,000 orders.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.stress.storm import CUSTOMERS, SKU, Shop, Storm

KILL_EVERY_S = 1.0


@pytest.mark.parametrize("kill_every_s", [None, KILL_EVERY_S], ids=["in-peace", "while-killing"])
@pytest.mark.parametrize(("orders", "units"), [(200, 50), pytest.param(2000, 500, marks=pytest.mark.slow)])
def test_no_unit_is_promised_twice(
    shop: Shop, tmp_path: Path, orders: int, units: int, kill_every_s: float | None
) -> None:
    shop.count(units)
    folder = tmp_path / "storm"
    folder.mkdir()
    storm = Storm(shop, folder)
    try:
        storm.begin(orders, seed=orders)
        storm.rage(kill_every_s, within_s=600)
        storm.calm()
    finally:
        storm.end()
    assert storm.oversold == []
    assert_everything_agrees(shop, units, folder, storm.killed)
    assert_no_deadlock(shop)
    if kill_every_s is None:
        assert_no_error(storm)
    else:
        assert storm.killed >= 2


def assert_everything_agrees(shop: Shop, units: int, folder: Path, killed: int) -> None:
    gatehouse = shop.gatehouse
    assert list(gatehouse.stock.differences()) == []
    rows = gatehouse.stock.rows(sku=SKU)["items"]
    promised, left = sum(row["reserved"] for row in rows), sum(row["available"] for row in rows)
    assert promised + left == units
    posted = [json.loads(line) for line in (folder / "orders.jsonl").read_text(encoding="utf-8").splitlines()]
    known = list(paged(gatehouse, {"sku": SKU}))
    assert {each["channel_order_no"] for each in known} == {row["body"]["channel_order_no"] for row in posted}
    assert len(known) == len(posted) and all(each["decision_id"] for each in known)
    held = [each["order_no"] for each in known if "RULE_ERROR" in each["holds"]]
    assert len(held) <= killed // 3, "only who was being decided at three kills is held for a person"
    assert_nobody_waits_in_vain(known, posted, left)
    assert_nothing_unpaid_keeps_stock(gatehouse, known)


def assert_nobody_waits_in_vain(known: list[dict[str, Any]], posted: list[dict[str, Any]], left: int) -> None:
    """Who waits does so because all is promised, or wants to be served by one warehouse only."""
    bound = {row["body"]["channel_order_no"] for row in posted if any("reassign" in path for path, _, _ in row["then"])}
    waiting = [each for each in known if "INVENTORY_OUT_OF_STOCK" in each["holds"]]
    assert waiting, "there was enough for everybody"
    anywhere = [each for each in waiting if each["channel_order_no"] not in bound]
    assert not (anywhere and left), "units lie there while orders wait for them"
    cancelled = sum(each["status"] == "cancelled" for each in known)
    assert cancelled >= len(known) // 8, "hardly anybody changed their mind"


def assert_nothing_unpaid_keeps_stock(gatehouse: Any, known: list[dict[str, Any]]) -> None:
    unpaid = [each["order_no"] for each in known if each["status"] == "awaiting_payment"]
    with gatehouse.database.read() as uow:
        assert not [order_no for order_no in unpaid if uow.stock.reservations(order_no)]


def assert_no_error(storm: Storm) -> None:
    """Nothing went wrong in any process."""
    for name in ("web", "clockwork-0", "clockwork-1", *(f"customer-{index}" for index in range(CUSTOMERS))):
        assert "Traceback" not in storm.log(name), storm.log(name)[-3000:]


def assert_no_deadlock(shop: Shop) -> None:
    """PostgreSQL would have broken one, and counted it."""
    if shop.gatehouse.database.is_sqlite:
        return
    with shop.gatehouse.database.read() as uow:
        deadlocks = sa.text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        assert uow._connection.execute(deadlocks).scalar() == 0


def paged(gatehouse: Any, filters: dict[str, Any]) -> Any:
    cursor = None
    while True:
        page = gatehouse.orders.search(filters, cursor, 500)
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return
