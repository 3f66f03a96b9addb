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
    units = units_by_sku(required(demands))
    needs = order_needs(order, world)
    days = [_sku_arrives(demand, units[sku], needs, opened, services) for sku, demand in wanted.items()]
    stated = [day for day in days if day is not None]
    return {"order.earliest_arrival_on": date_value(max(stated))} if stated else {}


def _sku_arrives(
    demand: Demand,
    wanted: int,
    needs: frozenset[str],
    warehouses: Iterable[WarehouseOption],
    services: Sequence[ServiceOption],
) -> dt.date | None:
    """The day by which all units that are there could have come, the quickest warehouses first; None: none can."""
    reached = []
    for option in warehouses:
        days = [
            each.promised_on for each in services
            if each.warehouse == option.warehouse.code and each.promised_on and _takes(each, demand, needs)
        ]  # fmt: skip
        if days and option.available[demand.sku]:
            reached.append((min(days), option.available[demand.sku]))
    left, latest = wanted, None
    for day, units in sorted(reached):
        if left > 0:
            left, latest = left - units, day
    return latest


def _takes(service: ServiceOption, demand: Demand, needs: frozenset[str]) -> bool:
    if not all(each.code in _BY_CONTENT for each in service.exclusions):
        return False
    limit = service.max_weight_g
    fits = limit is None or demand.unit_weight_g <= limit
    return fits and goods_needs((demand,)) | needs <= service.offer.attributes
