"""Shipments of which nothing has been heard for too long: not collected, or on their way without a scan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.store.models.decisions import FlagRow, ShipmentRow
from engine.store.models.orders import OrderRow
from engine.store.models.reports import ShipmentReportRow, VendorEventRow
from engine.store.shipments import CURRENT

NO_SCAN, NOT_COLLECTED = "no-scan", "not-collected"
FLAG = "TRACKING_STALE"
_MOST = 500
_PACKED_AT_MOST = ("accepted", "picked", "checked")


@dataclass(frozen=True, slots=True)
class Stale:
    """A shipment, and since when nothing has happened to it."""

    order_no: str
    shipment_no: str
    asked_as: str  # its parcel
    kind: str
    since: dt.datetime


class StaleShipments:
    """What hangs on its way."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def find(
        self, not_scanned_since: dt.datetime, packed_before: dt.datetime, day: dt.date, order_no: str | None = None
    ) -> list[Stale]:
        """Of all orders or of one, the latest first: those shipped that were last scanned by then, and those that their
        carrier should have collected: packed, or leaving the order desk, by then, and to ship on `day` or before."""
        found = [
            *self._rows(NO_SCAN, _MOVED, not_scanned_since, _REPORT.status == "shipped", order_no),
            *self._rows(NOT_COLLECTED, _REPORT.at, packed_before, _REPORT.status == "packed", order_no),
            *self._rows(NOT_COLLECTED, OrderRow.release_at, packed_before, _due(day), order_no),
        ]
        return sorted(found, key=lambda each: (each.since, each.shipment_no), reverse=True)

    def flagged(self) -> list[str]:
        """The orders that are flagged for it."""
        row = FlagRow
        wanted = sa.select(row.order_no).where(row.code == FLAG, row.closed_at.is_(None)).distinct()
        return list(self._connection.scalars(wanted.order_by(row.order_no)))

    def clear(self, order_no: str, at: dt.datetime) -> None:
        """It goes on: the flag is history."""
        row = FlagRow
        mine = sa.update(row).where(row.order_no == order_no, row.code == FLAG, row.closed_at.is_(None))
        self._connection.execute(mine.values(closed_at=at))

    def _rows(self, kind: str, since: Any, before: dt.datetime, condition: Any, order_no: str | None) -> list[Stale]:
        wanted = _UNDER_WAY.add_columns(since.label("since")).where(condition, since <= before)
        if order_no is not None:
            wanted = wanted.where(OrderRow.order_no == order_no)
        rows = self._connection.execute(wanted.order_by(since.desc(), ShipmentRow.shipment_no).limit(_MOST))
        return [
            Stale(each.order_no, each.shipment_no, each.sent_as or each.shipment_no, kind, each.since) for each in rows
        ]


_REPORT = ShipmentReportRow
_MOVED = sa.func.coalesce(
    sa.select(sa.func.max(VendorEventRow.at)).where(
        VendorEventRow.shipment_no == sa.func.coalesce(ShipmentRow.sent_as, ShipmentRow.shipment_no),
        VendorEventRow.type.in_(("shipped", "scanned")),
    ).correlate(ShipmentRow).scalar_subquery(),
    ShipmentReportRow.at, type_=ShipmentReportRow.at.type,
)  # fmt: skip
_UNDER_WAY = (
    sa.select(OrderRow.order_no, ShipmentRow.shipment_no, ShipmentRow.sent_as)
    .join(ShipmentRow, ShipmentRow.order_no == OrderRow.order_no)
    .outerjoin(_REPORT, _REPORT.shipment_no == ShipmentRow.shipment_no)
    .where(
        OrderRow.status.in_(("released", "partially_shipped", "shipped")), CURRENT, ShipmentRow.carrier.is_not(None)
    )
)


def _due(day: dt.date) -> Any:
    waits = sa.or_(_REPORT.status.is_(None), _REPORT.status.in_(_PACKED_AT_MOST))
    return sa.and_(waits, OrderRow.status == "released", sa.or_(
        ShipmentRow.ships_on.is_(None), ShipmentRow.ships_on <= day
    ))  # fmt: skip
