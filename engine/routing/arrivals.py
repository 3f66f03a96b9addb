"""On which day an order could arrive at the earliest, whatever it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from engine.decision import Plan
from engine.language.facts import Value, date_value
from engine.order import Order
from engine.routing.candidates import Demand, WarehouseOption, goods_needs, order_needs, required, units_by_sku
from engine.routing.services import ServiceOption
from engine.world import World

_BY_CONTENT = frozenset({"OVER_WEIGHT", "ATTRIBUTE_MISMATCH"})  # judged here for each sku by itself


def arrival_facts(
    order: Order,
    world: World,
    plan: Plan,
    demands: Sequence[Demand],
    warehouses: Iterable[WarehouseOption],
    services: Sequence[ServiceOption],
) -> Mapping[str, Value]:
    """`order.earliest_arrival_on`; nothing where nobody carries anything."""
    opened = [
        each for each in warehouses
        if each.open and each.subject_id not in plan.excluded and (each.fills_all or not plan.ship_together)
    ]  # fmt: skip
    wanted = {each.sku: each for each in required(demands)}
    units, needs = units_by_sku(required(demands)), order_needs(order, world)
    quickest = _quickest_first(services)
    days = [_sku_arrives(each, units[sku], needs, opened, quickest) for sku, each in wanted.items()]
    stated = [day for day in days if day is not None]
    return {"order.earliest_arrival_on": date_value(max(stated))} if stated else {}


def _quickest_first(services: Iterable[ServiceOption]) -> dict[str, list[tuple[dt.date, ServiceOption]]]:
    """By warehouse, the services that nothing but some goods keeps from being used, with the day they arrive."""
    found: dict[str, list[tuple[dt.date, ServiceOption]]] = {}
    for each in services:
        if each.promised_on is not None and all(reason.code in _BY_CONTENT for reason in each.exclusions):
            found.setdefault(each.warehouse, []).append((each.promised_on, each))
    return {warehouse: sorted(own, key=lambda pair: pair[0]) for warehouse, own in found.items()}


def _sku_arrives(
    demand: Demand,
    wanted: int,
    needs: frozenset[str],
    warehouses: Iterable[WarehouseOption],
    quickest: Mapping[str, Sequence[tuple[dt.date, ServiceOption]]],
) -> dt.date | None:
    """The day by which all units that are there could have come, the quickest warehouses first; None: none can."""
    needs = needs | goods_needs((demand,))
    reached = []
    for option in warehouses:
        days = (day for day, service in quickest.get(option.warehouse.code, ()) if _takes(service, demand, needs))
        if option.available[demand.sku] and (day := next(days, None)) is not None:
            reached.append((day, option.available[demand.sku]))
    left, latest = wanted, None
    for day, units in sorted(reached):
        if left > 0:
            left, latest = left - units, day
    return latest


def _takes(service: ServiceOption, demand: Demand, needs: frozenset[str]) -> bool:
    limit = service.max_weight_g
    return (limit is None or demand.unit_weight_g <= limit) and needs <= service.offer.attributes
