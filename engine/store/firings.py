"""The log of firings: which rule held for which order, when, and what it saw; and how often rules have fired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.store import pages
from engine.store.models.decisions import DecisionRow, FiringRow
from engine.store.models.orders import OrderRow

_AT_ONCE = 400  # entries in one question; SQLite takes a thousand values and more
_NEWEST = (FiringRow.at, FiringRow.decision_id, FiringRow.position)  # of one order the last of a decision first
_SHOWN = (
    FiringRow.at, FiringRow.order_no, FiringRow.channel, FiringRow.stage, FiringRow.rule, FiringRow.subject,
    FiringRow.verdict, FiringRow.waived, FiringRow.effects, FiringRow.seen, FiringRow.decision_id, FiringRow.position,
)  # fmt: skip
_EQUAL = {
    "stage": FiringRow.stage, "order_no": FiringRow.order_no, "channel": FiringRow.channel,
    "verdict": FiringRow.verdict, "subject": FiringRow.subject,
}  # fmt: skip


class Firings:
    """The log, newest first. An entry of the rules is a rule, or a table with all its rows."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def page(
        self, filters: Mapping[str, Any], cursor: str | None, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """`{at, order_no, channel, stage, rule, subject, verdict, waived, effects, seen, decision_id, rulebook,
        currency}` of those that pass every filter.

        Filters: `rule` (a rule, a table, or a row of one), `stage order_no channel verdict subject`, `waived`, and from
        `since` on, before `until`. Raises OrderError for a cursor that is none.
        """
        limit = pages.bounded(limit)
        some = sa.select(*_SHOWN).where(*_conditions(filters), *_after(cursor))
        some = some.order_by(*(column.desc() for column in _NEWEST)).limit(limit + 1)
        rows, next_cursor = pages.cut(self._connection.execute(some).all(), limit, _key)
        beside = self._beside({row.decision_id for row in rows})
        return [_item(row, beside[row.decision_id]) for row in rows], next_cursor

    def counts(self, entries: Sequence[str], since: Mapping[str, dt.datetime]) -> dict[str, dict[str, int]]:
        """By entry, how often it fired since each of these instants, by their names; what did not is left out."""
        if not since:
            return {}
        counted = [
            sa.func.sum(sa.case((FiringRow.at >= instant, 1), else_=0)).label(name) for name, instant in since.items()
        ]
        lately, entry = FiringRow.at >= min(since.values()), FiringRow.entry
        found: dict[str, dict[str, int]] = {}
        for start in range(0, len(entries), _AT_ONCE):
            some = entry.in_(entries[start : start + _AT_ONCE])
            for row in self._connection.execute(sa.select(entry, *counted).where(some, lately).group_by(entry)):
                found[row.entry] = {name: int(getattr(row, name)) for name in since}
        return found

    def between(self, entry: str, instants: Sequence[dt.datetime]) -> list[int]:
        """How often it fired between each of these instants, which ascend, and the next."""
        counted = [
            sa.select(sa.func.count()).where(FiringRow.entry == entry, FiringRow.at >= one, FiringRow.at < other)
            .scalar_subquery().label(f"n{number}")
            for number, (one, other) in enumerate(zip(instants, instants[1:], strict=False))
        ]  # fmt: skip
        return list(self._connection.execute(sa.select(*counted)).one()) if counted else []

    def rows_of(self, table: str, since: dt.datetime) -> dict[str, int]:
        """How often each row of a table fired since then, by the row's id; rows that did not are left out."""
        row = FiringRow
        counted = sa.select(row.rule, sa.func.count()).where(row.entry == table, row.at >= since).group_by(row.rule)
        return {rule: count for rule, count in self._connection.execute(counted)}

    def last(self, entry: str) -> dt.datetime | None:
        """When it fired last; None: never."""
        return self._connection.execute(sa.select(sa.func.max(FiringRow.at)).where(FiringRow.entry == entry)).scalar()

    def _beside(self, decisions: set[str]) -> Mapping[str, Any]:
        """What the log does not hold itself, by decision."""
        wanted = sa.select(DecisionRow.id, DecisionRow.rulebook, OrderRow.currency)
        wanted = wanted.join(OrderRow, OrderRow.order_no == DecisionRow.order_no)
        rows = self._connection.execute(wanted.where(DecisionRow.id.in_(sorted(decisions)))) if decisions else ()
        return {row.id: row for row in rows}


def _item(row: Any, beside: Any) -> dict[str, Any]:
    item = canonical.dump(row._mapping)
    del item["position"]
    return {**item, "rulebook": beside.rulebook, "currency": beside.currency}


def _conditions(filters: Mapping[str, Any]) -> list[Any]:
    found = [column == filters[name] for name, column in _EQUAL.items() if filters.get(name)]
    if filters.get("rule"):
        found += _of_rule(filters["rule"])
    if filters.get("waived") is not None:
        found.append(FiringRow.waived == (sa.true() if filters["waived"] else sa.false()))
    if filters.get("since"):
        found.append(FiringRow.at >= filters["since"])
    if filters.get("until"):
        found.append(FiringRow.at < filters["until"])
    return found


def _of_rule(rule: str) -> list[Any]:
    """Of a table all its rows."""
    entry = FiringRow.entry == entry_of(rule)
    return [entry, FiringRow.rule == rule] if "#" in rule else [entry]


def entry_of(rule: str) -> str:
    """The rule, or the table that it is a row of."""
    return rule.partition("#")[0]


def _key(row: Any) -> tuple[str, str, int]:
    return row.at.isoformat(), row.decision_id, row.position


def _after(cursor: str | None) -> list[Any]:
    key = pages.decode(cursor, str, str, int)
    if key is None:
        return []
    at = sa.literal(pages.instant(key[0]), FiringRow.at.type)
    return [sa.tuple_(*_NEWEST) < sa.tuple_(at, sa.literal(key[1]), sa.literal(key[2]))]
