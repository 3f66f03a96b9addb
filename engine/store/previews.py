"""Previews of drafts over past orders: what was asked, how far they have come, and the orders they go through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.decision import Decision
from engine.order import Order
from engine.store.decisions import StoredDecision
from engine.store.models.decisions import DecisionRow
from engine.store.models.orders import OrderRow
from engine.store.models.previews import PreviewRow
from engine.store.snapshots import Snapshots
from engine.store.statements import bump, insert, table

OPEN = ("queued", "running")


@dataclass(frozen=True, slots=True)
class StoredPreview:
    """A preview as it stands."""

    id: str
    asked: Mapping[str, Any]
    rulebook: str
    changes: Mapping[str, Any]
    state: str
    total: int
    done: int
    cursor: Sequence[str] | None
    progress: Mapping[str, Any] | None
    busy_ms: int
    error: str | None
    lease_until: dt.datetime | None
    by: str
    created_at: dt.datetime
    ended_at: dt.datetime | None


class Previews:
    """The previews."""

    def __init__(self, connection: sa.Connection, snapshots: Snapshots):
        self._connection = connection
        self._snapshots = snapshots

    def add(
        self, asked: Mapping[str, Any], rulebook: str, changes: Mapping[str, Any], total: int, by: str, at: dt.datetime
    ) -> str:
        """Keep a new preview. Its id."""
        preview_id = f"preview-{bump(self._connection, 'preview')}"
        insert(self._connection, PreviewRow, {
            "id": preview_id, "asked": asked, "rulebook": rulebook, "changes": changes, "state": "queued",
            "total": total, "done": 0, "cursor": None, "progress": None, "busy_ms": 0, "error": None,
            "lease_until": None, "by": by, "created_at": at, "ended_at": None,
        })  # fmt: skip
        return preview_id

    def get(self, preview_id: str) -> StoredPreview | None:
        """The preview of an id."""
        row = self._connection.execute(sa.select(*_COLUMNS).where(PreviewRow.id == preview_id)).first()
        return None if row is None else StoredPreview(**row._mapping)

    def latest(self, limit: int) -> list[StoredPreview]:
        """The newest first."""
        newest = sa.select(*_COLUMNS).order_by(PreviewRow.created_at.desc(), PreviewRow.id).limit(limit)
        return [StoredPreview(**row._mapping) for row in self._connection.execute(newest)]

    def due(self, now: dt.datetime) -> list[tuple[str, int]]:
        """Those to go on with, that nobody is at, with the number of orders done."""
        row = PreviewRow
        free = sa.or_(row.lease_until.is_(None), row.lease_until <= now)
        found = sa.select(row.id, row.done).where(row.state.in_(OPEN), free).order_by(row.id)
        return [(each.id, each.done) for each in self._connection.execute(found)]

    def take(self, preview_id: str, now: dt.datetime, lease_until: dt.datetime) -> StoredPreview | None:
        """The preview, now this worker's until then; None when it is over, or somebody is at it."""
        row = PreviewRow
        free = sa.or_(row.lease_until.is_(None), row.lease_until <= now)
        taken = sa.update(row).where(row.id == preview_id, row.state.in_(OPEN), free)
        taken = taken.values(state="running", lease_until=lease_until)
        return self.get(preview_id) if self._connection.execute(taken).rowcount == 1 else None

    def save(self, taken: StoredPreview, **values: Any) -> bool:
        """Keep what was done under a lease and let it go; False when it was cancelled or taken over meanwhile."""
        row = PreviewRow
        still = sa.and_(row.id == taken.id, row.state == "running", row.lease_until == taken.lease_until)
        saved = self._connection.execute(sa.update(row).where(still).values(lease_until=None, **values))
        return saved.rowcount == 1

    def cancel(self, preview_id: str, at: dt.datetime) -> bool:
        """End it where it is; False when it was over."""
        row = PreviewRow
        ended = sa.update(row).where(row.id == preview_id, row.state.in_(OPEN))
        ended = ended.values(state="cancelled", lease_until=None, ended_at=at)
        return self._connection.execute(ended).rowcount == 1

    def count(self, from_: dt.datetime, until: dt.datetime, channel: str | None) -> int:
        """How many orders were last decided in that time (half-open)."""
        counted = sa.select(sa.func.count()).select_from(_LATEST).where(*_within(from_, until, channel))
        return self._connection.execute(counted).scalar_one()

    def orders(
        self, from_: dt.datetime, until: dt.datetime, channel: str | None, after: Sequence[str] | None, limit: int
    ) -> list[StoredDecision]:
        """The latest decisions of orders within that time, in the order in which they were made."""
        row = DecisionRow
        wanted = sa.select(row.document, row.world, row.order_digest, row.trigger).select_from(_LATEST)
        wanted = wanted.where(*_within(from_, until, channel))
        if after is not None:
            at = sa.literal(dt.datetime.fromisoformat(after[0]), row.decided_at.type)
            wanted = wanted.where(sa.tuple_(row.decided_at, row.id) > sa.tuple_(at, sa.literal(after[1])))
        rows = self._connection.execute(wanted.order_by(row.decided_at, row.id).limit(limit)).all()
        return [self._decision(each) for each in rows]

    def decision(self, decision_id: str) -> StoredDecision | None:
        """One of them."""
        row = DecisionRow
        wanted = sa.select(row.document, row.world, row.order_digest, row.trigger).where(row.id == decision_id)
        found = self._connection.execute(wanted).first()
        return self._decision(found) if found else None

    def _decision(self, row: Any) -> StoredDecision:
        order = canonical.load(Order, self._snapshots.get(row.order_digest))
        return StoredDecision(canonical.load(Decision, row.document), row.world, order, row.order_digest, row.trigger)


_COLUMNS = tuple(table(PreviewRow).c)
_LATEST = table(DecisionRow).join(table(OrderRow), OrderRow.decision_id == DecisionRow.id)


def _within(from_: dt.datetime, until: dt.datetime, channel: str | None) -> list[Any]:
    within = [DecisionRow.decided_at >= from_, DecisionRow.decided_at < until]
    return within if channel is None else [*within, OrderRow.channel == channel]
