"""Rulesets that somebody is writing, and how far each has come."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from engine.store.columns import Code, Key, Plain, PlainOrNone
from engine.store.models.metadata import Row


class DraftRow(Row):
    """A draft of a stage's ruleset, of the pipeline, or of the declared facts."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "stage", "state"), Index(None, "state", "publish_at"))

    id: Mapped[Key]
    stage: Mapped[Code]
    base_version: Mapped[int]  # the version it was made from; 0: there was none
    author: Mapped[str]
    editors: Mapped[Plain]  # names of all who saved it, the latest last
    state: Mapped[Code]  # draft checked in_review approved scheduled published discarded
    revision: Mapped[int]  # how often its content was saved
    document: Mapped[Plain]
    findings: Mapped[PlainOrNone]  # of the last check; None: not checked as it is now
    approved_by: Mapped[str | None]
    publish_at: Mapped[dt.datetime | None]  # while it is scheduled
    version: Mapped[int | None]  # that it is published as, or will be
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    updated_by: Mapped[str]
