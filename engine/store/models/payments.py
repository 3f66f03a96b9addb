"""Asking the payment provider about money that was paid and has not come."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, CodeOrNone
from engine.store.models.metadata import Row


class PaymentInquiryRow(Row):
    """When an order's payment is asked about again, and what the provider said last."""

    __tablename__ = "payment_inquiries"
    __table_args__ = (Index(None, "next_at"),)

    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"), primary_key=True)
    next_at: Mapped[dt.datetime]
    asked: Mapped[int]  # times
    failures: Mapped[int]  # times in a row that the provider did not answer
    answer: Mapped[CodeOrNone]  # settled processing failed unknown
    answered_at: Mapped[dt.datetime | None]
