"""Who could ship an order: what it demands, every warehouse, every carrier's service from each, and why not.

Arithmetic that rules choose among; `engine.routing.sourcing` then chooses among what the rules left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.decision import Exclusion
from engine.language.facts import Value, date_value
from engine.order import Order, Receiver
from engine.routing import calendars, carriers, exclusions, geo
from engine.routing.carriers import Quote
from engine.routing.departures import Departure, departure
from engine.routing.parcels import Units, pack
from engine.world import Carrier, RateCard, Service, Sku, Warehouse, World

# Where a zone to everywhere (`[]`) reaches; another country has to be named in the rate card by its code.
HOME = frozenset({"CN", "HK", "MO", "TW"})

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


@dataclass(frozen=True, slots=True)
class ServiceOption:
    """A carrier's service from one warehouse, judged for the whole order.

    OVER_WEIGHT and ATTRIBUTE_MISMATCH are judged again for each shipment's own goods when shipments are chosen.
    """

    warehouse: str  # code
    carrier: str  # code
    service: str  # code
    quote: Quote | None  # for the whole order's weight; None: no zone, or too heavy
    ships_on: dt.date
    promised_on: dt.date | None
    exclusions: tuple[Exclusion, ...]
    values: Mapping[str, Value]  # its facts; absent ones are left out
    stocked: bool  # the warehouse is open and has something of what is wanted
    offer: Service
    carrier_name: str
    card: RateCard | None
    zone: int | None  # index in the card; None: not covered
    max_weight_g: int | None  # of a parcel; None: no limit

    @property
    def code(self) -> str:
        return f"{self.warehouse}/{self.service}"

    @property
    def subject_id(self) -> str:
        return f"service:{self.code}"

    def excluded_for(self, code: str) -> bool:
        """Whether one of its built-in reasons has this code."""
        return any(each.code == code for each in self.exclusions)


def demands(order: Order, world: World, refund_refused: bool = False) -> tuple[Demand, ...]:
    """The lines that need shipping, in line order: not virtual or a service, not refunded, of a known sku.

    A line whose refund is only requested is left out too, unless the refund is refused.
    """
    if order.delivery.method == "none":
        return ()
    wanted = ("none", "requested") if refund_refused else ("none",)
    return tuple(
        _demand(line.line_no, world.skus[line.sku], line.quantity, line.kind == "gift")
        for line in order.lines
        if line.kind not in ("virtual", "service") and line.refund_status in wanted and line.sku in world.skus
    )


def _demand(line_no: str, sku: Sku, quantity: int, optional: bool) -> Demand:
    volume = None
    if sku.length_mm and sku.width_mm and sku.height_mm:
        volume = -(-sku.length_mm * sku.width_mm * sku.height_mm // 1000)  # started cm³
    return Demand(line_no, sku.code, quantity, sku.weight_g, volume, sku.attributes, optional)


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
    there = _point_of(order.receiver)
    stock: dict[str, dict[str, int]] = {}
    for row in world.stock:
        stock.setdefault(row.warehouse, {})[row.sku] = row.available(order.channel)
    return tuple(
        _warehouse_option(order, world, demands, now, warehouse, stock.get(code, {}), there)
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
) -> WarehouseOption:
    unfit = exclusions.unfit_skus({each.sku: each.attributes for each in demands}, warehouse)
    available = {each.sku: 0 if each.sku in unfit else stock.get(each.sku, 0) for each in demands}
    wanted = units_by_sku(required(demands))
    units = sum(min(available[sku], count) for sku, count in wanted.items())
    here = geo.point_of(warehouse.lat, warehouse.lng, warehouse.province, warehouse.city, warehouse.district)
    distance = geo.distance_km(here, there) if here and there else None
    leaves = departure(order, world, warehouse, now)
    reasons = (
        *exclusions.closed_to(order, warehouse),
        *exclusions.cannot_fill(wanted, available, unfit, stock),
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


def service_options(
    order: Order, world: World, demands: Sequence[Demand], warehouses: Iterable[WarehouseOption], now: dt.datetime
) -> tuple[ServiceOption, ...]:
    """Every service of every carrier from each warehouse that could serve the order, in (warehouse, service) order.

    Warehouses that are disabled or out of zone are left out. Empty for pickup and where nothing is to be shipped.
    """
    if order.receiver is None or order.delivery.method == "pickup" or not demands:
        return ()
    asked = _Asked(order, order.receiver, world, tuple(demands), order_needs(order, world), now)
    services = [each for _, each in sorted(world.reference.services.items())]
    return tuple(
        _service_option(asked, option, carrier, service)
        for option in warehouses
        if not any(each.code in ("DISABLED", "OUT_OF_ZONE") for each in option.exclusions)
        for carrier, service in services
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every service is asked to do."""

    order: Order
    receiver: Receiver
    world: World
    demands: tuple[Demand, ...]
    needs: frozenset[str]  # whatever the goods
    now: dt.datetime


