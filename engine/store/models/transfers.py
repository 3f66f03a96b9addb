"""Goods that are brought to the store where an order is picked up."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, Key, Plain
from engine.store.models.metadata import Row


class TransferRow(Row):
    """Units that a warehouse is to bring to a store."""

    __tablename__ = "transfers"
    __table_args__ = (Index(None, "order_no"),)

    transfer_no: Mapped[Key]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    source: Mapped[Code]
    store: Mapped[Code]
    units: Mapped[Plain]  # by sku
    status: Mapped[Code]  # asked shipped arrived, or refused dropped
    at: Mapped[dt.datetime]
