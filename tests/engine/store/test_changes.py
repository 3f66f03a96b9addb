"""What changed an order since it was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.order import order_digest
from engine.store.database import Database
from engine.world import Assignment, Cancellation, ManualHold, Refusal
from tests.engine.store.samples import NOON, an_order

ORDER = "own-shop.A1"
LATER = NOON + dt.timedelta(hours=1)


@pytest.fixture
def change(database: Database) -> Iterator[Callable[[Callable[[Any], Any]], dict[str, Any]]]:
    """Does something to the changes of an order: all of them afterwards."""
    with database.write() as uow:
        uow.orders.accept(an_order(), order_digest(an_order()), NOON)
        uow.commit()

    def do(what: Callable[[Any], Any]) -> dict[str, Any]:
        with database.write() as uow:
            what(uow.changes)
            uow.commit()
        with database.read() as uow:
            return uow.changes.of(ORDER)

    yield do


def test_each_change_comes_back_as_it_was_made(change: Any) -> None:
    hold = ManualHold("MANUAL", "call first", "lin", NOON, LATER, recalls=True)
    assignment = Assignment("1", "SH1", None, "lin", NOON, "nearer")
    refusal = Refusal("SH1", None, "closed", NOON)
    cancellation = Cancellation("not wanted", "taobao", NOON, 100)
    change(lambda changes: changes.hold(ORDER, hold))
    change(lambda changes: changes.assign(ORDER, assignment))
    change(lambda changes: changes.refuse(ORDER, refusal))
    assert change(lambda changes: changes.cancel(ORDER, cancellation)) == {
        "manual_holds": (hold,), "assignments": (assignment,), "refusals": (refusal,), "cancellation": cancellation,
    }  # fmt: skip


def test_a_hold_that_was_lifted_is_gone_and_others_stay(change: Any) -> None:
    for reason in ("MANUAL", "HIGH_VALUE", "MANUAL"):
        change(lambda changes, reason=reason: changes.hold(ORDER, ManualHold(reason, "", "lin", NOON)))
    left = change(lambda changes: changes.lift(ORDER, ["MANUAL"], "wang", LATER))["manual_holds"]
    assert [each.reason for each in left] == ["HIGH_VALUE"]
    again = change(lambda changes: changes.hold(ORDER, ManualHold("MANUAL", "", "lin", LATER)))["manual_holds"]
    assert [each.reason for each in again] == ["HIGH_VALUE", "MANUAL"]


def test_the_first_word_on_a_cancellation_stays_unless_a_person_says_it_anew(change: Any) -> None:
    first, second = Cancellation("a", "taobao", NOON), Cancellation("b", "lin", LATER, 100, rejected=True)
    change(lambda changes: changes.cancel(ORDER, first))
    assert change(lambda changes: changes.cancel(ORDER, second))["cancellation"] == first
    assert change(lambda changes: changes.cancel_anew(ORDER, second))["cancellation"] == second