def _service_option(asked: _Asked, option: WarehouseOption, carrier: Carrier, service: Service) -> ServiceOption:
    card = asked.world.reference.rate_cards.get(service.code)
    zone = _zone(card, option.warehouse, asked.receiver)
    days = card.zones[zone].days if card and zone is not None else None
    limit = service.max_weight_g
    if card and zone is not None:
        limit = carriers.weight_limit(card, zone, limit)
    loads = pack(units_of(asked.demands), limit)
    quote = carriers.quote(card, zone, loads) if card and zone is not None and loads else None
    leaves = departure(asked.order, asked.world, option.warehouse, asked.now, service.cutoff)
    reasons = (
        *exclusions.switched_off(carrier, service),
        *_where_to(asked, service, zone, leaves),
        *exclusions.misses_level(asked.order, leaves, days),
        *_too_much(asked, option, service, limit),
    )
    return ServiceOption(
        warehouse=option.warehouse.code,
        carrier=carrier.code,
        service=service.code,
        quote=quote,
        ships_on=leaves.on,
        promised_on=calendars.promised_on(leaves.on, days) if days is not None else None,
        exclusions=reasons,
        values=_service_values(asked.demands, option.warehouse, carrier, service, quote, days, leaves.on),
        stocked=option.open and option.available_units > 0,
        offer=service,
        carrier_name=carrier.name,
        card=card,
        zone=zone,
        max_weight_g=limit,
    )


def _zone(card: RateCard | None, warehouse: Warehouse, receiver: Receiver) -> int | None:
    if card is None:
        return None
    if receiver.country in HOME:
        to = geo.province_of(receiver.country, receiver.province) or ""
        return carriers.zone_index(card, warehouse.province, to)
    zone = carriers.zone_index(card, warehouse.province, receiver.country)
    return zone if zone is not None and card.zones[zone].to_provinces else None


def _where_to(asked: _Asked, service: Service, zone: int | None, leaves: Departure) -> Iterable[Exclusion]:
    coverage = asked.world.reference.coverage.get(service.code)
    served, row = carriers.served(coverage, asked.receiver, leaves.on)
    return exclusions.not_covered(zone, served, row)


def _too_much(asked: _Asked, option: WarehouseOption, service: Service, limit: int | None) -> Iterable[Exclusion]:
    """What of the goods that this warehouse has (of all, if it has none) the service does not take."""
    wanted = required(asked.demands)
    goods = [each for each in wanted if option.available.get(each.sku)] or wanted
    yield from exclusions.does_not_take(asked.needs | goods_needs(goods), service)
    if pack(units_of(goods), limit) is None:
        heaviest = max(each.unit_weight_g for each in goods)
        yield exclusions.over_weight(limit, heaviest, sum(each.quantity * each.unit_weight_g for each in goods))


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


def _service_values(
    demands: Sequence[Demand],
    warehouse: Warehouse,
    carrier: Carrier,
    service: Service,
    quote: Quote | None,
    days: int | None,
    leaves_on: dt.date,
) -> Facts:
    values: dict[str, Value | None] = {
        "service.code": service.code,
        "service.name": service.name,
        "service.carrier": carrier.code,
        "service.level": service.service_level,
        "service.warehouse": warehouse.code,
        "service.freight_cents": quote.freight_cents if quote else None,
        "service.days": days,
        "service.arrives_on": date_value(calendars.promised_on(leaves_on, days)) if days is not None else None,
        "service.attributes": service.attributes,
        "shipment.weight_g": sum(each.quantity * each.unit_weight_g for each in demands),
        "shipment.units": sum(each.quantity for each in demands),
    }
    return _stated(values)


def supply_facts(
    order: Order, world: World, demands: Sequence[Demand], options: Iterable[WarehouseOption], now: dt.datetime
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


def serving_facts(services: Sequence[ServiceOption]) -> Facts:
    """Whether anybody delivers, as facts of the order. Nothing where there are no services to speak of (pickup).

    Counted from warehouses that are open and have something of what is wanted, or from all of them where none has.
    """
    counted = [each for each in services if each.stocked] or list(services)
    if not counted:
        return {}
    enabled = [each for each in counted if not each.excluded_for("DISABLED")]
    covering = [each for each in enabled if not each.excluded_for("NOT_COVERED")]
    serving = [each for each in covering if not each.exclusions]
    facts: Facts = {
        "order.serving_services": len(serving),
        "order.uncovered": bool(enabled) and not covering,
        "order.sla_missed": bool(covering) and all(each.excluded_for("SLA_MISSED") for each in covering),
    }
    prices = [each.quote.freight_cents for each in serving if each.quote]
    return {**facts, "order.freight_cents_min": min(prices)} if prices else facts
