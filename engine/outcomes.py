"""What choosing warehouses and services came to, as facts of the order for the rules of fulfilment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from engine.currency import base_cents
from engine.decision import Gift, Plan
from engine.language.facts import Value, date_value
from engine.merging import alike
from engine.order import Order
from engine.routing import calendars
from engine.routing.candidates import Demand, WarehouseOption, required, units_by_sku
from engine.routing.sourcing import Route
from engine.standing import units_standing
from engine.world import World

Facts = dict[str, Value]


def outcome_facts(
    order: Order,
    world: World,
    plan: Plan,
    route: Route,
    demands: Sequence[Demand],
    warehouses: Iterable[WarehouseOption],
    now: dt.datetime,
) -> Mapping[str, Value]:
    """Facts by name; what nobody can say is left out."""
    facts: Facts = {
        "order.carrier_wish_unmet": route.wish_unmet,
        "order.gift_units_short": _gifts_short(world, plan, route, demands),
        "order.mergeable_orders": _mergeable(order, world, plan, route),
    }
    leaving = [each.ships_on for each in route.shipments if each.ships_on is not None]
    if leaving:
        facts["order.ships_on"] = date_value(min(leaving))
    return {**facts, **_freight(order, world, route), **_split(order, world, route, demands, warehouses, now)}


def _gifts_short(world: World, plan: Plan, route: Route, demands: Sequence[Demand]) -> int:
    """Units of gifts that are not there, and of those that nobody knows or that would go alone."""
    demanded = {each.line_no for each in demands}
    left_out = (_not_standing(gift, world) for gift in plan.gifts if gift.line_no not in demanded)
    return sum(each.quantity for each in route.gifts_short) + sum(left_out)


def _not_standing(gift: Gift, world: World) -> int:
    return max(0, gift.quantity - units_standing(world.standing).get((gift.line_no, gift.sku), 0))


def _mergeable(order: Order, world: World, plan: Plan, route: Route) -> int:
    if plan.holds or len(route.shipments) != 1:
        return 0
    shipment = route.shipments[0]
    there = (shipment.warehouse, shipment.ships_on)
    return sum((each.warehouse, each.ships_on) == there for each in alike(order, world, plan))


def _freight(order: Order, world: World, route: Route) -> Facts:
    if not any(each.carrier for each in route.shipments):
        return {}
    freight = sum(each.freight_cents for each in route.shipments)
    facts: Facts = {"order.freight_cents": freight}
    paid = base_cents(order.shipping_paid_cents, order.currency, world)
    share = None if paid is None else _percent_of_goods(max(0, freight - paid), order, world)
    return facts if share is None else {**facts, "order.unpaid_freight_percent": share}


def _split(
    order: Order,
    world: World,
    route: Route,
    demands: Iterable[Demand],
    warehouses: Iterable[WarehouseOption],
    now: dt.datetime,
) -> Facts:
    """What a split costs, and when it would not be needed; nothing for an order that goes as one or not whole."""
    added = route.split_added_freight_cents
    if route.outcome != "complete" or added is None:
        return {}
    facts: Facts = {"order.split_added_cents": max(0, added)}
    share = _percent_of_goods(max(0, added), order, world)
    if share is not None:
        facts["order.split_added_percent"] = share
    day = _one_place_on(units_by_sku(required(tuple(demands))), world, warehouses)
    if day is None:
        return facts
    days = (day - calendars.business_date(now, world.time_zone)).days
    return {**facts, "order.one_place_restock_days": max(0, days), "order.one_place_restock_on": date_value(day)}


def _one_place_on(
    wanted: Mapping[str, int], world: World, warehouses: Iterable[WarehouseOption]
) -> dt.date | None:
    """The first day on which one warehouse could have it all, if what it lacks comes in as expected."""
    days = []
    for option in warehouses:
        lacking = [sku for sku, units in wanted.items() if option.available[sku] < units]
        dates = [
            sku.restock_on for sku in map(world.skus.__getitem__, lacking) if sku.restock_on and not sku.discontinued
        ]
        if option.open and option.available_units and dates and len(dates) == len(lacking):
            days.append(max(dates))
    return min(days, default=None)


def _percent_of_goods(cents: int, order: Order, world: World) -> int | None:
    """How many percent of the goods an amount in base currency is, rounded up, so `gt 15` means over 15 %."""
    goods = base_cents(order.goods_cents, order.currency, world)
    return None if not goods or goods < 0 else -(-cents * 100 // goods)
