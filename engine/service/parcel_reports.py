"""What is reported of one of several parcels: how far that parcel, and with it the shipment, has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine import reports
from engine.reports import VendorEvent

_OF_ONE = ("signed", "returned", "lost", "damaged")  # what is true of a parcel and not of those beside it


@dataclass(frozen=True, slots=True)
class OfParcel:
    """A parcel of several, as a report about it finds it."""

    waybill_no: str
    was: str  # the parcel's own status
    status: str  # of the shipment after it: that of its least advanced parcel


def of_parcel(event: VendorEvent, shipment: Any, uow: Any) -> OfParcel | None:
    """The parcel that an event is about; None where it is about the whole shipment, or that has only one."""
    label = event.waybill_no
    labels = uow.reports.labels(shipment.asked_as) if label and event.type in _OF_ONE else []
    if label is None or label not in labels or len(labels) < 2:
        return None
    told = sorted(uow.reports.vendor_events(shipment.asked_as), key=lambda each: each.place)
    after = _come_to(labels, [*told, event])
    status = reports.further(shipment.status, reports.least_advanced(after.values()))
    return OfParcel(label, _come_to(labels, told)[label], status)


def _come_to(labels: Sequence[str], told: Iterable[VendorEvent]) -> dict[str, str]:
    """The status of each parcel by what was told of it, or of them all."""
    states = dict.fromkeys(labels, "shipped")
    for each in told:
        about = each.waybill_no or each.data.get("waybill_no")
        for label in (about,) if about in states else labels if about is None else ():
            states[label] = reports.progressed(states[label], each.type)
    return states
