from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from engine.decision import Firing, Verdict
from engine.errors import OrderError
from engine.order import order_digest
from engine.store.database import Database
from tests.engine.store.samples import NOON, a_decision, an_order

AN_HOUR = dt.timedelta(hours=1)
FILTERS = ("rule", "stage", "order_no", "channel", "verdict", "subject")


def fired(database: Database, number: str, at: dt.datetime, *rules: str | Firing, **changes: object) -> None:
    order = an_order(number, channel=changes.pop("channel", "own-shop"))
    firings = tuple(each if isinstance(each, Firing) else Firing("fraud", each, "order", (), {}) for each in rules)
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), at)
        decision = a_decision(order, firings=firings, decided_at=at, **changes)
        uow.decisions.add(decision, {}, order_digest(order), "submitted")
        uow.commit()


def rules(database: Database, **filters: object) -> list[str]:
    with database.read() as uow:
        return [each["rule"] for each in uow.firings.page(filters, None, 50)[0]]


@pytest.fixture
def logged(database: Database) -> Database:
    """Three orders: approved an hour ago, held two hours ago, rejected three hours ago."""
    hold = Firing("fraud", "fraud.high-value", "order", ({"do": "hold", "reason": "HIGH_VALUE"},), {"a.b": 5}, True)
    fired(database, "A1", NOON - AN_HOUR, "audit.pass", Firing("warehouse", "warehouse.far#2", "warehouse:SH1", (), {}))
    fired(database, "A2", NOON - 2 * AN_HOUR, hold, channel="taobao", verdict=Verdict.HOLD)
    fired(database, "A3", NOON - 3 * AN_HOUR, "fraud.blacklisted", "warehouse.far#10", verdict=Verdict.REJECT)
    return database


def test_the_newest_come_first_with_what_they_saw_and_did_and_by_which_rules(logged: Database) -> None:
    assert rules(logged) == [
        "warehouse.far#2", "audit.pass", "fraud.high-value", "warehouse.far#10", "fraud.blacklisted",
    ]  # fmt: skip
    with logged.read() as uow:
        items, _ = uow.firings.page({"rule": "fraud.high-value"}, None, 50)
    assert items == [{
        "at": "2026-11-11T02:00:00+00:00", "order_no": "taobao.A2", "channel": "taobao", "stage": "fraud",
        "rule": "fraud.high-value", "subject": "order", "verdict": "hold", "waived": True,
        "effects": [{"do": "hold", "reason": "HIGH_VALUE"}], "seen": {"a.b": 5},
        "decision_id": items[0]["decision_id"], "rulebook": "r" * 64,
        "currency": "CNY",
    }]  # fmt: skip


def test_they_are_found_by_each_thing_they_have(logged: Database) -> None:
    high, far = ["fraud.high-value"], ["warehouse.far#2", "warehouse.far#10"]
    assert rules(logged, rule="fraud.high-value") == high
    assert rules(logged, rule="warehouse.far") == far, "of a table all its rows"
    assert rules(logged, rule="warehouse.far#2") == ["warehouse.far#2"]
    assert rules(logged, rule="warehouse.fa") == []
    assert rules(logged, stage="warehouse") == ["warehouse.far#2"]
    assert rules(logged, order_no="taobao.A2") == rules(logged, channel="taobao") == high
    assert rules(logged, verdict="hold") == rules(logged, waived=True) == high
    assert len(rules(logged, waived=False)) == 4
    assert rules(logged, subject="warehouse:SH1") == ["warehouse.far#2"]
    assert rules(logged, since=NOON - 2 * AN_HOUR, until=NOON - AN_HOUR) == high
    assert rules(logged, stage="fraud", verdict="approve") == ["audit.pass"]


def test_pages_follow_one_another(logged: Database) -> None:
    with logged.read() as uow:
        found, cursor = [], None
        while True:
            items, cursor = uow.firings.page({}, cursor, 2)
            found += [each["rule"] for each in items]
            if cursor is None:
                break
        with pytest.raises(OrderError):
            uow.firings.page({}, "nonsense", 2)
    assert found == rules(logged)


@pytest.mark.parametrize("name", [*FILTERS, "waived"])
def test_each_filter_is_answered_by_an_index(sqlite_database: Database, name: str) -> None:
    asked = {name: True if name == "waived" else "x"}
    plans: list[str] = []
    with sqlite_database.read() as uow:

        def explain(connection, cursor, statement, parameters, *_):  # type: ignore[no-untyped-def]
            plans.extend(row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

        sa.event.listen(uow._connection, "before_cursor_execute", explain)
        uow.firings.page(asked, None, 50)
    kept = {"rule": "entry_at_rule", "waived": "waived"}.get(name, f"{name}_at")
    assert plans[0].startswith(f"SEARCH firings USING INDEX ix_firings_{kept}") or name == "waived" and (
        plans[0] == "SCAN firings USING INDEX ix_firings_waived"
    ), plans


def test_firings_are_counted_by_rule_since_each_instant(database: Database) -> None:
    fired(database, "A1", NOON, "fraud.a", "fraud.b")
    fired(database, "A2", NOON - AN_HOUR, "fraud.a")
    fired(database, "A3", NOON - 3 * AN_HOUR, "fraud.a", "fraud.b")
    since = {"short": NOON - AN_HOUR, "long": NOON - 2 * AN_HOUR}
    with database.read() as uow:
        counts = uow.firings.counts(["fraud.a", "fraud.b", "fraud.never"], since)
        assert counts == {"fraud.a": {"short": 2, "long": 2}, "fraud.b": {"short": 1, "long": 1}}
        assert uow.firings.counts([], since) == {}
        assert uow.firings.counts(["fraud.a"], {}) == {}


def test_more_rules_than_fit_one_question_are_counted(database: Database) -> None:
    fired(database, "A1", NOON, "fraud.rule-999")
    many = [f"fraud.rule-{number}" for number in range(1, 1001)]
    with database.read() as uow:
        assert uow.firings.counts(many, {"day": NOON}) == {"fraud.rule-999": {"day": 1}}


def test_rows_count_for_their_table_and_each_for_itself(database: Database) -> None:
    fired(database, "A1", NOON, "fraud.table#1", "fraud.table#2")
    fired(database, "A2", NOON - AN_HOUR, "fraud.table#2", "fraud.tablecloth")
    with database.read() as uow:
        assert uow.firings.counts(["fraud.table"], {"day": NOON - AN_HOUR}) == {"fraud.table": {"day": 3}}
        assert uow.firings.rows_of("fraud.table", NOON - AN_HOUR) == {"fraud.table#1": 1, "fraud.table#2": 2}
        assert uow.firings.rows_of("fraud.table", NOON) == {"fraud.table#1": 1, "fraud.table#2": 1}


def test_firings_are_counted_between_instants(database: Database) -> None:
    fired(database, "A1", NOON, "fraud.a")
    fired(database, "A2", NOON - AN_HOUR, "fraud.a", "fraud.b")
    fired(database, "A3", NOON - 2 * AN_HOUR, "fraud.a")
    with database.read() as uow:
        instants = [NOON - 2 * AN_HOUR, NOON - AN_HOUR / 2, NOON, NOON + AN_HOUR]
        assert uow.firings.between("fraud.a", instants) == [2, 0, 1]
        assert uow.firings.between("fraud.a", []) == []
        assert uow.firings.last("fraud.b") == NOON - AN_HOUR
        assert uow.firings.last("fraud.never") is None
