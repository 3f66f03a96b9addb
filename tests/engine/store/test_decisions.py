from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from engine.decision import Hold, Verdict
from engine.errors import Conflict
from engine.order import Order, order_digest
from engine.standing import planned_of
from engine.store.database import Database
from engine.store.models.decisions import FiringRow, HoldRow, ShipmentRow
from tests.engine.store.samples import NOON, a_decision, a_flag, a_hold, an_order


@pytest.fixture
def order(database: Database) -> Order:
    """A stored order."""
    order = an_order()
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.commit()
    return order


def test_a_decision_is_read_back_equal_with_what_it_read(database: Database, order: Order) -> None:
    decision = a_decision(order, holds=(a_hold(until=NOON),), flags=(a_flag(),), release_at=NOON)
    with database.write() as uow:
        uow.decisions.add(decision, {"sequence": 1}, order_digest(order), "submitted")
        uow.commit()
    with database.read() as uow:
        stored = uow.decisions.get(decision.id)
        assert stored.decision == decision and stored.decision.replayable() == decision.replayable()
        assert (stored.order, stored.world, stored.trigger) == (order, {"sequence": 1}, "submitted")
        assert uow.decisions.latest(order.order_no) == stored
        assert uow.decisions.get("nobody") is None and uow.decisions.latest("own-shop.A2") is None


def test_decisions_of_an_order_are_counted_and_listed(database: Database, order: Order) -> None:
    held = a_decision(order, holds=(a_hold(), a_hold(rule="other")), verdict=Verdict.HOLD)
    with database.write() as uow:
        uow.decisions.add(held, {}, order_digest(order), "submitted")
        uow.decisions.add(a_decision(order, 2), {}, order_digest(order), "released")
        uow.commit()
    with database.read() as uow:
        assert uow.orders.get(order.order_no).sequence == 2
        assert uow.decisions.latest(order.order_no).decision.sequence == 2
        assert uow.decisions.ids() == [held.id, a_decision(order, 2).id]
        history = uow.decisions.history(order.order_no)
    assert [(each["sequence"], each["verdict"], each["holds"], each["trigger"]) for each in history] == [
        (1, "hold", ["HIGH_VALUE"], "submitted"), (2, "approve", [], "released"),
    ]  # fmt: skip


@pytest.mark.parametrize("sequence", [1, 3])
def test_of_two_deciders_only_one_is_next(database: Database, order: Order, sequence: int) -> None:
    with database.write() as uow:
        uow.decisions.add(a_decision(order), {}, order_digest(order), "t")
        with pytest.raises(Conflict):
            uow.decisions.add(a_decision(order, sequence), {}, order_digest(order), "t")


def test_firings_are_kept_with_what_they_saw(database: Database, order: Order) -> None:
    with database.write() as uow:
        uow.decisions.add(a_decision(order), {}, order_digest(order), "t")
        row = uow._connection.execute(sa.select(*FiringRow.__table__.c)).one()
    assert (row.rule, row.stage, row.subject, row.seen) == ("paid", "audit", "order", {"payment.status": "paid"})
    assert row.at == NOON + dt.timedelta(minutes=1) and row.waived is False


def test_a_hold_stays_open_while_decisions_repeat_it(database: Database, order: Order) -> None:
    later = Hold("HIGH_VALUE", "finance", "yellow", None, None, "high-value")
    with database.write() as uow:
        uow.decisions.add(a_decision(order, 1, holds=(a_hold(), a_hold("BLACKLISTED"))), {}, order_digest(order), "t")
        uow.decisions.add(a_decision(order, 2, holds=(later, a_hold("NO_WAREHOUSE"))), {}, order_digest(order), "t")
        rows = {row.reason: row for row in uow._connection.execute(sa.select(*HoldRow.__table__.c))}
    first, second = (NOON + dt.timedelta(minutes=sequence) for sequence in (1, 2))
    assert {reason: (row.opened_at, row.closed_at) for reason, row in rows.items()} == {
        "HIGH_VALUE": (first, None), "BLACKLISTED": (first, second), "NO_WAREHOUSE": (second, None),
    }  # fmt: skip
    assert (rows["HIGH_VALUE"].queue, rows["HIGH_VALUE"].severity) == ("finance", "yellow")
    assert rows["HIGH_VALUE"].decision_id == a_decision(order, 2).id


def test_a_hold_that_comes_back_is_a_new_one(database: Database, order: Order) -> None:
    with database.write() as uow:
        for sequence, holds in ((1, (a_hold(),)), (2, ()), (3, (a_hold(),))):
            uow.decisions.add(a_decision(order, sequence, holds=holds), {}, order_digest(order), "t")
        rows = uow._connection.execute(sa.select(HoldRow.closed_at).order_by(HoldRow.opened_at)).all()
    assert [row.closed_at is None for row in rows] == [False, True]


def test_only_the_latest_decision_has_shipments(database: Database, order: Order) -> None:
    with database.write() as uow:
        for decision in (a_decision(order, 1), a_decision(order, 2, verdict=Verdict.HOLD)):
            uow.decisions.add(decision, {}, order_digest(order), "t", planned_of(order, decision))
        row = uow._connection.execute(sa.select(ShipmentRow.shipment_no, ShipmentRow.approved)).one()
    assert tuple(row) == ("own-shop.A1-S2", False)
