"""What has changed about an order since it was decided: people's holds and assignments, refusals, its cancellation."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, CodeOrNone, Serial
from engine.store.models.metadata import Row


class ManualHoldRow(Row):
    """A hold that a person made, and who lifted it when."""

    __tablename__ = "manual_holds"
    __table_args__ = (Index(None, "order_no"),)

    id: Mapped[Serial]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    reason: Mapped[Code]
    note: Mapped[str]
    by: Mapped[str]
    at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    recalls: Mapped[bool]  # what stands at warehouses is asked back too
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[dt.datetime | None]


class AssignmentRow(Row):
    """A warehouse or service that a person chose, for a line or for a whole order; neither takes back those before."""

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "order_no"),)

    id: Mapped[Serial]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    line_no: Mapped[CodeOrNone]
    warehouse: Mapped[CodeOrNone]
    service: Mapped[CodeOrNone]
    by: Mapped[str]
    at: Mapped[dt.datetime]
    reason: Mapped[str]


class RefusalRow(Row):
    """A warehouse that would not ship an order, or had too few units of a sku."""

    __tablename__ = "refusals"
    __table_args__ = (Index(None, "order_no"),)

    id: Mapped[Serial]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    warehouse: Mapped[Code]
    sku: Mapped[CodeOrNone]
    reason: Mapped[str]
    at: Mapped[dt.datetime]


class CancellationRow(Row):
    """An order that nobody wants any more, or that a person rejected; the first word on it stays."""

    __tablename__ = "cancellations"

    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"), primary_key=True)
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[dt.datetime]
    paid_cents: Mapped[int]
    rejected: Mapped[bool]
