"""What people are asked to do, and what they answered."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, CodeOrNone, Key, Plain, Serial
from engine.store.models.metadata import Row


class TaskRow(Row):
    """Something a person is asked to do about an order. Its id is that of the action that asked."""

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "order_no"), Index(None, "status", "due_at"))

    id: Mapped[Key]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    stage: Mapped[CodeOrNone]  # of the rule that asks; None: no decision asks, so none takes it back
    rule: Mapped[CodeOrNone]
    subject: Mapped[CodeOrNone]
    queue: Mapped[Code]
    title: Mapped[Plain]  # {"zh": …, "en": …}
    status: Mapped[Code]  # open done dropped (no longer wanted)
    due_at: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime]
    tries: Mapped[int]  # calls that nobody answered
    outcome: Mapped[CodeOrNone]  # the latest
    note: Mapped[str]  # said with it
    done_at: Mapped[dt.datetime | None]
    done_by: Mapped[str | None]


class TaskOutcomeRow(Row):
    """An answer to a task: every call is one."""

    __tablename__ = "task_outcomes"
    __table_args__ = (Index(None, "task_id"),)

    id: Mapped[Serial]
    task_id: Mapped[str] = mapped_column(CODE, ForeignKey("tasks.id"))
    outcome: Mapped[Code]
    note: Mapped[str]
    by: Mapped[str]
    at: Mapped[dt.datetime]
