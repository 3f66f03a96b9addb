"""Orders that go in one parcel: its size and price once all is in it, and how each of the orders shows it.

The parcel is one shipment of one of the orders. The others keep a shipment of their own, under its own number, that
goes along: their lines, reservations, decisions and replays stay their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from engine.decision import Decision, Parcel, Plan, Shipment, Verdict, derived_id, skus_by_line
from engine.order import Order
from engine.routing.candidates import Demand, demand, warehouse_options
from engine.routing.services import service_options
from engine.routing.sourcing import route
from engine.standing import cod_cents
from engine.world import Along, Merge, Merged, StandingLine, World


def together(
    order: Order,
    world: World,
    plan: Plan,
    demands: Sequence[Demand],
    now: dt.datetime,
    preference: Sequence[str],
) -> tuple[Shipment, ...]:
    """The shipments of a routed plan as they are when the order goes in one parcel with others.

    As they were where it does not: not merged, or not to be shipped as one from where the others are.
    """
    merge = world.merge
    if merge is None or len(plan.shipments) != 1 or plan.backorders:
        return plan.shipments
    (own,) = plan.shipments
    if merge.parcel is not None:
        return (_along(own, merge),)
    if merge.along:
        return (_joined(order, world, plan, demands, now, preference) or own,)
    return plan.shipments


def _along(own: Shipment, merge: Merge) -> Shipment:
    """It goes in another order's parcel: by the same service on the same day under the same labels, at no more cost."""
    parcel = merge.parcel
    if parcel is None or (parcel.warehouse, parcel.ships_on) != (own.warehouse, own.ships_on):
        return own
    return replace(
        own, carrier=parcel.carrier, service=parcel.service, freight_cents=0, promised_on=parcel.promised_on,
        parcels=tuple(map(Parcel, parcel.parcels_g)), merged=Merged(parcel.shipment_no, merge.order_nos),
    )  # fmt: skip


def _joined(
    order: Order, world: World, plan: Plan, demands: Sequence[Demand], now: dt.datetime, preference: Sequence[str]
) -> Shipment | None:
    """Its shipment with the others' goods in it; None where no service takes all that on that day."""
    assert world.merge is not None
    (own,) = plan.shipments
    there = _with_their_units(world, own.warehouse)
    everything = (*demands, *_their_demands(world))
    places = warehouse_options(order, there, everything, now)
    options = [each for each in places if each.warehouse.code == own.warehouse]
    services = service_options(order, there, everything, options, now)
    whole = replace(plan, max_shipments=1, allow_backorder=False)
    found = route(order, there, whole, everything, options, services, now, preference, lambda _: own.shipment_no)
    if found.outcome != "complete" or found.shipments[0].ships_on != own.ships_on:
        return None
    (parcel,) = found.shipments
    mine = {each.line_no for each in demands}
    return replace(
        parcel, lines=tuple(line for line in parcel.lines if line.line_no in mine),
        merged=Merged(own.shipment_no, world.merge.order_nos),
    )  # fmt: skip


def _with_their_units(world: World, warehouse: str) -> World:
    """What the others have reserved there is available to the parcel."""
    units: dict[str, int] = {}
    for line in (line for each in _along_of(world) for line in each.lines):
        units[line.sku] = units.get(line.sku, 0) + line.quantity
    stock = tuple(
        replace(
            row, reserved=row.reserved - units[row.sku],
            reserved_by_channel=max(0, row.reserved_by_channel - units[row.sku]),
        )
        if row.warehouse == warehouse and row.sku in units
        else row
        for row in world.stock
    )  # fmt: skip
    return replace(world, stock=stock)


def _their_demands(world: World) -> tuple[Demand, ...]:
    return tuple(
        demand(f"{each.order_no}\n{line.line_no}", world.skus[line.sku], line.quantity, optional=False)
        for each in _along_of(world)
        for line in each.lines
    )


def _along_of(world: World) -> tuple[Along, ...]:
    return world.merge.along if world.merge else ()


def along(order: Order, decision: Decision) -> Along:
    """What is to be known of an order in the parcel of another one, from the decision by which it would go alone."""
    skus, gifts = skus_by_line(order, decision), {gift.line_no for gift in decision.gifts}
    (shipment,) = decision.shipments
    captures = (each.id for each in decision.actions if each.type == "capture")
    return Along(
        order_no=decision.order_no,
        lines=tuple(
            StandingLine(line.line_no, skus[line.line_no], line.quantity, line.line_no in gifts)
            for line in shipment.lines
        ),
        cod_cents=cod_cents(order),
        release_at=decision.release_at,
        captured_by=next(captures, None),
        instructions=tuple((each.text, each.line_no) for each in decision.instructions),
        labels=decision.labels,
        flags=tuple(flag.code for flag in decision.flags),
    )


def release_at(world: World, verdict: Verdict, own: dt.datetime | None) -> dt.datetime | None:
    """When it leaves: the parcel leaves when every order in it may."""
    if own is None or verdict is not Verdict.APPROVE or world.merge is None:
        return own
    if world.merge.parcel is not None:
        return world.merge.release_at
    return max([own, *(each.release_at for each in world.merge.along if each.release_at)])


def captures(world: World) -> tuple[str, ...]:
    """The actions that take the other orders' authorised money before the parcel leaves."""
    return tuple(each.captured_by for each in _along_of(world) if each.captured_by is not None)


def collected(world: World, shipment: Shipment, own_cents: int) -> int:
    """What the courier of a shipment collects, for every order that is in it."""
    return own_cents + (sum(each.cod_cents for each in _along_of(world)) if shipment.merged else 0)


def with_the_others(payload: dict[str, Any], order: Order, world: World) -> dict[str, Any]:
    """What a warehouse is asked for, with the goods of every order that is in the parcel; each names its order."""
    others = _along_of(world)
    if not others:
        return payload
    lines, instructions = (
        [{"order_no": order.order_no, **each} for each in payload[name]] for name in ("lines", "instructions")
    )
    for each in others:
        lines += [
            {"order_no": each.order_no, "line_no": line.line_no, "sku": line.sku, "quantity": line.quantity}
            for line in each.lines
        ]
        instructions += [
            {"order_no": each.order_no, "text": text, "line_no": line_no} for text, line_no in each.instructions
        ]
    return {
        **payload,
        "lines": lines,
        "instructions": instructions,
        "labels": _once([payload["labels"], *(each.labels for each in others)]),
        "flags": _once([payload["flags"], *(each.flags for each in others)]),
        "order_nos": [order.order_no, *(each.order_no for each in others)],
    }


def _once(texts: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(texts)))


def sent_off_by(shipments: Sequence[Shipment]) -> tuple[str, ...]:
    """The actions of other orders that send off what goes along with them."""
    numbers = [each.asked_as for each in shipments if each.goes_along]
    return tuple(derived_id(kind, number) for number in numbers for kind in ("outbound", "waybill"))


def parted_from(former: Decision, standing: Sequence[str], merge: Merge | None) -> tuple[str, tuple[str, ...]] | None:
    """The parcel that an order was to go in by a former decision and does not any more, and the other orders in it.

    `standing`: numbers of its shipments that were asked for: those have gone, together.
    """
    staying = set(merge.order_nos) if merge else set()
    for each in former.shipments:
        if each.merged is not None and each.is_planned and each.shipment_no not in standing:
            left = tuple(no for no in each.merged.order_nos if no != former.order_no and no not in staying)
            return (each.merged.shipment_no, left) if left else None
    return None
