from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy.exc import StatementError

from engine.decision import Verdict
from engine.errors import OrderError
from engine.order import Buyer, Line, Order, order_digest
from engine.standing import planned_of
from engine.store.database import Database
from tests.engine.store.samples import NOON, RECEIVER, a_decision, a_flag, a_hold, an_order

SOME_S = dt.timedelta(seconds=15)


def accept(database: Database, *orders: Order, received_at: dt.datetime = NOON) -> None:
    with database.write() as uow:
        for order in orders:
            assert uow.orders.accept(order, order_digest(order), received_at)
        uow.commit()


def found(database: Database, **filters: object) -> list[str]:
    with database.read() as uow:
        return [each["channel_order_no"] for each in uow.orders.search(filters, None, 50)[0]]


def test_an_accepted_order_is_read_back_equal(database: Database) -> None:
    order = an_order(attributes={"源": {"b": [1, None]}}, invoice={"title": "公司"})
    accept(database, order)
    with database.read() as uow:
        stored = uow.orders.get("own-shop.A1")
        assert stored.order == order and stored.digest == order_digest(order)
        assert (stored.status, stored.attempts, stored.sequence, stored.decision_id) == ("received", 1, 0, None)
        assert stored.received_at == NOON and stored.received_at.utcoffset() == dt.timedelta(0)
        assert uow.orders.get("own-shop.A2") is None


def test_a_known_number_is_not_accepted_again(database: Database) -> None:
    accept(database, an_order())
    other = an_order(remark="加急")
    with database.write() as uow:
        assert not uow.orders.accept(other, order_digest(other), NOON)
        uow.commit()
    with database.read() as uow:
        assert uow.orders.get("own-shop.A1").order.remark == ""


