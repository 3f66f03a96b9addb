"""From where an order could ship: what it demands, every warehouse, and why not.

Arithmetic that rules choose among; `engine.routing.sourcing` then chooses among what the rules left. How it could go on
from there is in `engine.routing.services`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.decision import Exclusion
from engine.language.facts import Value, date_value
from engine.order import Line, Order, Receiver
from engine.routing import calendars, exclusions, geo
from engine.routing.assigned import Assigned
from engine.routing.departures import departure
from engine.routing.parcels import Units
from engine.world import Sku, Warehouse, World

Facts = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Demand:
    """A line that has to be shipped (or handed over)."""

    line_no: str
    sku: str
    quantity: int
    unit_weight_g: int
    unit_volume_cm3: int | None  # None: dimensions unknown
    attributes: frozenset[str]
    optional: bool = False  # a gift: goes along where it can, never worth a shipment or a hold
    part_of: str | None = None  # the bundle's line as ordered, for what is in a bundle


@dataclass(frozen=True, slots=True)
class WarehouseOption:
    """A warehouse as a candidate for an order."""

    warehouse: Warehouse
    distance_km: int | None
    available: Mapping[str, int]  # sku: units that it may ship; 0 for a sku that it may not hold
    available_units: int  # of what is demanded, never more than demanded
    fills_all: bool
    ships_on: dt.date
    exclusions: tuple[Exclusion, ...]
    values: Mapping[str, Value]  # its facts; absent ones are left out

    @property
    def subject_id(self) -> str:
        return f"warehouse:{self.warehouse.code}"

    @property
    def open(self) -> bool:
        """Whether nothing but stock could keep it from shipping."""
        return all(each.code == "INSUFFICIENT_STOCK" for each in self.exclusions)


def demands(
    order: Order, world: World, refund_refused: bool = False, lines: Iterable[Line] | None = None
) -> tuple[Demand, ...]:
    """Those of the lines picked that need shipping, in line order: not virtual or a service, not refunded, of a known
    sku.

    `lines`: None for those of the order itself, where it holds no bundles. A line whose refund is only
    requested is left out too, unless the refund is refused.
    """
    if order.delivery.method == "none":
        return ()
    wanted = ("none", "requested") if refund_refused else ("none",)
    return tuple(
        demand(line.line_no, world.skus[line.sku], line.quantity, line.kind == "gift")
        for line in (order.lines if lines is None else lines)
        if line.kind not in ("virtual", "service") and line.refund_status in wanted and line.sku in world.skus
    )


def demand(line_no: str, sku: Sku, quantity: int, optional: bool) -> Demand:
    """So many units of a sku."""
    volume = None
    if sku.length_mm and sku.width_mm and sku.height_mm:
        volume = -(-sku.length_mm * sku.width_mm * sku.height_mm // 1000)  # started cm³
    return Demand(line_no, sku.code, quantity, sku.weight_g, volume, sku.attributes, optional)


def remaining(wanted: Iterable[Demand], standing: Mapping[tuple[str, str], int]) -> tuple[Demand, ...]:
    """The demands without the units that stand at warehouses already, by (line_no, sku)."""
    left = (replace(each, quantity=each.quantity - standing.get((each.line_no, each.sku), 0)) for each in wanted)
    return tuple(each for each in left if each.quantity > 0)


def required(wanted: Sequence[Demand]) -> tuple[Demand, ...]:
    """The demands that must be met: all but gifts, or the gifts where there is nothing else."""
    return tuple(each for each in wanted if not each.optional) or tuple(wanted)


def units_by_sku(wanted: Iterable[Demand]) -> dict[str, int]:
    """Units demanded of each sku, over all lines."""
    units: dict[str, int] = {}
    for each in wanted:
        units[each.sku] = units.get(each.sku, 0) + each.quantity
    return units


def warehouse_options(
    order: Order, world: World, demands: Sequence[Demand], now: dt.datetime
) -> tuple[WarehouseOption, ...]:
    """Every warehouse there is, disabled ones too, in code order, each with all reasons that keep it from shipping."""
    there, assigned = _point_of(order.receiver), Assigned(world)
    stock: dict[str, dict[str, int]] = {}
    for row in world.stock:
        stock.setdefault(row.warehouse, {})[row.sku] = row.available(order.channel)
    return tuple(
        _warehouse_option(order, world, demands, now, warehouse, stock.get(code, {}), there, assigned)
        for code, warehouse in sorted(world.reference.warehouses.items())
    )


def _point_of(receiver: Receiver | None) -> geo.Point | None:
    if receiver is None:
        return None
    province = geo.province_of(receiver.country, receiver.province)
    return geo.point_of(receiver.lat, receiver.lng, province, receiver.city, receiver.district)


def _warehouse_option(
    order: Order,
    world: World,
    demands: Sequence[Demand],
    now: dt.datetime,
    warehouse: Warehouse,
    stock: Mapping[str, int],
    there: geo.Point | None,
    assigned: Assigned,
) -> WarehouseOption:
    lines = [(each.part_of or each.line_no, each.sku) for each in demands]
    kept = assigned.keeps_from(warehouse.code, lines)
    stock = {sku: 0 if sku in kept else units for sku, units in stock.items()} if kept else stock
    unfit = exclusions.unfit_skus({each.sku: each.attributes for each in demands}, warehouse)
    available = {each.sku: 0 if each.sku in unfit else stock.get(each.sku, 0) for each in demands}
    wanted = units_by_sku(required(demands))
    units = sum(min(available[sku], count) for sku, count in wanted.items())
    here = geo.point_of(warehouse.lat, warehouse.lng, warehouse.province, warehouse.city, warehouse.district)
    distance = geo.distance_km(here, there) if here and there else None
    leaves = departure(order, world, warehouse, now)
    elsewhere = tuple(assigned.not_from(warehouse.code, lines))
    reasons = (
        *exclusions.closed_to(order, warehouse),
        *(elsewhere or exclusions.cannot_fill(wanted, available, unfit, stock)),
        *exclusions.too_late(order, world, warehouse, leaves),
    )
    fills_all = units == sum(wanted.values())
    values = _warehouse_values(warehouse, distance, units, fills_all)
    return WarehouseOption(warehouse, distance, available, units, fills_all, leaves.on, reasons, values)


def _warehouse_values(warehouse: Warehouse, distance_km: int | None, units: int, fills_all: bool) -> Facts:
    values: dict[str, Value | None] = {
        "warehouse.code": warehouse.code,
        "warehouse.province": warehouse.province,
        "warehouse.city": warehouse.city,
        "warehouse.kind": warehouse.kind,
        "warehouse.priority": warehouse.priority,
        "warehouse.distance_km": distance_km,
        "warehouse.available_units": units,
        "warehouse.fills_all": fills_all,
        "warehouse.attributes": warehouse.attributes,
    }
    return _stated(values)


def _stated(values: Mapping[str, Value | None]) -> Facts:
    return {name: value for name, value in values.items() if value is not None}


def units_of(wanted: Iterable[Demand]) -> tuple[Units, ...]:
    """The units of demands as parcels are packed from."""
    return tuple(Units(each.quantity, each.unit_weight_g, each.unit_volume_cm3 or 0) for each in wanted)


def goods_needs(wanted: Iterable[Demand]) -> frozenset[str]:
    """Attributes that a service must have to take these goods."""
    return frozenset().union(*(each.attributes & exclusions.CARRIED for each in wanted))


def order_needs(order: Order, world: World) -> frozenset[str]:
    """Attributes that a service must have whatever the goods: `cod`, and `rider` where the world has riders."""
    needs = {"cod"} if order.payment.method == "cod" else set()
    riders = order.delivery.method == "rider"
    if riders and any("rider" in service.attributes for _, service in world.reference.services.values()):
        needs.add("rider")
    return frozenset(needs)


def supply_facts(
    world: World, demands: Sequence[Demand], options: Iterable[WarehouseOption], now: dt.datetime
) -> Facts:
    """What the open warehouses together can fill, as facts of the order. Gifts do not count; absent is left out."""
    wanted = units_by_sku(required(demands))
    opened = [option for option in options if option.open]
    have = {sku: sum(option.available.get(sku, 0) for option in opened) for sku in wanted}
    short = [sku for sku, units in wanted.items() if have[sku] < units]
    facts: Facts = {
        "order.needs_shipping": bool(wanted),
        "order.available_units": sum(min(have[sku], units) for sku, units in wanted.items()),
        "order.short_units": sum(wanted[sku] - have[sku] for sku in short),
        "order.fits_one_warehouse": any(option.fills_all for option in opened),
        "order.open_warehouses": len(opened),
    }
    return {**facts, **_restock_facts(world, short, now)}


def _restock_facts(world: World, short: Iterable[str], now: dt.datetime) -> Facts:
    """When the last of what is short comes in; nothing where one of it has no date or is discontinued."""
    skus = [world.skus[sku] for sku in short]
    dates = [sku.restock_on for sku in skus if sku.restock_on is not None and not sku.discontinued]
    if not skus or len(dates) < len(skus):
        return {}
    days = (max(dates) - calendars.business_date(now, world.time_zone)).days
    return {"order.short_restock_days": max(0, days), "order.short_restock_on": date_value(max(dates))}
