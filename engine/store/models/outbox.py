"""The outbox: work for the workers, stored with the decision that asks for it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, CodeOrNone, Plain, PlainOrNone, Serial
from engine.store.models.metadata import Row


class ActionRow(Row):
    """An action; open until its receipt."""

    __tablename__ = "actions"
    __table_args__ = (
        UniqueConstraint("id"), Index(None, "status", "sequence"), Index(None, "order_no"),
        Index("ix_actions_told_together", "digest", sqlite_where=text("status = 'pending' AND digest IS NOT NULL"),
              postgresql_where=text("status = 'pending' AND digest IS NOT NULL")),
    )  # fmt: skip

    sequence: Mapped[Serial]
    id: Mapped[Code]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    decision_id: Mapped[Code]
    type: Mapped[Code]
    payload: Mapped[Plain]
    not_before: Mapped[dt.datetime | None]
    status: Mapped[Code]  # pending sent running done retrying dead skipped
    attempt: Mapped[int]  # how often it was sent to the queue
    sent_at: Mapped[dt.datetime | None]
    claimed_by: Mapped[str | None]
    claimed_attempt: Mapped[int | None]
    lease_until: Mapped[dt.datetime | None]  # while running: then another worker may claim it
    retry_at: Mapped[dt.datetime | None]
    done_at: Mapped[dt.datetime | None]
    receipt: Mapped[PlainOrNone]
    error: Mapped[str | None]
    digest: Mapped[CodeOrNone]  # told together with others: to whom, then the one notice that it went into


class ActionAfterRow(Row):
    """An action that must be done or skipped before another."""

    __tablename__ = "action_after"

    action_id: Mapped[str] = mapped_column(CODE, ForeignKey("actions.id"), primary_key=True)
    after_id: Mapped[str] = mapped_column(CODE, ForeignKey("actions.id"), primary_key=True)
