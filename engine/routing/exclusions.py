"""Why the world itself, before any rule, keeps a warehouse or a service from shipping an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from engine.decision import Exclusion
from engine.order import Order
from engine.routing import calendars
from engine.routing.departures import Departure
from engine.world import Carrier, CoverageRow, Service, Warehouse, World

STORED = frozenset({"cold", "hazardous", "oversize"})  # attributes that a warehouse must have to hold the sku (W5)
CARRIED = STORED | {"fragile"}  # attributes that a service must take (R4, W5)
QUICK_DAYS = {"same_day": 0, "next_day": 1}  # transit days that make a service level, leaving the day it is due


def unfit_skus(attributes: Mapping[str, frozenset[str]], warehouse: Warehouse) -> dict[str, list[str]]:
    """The skus (of those with these attributes) that the warehouse may not hold, with what it lacks."""
    lacking = {sku: sorted((has & STORED) - warehouse.attributes) for sku, has in attributes.items()}
    return {sku: names for sku, names in lacking.items() if names}


def closed_to(order: Order, warehouse: Warehouse) -> Iterable[Exclusion]:
    """Disabled; another channel's; a store for anything but pickup there."""
    if not warehouse.enabled:
        yield Exclusion("DISABLED")
    if warehouse.channels is not None and order.channel not in warehouse.channels:
        yield Exclusion("OUT_OF_ZONE", detail={"channel": order.channel})
    if order.delivery.method == "pickup":
        if warehouse.kind != "store" or warehouse.code != order.delivery.pickup_store:
            yield Exclusion("OUT_OF_ZONE", detail={"pickup_store": order.delivery.pickup_store})
    elif warehouse.kind == "store":
        yield Exclusion("OUT_OF_ZONE", detail={"kind": "store"})


def cannot_fill(
    wanted: Mapping[str, int],
    available: Mapping[str, int],
    unfit: Mapping[str, list[str]],
    stock: Mapping[str, int],
) -> Iterable[Exclusion]:
    """Nothing to ship at all, for lack of stock or because it may not hold it. Filling only a part is no reason."""
    if not wanted or any(available[sku] for sku in wanted):
        return
    lacking = sorted({name for sku in wanted for name in unfit.get(sku, ())})
    if lacking:
        yield Exclusion("ATTRIBUTE_MISMATCH", detail={"lacks": lacking})
    if not any(sku in unfit and stock.get(sku, 0) for sku in wanted):
        yield short(sum(wanted.values()), 0)


def short(wanted: int, available: int) -> Exclusion:
    """Too little of what is wanted."""
    return Exclusion("INSUFFICIENT_STOCK", detail={"wanted": wanted, "available": available})


def too_late(order: Order, world: World, warehouse: Warehouse, leaves: Departure) -> Iterable[Exclusion]:
    """Only where the delay is what misses the promise or `ship_by`: what was late anyway still has to go."""
    if leaves.delay is None:
        return
    level = order.delivery.service_level
    if order.ship_by is not None:
        last = calendars.business_date(order.ship_by, warehouse.time_zone)
        if leaves.due_on <= last < leaves.on:
            yield _delayed(world, warehouse, leaves, {"ship_by": order.ship_by.isoformat()})
            return
    if order.delivery.method != "pickup" and level in QUICK_DAYS:
        yield _delayed(world, warehouse, leaves, {"service_level": level})


def _delayed(world: World, warehouse: Warehouse, leaves: Departure, missed: Mapping[str, Any]) -> Exclusion:
    full = {"capacity": warehouse.capacity_per_day, "taken": world.shipments_today.get(warehouse.code, 0)}
    cause = full if leaves.delay == "OVER_CAPACITY" else {"cutoff": warehouse.cutoff}
    return Exclusion(leaves.delay or "", detail={"ships_on": leaves.on.isoformat(), **cause, **missed})


def switched_off(carrier: Carrier, service: Service) -> Iterable[Exclusion]:
    """The service, or its whole carrier, is disabled."""
    if not (carrier.enabled and service.enabled):
        yield Exclusion("DISABLED", detail={} if carrier.enabled else {"carrier": carrier.code})


def not_covered(zone: int | None, served: bool, row: CoverageRow | None) -> Iterable[Exclusion]:
    """No zone of the rate card goes there, or a coverage row says no; the row is named."""
    if zone is None:
        yield Exclusion("NOT_COVERED", detail={"zone": None})
    elif not served and row is not None:
        yield Exclusion("NOT_COVERED", detail=_stated(row))


def _stated(row: CoverageRow) -> dict[str, Any]:
    names = ("province", "city", "district", "town", "keyword", "from_date", "until_date", "note")
    stated = {name: getattr(row, name) for name in names if getattr(row, name)}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in stated.items()}


def misses_level(order: Order, leaves: Departure, days: int | None) -> Iterable[Exclusion]:
    """`next_day`: at most a day in transit, `same_day`: none, and leaving on the day it is due."""
    level = order.delivery.service_level
    if level not in QUICK_DAYS or days is None:
        return
    if leaves.delay is not None or days > QUICK_DAYS[level]:
        detail = {"level": level, "days": days, "ships_on": leaves.on.isoformat()}
        yield Exclusion("SLA_MISSED", detail=detail)


def does_not_take(needs: Iterable[str], service: Service) -> Iterable[Exclusion]:
    """Goods or a payment (cod) that the service has no attribute for."""
    lacking = sorted(set(needs) - service.attributes)
    if lacking:
        yield Exclusion("ATTRIBUTE_MISMATCH", detail={"lacks": lacking})


def over_weight(max_weight_g: int | None, heaviest_g: int, weight_g: int) -> Exclusion:
    """A unit is heavier than a parcel may be (or there would be far too many parcels)."""
    detail = {"max_weight_g": max_weight_g, "heaviest_g": heaviest_g, "weight_g": weight_g}
    return Exclusion("OVER_WEIGHT", detail=detail)
