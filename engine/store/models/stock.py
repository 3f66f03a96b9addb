"""Stock balances, who has reserved them, and every movement."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, CodeOrNone, Key, Plain, Serial
from engine.store.models.metadata import Row


class StockBalanceRow(Row):
    """Units of a sku at a warehouse."""

    __tablename__ = "stock"
    __table_args__ = (
        Index(None, "sku"),
        CheckConstraint("on_hand >= 0", "on_hand_not_negative"),
        CheckConstraint("reserved >= 0", "reserved_not_negative"),
    )

    warehouse: Mapped[Key]
    sku: Mapped[Key]
    on_hand: Mapped[int]
    reserved: Mapped[int]
    safety_stock: Mapped[int]
    channel_shares: Mapped[Plain]  # channel: percent; {} for none


class ReservationRow(Row):
    """Units promised to an order at a warehouse."""

    __tablename__ = "reservations"
    __table_args__ = (Index("ix_reservations_share", "warehouse", "sku", "channel", "units"),)

    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"), primary_key=True)
    warehouse: Mapped[Key]
    sku: Mapped[Key]
    channel: Mapped[Code]
    units: Mapped[int]
    decision_id: Mapped[Code]
    at: Mapped[dt.datetime]


class StockMovementRow(Row):
    """One change of a balance. Only ever added to."""

    __tablename__ = "stock_movements"
    __table_args__ = (Index(None, "sku", "warehouse", "id"), Index(None, "warehouse", "id"))

    id: Mapped[Serial]
    at: Mapped[dt.datetime]
    warehouse: Mapped[Code]
    sku: Mapped[Code]
    kind: Mapped[Code]  # adjust set reserve release
    on_hand_change: Mapped[int]
    reserved_change: Mapped[int]
    on_hand: Mapped[int]  # afterwards
    reserved: Mapped[int]  # afterwards
    order_no: Mapped[CodeOrNone]
    decision_id: Mapped[CodeOrNone]
    adjustment_id: Mapped[CodeOrNone]
    by: Mapped[str | None]
    reason: Mapped[str]


class StockAdjustmentRow(Row):
    """An adjustment that was applied, so that the same one again changes nothing."""

    __tablename__ = "stock_adjustments"

    adjustment_id: Mapped[Key]
    digest: Mapped[Code]  # of what was asked
    answer: Mapped[Plain]
    by: Mapped[str]
    at: Mapped[dt.datetime]