def test_of_twenty_at_once_one_is_accepted(database: Database) -> None:
    order, together, answers = an_order(), threading.Barrier(20, timeout=30), []

    def submit() -> None:
        together.wait()
        with database.write() as uow:
            answers.append(uow.orders.accept(order, order_digest(order), NOON))
            uow.commit()

    threads = [threading.Thread(target=submit) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [False] * 19 + [True]


def test_states_are_kept(database: Database) -> None:
    accept(database, an_order())
    with database.write() as uow:
        uow.orders.set_state("own-shop.A1", "approved", "d1", NOON)
        uow.commit()
    with database.read() as uow:
        stored = uow.orders.get("own-shop.A1")
    assert (stored.status, stored.decision_id, stored.release_at) == ("approved", "d1", NOON)


def test_of_several_who_begin_to_decide_an_order_one_does(database: Database) -> None:
    order, later = an_order(), NOON + dt.timedelta(minutes=1)
    accept(database, order)
    with database.write() as uow:
        tries = [uow.orders.begin("own-shop.A1", None, later, later - SOME_S) for _ in range(3)]
        assert (tries, uow.orders.get("own-shop.A1").attempts) == ([True, False, False], 2)
        assert uow.orders.undecided(later - SOME_S, 10) == []
        assert uow.orders.undecided(later, 10) == ["own-shop.A1"]
        assert not uow.orders.begin("own-shop.nobody", None, later, later)


def test_a_decision_starts_the_count_anew(database: Database) -> None:
    order, later = an_order(), NOON + dt.timedelta(minutes=1)
    accept(database, order)
    with database.write() as uow:
        decided = a_decision(order, holds=(a_hold("PRESALE_NOT_DUE", until=NOON),))
        uow.decisions.add(decided, {}, order_digest(order), "t")
        uow.orders.set_state("own-shop.A1", "held", decided.id)
        assert uow.orders.get("own-shop.A1").attempts == 0
        assert not uow.orders.begin("own-shop.A1", None, later, later - SOME_S), "it is decided by now"
        assert uow.orders.lapsed(later, later - SOME_S, 10) == ["own-shop.A1"]
        assert uow.orders.begin("own-shop.A1", decided.id, later, later - SOME_S)
        assert uow.orders.lapsed(later, later - SOME_S, 10) == [], "somebody is at it"
        assert uow.orders.lapsed(later, later, 10) == ["own-shop.A1"], "nobody is any more"


def test_undecided_orders_come_oldest_first(database: Database) -> None:
    minute = dt.timedelta(minutes=1)
    for number, age in (("NEW", 0), ("OLD", 3), ("DONE", 3), ("OLDER", 5)):
        accept(database, an_order(number), received_at=NOON - age * minute)
    with database.write() as uow:
        uow.orders.set_state("own-shop.DONE", "approved", "d1", None)
        uow.commit()
    with database.read() as uow:
        assert uow.orders.undecided(NOON - minute, 10) == ["own-shop.OLDER", "own-shop.OLD"]
        assert uow.orders.undecided(NOON - minute, 1) == ["own-shop.OLDER"]


def test_an_order_lapses_when_the_until_of_an_open_hold_has_come(database: Database) -> None:
    order, later = an_order(), an_order("A2")
    accept(database, order, later)
    with database.write() as uow:
        hold = a_hold("PRESALE_NOT_DUE", until=NOON)
        uow.decisions.add(a_decision(order, holds=(hold, a_hold())), {}, order_digest(order), "t")
        tomorrow = a_hold("PRESALE_NOT_DUE", until=NOON + dt.timedelta(days=1))
        uow.decisions.add(a_decision(later, holds=(tomorrow,)), {}, order_digest(later), "t")
        assert uow.orders.lapsed(NOON - dt.timedelta(seconds=1), NOON, 10) == []
        assert uow.orders.lapsed(NOON, NOON, 10) == ["own-shop.A1"]
        uow.decisions.add(a_decision(order, sequence=2), {}, order_digest(order), "t")
        assert uow.orders.lapsed(NOON, NOON, 10) == []


def test_pages_go_through_every_order_once_newest_first(database: Database) -> None:
    for number in range(23):
        accept(database, an_order(f"N{number:02}"), received_at=NOON + dt.timedelta(seconds=number // 5))
    seen, cursor = [], None
    with database.read() as uow:
        while True:
            items, cursor = uow.orders.search({}, cursor, 4)
            seen += [each["channel_order_no"] for each in items]
            if cursor is None:
                break
    assert seen == [f"N{number:02}" for number in range(22, -1, -1)]


@pytest.fixture
def searched(database: Database) -> Database:
    """A (approved, two lines), B (held, another buyer, receiver and channel), C (not decided)."""
    held = an_order(
        "B", channel="taobao", buyer=Buyer("b-2", "李雷_100%"), placed_at=NOON + dt.timedelta(days=1),
        receiver=replace(RECEIVER, name="Bob Norman", phone="021-66668888"),
    )  # fmt: skip
    approved = an_order("A", lines=(Line("1", "TEA", 2, 3990), Line("2", "MUG", 1, 0)))
    accept(database, approved)
    accept(database, held, received_at=NOON + dt.timedelta(seconds=1))
    accept(database, an_order("C", receiver=None), received_at=NOON + dt.timedelta(seconds=2))
    with database.write() as uow:
        planned = planned_of(approved, a_decision(approved))
        uow.decisions.add(a_decision(approved), {}, order_digest(approved), "t", planned)
        uow.orders.set_state("own-shop.A", "approved", "d1", NOON)
        decision = a_decision(held, holds=(a_hold(),), flags=(a_flag(),), verdict=Verdict.HOLD, shipments=())
        uow.decisions.add(decision, {}, order_digest(held), "t")
        uow.orders.set_state("taobao.B", "held", "d2", None)
        uow.vendors.waybill("own-shop.A-S1", "SF-AIR", "own-shop.A", NOON)
        uow.commit()
    return database


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "CBA"), ({"status": "approved"}, "A"), ({"verdict": "hold"}, "B"), ({"hold": "HIGH_VALUE"}, "B"),
        ({"hold": "BLACKLISTED"}, ""), ({"channel": "taobao"}, "B"), ({"sku": "MUG"}, "A"), ({"sku": "TEA"}, "CBA"),
        ({"phone": "+86 138-0013-8000"}, "CA"), ({"phone": "02166668888"}, "B"), ({"phone_last4": "8888"}, "B"),
        ({"waybill_no": "SF9"}, ""),
        ({"placed_from": "2026-11-12T00:00:00+08:00"}, "B"), ({"placed_to": NOON + dt.timedelta(days=1)}, "CA"),
        ({"placed_from": NOON, "placed_to": NOON}, ""), ({"q": "taobao.b"}, "B"), ({"q": "norman"}, "B"),
        ({"q": "张"}, "CA"), ({"q": "100%"}, "B"), ({"q": "_1"}, "B"), ({"q": "%"}, "B"), ({"q": "13800138000"}, "CA"),
        ({"q": "  "}, "CBA"), ({"channel": "own-shop", "sku": "MUG", "status": ""}, "A"), ({"status": None}, "CBA"),
    ],
)  # fmt: skip
def test_filters_narrow_together(searched: Database, filters: dict[str, object], expected: str) -> None:
    assert "".join(found(searched, **filters)) == expected


