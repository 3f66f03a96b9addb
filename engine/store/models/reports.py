"""What channels, warehouses and carriers reported, and how far each shipment has come by that."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import CODE, Code, CodeOrNone, Key, Plain, PlainOrNone
from engine.store.models.metadata import Row


class OrderEventRow(Row):
    """Something that a channel reported about an order."""

    __tablename__ = "order_events"

    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"), primary_key=True)
    event_id: Mapped[Key]
    type: Mapped[Code]
    at: Mapped[dt.datetime]  # when it happened, as the reporter says
    data: Mapped[Plain]
    digest: Mapped[Code]  # of what was reported: the same again is no other event
    by: Mapped[str]
    received_at: Mapped[dt.datetime]
    counts: Mapped[bool]  # whether the order's content follows from it
    why_not: Mapped[CodeOrNone]  # not applied, because; None: applied
    answer: Mapped[PlainOrNone]  # what was answered; None: not answered yet


class VendorEventRow(Row):
    """Something that a warehouse or carrier reported about a shipment."""

    __tablename__ = "vendor_events"
    __table_args__ = (Index(None, "order_no"), Index(None, "shipment_no"))

    vendor: Mapped[Key]
    event_id: Mapped[Key]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    shipment_no: Mapped[Code]
    type: Mapped[Code]
    at: Mapped[dt.datetime]
    data: Mapped[Plain]
    digest: Mapped[Code]
    by: Mapped[str]
    received_at: Mapped[dt.datetime]
    why_not: Mapped[CodeOrNone]
    status: Mapped[Code]  # of the shipment, after it


class ShipmentReportRow(Row):
    """How far a shipment has come, as was reported last; none: nobody has reported anything."""

    __tablename__ = "shipment_reports"
    __table_args__ = (Index(None, "order_no"),)

    shipment_no: Mapped[Key]
    order_no: Mapped[str] = mapped_column(CODE, ForeignKey("orders.order_no"))
    status: Mapped[Code]  # accepted picked checked packed shipped signed lost damaged, or refused returned
    at: Mapped[dt.datetime]  # when it came to that
    picked: Mapped[Plain]  # line number: units, where they are fewer than was asked for
