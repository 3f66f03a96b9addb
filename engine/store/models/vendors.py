"""What the built-in stand-ins for warehouse system, carrier, notices and payments keep."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Code, CodeOrNone, Key, Plain, Serial
from engine.store.models.metadata import Row


class OutboundRow(Row):
    """A shipment that a warehouse was asked for."""

    __tablename__ = "vendor_outbounds"
    __table_args__ = (Index(None, "order_no"),)

    shipment_no: Mapped[Key]
    order_no: Mapped[Code]
    warehouse: Mapped[Code]
    lines: Mapped[Plain]
    at: Mapped[dt.datetime]
    cancelled_at: Mapped[dt.datetime | None]


class WaybillRow(Row):
    """A label that a carrier gave for a parcel of a shipment."""

    __tablename__ = "vendor_waybills"
    __table_args__ = (
        Index(None, "shipment_no", "parcel", unique=True),
        Index(None, "waybill_no", unique=True),
        Index(None, "order_no"),
    )

    id: Mapped[Serial]
    shipment_no: Mapped[Code]
    order_no: Mapped[Code]
    service: Mapped[Code]
    waybill_no: Mapped[CodeOrNone]  # made of the id, so it follows the insert
    cod_cents: Mapped[int]
    at: Mapped[dt.datetime]
    parcel: Mapped[int] = mapped_column(server_default=text("1"))  # from 1
    voided_at: Mapped[dt.datetime | None]


class NoticeRow(Row):
    """A message that was sent."""

    __tablename__ = "vendor_notices"
    __table_args__ = (Index(None, "order_no"),)

    action_id: Mapped[Key]
    order_no: Mapped[Code]
    to: Mapped[str]
    template: Mapped[Code]
    text: Mapped[str]
    at: Mapped[dt.datetime]


class ConfirmationRow(Row):
    """What a channel was told that it may tell the buyer: what was shipped, by whom, under which number."""

    __tablename__ = "vendor_confirmations"
    __table_args__ = (Index(None, "order_no"),)

    shipment_no: Mapped[Key]
    order_no: Mapped[Code]
    channel: Mapped[Code]
    carrier: Mapped[CodeOrNone]
    waybill_nos: Mapped[Plain]
    lines: Mapped[Plain]
    at: Mapped[dt.datetime]


class CaptureRow(Row):
    """Authorised money that was taken."""

    __tablename__ = "vendor_captures"
    __table_args__ = (Index(None, "order_no"),)

    action_id: Mapped[Key]
    order_no: Mapped[Code]
    transaction_no: Mapped[CodeOrNone]
    cents: Mapped[int]
    at: Mapped[dt.datetime]


class RefundRow(Row):
    """Money that was given back."""

    __tablename__ = "vendor_refunds"
    __table_args__ = (Index(None, "order_no"),)

    action_id: Mapped[Key]
    order_no: Mapped[Code]
    transaction_no: Mapped[CodeOrNone]
    cents: Mapped[int]
    at: Mapped[dt.datetime]


class PaymentRow(Row):
    """What the payment provider knows of a transaction; tests and the demo fill it."""

    __tablename__ = "vendor_payments"

    transaction_no: Mapped[Key]
    status: Mapped[Code]  # settled processing failed unknown; unavailable: the provider does not answer
    paid_cents: Mapped[int]
    settled_at: Mapped[dt.datetime | None]
