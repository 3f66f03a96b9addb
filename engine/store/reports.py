"""What was reported about orders and their shipments: each report once, and what followed from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.aftersales import REQUEST
from engine.reports import OrderEvent, VendorEvent
from engine.store.models.decisions import ShipmentRow
from engine.store.models.orders import OrderRow
from engine.store.models.reports import OrderEventRow, ShipmentReportRow, VendorEventRow
from engine.store.models.tasks import TaskRow
from engine.store.models.vendors import WaybillRow
from engine.store.shipments import STOPPED
from engine.store.statements import insert, insert_new, table
from engine.world import Standing


@dataclass(frozen=True, slots=True)
class KeptOrderEvent:
    """An event of an order, and what became of it."""

    digest: str
    counts: bool
    why_not: str | None
    answer: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class KeptVendorEvent:
    """An event of a shipment, and what became of it."""

    digest: str
    order_no: str
    shipment_no: str
    why_not: str | None
    status: str  # of the shipment, after it


@dataclass(frozen=True, slots=True)
class ReportedShipment:
    """A shipment as its warehouse was asked for it, and how far it has come by what was reported."""

    shipment_no: str
    order_no: str
    asked: Standing
    status: str
    picked: Mapping[str, int]  # line number: units, where fewer than asked for were there
    asked_as: str  # what its warehouse knows it as: itself, or another order's shipment that it goes along with

    @property
    def goes_along(self) -> bool:
        """Whether it goes in the parcel of another order."""
        return self.asked_as != self.shipment_no


class Reports:
    """Events of orders and of shipments."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def order_event(self, order_no: str, event_id: str) -> KeptOrderEvent | None:
        """What became of an event that is known."""
        row = OrderEventRow
        wanted = sa.select(row.digest, row.counts, row.why_not, row.answer).where(
            row.order_no == order_no, row.event_id == event_id
        )
        found = self._connection.execute(wanted).first()
        return KeptOrderEvent(**found._mapping) if found else None

    def event_data(self, order_no: str, event_id: str) -> Mapping[str, Any] | None:
        """What an event said; None: it is not known."""
        row = OrderEventRow
        wanted = sa.select(row.data).where(row.order_no == order_no, row.event_id == event_id)
        return self._connection.execute(wanted).scalar()

    def counting(self, order_no: str) -> list[OrderEvent]:
        """The events that the order's content follows from."""
        row = OrderEventRow
        wanted = sa.select(row.event_id, row.type, row.at, row.data).where(row.order_no == order_no, row.counts)
        return [OrderEvent(**each._mapping) for each in self._connection.execute(wanted)]

    def keep_order_event(
        self, order_no: str, event: OrderEvent, by: str, received_at: dt.datetime, counts: bool, why_not: str | None
    ) -> None:
        """Write an event down."""
        insert(self._connection, OrderEventRow, {
            "order_no": order_no, "event_id": event.event_id, "type": event.type, "at": event.at, "data": event.data,
            "digest": event.digest, "by": by, "received_at": received_at, "counts": counts, "why_not": why_not,
            "answer": None,
        })  # fmt: skip

    def answer(self, order_no: str, event_id: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what an event is answered with; the first answer stays, and is given."""
        row = OrderEventRow
        mine = sa.and_(row.order_no == order_no, row.event_id == event_id)
        self._connection.execute(sa.update(row).where(mine, row.answer.is_(None)).values(answer=answer))
        return self._connection.execute(sa.select(row.answer).where(mine)).scalar_one()

    def of(self, order_no: str) -> list[dict[str, Any]]:
        """All that was reported about an order, in the order in which it came: `{event_id, type, at, received_at, by,
        data, why_not, shipment_no}`; `shipment_no` is null for what its channel reported."""
        of_order = table(OrderEventRow).c
        of_shipment = table(VendorEventRow).c
        names = ("event_id", "type", "at", "received_at", "by", "data", "why_not")
        along = sa.select(ShipmentRow.sent_as).where(ShipmentRow.order_no == order_no, ShipmentRow.sent_as.is_not(None))
        of_parcels = sa.or_(of_shipment.order_no == order_no, of_shipment.shipment_no.in_(along))
        found = [
            *self._all(of_order.order_no == order_no, of_order, names, sa.null()),
            *self._all(of_parcels, of_shipment, names, of_shipment.shipment_no),
        ]
        found.sort(key=lambda each: (each["received_at"], each["at"], each["event_id"]))
        return [canonical.dump(each) for each in found]

    def _all(self, which: Any, columns: Any, names: tuple[str, ...], shipment: Any) -> list[dict[str, Any]]:
        wanted = sa.select(*(columns[name] for name in names), shipment.label("shipment_no"))
        rows = self._connection.execute(wanted.where(which))
        return [dict(row._mapping) for row in rows]

    def shipment(self, shipment_no: str | None, waybill_no: str | None) -> ReportedShipment | None:
        """The shipment of a number, or that a waybill is for; None for one that no decision has planned."""
        row = ShipmentRow
        labels = sa.select(WaybillRow.shipment_no).where(WaybillRow.waybill_no == waybill_no)
        found = self._shipments(row.shipment_no == shipment_no if shipment_no else row.shipment_no.in_(labels))
        return found[0] if found else None

    def parcel(self, shipment_no: str) -> list[ReportedShipment]:
        """That shipment, and then what goes along with it of other orders."""
        row = ShipmentRow
        found = self._shipments(sa.or_(row.shipment_no == shipment_no, row.sent_as == shipment_no))
        return sorted(found, key=lambda each: (each.goes_along, each.shipment_no))

    def _shipments(self, condition: Any) -> list[ReportedShipment]:
        row, report = ShipmentRow, ShipmentReportRow
        wanted = sa.select(
            row.shipment_no, row.order_no, row.document, row.recall, row.sent_as, report.status, report.picked
        ).outerjoin(report, report.shipment_no == row.shipment_no)
        return [
            ReportedShipment(
                each.shipment_no, each.order_no, canonical.load(Standing, each.document),
                "cancelled" if each.recall == STOPPED else each.status or "released", each.picked or {},
                each.sent_as or each.shipment_no,
            )
            for each in self._connection.execute(wanted.where(condition))
        ]  # fmt: skip

    def vendor_event(self, vendor: str, event_id: str) -> KeptVendorEvent | None:
        """What became of an event that is known."""
        row = VendorEventRow
        wanted = sa.select(row.digest, row.order_no, row.shipment_no, row.why_not, row.status).where(
            row.vendor == vendor, row.event_id == event_id
        )
        found = self._connection.execute(wanted).first()
        return KeptVendorEvent(**found._mapping) if found else None

    def vendor_events(self, shipment_no: str) -> list[VendorEvent]:
        """All that was reported about a shipment."""
        row = VendorEventRow
        wanted = sa.select(row.event_id, row.type, row.at, row.data, row.shipment_no)
        rows = self._connection.execute(wanted.where(row.shipment_no == shipment_no))
        return [VendorEvent(**each._mapping) for each in rows]

    def labels(self, shipment_no: str) -> list[str]:
        """The waybills of a shipment's parcels that count."""
        row = WaybillRow
        valid = sa.select(row.waybill_no).where(row.shipment_no == shipment_no, row.voided_at.is_(None))
        return list(self._connection.scalars(valid.where(row.waybill_no.is_not(None)).order_by(row.parcel)))

    def keep_vendor_event(
        self, vendor: str, event: VendorEvent, order_no: str, shipment_no: str, by: str, received_at: dt.datetime,
        status: str, why_not: str | None,
    ) -> bool:  # fmt: skip
        """Write an event down, and how far its shipment has come by it; False when its id was just taken.

        A waybill that it names is kept with what it says.
        """
        data = {**event.data, **({"waybill_no": event.waybill_no} if event.waybill_no else {})}
        return insert_new(self._connection, VendorEventRow, {
            "vendor": vendor, "event_id": event.event_id, "order_no": order_no,
            "shipment_no": shipment_no, "type": event.type, "at": event.at, "data": data,
            "digest": event.digest, "by": by, "received_at": received_at, "why_not": why_not, "status": status,
        })  # fmt: skip

    def progress(self, shipment: ReportedShipment, status: str, picked: Mapping[str, int], at: dt.datetime) -> None:
        """How far a shipment has come now."""
        row = ShipmentReportRow
        values = {"status": status, "at": at, "picked": picked}
        fresh = {"shipment_no": shipment.shipment_no, "order_no": shipment.order_no, **values}
        if not insert_new(self._connection, row, fresh):
            known = sa.update(row).where(row.shipment_no == shipment.shipment_no)
            self._connection.execute(known.values(**values))

    def states(self, order_no: str) -> dict[str, str]:
        """The status of each shipment of an order that something was reported about, by its number."""
        row = ShipmentReportRow
        rows = self._connection.execute(sa.select(row.shipment_no, row.status).where(row.order_no == order_no))
        return {each.shipment_no: each.status for each in rows}

    def delivered(self, order_no: str, at: dt.datetime) -> None:
        """All of an order was signed for, the last of it then."""
        self._connection.execute(sa.update(OrderRow).where(OrderRow.order_no == order_no).values(delivered_at=at))

    def delivered_before(self, at: dt.datetime, limit: int) -> list[str]:
        """Orders that stand as delivered, longest ago first, of which nothing is to be put right any more."""
        asked = sa.exists().where(
            OrderEventRow.order_no == OrderRow.order_no, OrderEventRow.type == "return_requested"
        )
        steps = sa.exists().where(TaskRow.order_no == OrderRow.order_no, TaskRow.subject.startswith(REQUEST))
        disputed = sa.and_(asked, sa.or_(~steps, steps.where(TaskRow.status == "open")))
        wanted = sa.select(OrderRow.order_no).where(
            OrderRow.status == "delivered", OrderRow.delivered_at <= at, ~disputed
        )
        return list(self._connection.scalars(wanted.order_by(OrderRow.delivered_at, OrderRow.order_no).limit(limit)))
