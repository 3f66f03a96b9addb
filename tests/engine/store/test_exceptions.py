from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from engine.decision import ActionIntent, Firing, Verdict
from engine.errors import OrderError
from engine.order import Payment, order_digest
from engine.store.database import Database
from engine.world import ManualHold
from tests.engine.store.samples import NOON, a_decision, a_flag, a_hold, an_order

HOUR = dt.timedelta(hours=1)


def decided(database: Database, number: str, received: dt.datetime = NOON, **changes: Any) -> str:
    """An accepted and decided order; `of_order` are changes of the order itself."""
    of_order = changes.pop("of_order", {})
    order = an_order(number, **of_order)
    verdict = Verdict.HOLD if changes.get("holds") else Verdict.APPROVE
    decision = a_decision(order, verdict=verdict, priority=order.priority, **changes)
    status = "held" if changes.get("holds") else "approved"
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), received)
        uow.decisions.add(decision, {}, order_digest(order), "order_received")
        uow.orders.set_state(order.order_no, status, decision.id, changes.get("release_at"))
        uow.commit()
    return order.order_no


def page(
    database: Database, now: dt.datetime = NOON, cursor: str | None = None, limit: int = 50, **filters: Any
) -> Any:
    with database.read() as uow:
        return uow.exceptions.page(filters, now, cursor, limit)


def numbers(database: Database, now: dt.datetime = NOON, **filters: Any) -> list[str]:
    return [each["order_no"].partition(".")[2] for each in page(database, now, **filters)[0]]


def test_urgent_first_then_by_when_they_must_leave_then_the_oldest(shop: Database) -> None:
    held = (a_hold(),)
    decided(shop, "A1", NOON + HOUR, holds=held)
    decided(shop, "A2", NOON, holds=held)
    decided(shop, "A3", NOON + 2 * HOUR, holds=held, of_order={"ship_by": NOON + HOUR})
    decided(shop, "A4", NOON + 3 * HOUR, holds=held, of_order={"priority": "urgent"})
    decided(shop, "A5", NOON, holds=held, of_order={"payment": Payment("unpaid", "alipay")})
    decided(shop, "A6")
    assert numbers(shop) == ["A4", "A3", "A2", "A1", "A5"]
    found, cursor = [], None
    while True:
        items, cursor = page(shop, cursor=cursor, limit=2)
        found += [each["order_no"].partition(".")[2] for each in items]
        if cursor is None:
            break
    assert found == ["A4", "A3", "A2", "A1", "A5"]
    with pytest.raises(OrderError):
        page(shop, cursor="WzEsMl0")


def test_a_row_tells_what_is_wrong_and_what_the_rule_saw(shop: Database) -> None:
    held = {"do": "hold", "reason": "HIGH_VALUE"}
    firing = Firing("fraud", "high-value", "order", (held,), {"order.payable_cents": 7})
    decided(shop, "A1", holds=(a_hold(),), flags=(a_flag(),), firings=(firing,))
    ((row,), _) = page(shop)
    (hold,) = row["holds"]
    assert (hold["reason"], hold["queue"], hold["seen"]) == ("HIGH_VALUE", "risk", {"order.payable_cents": 7})
    assert (row["due_at"], row["flags"][0]["code"], row["ship_by"] is not None) == (hold["due_at"], "NAME_VAGUE", True)


def test_one_hold_meets_every_filter(shop: Database) -> None:
    decided(shop, "A1", holds=(a_hold(), a_hold("INVALID_PHONE", "phone")))
    decided(shop, "A2", flags=(a_flag(),))
    assert numbers(shop, queue="risk", reason="HIGH_VALUE") == ["A1"]
    assert numbers(shop, reason="NAME_VAGUE") == numbers(shop, severity="yellow") == ["A2"]
    assert numbers(shop, queue="risk", reason="NAME_VAGUE") == numbers(shop, channel="taobao") == []
    assert numbers(shop, overdue=True) == []
    assert numbers(shop, NOON + 3 * HOUR, overdue=True) == ["A1"]


