"""What a rule has held, and what people released of that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.store.models.decisions import HoldRow
from engine.store.models.orders import OrderRow, WaiverRow


@dataclass(frozen=True, slots=True)
class HoldFigures:
    """How many orders a rule holds now, how many it has held, and how many of these people released from it."""

    open: int
    orders: int
    released: int


class RuleHolds:
    """Holds by the rule that made them; those of a table are its rows'."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def figures(self, entry: str) -> HoldFigures:
        """Orders held now, held ever, released by people."""
        held = _of(HoldRow.rule, entry)
        return HoldFigures(
            self._count(HoldRow.order_no, held, HoldRow.closed_at.is_(None)),
            self._count(HoldRow.order_no, held),
            self._count(WaiverRow.order_no, _of(WaiverRow.rule, entry)),
        )

    def recent(self, entry: str, limit: int) -> list[dict[str, Any]]:
        """`{order_no, reason, rule, opened_at, closed_at, due_at, status}` of its holds, newest first."""
        row = HoldRow
        wanted = sa.select(
            row.order_no, row.reason, row.rule, row.opened_at, row.closed_at, row.due_at, OrderRow.status
        )
        wanted = wanted.join(OrderRow, OrderRow.order_no == row.order_no).where(_of(row.rule, entry))
        rows = self._connection.execute(wanted.order_by(row.opened_at.desc(), row.id.desc()).limit(limit))
        return [canonical.dump(each._mapping) for each in rows]

    def lengths(self, entry: str, limit: int) -> list[dt.timedelta]:
        """How long its latest holds lasted that are over."""
        row = HoldRow
        over = sa.select(row.opened_at, row.closed_at).where(_of(row.rule, entry), row.closed_at.is_not(None))
        rows = self._connection.execute(over.order_by(row.opened_at.desc()).limit(limit))
        return [each.closed_at - each.opened_at for each in rows]

    def releases(self, entry: str, limit: int) -> list[dict[str, Any]]:
        """`{order_no, reason, rule, by, at, note}` of people's releases, newest first."""
        row = WaiverRow
        wanted = sa.select(row.order_no, row.reason, row.rule, row.by, row.at, row.note).where(_of(row.rule, entry))
        rows = self._connection.execute(wanted.order_by(row.at.desc(), row.id.desc()).limit(limit))
        return [canonical.dump(each._mapping) for each in rows]

    def _count(self, orders: Any, *conditions: Any) -> int:
        return self._connection.execute(sa.select(sa.func.count(orders.distinct())).where(*conditions)).scalar_one()


def _of(rule: Any, entry: str) -> Any:
    """The rule itself, or rows of the table; `$` follows `#`, so that an index answers it."""
    return sa.or_(rule == entry, sa.and_(rule > f"{entry}#", rule < f"{entry}$"))
