"""Reference data, content-addressed snapshots, rulesets, and counters."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Code, Key, Plain
from engine.store.models.metadata import Row


class ReferenceRow(Row):
    """One sku, warehouse, carrier, rate card, coverage, list or channel."""

    __tablename__ = "reference"

    kind: Mapped[Key]
    code: Mapped[Key]
    title: Mapped[str]  # its names, for searching
    document: Mapped[Plain]


class SnapshotRow(Row):
    """Plain data under the digest of its canonical JSON."""

    __tablename__ = "snapshots"

    digest: Mapped[Key]
    data: Mapped[Plain]


class RulesetVersionRow(Row):
    """A published version of a stage's ruleset, or of the pipeline. The document is a snapshot."""

    __tablename__ = "ruleset_versions"
    __table_args__ = (Index(None, "state"),)

    stage: Mapped[Key]
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[Code]
    state: Mapped[Code]  # live scheduled superseded
    published_at: Mapped[dt.datetime]  # when it goes live, while it is scheduled
    published_by: Mapped[str]
    note: Mapped[str]


class RulebookRow(Row):
    """Which ruleset digests a rulebook digest stands for."""

    __tablename__ = "rulebooks"

    digest: Mapped[Key]
    stages: Mapped[Plain]  # stage: digest
    pinned_at: Mapped[dt.datetime]


class CounterRow(Row):
    """A number that only goes up: version numbers, and "something changed" marks."""

    __tablename__ = "counters"

    name: Mapped[Key]
    value: Mapped[int]
