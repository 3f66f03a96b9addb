from __future__ import annotations

import datetime as dt

from engine.decision import Firing
from engine.order import order_digest
from engine.store.database import Database
from tests.engine.store.samples import NOON, a_decision, an_order

AN_HOUR = dt.timedelta(hours=1)


def fired(database: Database, number: str, at: dt.datetime, *rules: str) -> None:
    order = an_order(number)
    firings = tuple(Firing("fraud", rule, "order", (), {}) for rule in rules)
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), at)
        uow.decisions.add(a_decision(order, firings=firings, decided_at=at), {}, order_digest(order), "submitted")
        uow.commit()


def test_firings_are_counted_by_rule_since_each_instant(database: Database) -> None:
    fired(database, "A1", NOON, "fraud.a", "fraud.b")
    fired(database, "A2", NOON - AN_HOUR, "fraud.a")
    fired(database, "A3", NOON - 3 * AN_HOUR, "fraud.a", "fraud.b")
    since = {"short": NOON - AN_HOUR, "long": NOON - 2 * AN_HOUR}
    with database.read() as uow:
        counts = uow.decisions.firing_counts(["fraud.a", "fraud.b", "fraud.never"], since)
        assert counts == {"fraud.a": {"short": 2, "long": 2}, "fraud.b": {"short": 1, "long": 1}}
        assert uow.decisions.firing_counts([], since) == {}
        assert uow.decisions.firing_counts(["fraud.a"], {}) == {}


def test_more_rules_than_fit_one_question_are_counted(database: Database) -> None:
    fired(database, "A1", NOON, "fraud.table#999")
    rows = [f"fraud.table#{number}" for number in range(1, 1001)]
    with database.read() as uow:
        assert uow.decisions.firing_counts(rows, {"day": NOON}) == {"fraud.table#999": {"day": 1}}
