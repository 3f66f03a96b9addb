"""Drafts of rulesets: what somebody is writing, and how far it has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.store.models.drafts import DraftRow
from engine.store.statements import bump, insert, table


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it stands."""

    id: str
    stage: str
    base_version: int
    author: str
    editors: tuple[str, ...]
    state: str
    revision: int
    document: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...] | None
    approved_by: str | None
    publish_at: dt.datetime | None
    version: int | None
    created_at: dt.datetime
    updated_at: dt.datetime
    updated_by: str


class Drafts:
    """The drafts."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def add(self, stage: str, base_version: int, document: Mapping[str, Any], author: str, at: dt.datetime) -> str:
        """Keep a new draft. Its id, that none ever had before."""
        draft_id = f"{stage}-{bump(self._connection, 'draft')}"
        insert(self._connection, DraftRow, {
            "id": draft_id, "stage": stage, "base_version": base_version, "author": author, "editors": [author],
            "state": "draft", "revision": 1, "document": document, "findings": None, "approved_by": None,
            "publish_at": None, "version": None, "created_at": at, "updated_at": at, "updated_by": author,
        })  # fmt: skip
        return draft_id

    def get(self, draft_id: str, lock: bool = False) -> StoredDraft | None:
        """The draft; with `lock`, nobody else changes it until this transaction ends."""
        asked = sa.select(*_COLUMNS).where(DraftRow.id == draft_id)
        row = self._connection.execute(asked.with_for_update() if lock else asked).first()
        return None if row is None else _draft(row)

    def set(self, draft_id: str, **values: Any) -> None:
        """Change columns of a draft."""
        self._connection.execute(sa.update(DraftRow).where(DraftRow.id == draft_id).values(**values))

    def of(self, stage: str | None, states: Collection[str]) -> list[StoredDraft]:
        """Those in such a state, of one stage or of all; last changed first."""
        found = sa.select(*_COLUMNS).where(DraftRow.state.in_(sorted(states)))
        if stage is not None:
            found = found.where(DraftRow.stage == stage)
        rows = self._connection.execute(found.order_by(DraftRow.updated_at.desc(), DraftRow.id))
        return [_draft(row) for row in rows]

    def due(self, until: dt.datetime) -> list[StoredDraft]:
        """Those that are to be published by then, in the order in which they are."""
        due = sa.select(*_COLUMNS).where(DraftRow.state == "scheduled", DraftRow.publish_at <= until)
        return [_draft(row) for row in self._connection.execute(due.order_by(DraftRow.publish_at, DraftRow.version))]


_COLUMNS = tuple(table(DraftRow).c)


def _draft(row: Any) -> StoredDraft:
    values = dict(row._mapping)
    findings = None if values["findings"] is None else tuple(values["findings"])
    return StoredDraft(**{**values, "editors": tuple(values["editors"]), "findings": findings})
