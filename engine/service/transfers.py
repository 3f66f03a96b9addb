"""What warehouses and stores report about goods that are brought to where an order is picked up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine.errors import NotFound
from engine.reports import VendorEvent
from engine.world import Refusal, Transfer

_LEFT = ("shipped", "scanned")
_OVER = ("arrived", "refused", "dropped")
LATE = "late"


def report(vendor: str, event: VendorEvent, order_no: str, transfer: Transfer, uow: Any, now: dt.datetime) -> Any:
    """The transfer's status after the event, and why nothing follows from it, where so. Raises NotFound."""
    named = any(uow.reference.get(kind, vendor) for kind in ("warehouses", "carriers"))
    if named and vendor not in (transfer.source, transfer.store):
        raise NotFound(f"there is no shipment {transfer.transfer_no} at {vendor}")
    status = _status_after(vendor, event, transfer)
    if status == transfer.status:
        return status, LATE
    uow.transfers.progress(transfer.transfer_no, status)
    if status == "refused":
        uow.changes.refuse(order_no, Refusal(transfer.source, None, event.data.get("reason", ""), event.at))
    if status in ("shipped", "arrived"):
        lines = [(transfer.source, sku, units) for sku, units in transfer.units.items()]
        uow.stock.ship(order_no, transfer.transfer_no, lines, now)
    if status == "arrived":
        _arrive(vendor, order_no, transfer, uow, now)
    uow.orders.again(order_no, "shipment_updated")
    return status, None


def _status_after(vendor: str, event: VendorEvent, transfer: Transfer) -> str:
    """It is there once the store has it; it may have been dropped meanwhile and come all the same."""
    if transfer.status in ("arrived", "refused"):
        return transfer.status
    if event.type == "signed" or event.type == "accepted" and vendor == transfer.store:
        return "arrived"
    if event.type == "refused" and transfer.status == "asked":
        return "refused"
    return "shipped" if event.type in _LEFT and transfer.status in ("asked", "dropped") else transfer.status


def _arrive(vendor: str, order_no: str, transfer: Transfer, uow: Any, now: dt.datetime) -> None:
    """The units are at the store, and the order's at once, if it still waits for them."""
    for sku, units in sorted(transfer.units.items()):
        uow.stock.adjust(
            f"{transfer.transfer_no}.{sku}", transfer.store, sku, None, units, None, None, transfer.transfer_no, vendor,
            now, "received",
        )  # fmt: skip
    stored = uow.orders.get(order_no)
    decision = uow.decisions.get(stored.decision_id).decision
    if transfer.transfer_no not in {each.transfer_no for each in decision.transfers}:
        return
    wanted = uow.stock.reservations(order_no)
    for sku, units in transfer.units.items():
        place = (transfer.store, sku)
        wanted[place] = wanted.get(place, 0) + units
    uow.stock.reserve(order_no, wanted, stored.decision_id, now)
