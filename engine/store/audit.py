"""The audit log: who changed what, when, from what to what. Written with the change; entries are never altered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.store import pages
from engine.store.models.people import AuditRow
from engine.store.statements import insert


class AuditLog:
    """The entries, newest first."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def write(self, at: dt.datetime, by: str, action: str, what: str, before: Any = None, after: Any = None) -> None:
        """One change. `what` names the thing: "skus/LAUNDRY-2L"; before and after are plain data, None for nothing."""
        values = {"at": at, "by": by, "action": action, "what": what, "before": before, "after": after}
        insert(self._connection, AuditRow, values)

    def list(
        self, cursor: str | None, limit: int, what: str | None = None, kind: str | None = None, by: str | None = None,
        since: dt.datetime | None = None, until: dt.datetime | None = None,
    ) -> tuple[list[dict[str, Any]], str | None]:  # fmt: skip
        """Entries newest first, of one thing or of all: `{id, at, by, action, what, before, after}`.

        `kind` is how their action begins: "lists" for "lists.put". From `since` on, and before `until`.
        """
        limit, key = pages.bounded(limit), pages.decode(cursor, int)
        row = AuditRow
        entries = sa.select(row.id, row.at, row.by, row.action, row.what, row.before, row.after)
        if what is not None:
            entries = entries.where(row.what == what)
        if kind is not None:
            entries = entries.where(row.action.startswith(f"{kind}.", autoescape=True))
        if by is not None:
            entries = entries.where(row.by == by)
        if since is not None:
            entries = entries.where(row.at >= since)
        if until is not None:
            entries = entries.where(row.at < until)
        if key is not None:
            entries = entries.where(row.id < key[0])
        rows = self._connection.execute(entries.order_by(row.id.desc()).limit(limit + 1)).all()
        page, next_cursor = pages.cut(rows, limit, lambda each: (each.id,))
        return [canonical.dump(each._mapping) for each in page], next_cursor

    def newest(self, kind: str, what: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The newest entry of each thing of a kind, without what it was before and after."""
        row = AuditRow
        mine = sa.and_(row.what.in_(sorted(what)), row.action.startswith(f"{kind}.", autoescape=True))
        last = sa.select(sa.func.max(row.id)).where(mine).group_by(row.what)
        entries = sa.select(row.id, row.at, row.by, row.action, row.what).where(row.id.in_(last))
        return {each.what: canonical.dump(each._mapping) for each in self._connection.execute(entries)}
