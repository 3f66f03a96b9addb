"""Decisions with their firings, and what the latest one of an order leaves open: holds, flags, shipments."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, CodeOrNone, Key, Plain
from engine.store.models.metadata import Row


class DecisionRow(Row):
    """One decision, with all that a replay needs: the order as decided (by digest) and the world it read."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("order_no", "sequence"), Index("ix_decisions_decided_at", "decided_at", "id"))

    id: Mapped[Key]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    sequence: Mapped[int]
    verdict: Mapped[Code]
    decided_at: Mapped[dt.datetime]
    trigger: Mapped[Code]
    rulebook: Mapped[Code]
    order_digest: Mapped[Code]
    document: Mapped[Plain]
    world: Mapped[Plain]


class FiringRow(Row):
    """A rule that held, for the log of firings and what is counted of it; each way of asking has its index."""

    __tablename__ = "firings"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "entry", "at", "rule"),
        Index(None, "stage", "at"),
        Index(None, "order_no", "at"),
        Index(None, "channel", "at"),
        Index(None, "verdict", "at"),
        Index(None, "subject", "at"),
        Index("ix_firings_waived", "at", sqlite_where=text("waived = 1"), postgresql_where=text("waived")),
    )

    decision_id: Mapped[str] = mapped_column(CODE, ForeignKey("decisions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_no: Mapped[Code]
    at: Mapped[dt.datetime]
    stage: Mapped[Code]
    rule: Mapped[Code]
    subject: Mapped[Code]
    seen: Mapped[Plain]
    waived: Mapped[bool]
    entry: Mapped[Code] = mapped_column(server_default=text("''"))  # the rule, or the table that it is a row of
    channel: Mapped[Code] = mapped_column(server_default=text("''"))  # the order's
    verdict: Mapped[Code] = mapped_column(server_default=text("''"))  # of the decision
    effects: Mapped[Plain] = mapped_column(server_default=text("'[]'"))


class HoldRow(Row):
    """A hold from the decision that first made it until one that no longer does."""

    __tablename__ = "holds"
    __table_args__ = (
        Index("ix_holds_open_order", "order_no", sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
        Index("ix_holds_open_until", "until", sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
        Index("ix_holds_open_reason", "reason", sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
        Index(None, "rule", "opened_at"),
    )  # fmt: skip

    id: Mapped[Key]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    decision_id: Mapped[Code]  # the latest that made it
    reason: Mapped[Code]
    rule: Mapped[Code]
    queue: Mapped[CodeOrNone]
    severity: Mapped[Code]
    due_at: Mapped[dt.datetime | None]
    until: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class FlagRow(Row):
    """A flag from the decision that first raised it until one that no longer does."""

    __tablename__ = "flags"
    __table_args__ = (
        Index("ix_flags_open_order", "order_no", sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
    )  # fmt: skip

    id: Mapped[Key]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    decision_id: Mapped[Code]
    code: Mapped[Code]
    rule: Mapped[Code]
    severity: Mapped[Code]
    message: Mapped[Plain]
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class ShipmentRow(Row):
    """A shipment of an order: planned by its latest decision, or one that its warehouse was asked for once."""

    __tablename__ = "shipments"
    __table_args__ = (
        Index(None, "order_no"),
        Index("ix_shipments_merged", "sent_as", sqlite_where=text("sent_as IS NOT NULL"),
              postgresql_where=text("sent_as IS NOT NULL")),
        Index("ix_shipments_day", "ships_on", "approved", "sent_as", "warehouse", "order_no"),
    )  # fmt: skip

    shipment_no: Mapped[Key]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    decision_id: Mapped[Code]
    warehouse: Mapped[Code]
    carrier: Mapped[CodeOrNone]
    service: Mapped[CodeOrNone]
    ships_on: Mapped[dt.date | None]
    promised_on: Mapped[dt.date | None]
    approved: Mapped[bool]  # takes up capacity of its day; that of a held order does not
    document: Mapped[Plain] = mapped_column(server_default=text("'{}'"))  # as it stands once its warehouse was asked
    recall: Mapped[CodeOrNone]  # what the warehouse answered when asked to stop it: stopped, unstoppable
    sent_as: Mapped[CodeOrNone]  # the shipment of another order in whose parcel it goes
