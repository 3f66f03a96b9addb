"""Stock balances, who has reserved them, and every movement."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, CodeOrNone, Key, Plain, Serial
from engine.store.models.metadata import Row


class StockBalanceRow(Row):
    """Units of a sku at a warehouse."""

    __tablename__ = "stock"
    __table_args__ = (
        Index(None, "sku"),
        Index("ix_stock_short", "warehouse", "sku", sqlite_where=text("reserved > on_hand"),
              postgresql_where=text("reserved > on_hand")),
        CheckConstraint("on_hand >= 0", "on_hand_not_negative"),
        CheckConstraint("reserved >= 0", "reserved_not_negative"),
    )  # fmt: skip

    warehouse: Mapped[Key]
    sku: Mapped[Key]
    on_hand: Mapped[int]
    reserved: Mapped[int]
    safety_stock: Mapped[int]
    channel_shares: Mapped[Plain]  # channel: percent; {} for none
    freed: Mapped[int] = mapped_column(server_default=text("0"))  # units that ever became free; only grows


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
    """One change of a balance. Only ever added to: the database refuses to alter or delete one."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        Index(None, "sku", "warehouse", "id"),
        Index(None, "warehouse", "id"),
        Index(None, "order_no"),
        Index("ix_stock_movements_shipped", "shipment_no", "warehouse", "sku", unique=True,
              sqlite_where=text("kind = 'shipped'"), postgresql_where=text("kind = 'shipped'")),
        Index("ix_stock_movements_returned", "return_id", "warehouse", "sku", unique=True,
              sqlite_where=text("kind = 'returned'"), postgresql_where=text("kind = 'returned'")),
    )  # fmt: skip

    id: Mapped[Serial]
    at: Mapped[dt.datetime]
    warehouse: Mapped[Code]
    sku: Mapped[Code]
    kind: Mapped[Code]  # received adjusted reserved released shipped returned
    on_hand_change: Mapped[int]
    reserved_change: Mapped[int]
    on_hand: Mapped[int]  # afterwards
    reserved: Mapped[int]  # afterwards
    order_no: Mapped[CodeOrNone]
    decision_id: Mapped[CodeOrNone]
    adjustment_id: Mapped[CodeOrNone]
    by: Mapped[str | None]
    reason: Mapped[str]
    shipment_no: Mapped[CodeOrNone]
    return_id: Mapped[CodeOrNone]


class StockAdjustmentRow(Row):
    """An adjustment that was applied, so that the same one again changes nothing."""

    __tablename__ = "stock_adjustments"

    adjustment_id: Mapped[Key]
    digest: Mapped[Code]  # of what was asked
    answer: Mapped[Plain]
    by: Mapped[str]
    at: Mapped[dt.datetime]


class StockWaitRow(Row):
    """An order that would be decided otherwise if there were more of a sku."""

    __tablename__ = "stock_waits"
    __table_args__ = (Index(None, "sku", "placed_at", "order_no"),)

    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"), primary_key=True)
    sku: Mapped[Key]
    placed_at: Mapped[dt.datetime]
    seen: Mapped[int]  # units of the sku that had ever become free when it was decided
