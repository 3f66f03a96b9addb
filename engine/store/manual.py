"""What people decided: every manual decision, and the waivers that later decisions read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.store.models.orders import ManualDecisionRow, WaiverRow
from engine.store.statements import insert
from engine.world import Waiver


class Waivers:
    """Releases, as later decisions see them."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def add(self, order_no: str, waiver: Waiver) -> None:
        """Keep one rule's hold off an order from now on."""
        insert(self._connection, WaiverRow, {
            "order_no": order_no, "rule": waiver.rule, "reason": waiver.reason, "subject": waiver.subject,
            "seen": waiver.seen, "by": waiver.by, "at": waiver.at, "note": waiver.note,
        })  # fmt: skip

    def of(self, order_no: str) -> tuple[Waiver, ...]:
        """The waivers of an order, oldest first."""
        rows = self._connection.execute(_WAIVERS, {"wanted": order_no})
        return tuple(Waiver(**row._mapping) for row in rows)


_WAIVERS = (
    sa.select(
        WaiverRow.rule, WaiverRow.reason, WaiverRow.subject, WaiverRow.seen, WaiverRow.by, WaiverRow.at, WaiverRow.note
    )
    .where(WaiverRow.order_no == sa.bindparam("wanted"))
    .order_by(WaiverRow.id)
)


class ManualDecisions:
    """Releases, holds, rejections … that people made."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def record(self, order_no: str, kind: str, by: str, at: dt.datetime, data: Mapping[str, Any]) -> None:
        """Write down what somebody did to an order."""
        values = {"order_no": order_no, "kind": kind, "by": by, "at": at, "data": data}
        insert(self._connection, ManualDecisionRow, values)

    def of(self, order_no: str) -> list[dict[str, Any]]:
        """What people did to an order, oldest first: `{kind, by, at, data}`."""
        row = ManualDecisionRow
        rows = self._connection.execute(
            sa.select(row.kind, row.by, row.at, row.data).where(row.order_no == order_no).order_by(row.id)
        )
        return [canonical.dump(each._mapping) for each in rows]
