"""Orders, their lines, and what people decided about them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, CodeOrNone, Key, Plain, Serial
from engine.store.models.metadata import Row


class OrderRow(Row):
    """An accepted order. Its document is the snapshot named by `digest`; the other columns are for finding it."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "received_at", "order_no"),
        Index(None, "status", "received_at"),
        Index(None, "status", "verdict"),
        Index(None, "channel", "buyer_id", "placed_at"),
        Index("ix_orders_alike", "channel", "buyer_id", "receiver_key", "status"),
        Index(None, "phone_key", "placed_at"),
        Index(None, "address_key", "placed_at"),
        Index(None, "buyer_phone_key"),
        Index(None, "phone_last4"),
        Index(None, "placed_at"),
        Index(None, "change_no", "order_no"),
        Index("ix_orders_again", "order_no", sqlite_where=text("again_for IS NOT NULL"),
              postgresql_where=text("again_for IS NOT NULL")),
        Index("ix_orders_changed", "order_no", sqlite_where=text("change_no IS NULL"),
              postgresql_where=text("change_no IS NULL")),
    )  # fmt: skip

    order_no: Mapped[Key]
    channel: Mapped[Code]
    channel_order_no: Mapped[Code]
    digest: Mapped[Code]
    status: Mapped[Code]
    verdict: Mapped[CodeOrNone]
    received_at: Mapped[dt.datetime]
    attempts: Mapped[int]  # how often deciding it was begun since its latest decision
    decisions: Mapped[int]  # how many there are
    decision_id: Mapped[CodeOrNone]
    release_at: Mapped[dt.datetime | None]
    placed_at: Mapped[dt.datetime]
    payable_cents: Mapped[int]
    currency: Mapped[Code]
    priority: Mapped[Code]
    item_count: Mapped[int]
    buyer_id: Mapped[CodeOrNone]
    buyer_name: Mapped[str | None]
    buyer_phone_key: Mapped[CodeOrNone]
    receiver_name: Mapped[str | None]
    receiver_phone: Mapped[str | None]
    receiver_province: Mapped[str | None]
    receiver_city: Mapped[str | None]
    phone_key: Mapped[CodeOrNone]  # the receiver's phone, however it was spelled; None: masked or none
    phone_last4: Mapped[CodeOrNone]
    address_key: Mapped[CodeOrNone]
    receiver_key: Mapped[CodeOrNone]
    paid: Mapped[bool]
    refunded: Mapped[bool]
    begun_at: Mapped[dt.datetime | None]  # the last of the attempts
    changes: Mapped[int] = mapped_column(server_default=text("0"))  # counts what a decision may know and has not seen
    posted_digest: Mapped[CodeOrNone]  # of what was first posted, where events have changed it since
    again_for: Mapped[CodeOrNone]  # why it is to be decided again, as a trigger; None: it is not
    change_no: Mapped[int | None]  # its place among all changes; None: changed since they were last counted
    delivered_at: Mapped[dt.datetime | None]  # the last of its shipments was signed for
    ship_by: Mapped[dt.datetime | None]  # the platform's, else two days after paying


class OrderLineRow(Row):
    """A line of an accepted order."""

    __tablename__ = "order_lines"
    __table_args__ = (Index(None, "sku"),)

    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"), primary_key=True)
    line_no: Mapped[Key]
    sku: Mapped[Code]
    quantity: Mapped[int]


class WaiverRow(Row):
    """A person's release of one rule's hold."""

    __tablename__ = "waivers"
    __table_args__ = (Index(None, "order_no"), Index(None, "rule", "at"))

    id: Mapped[Serial]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    rule: Mapped[Code]
    reason: Mapped[Code]
    subject: Mapped[Code]
    seen: Mapped[Plain]
    by: Mapped[str]
    at: Mapped[dt.datetime]
    note: Mapped[str]


class ManualDecisionRow(Row):
    """What a person did to an order: release, hold, reject …"""

    __tablename__ = "manual_decisions"
    __table_args__ = (Index(None, "order_no"),)

    id: Mapped[Serial]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    kind: Mapped[Code]
    by: Mapped[str]
    at: Mapped[dt.datetime]
    data: Mapped[Plain]
