"""How an order leaves: its shipments, what is missing, the units kept for it, and the work that was set off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from admin import amounts, dates, labels
from admin.labels import Look
from admin.languages import said
from admin.values import Reader


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """What one warehouse is asked to ship."""

    shipment_no: str
    warehouse: str
    service: str  # empty: picked up
    carrier: str
    status: Look
    freight: str
    weight: str
    distance: str
    ships_on: str
    promised_on: str
    parcels: tuple[tuple[str, str], ...]  # (weight, waybill no. or empty)
    lines: tuple[tuple[str, int], ...]  # (title, quantity)


def shipments(decision: Mapping[str, Any] | None, titles: Mapping[str, str], reader: Reader) -> list[ShipmentView]:
    return [_shipment(each, titles, reader) for each in (decision["shipments"] if decision else ())]


def _shipment(shipment: Mapping[str, Any], titles: Mapping[str, str], reader: Reader) -> ShipmentView:
    distance = shipment["distance_km"]
    return ShipmentView(
        shipment_no=shipment["shipment_no"],
        warehouse=reader.names.warehouse(shipment["warehouse"]),
        service=reader.names.service(shipment["service"]),
        carrier=reader.names.carrier(shipment["carrier"]),
        status=labels.look(labels.SHIPMENT_STATUSES, shipment["status"]),
        freight=amounts.money(shipment["freight_cents"], reader.currency),
        weight=amounts.weight(shipment["weight_g"]),
        distance=f"{distance:,} km" if distance is not None else "",
        ships_on=shipment["ships_on"] or "",
        promised_on=shipment["promised_on"] or "",
        parcels=tuple((amounts.weight(each["weight_g"]), each["waybill_no"] or "") for each in shipment["parcels"]),
        lines=_lines(shipment["lines"], titles),
    )


def backorders(decision: Mapping[str, Any] | None, titles: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Units that nobody can fill now: (title, quantity)."""
    return _lines(decision["backorders"], titles) if decision else ()


def _lines(rows: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    return tuple((titles.get(each["line_no"], each["line_no"]), each["quantity"]) for each in rows)


@dataclass(frozen=True, slots=True)
class ReservationView:
    """Units kept for the order."""

    warehouse: str
    sku: str
    quantity: int


def reservations(units: Mapping[tuple[str, str], int], reader: Reader) -> list[ReservationView]:
    """The units kept, by (warehouse, sku)."""
    return [
        ReservationView(reader.names.warehouse(warehouse), sku, quantity)
        for (warehouse, sku), quantity in units.items()
    ]


@dataclass(frozen=True, slots=True)
class ActionView:
    """Work for a worker, and how far it is."""

    id: str
    type: str
    about: str  # which shipment, task or message
    ours: bool  # whether those are our words, or names that people gave
    status: Look
    attempts: int
    error: str
    when: str
    exact: str


def actions(rows: Sequence[Mapping[str, Any]], reader: Reader) -> list[ActionView]:
    """The actions in the order in which they were set off."""
    return [_action(each, reader) for each in rows]


def _action(action: Mapping[str, Any], reader: Reader) -> ActionView:
    at = action["done_at"] or action["retry_at"] or action["sent_at"] or action["not_before"]
    return ActionView(
        id=action["id"],
        type=labels.word(labels.ACTION_TYPES, action["type"]),
        about=_about(action["payload"], reader),
        ours=not {"service", "warehouse", "name"} & action["payload"].keys(),
        status=labels.look(labels.ACTION_STATUSES, action["status"]),
        attempts=action["attempt"],
        error=action["error"] or "",
        when=gettext("%(time)s 起", time=dates.minute(at))
        if action["status"] == "pending" and at
        else dates.minute(at),
        exact=dates.exact(at),
    )


def _about(payload: Mapping[str, Any], reader: Reader) -> str:
    if "title" in payload:
        return f"{labels.queue(payload['queue'])} · {said(payload['title'])}"
    if "service" in payload:
        return f"{reader.names.service(payload['service'])} · {payload['shipment_no'].rsplit('-', 1)[-1]}"
    if "warehouse" in payload:
        return reader.names.warehouse(payload["warehouse"])
    if "name" in payload:
        return str(payload["name"])
    return labels.recipient(payload["to"]) if "to" in payload else ""