def test_flags_matter_until_the_order_has_left_and_when_raised_after(shop: Database) -> None:
    before = decided(shop, "A1", flags=(a_flag(),), release_at=NOON + HOUR)
    after = decided(shop, "A2", flags=(a_flag("TRACKING_STALE"),), release_at=NOON - HOUR)
    assert numbers(shop) == ["A1", "A2"]
    for status, found in (("released", ["A2"]), ("shipped", ["A2"]), ("completed", [])):
        with shop.write() as uow:
            for order_no, leaves in ((before, NOON + HOUR), (after, NOON - HOUR)):
                uow.orders.set_state(order_no, status, uow.orders.decision_id(order_no), leaves)
            uow.commit()
        assert numbers(shop) == found, status


def test_counts_are_of_orders(shop: Database) -> None:
    decided(shop, "A1", holds=(a_hold(), a_hold("HIGH_VALUE", "another")))
    decided(shop, "A2", holds=(a_hold(),), flags=(a_flag(),), of_order={"priority": "urgent"})
    with shop.read() as uow:
        counts = uow.exceptions.counts(NOON + 3 * HOUR)
        assert uow.exceptions.number(NOON) == 2
    assert (counts["orders"], counts["urgent"], counts["overdue"]) == (2, 1, 2)
    assert (counts["queues"], counts["reasons"]) == ({"risk": 2}, {"HIGH_VALUE": 2, "NAME_VAGUE": 1})


def given_up(database: Database, order_no: str, type_: str = "waybill") -> None:
    """An action of the order that a worker gave up."""
    with database.write() as uow:
        uow.actions.add(order_no, f"d-{order_no}", [ActionIntent(f"{type_}-{order_no}", type_, {})])
        uow.actions.fail(f"{type_}-{order_no}", "refused", NOON, dead=True)
        uow.commit()


def test_what_a_worker_gave_up_is_a_red_flag_until_somebody_sees_to_it(shop: Database) -> None:
    gone, over = decided(shop, "A1"), decided(shop, "A2")
    for order_no, status in ((gone, "shipped"), (over, "cancelled")):
        with shop.write() as uow:
            uow.orders.set_state(order_no, status, f"d-{order_no}", NOON)
            uow.commit()
        given_up(shop, order_no)
    assert numbers(shop) == numbers(shop, reason="ACTION_FAILED") == numbers(shop, severity="red") == ["A1"]
    assert numbers(shop, reason="NAME_VAGUE") == numbers(shop, severity="yellow") == numbers(shop, queue="risk") == []
    ((row,), _) = page(shop)
    assert [(flag["code"], flag["severity"], flag["rule"]) for flag in row["flags"]] == [
        ("ACTION_FAILED", "red", "engine.waybill-failed")
    ]
    given_up(shop, over, "refund")
    assert numbers(shop, reason="ACTION_FAILED") == ["A1", "A2"], "money is to be given back of what is cancelled"
    with shop.write() as uow:
        counts = uow.exceptions.counts(NOON)
        assert counts["reasons"] == {"ACTION_FAILED": 2} and counts["orders"] == uow.exceptions.number(NOON) == 2
        assert uow.actions.revive(f"waybill-{gone}") and uow.actions.skip(f"refund-{over}")
        assert uow.exceptions.number(NOON) == 0


def test_who_asks_for_what_lifts_by_itself_is_told_what_it_is(shop: Database) -> None:
    decided(shop, "A1", holds=(replace(a_hold("PRESALE_NOT_DUE"), severity="info"),))
    assert numbers(shop) == []
    ((row,), _) = page(shop, reason="PRESALE_NOT_DUE")
    assert [hold["reason"] for hold in row["holds"]] == ["PRESALE_NOT_DUE"]


def test_a_hold_by_hand_says_what_somebody_wrote(shop: Database) -> None:
    order_no = decided(shop, "A1", holds=(a_hold("MANUAL", "engine.manual"), a_hold()))
    with shop.write() as uow:
        uow.changes.hold(order_no, ManualHold("MANUAL", "先别发", "otto", NOON))
        uow.commit()
    ((row,), _) = page(shop)
    assert {hold["reason"]: hold["note"] for hold in row["holds"]} == {"MANUAL": "先别发", "HIGH_VALUE": None}
