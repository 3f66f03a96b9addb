"""Which shipments stand, and what a later decision leaves of the others."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from engine import canonical
from engine.decision import ActionIntent, Verdict, derived_id
from engine.order import Order, order_digest
from engine.standing import as_shipment, planned_of
from engine.store import migrating
from engine.store.database import Database
from engine.store.models.decisions import ShipmentRow
from engine.world import Refusal, Standing, World
from tests.engine.store.samples import NOON, a_decision, an_order

ORDER, FIRST = "own-shop.A1", "own-shop.A1-S1"


def outbound(shipment_no: str) -> ActionIntent:
    return ActionIntent(derived_id("outbound", shipment_no), "outbound", {"shipment_no": shipment_no})


def decide(database: Database, order: Order, sequence: int = 1, **changes: Any) -> None:
    decision = a_decision(order, sequence, **changes)
    with database.write() as uow:
        uow.stock.reserve(ORDER, decision.reservations(order), decision.id, NOON)
        uow.decisions.add(decision, {}, order_digest(order), "t", planned_of(order, decision))
        uow.actions.add(ORDER, decision.id, [outbound(each.shipment_no) for each in decision.shipments])
        uow.commit()


@pytest.fixture
def order(shop: Database) -> Order:
    """An order of two units of TEA, decided once."""
    accepted = an_order()
    with shop.write() as uow:
        uow.orders.accept(accepted, order_digest(accepted), NOON)
        uow.commit()
    decide(shop, accepted)
    return accepted


def begin(database: Database, shipment_no: str = FIRST) -> None:
    """A worker begins to ask the warehouse."""
    with database.write() as uow:
        assert uow.actions.claim(derived_id("outbound", shipment_no), 1, "w", NOON, 60)
        uow.commit()


def standing(database: Database) -> tuple[Standing, ...]:
    with database.read() as uow:
        return uow.shipments.standing(ORDER)


def kept(database: Database) -> dict[str, bool]:
    """The shipments that are known, and whether they take up capacity."""
    with database.read() as uow:
        rows = uow._connection.execute(sa.select(ShipmentRow.shipment_no, ShipmentRow.approved))
        return {row.shipment_no: row.approved for row in rows}


def load(database: Database, order: Order) -> World:
    with database.read() as uow:
        return uow.world.load(order, NOON, "Asia/Shanghai")[0]


def test_a_shipment_stands_once_a_worker_has_begun_to_ask_for_it(shop: Database, order: Order) -> None:
    assert standing(shop) == ()
    begin(shop)
    (stands,) = standing(shop)
    (line,) = stands.lines
    assert (stands.shipment_no, stands.status, line.line_no, line.sku, line.quantity) == (
        FIRST, "released", "1", "TEA", 2,
    )  # fmt: skip
    assert load(shop, order).standing == (stands,)


def test_what_a_worker_has_begun_stands_whatever_came_of_it(shop: Database, order: Order) -> None:
    begin(shop)
    with shop.write() as uow:
        uow.actions.fail(derived_id("outbound", FIRST), "no answer", NOON, dead=True)
        uow.actions.skip(derived_id("outbound", FIRST))
        uow.commit()
    assert len(standing(shop)) == 1, "nobody knows what the warehouse heard of it"


def test_units_that_stand_are_not_there_for_anything_else(shop: Database, order: Order) -> None:
    def available() -> dict[str, int]:
        rows = load(shop, order).stock
        return {each.warehouse: each.available("own-shop") for each in rows if each.sku == "TEA"}

    assert available() == {"BJ1": 10, "SH1": 10}, "an order's own units are there for it"
    begin(shop)
    assert available() == {"BJ1": 10, "SH1": 8}


def test_a_later_decision_keeps_what_stands_and_drops_what_was_only_planned(shop: Database, order: Order) -> None:
    begin(shop)
    (stands,) = standing(shop)
    decide(shop, order, 2, shipments=(*shipped_again(stands), *a_decision(order, 2).shipments))
    assert set(kept(shop)) == {FIRST, "own-shop.A1-S2"}
    decide(shop, order, 3, shipments=(*shipped_again(stands), *a_decision(order, 3).shipments))
    assert set(kept(shop)) == {FIRST, "own-shop.A1-S3"}
    assert standing(shop) == (stands,)


def shipped_again(stands: Standing) -> Any:
    return (as_shipment(stands),)


def test_a_shipment_that_was_stopped_is_none_any_more(shop: Database, order: Order) -> None:
    begin(shop)
    with shop.write() as uow:
        uow.shipments.answer_recall(FIRST, stopped=True)
        uow.commit()
    assert standing(shop) == ()
    assert kept(shop) == {FIRST: False}


def test_a_shipment_that_cannot_be_stopped_still_stands(shop: Database, order: Order) -> None:
    begin(shop)
    with shop.write() as uow:
        uow.shipments.answer_recall(FIRST, stopped=False)
        uow.commit()
    assert [each.unstoppable for each in standing(shop)] == [True]


def test_refused_and_not_decided_again_it_takes_no_capacity_after_the_next_decision(
    shop: Database, order: Order
) -> None:
    begin(shop)
    decide(shop, order, 2, verdict=Verdict.HOLD, shipments=())
    assert kept(shop) == {FIRST: False}


def test_changes_are_read_once_something_has_changed(shop: Database, order: Order) -> None:
    refusal = Refusal("SH1", "TEA", "short", NOON)
    with shop.write() as uow:
        uow.changes.refuse(ORDER, refusal)
        uow.commit()
    assert load(shop, order).refusals == (), "nothing told that anything has changed"
    with shop.write() as uow:
        uow.orders.again(ORDER, "refused")
        uow.commit()
    assert load(shop, order).refusals == (refusal,)


def test_what_was_released_before_an_upgrade_stands_after_it(tmp_path: Any) -> None:
    old = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with old.begin() as connection:
        command.upgrade(migrating.config(connection), "0004")
        for table, values in before_the_upgrade(an_order()).items():
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)
    old.dispose()
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    database.migrate()
    (stands,) = standing(database)
    (fresh,) = planned_of(an_order(), a_decision(an_order()))
    assert stands == replace(fresh, status="released")
    database.close()


def before_the_upgrade(order: Order) -> dict[str, dict[str, Any]]:
    """The rows of an order that had been released."""
    decision = a_decision(order)
    document = canonical.dump(decision)
    at, digest = NOON.astimezone(dt.UTC).isoformat(timespec="microseconds"), order_digest(order)
    return {
        "snapshots": {"digest": digest, "data": json.dumps(canonical.dump(order))},
        "orders": {
            "order_no": ORDER, "channel": "own-shop", "channel_order_no": "A1", "digest": digest, "status": "released",
            "received_at": at, "attempts": 0, "decisions": 1, "decision_id": decision.id, "placed_at": at,
            "payable_cents": 1, "currency": "CNY", "priority": "normal", "item_count": 2, "paid": 1, "refunded": 0,
        },
        "decisions": {
            "id": decision.id, "order_no": ORDER, "sequence": 1, "verdict": "approve", "decided_at": at,
            "trigger": "t", "rulebook": "r", "order_digest": digest, "document": json.dumps(document), "world": "{}",
        },
        "shipments": {
            "shipment_no": FIRST, "order_no": ORDER, "decision_id": decision.id, "warehouse": "SH1", "approved": 1,
        },
        "actions": {
            "id": derived_id("outbound", FIRST), "order_no": ORDER, "decision_id": decision.id, "type": "outbound",
            "payload": "{}", "status": "done", "attempt": 1, "claimed_by": "w",
        },
    }  # fmt: skip
