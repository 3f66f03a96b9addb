"""Shipments that stand: of earlier decisions, asked of their warehouses. They are in every later decision as they are,
and nothing of them is planned or reserved a second time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine import canonical
from engine.coupons import refunded_cents
from engine.decision import Decision, Flag, Parcel, Shipment, ShipmentLine, derived_id, skus_by_line
from engine.holds import FLAGS
from engine.order import Order, Receiver
from engine.world import Standing, StandingLine

# How far a shipment has come. `planned`: its warehouse knows nothing of it yet.
PROGRESS = ("planned", "released", "accepted", "picked", "checked", "packed", "shipped", "signed")
GONE = ("refused", "cancelled")  # it no longer is one of the order's shipments
AMISS = ("lost", "damaged", "returned")  # it has left and still is one: people see to it, nothing is sent twice


def receiver_digest(receiver: Receiver | None) -> str | None:
    """Tells whether two shipments go to the same person at the same place."""
    return None if receiver is None else canonical.digest(receiver)


def planned_of(order: Order, decision: Decision) -> tuple[Standing, ...]:
    """The shipments that a decision plans, as they will stand once their warehouses are asked."""
    kept = {each.shipment_no for each in decision.kept}
    skus = skus_by_line(order, decision)
    cod = {
        action.payload["shipment_no"]: action.payload["cod_cents"]
        for action in decision.actions
        if action.type == "waybill"
    } | {each.shipment_no: cod_cents(order) for each in decision.shipments if each.merged}
    gifts, to = {gift.line_no for gift in decision.gifts}, receiver_digest(order.receiver)

    def line(inside: ShipmentLine) -> StandingLine:
        return StandingLine(inside.line_no, skus[inside.line_no], inside.quantity, inside.line_no in gifts)

    fresh = (each for each in decision.shipments if each.is_planned and each.shipment_no not in kept)
    return decision.kept + tuple(
        _standing(each, tuple(map(line, each.lines)), cod.get(each.shipment_no, 0), to) for each in fresh
    )


def _standing(
    shipment: Shipment, lines: tuple[StandingLine, ...], cod_cents: int, receiver: str | None
) -> Standing:
    return Standing(
        shipment_no=shipment.shipment_no,
        warehouse=shipment.warehouse,
        carrier=shipment.carrier,
        service=shipment.service,
        freight_cents=shipment.freight_cents,
        weight_g=shipment.weight_g,
        distance_km=shipment.distance_km,
        ships_on=shipment.ships_on,
        promised_on=shipment.promised_on,
        lines=lines,
        parcels_g=tuple(parcel.weight_g for parcel in shipment.parcels),
        cod_cents=cod_cents,
        receiver=receiver,
        status=shipment.status,
        merged=shipment.merged,
    )


def cod_cents(order: Order) -> int:
    """What couriers collect for an order as a whole: nothing that was paid, and nothing for lines that are left out
    because they are to be refunded. All of them are only sent where a person refused the refund."""
    if order.payment.method != "cod":
        return 0
    sent = any(line.refund_status == "none" for line in order.lines)
    left_out = refunded_cents(order) if sent else 0
    due = max(0, order.payable_cents - order.payment.paid_cents - left_out)
    stated = order.payment.cod_cents or due
    return min(stated, due) if left_out else stated


def as_shipment(standing: Standing) -> Shipment:
    """It as a later decision shows it: unchanged, under its own number."""
    return Shipment(
        shipment_no=standing.shipment_no,
        warehouse=standing.warehouse,
        carrier=standing.carrier,
        service=standing.service,
        freight_cents=standing.freight_cents,
        weight_g=standing.weight_g,
        distance_km=standing.distance_km,
        ships_on=standing.ships_on,
        promised_on=standing.promised_on,
        lines=tuple(ShipmentLine(each.line_no, each.quantity) for each in standing.lines),
        parcels=tuple(map(Parcel, standing.parcels_g)),
        status=standing.status,
        merged=standing.merged,
    )


def sending_off(standing: Iterable[Standing]) -> Iterable[str]:
    """The ids of the actions that ask warehouses for what stands, and carriers for its labels."""
    for each in standing:
        yield derived_id("outbound", each.asked_as)
        if each.carrier is not None:
            yield derived_id("waybill", each.asked_as)


def units_reserved(standing: Iterable[Standing]) -> dict[tuple[str, str], int]:
    """Units that stay promised to it until they have left, by (warehouse, sku)."""
    units: dict[tuple[str, str], int] = {}
    for each in (each for each in standing if not each.has_left):
        for line in each.lines:
            units[each.warehouse, line.sku] = units.get((each.warehouse, line.sku), 0) + line.quantity
    return units


def units_standing(standing: Iterable[Standing]) -> dict[tuple[str, str], int]:
    """Units that need no shipment any more, by (line_no, sku)."""
    units: dict[tuple[str, str], int] = {}
    for line in (line for each in standing for line in each.lines):
        key = (line.line_no, line.sku)
        units[key] = units.get(key, 0) + line.quantity
    return units


def amiss_flags(statuses: Iterable[str]) -> tuple[Flag, ...]:
    """What people should see of shipments of these statuses, each kind once."""
    codes = [f"PARCEL_{status.upper()}" for status in sorted(set(statuses) & set(AMISS))]
    said = ((code, dict(zip(("zh", "en"), FLAGS[code], strict=True))) for code in codes)
    return tuple(Flag(code, "red", "engine.parcel", message) for code, message in said)


def shipping_status(statuses: Sequence[str], backordered: bool = False) -> str:
    """The status of an approved order by those of its shipments: the least advanced, once none has left."""
    left = [status in ("shipped", "signed", *AMISS) for status in statuses]
    if any(left):
        if backordered or not all(left):
            return "partially_shipped"
        arrived = set(statuses)
        if arrived <= {"signed", "returned"}:
            return "delivered" if "signed" in arrived else "returned"
        return "shipped"
    return "approved" if not statuses or "planned" in statuses else "released"
