"""What the built-in stand-ins for the outside keep: each thing once, however often it is asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.errors import Conflict
from engine.store.models.reports import ShipmentReportRow
from engine.store.models.vendors import (
    CaptureRow,
    ConfirmationRow,
    NoticeRow,
    OutboundRow,
    PaymentRow,
    RefundRow,
    WaybillRow,
)
from engine.store.statements import insert, insert_new, table


class Vendors:
    """Outbounds, waybills, notices, captures, refunds, payments: each kept once, and answered as it was first kept."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def outbound(
        self, shipment_no: str, warehouse: str, lines: list[dict[str, Any]], order_no: str, at: dt.datetime
    ) -> dict[str, Any]:
        """Ask a warehouse for a shipment."""
        values = {"warehouse": warehouse, "lines": lines, "order_no": order_no, "at": at}
        return self._once(OutboundRow, {"shipment_no": shipment_no}, values)

    def waybill(
        self, shipment_no: str, service: str, order_no: str, at: dt.datetime, cod_cents: int = 0, parcel: int = 1
    ) -> dict[str, Any]:
        """A label for a parcel: `waybill_no` is the carrier's letters and a number that no other label has."""
        key = {"shipment_no": shipment_no, "parcel": parcel}
        row = self._once(WaybillRow, key, {"service": service, "order_no": order_no, "at": at, "cod_cents": cod_cents})
        if row["waybill_no"] is None:
            row["waybill_no"] = f"{_letters(service)}{row['id']:012d}"
            numbered = sa.update(WaybillRow).where(WaybillRow.id == row["id"]).values(waybill_no=row["waybill_no"])
            self._connection.execute(numbered)
        return row

    def label_by_hand(
        self, shipment_no: str, service: str, waybill_no: str, order_no: str, at: dt.datetime
    ) -> None:
        """A label that a person got, in place of those that the carrier gave. Raises Conflict for another's number."""
        row = WaybillRow
        taken = sa.select(row.shipment_no).where(row.waybill_no == waybill_no, row.shipment_no != shipment_no)
        if self._connection.execute(taken).first():
            raise Conflict(f"waybill {waybill_no} is that of another shipment")
        self._connection.execute(sa.delete(row).where(row.shipment_no == shipment_no))
        values = {
            "shipment_no": shipment_no, "service": service, "waybill_no": waybill_no, "order_no": order_no, "at": at,
            "cod_cents": 0, "parcel": 1,
        }  # fmt: skip
        insert(self._connection, row, values)

    def notice(
        self, action_id: str, to: str, template: str, text: str, order_no: str, at: dt.datetime
    ) -> dict[str, Any]:
        """Send somebody a message."""
        values = {"to": to, "template": template, "text": text, "order_no": order_no, "at": at}
        return self._once(NoticeRow, {"action_id": action_id}, values)

    def capture(
        self, action_id: str, order_no: str, transaction_no: str | None, cents: int, at: dt.datetime
    ) -> dict[str, Any]:
        """Take authorised money."""
        values = {"order_no": order_no, "transaction_no": transaction_no, "cents": cents, "at": at}
        return self._once(CaptureRow, {"action_id": action_id}, values)

    def refund(
        self, action_id: str, order_no: str, transaction_no: str | None, cents: int, at: dt.datetime
    ) -> dict[str, Any]:
        """Give money back."""
        values = {"order_no": order_no, "transaction_no": transaction_no, "cents": cents, "at": at}
        return self._once(RefundRow, {"action_id": action_id}, values)

    def cancel_outbound(self, shipment_no: str, at: dt.datetime, too_late: bool) -> bool:
        """Whether a warehouse puts a shipment aside: unless it is too late, and once it has it stays so."""
        asked = OutboundRow.shipment_no == shipment_no
        if not too_late:
            fresh = sa.update(OutboundRow).where(asked, OutboundRow.cancelled_at.is_(None))
            self._connection.execute(fresh.values(cancelled_at=at))
            return True
        return self._connection.execute(sa.select(OutboundRow.cancelled_at).where(asked)).scalar() is not None

    def void_waybill(self, shipment_no: str, at: dt.datetime) -> list[str]:
        """The labels of a shipment are worth nothing any more; which those are."""
        of_shipment = WaybillRow.shipment_no == shipment_no
        valid = sa.update(WaybillRow).where(of_shipment, WaybillRow.voided_at.is_(None))
        self._connection.execute(valid.values(voided_at=at))
        numbers = sa.select(WaybillRow.waybill_no).where(of_shipment, WaybillRow.waybill_no.is_not(None))
        return list(self._connection.scalars(numbers.order_by(WaybillRow.parcel)))

    def put_payment(
        self, transaction_no: str, status: str, paid_cents: int = 0, settled_at: dt.datetime | None = None
    ) -> None:
        """Have the provider's stand-in know a transaction from now on."""
        values = {"status": status, "paid_cents": paid_cents, "settled_at": settled_at}
        if not insert_new(self._connection, PaymentRow, {"transaction_no": transaction_no, **values}):
            known = sa.update(PaymentRow).where(PaymentRow.transaction_no == transaction_no)
            self._connection.execute(known.values(**values))

    def payment(self, transaction_no: str) -> dict[str, Any] | None:
        """What the provider knows of a transaction: `{transaction_no, status, paid_cents, settled_at}`."""
        wanted = sa.select(*table(PaymentRow).c).where(PaymentRow.transaction_no == transaction_no)
        row = self._connection.execute(wanted).first()
        return canonical.dump(row._mapping) if row else None

    def confirm(
        self, shipment_no: str, order_no: str, channel: str, carrier: str | None, waybill_nos: list[str],
        lines: list[dict[str, Any]], at: dt.datetime,
    ) -> dict[str, Any]:  # fmt: skip
        """Tell a channel what was shipped."""
        values = {"order_no": order_no, "channel": channel, "carrier": carrier, "waybill_nos": waybill_nos,
                  "lines": lines, "at": at}  # fmt: skip
        return self._once(ConfirmationRow, {"shipment_no": shipment_no}, values)

    def shipment_states(self, shipment_nos: Iterable[str]) -> dict[str, dict[str, Any]]:
        """`{status, waybills}` of the shipments that were handed out; the others are left out."""
        wanted = list(shipment_nos)
        out = sa.select(OutboundRow.shipment_no).where(OutboundRow.shipment_no.in_(wanted))
        states: dict[str, dict[str, Any]] = {}
        for shipment_no in self._connection.scalars(out):
            states[shipment_no] = {"status": "released", "waybills": []}
        labels = sa.select(WaybillRow.shipment_no, WaybillRow.waybill_no).where(WaybillRow.shipment_no.in_(wanted))
        for each in self._connection.execute(labels.order_by(WaybillRow.shipment_no, WaybillRow.parcel)):
            states.setdefault(each.shipment_no, {"waybills": []})["waybills"].append(each.waybill_no)
        report = ShipmentReportRow
        reported = sa.select(report.shipment_no, report.status).where(report.shipment_no.in_(wanted))
        for each in self._connection.execute(reported):
            states.setdefault(each.shipment_no, {"waybills": []})["status"] = each.status
        return states

    def of(self, order_no: str) -> dict[str, list[dict[str, Any]]]:
        """All that was asked for an order: `{outbounds, waybills, notices, captures, refunds, confirmations}`, each
        oldest first."""
        return {
            "outbounds": self._all(OutboundRow, order_no), "waybills": self._all(WaybillRow, order_no),
            "notices": self._all(NoticeRow, order_no), "captures": self._all(CaptureRow, order_no),
            "refunds": self._all(RefundRow, order_no), "confirmations": self._all(ConfirmationRow, order_no),
        }  # fmt: skip

    def _once(self, row: Any, key: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        insert_new(self._connection, row, {**key, **values})
        columns = table(row).c
        same = [columns[name] == value for name, value in key.items()]
        kept = self._connection.execute(sa.select(*columns).where(*same)).one()
        return canonical.dump(kept._mapping)

    def _all(self, row: Any, order_no: str) -> list[dict[str, Any]]:
        columns = table(row).c
        kept = sa.select(*columns).where(row.order_no == order_no).order_by(row.at, *table(row).primary_key)
        return [canonical.dump(each._mapping) for each in self._connection.execute(kept)]


def _letters(service: str) -> str:
    """How a carrier's labels begin: "SF" for SF-AIR."""
    return re.sub(r"[^A-Z0-9]", "", service.split("-")[0].upper())[:4] or "WB"
