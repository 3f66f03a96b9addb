"""Previews: drafts tried out on past orders, bit by bit."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from engine.store.columns import Code, CodeOrNone, Key, Plain, PlainOrNone
from engine.store.models.metadata import Row


class PreviewRow(Row):
    """A preview, and how far it has come."""

    __tablename__ = "previews"
    __table_args__ = (Index(None, "state"),)

    id: Mapped[Key]
    asked: Mapped[Plain]  # {draft, stages, from, until, channel}
    rulebook: Mapped[Code]  # digest of the live one when it was asked for
    changes: Mapped[Plain]  # documents by stage
    state: Mapped[Code]  # queued running done cancelled failed
    total: Mapped[int]  # orders
    done: Mapped[int]
    cursor: Mapped[PlainOrNone]  # [instant, decision id] of the last one done
    progress: Mapped[PlainOrNone]  # what it takes to go on; in the end what came out
    busy_ms: Mapped[int]  # time spent on it
    error: Mapped[CodeOrNone]
    lease_until: Mapped[dt.datetime | None]  # a worker is at it
    by: Mapped[str]
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