def test_an_order_is_found_by_its_waybill(searched: Database) -> None:
    with searched.read() as uow:
        (waybill,) = uow.vendors.of("own-shop.A")["waybills"]
    assert found(searched, waybill_no=waybill["waybill_no"]) == ["A"]


def test_a_summary_shows_what_a_list_needs(searched: Database) -> None:
    with searched.read() as uow:
        (held,), _ = uow.orders.search({"status": "held"}, None, 10)
        (approved,), _ = uow.orders.search({"status": "approved"}, None, 10)
    assert held["holds"] == ["HIGH_VALUE"] and held["flags"] == [{"code": "NAME_VAGUE", "severity": "yellow"}]
    assert held["warehouses"] == [] and held["receiver_name"] == "Bob Norman" and held["verdict"] == "hold"
    assert approved["warehouses"] == ["SH1"] and approved["item_count"] == 3 and approved["payable_cents"] == 7980
    assert approved["release_at"] == "2026-11-11T04:00:00+00:00"


@pytest.mark.parametrize(
    "filters",
    [
        {"q": "a\0b"}, {"sku": "\ud800"}, {"status": ["held"]}, {"colour": "red"}, {"placed_from": "yesterday"},
        {"placed_to": "2026-11-11T00:00:00"},
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused_by_name(database: Database, filters: dict[str, str]) -> None:
    with database.read() as uow, pytest.raises(OrderError) as refused:
        uow.orders.search(filters, None, 10)
    assert [problem.path for problem in refused.value.problems] == list(filters)


@pytest.mark.parametrize("cursor", ["!", "bm8", "WzEsMl0", "WyJub29uIiwiYSJd"])
def test_a_cursor_that_nobody_gave_is_refused(database: Database, cursor: str) -> None:
    with database.read() as uow, pytest.raises(OrderError):
        uow.orders.search({}, cursor, 10)


def test_counts_are_by_status_verdict_and_open_hold(searched: Database) -> None:
    with searched.read() as uow:
        assert uow.orders.counts() == {
            "status": {"approved": 1, "held": 1, "received": 1}, "verdict": {"approve": 1, "hold": 1},
            "holds": {"HIGH_VALUE": 1},
        }  # fmt: skip


def test_instants_without_a_time_zone_are_refused(database: Database) -> None:
    accept(database, an_order())
    with pytest.raises(StatementError, match="time zone"), database.write() as uow:
        uow.orders.set_state("own-shop.A1", "approved", None, dt.datetime(2026, 11, 11))
