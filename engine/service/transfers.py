"""What is reported about goods that are brought to where an order is picked up: by warehouses, stores and people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine.errors import NotFound
from engine.reports import VendorEvent
from engine.service.principals import Principal
from engine.world import Refusal, Transfer

_LEFT = ("shipped", "scanned")
_UNDER_WAY = ("asked", "shipped")
LATE = "late"


def report(vendor: str, event: VendorEvent, order_no: str, transfer: Transfer, uow: Any, now: dt.datetime) -> Any:
    """The transfer's status after the event, and why nothing follows from it, where so. Raises NotFound."""
    named = any(uow.reference.get(kind, vendor) for kind in ("warehouses", "carriers"))
    if named and vendor not in (transfer.source, transfer.store):
        raise NotFound(f"there is no shipment {transfer.transfer_no} at {vendor}")
    status = _status_after(vendor, event, transfer)
    if status == transfer.status:
        return status, LATE
    reason = event.data.get("reason", "")
    _come_to(status, order_no, transfer, Refusal(transfer.source, None, reason, event.at), vendor, uow, now)
    return status, None


def answered(transfer_no: str, outcome: str, note: str, by: Principal, uow: Any, now: dt.datetime) -> bool:
    """Do what follows from the answer to the task: the goods are there, or will not be sent. Whether anything does."""
    order_no, transfer = uow.transfers.get(transfer_no)
    came = outcome == "confirmed" and transfer.status in _UNDER_WAY
    if not came and not (outcome == "refused" and transfer.status == "asked"):
        return False
    status = "arrived" if came else "refused"
    _come_to(status, order_no, transfer, Refusal(transfer.source, None, note, now), by.name, uow, now)
    return True


def _come_to(
    status: str, order_no: str, transfer: Transfer, refusal: Refusal, by: str, uow: Any, now: dt.datetime
) -> None:
    """What a transfer's new status means for stock and order."""
    uow.transfers.progress(transfer.transfer_no, status)
    if status == "refused":
        uow.changes.refuse(order_no, refusal)
    if status in ("shipped", "arrived"):
        lines = [(transfer.source, sku, units) for sku, units in transfer.units.items()]
        uow.stock.ship(order_no, transfer.transfer_no, lines, now, promised=transfer.status == "asked")
    if status == "arrived":
        _arrive(by, order_no, transfer, uow, now)
    uow.orders.again(order_no, "shipment_updated")


def _status_after(vendor: str, event: VendorEvent, transfer: Transfer) -> str:
    """It is there once the store has it; it may have been dropped meanwhile and come all the same."""
    if transfer.status in ("arrived", "refused"):
        return transfer.status
    if event.type == "signed" or event.type == "accepted" and vendor == transfer.store:
        return "arrived"
    if event.type == "refused" and transfer.status == "asked":
        return "refused"
    return "shipped" if event.type in _LEFT and transfer.status in ("asked", "dropped") else transfer.status


def _arrive(by: str, order_no: str, transfer: Transfer, uow: Any, now: dt.datetime) -> None:
    """The units are at the store, and the order's at once, if it still waits for them."""
    for sku, units in sorted(transfer.units.items()):
        uow.stock.adjust(
            f"{transfer.transfer_no}.{sku}", transfer.store, sku, None, units, None, None, transfer.transfer_no, by,
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
