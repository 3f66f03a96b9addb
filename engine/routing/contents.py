"""What goes into each shipment: the units of a choice on lines, gifts along with them, and the shipments that makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from engine.decision import Backorder, Parcel, Plan, Shipment, ShipmentLine
from engine.order import Order
from engine.routing import calendars
from engine.routing.candidates import Demand, WarehouseOption, required
from engine.routing.choose import Choice
from engine.routing.pricing import Counts, Good, Priced, Pricer, Source


@dataclass(frozen=True, slots=True)
class Content:
    """What one warehouse ships."""

    source: Source
    counts: Counts  # of each good, gifts included
    lines: tuple[ShipmentLine, ...]
    priced: Priced


@dataclass(frozen=True, slots=True)
class Filled:
    """What is shipped, and which units of which lines are not."""

    contents: tuple[Content, ...]  # in warehouse code order
    backorders: tuple[Backorder, ...]
    gifts_short: tuple[Backorder, ...]


def fill(choice: Choice, goods: Sequence[Good], demands: Sequence[Demand], pricer: Pricer) -> Filled:
    """The units of a choice on the order's lines, and every gift that fits put along.

    Earlier lines and warehouses with lower codes are served first. A gift goes where it costs least, never by itself.
    """
    index = {good.sku: position for position, good in enumerate(goods)}
    wanted = required(demands)
    pools = [list(counts) for counts in choice.allocation.counts]
    lines: list[list[ShipmentLine]] = [[] for _ in choice.sources]
    backorders = tuple(_serve(each, index[each.sku], pools, lines) for each in wanted)
    contents = tuple(
        Content(source, counts, tuple(own), priced)
        for source, counts, own, priced in zip(
            choice.sources, choice.allocation.counts, lines, choice.allocation.priced, strict=True
        )
    )
    gifts_short = []
    for gift in (each for each in demands if each not in wanted):
        contents, left = _add_gift(contents, gift, index[gift.sku], pricer)
        gifts_short.append(Backorder(gift.line_no, left))
    return Filled(
        tuple(_in_line_order(each, demands) for each in contents),
        tuple(each for each in backorders if each.quantity),
        tuple(each for each in gifts_short if each.quantity),
    )


def _serve(demand: Demand, good: int, pools: list[list[int]], lines: list[list[ShipmentLine]]) -> Backorder:
    left = demand.quantity
    for pool, own in zip(pools, lines, strict=True):
        given = min(left, pool[good])
        if given:
            own.append(ShipmentLine(demand.line_no, given))
            pool[good] -= given
            left -= given
    return Backorder(demand.line_no, left)


def _add_gift(
    contents: tuple[Content, ...], gift: Demand, good: int, pricer: Pricer
) -> tuple[tuple[Content, ...], int]:
    """The contents with as many units of the gift as there are, and how many there are not."""
    left = gift.quantity
    ways = [(each, _with_gift(each, gift.line_no, good, left, pricer)) for each in contents]
    changed = {}
    for content, more in sorted(ways, key=lambda each: _added_cents(*each)):
        given = more.counts[good] - content.counts[good] if more else 0
        if not given or not left:
            continue
        if given > left:
            more = _with_gift(content, gift.line_no, good, left, pricer)
            given = left if more else 0
        if more:
            changed[content.source.code] = more
            left -= given
    return tuple(changed.get(each.source.code, each) for each in contents), left


def _added_cents(content: Content, more: Content | None) -> tuple[bool, int, str]:
    added = more.priced.cents - content.priced.cents if more else 0
    return more is None, added, content.source.code


def _with_gift(content: Content, line_no: str, good: int, units: int, pricer: Pricer) -> Content | None:
    given = min(units, content.source.available[good] - content.counts[good])
    if given <= 0:
        return None
    counts = (*content.counts[:good], content.counts[good] + given, *content.counts[good + 1 :])
    priced = pricer.best(content.source, counts)
    if priced is None:
        return None
    return replace(content, counts=counts, priced=priced, lines=(*content.lines, ShipmentLine(line_no, given)))


def _in_line_order(content: Content, demands: Sequence[Demand]) -> Content:
    order = {each.line_no: position for position, each in enumerate(demands)}
    return replace(content, lines=tuple(sorted(content.lines, key=lambda line: order[line.line_no])))


def shipments_of(
    order: Order,
    plan: Plan,
    contents: Iterable[Content],
    warehouses: Iterable[WarehouseOption],
    shipment_no: Callable[[int], str],
) -> tuple[Shipment, ...]:
    """The shipments, numbered from 1 in warehouse code order."""
    options = {each.warehouse.code: each for each in warehouses}
    return tuple(
        _shipment(order, plan, content, options[content.source.code], shipment_no(number))
        for number, content in enumerate(contents, start=1)
    )


def _shipment(order: Order, plan: Plan, content: Content, option: WarehouseOption, number: str) -> Shipment:
    priced, service = content.priced, content.priced.way.option
    ships_on, promised_on = _days(order, plan, content, option)
    return Shipment(
        shipment_no=number,
        warehouse=option.warehouse.code,
        carrier=service.carrier if service else None,
        service=service.service if service else None,
        freight_cents=priced.freight_cents,
        weight_g=sum(load.weight_g for load in priced.loads),
        distance_km=option.distance_km,
        ships_on=ships_on,
        promised_on=promised_on,
        lines=content.lines,
        parcels=tuple(Parcel(load.weight_g) for load in priced.loads) if service else (),
    )


def _days(
    order: Order, plan: Plan, content: Content, option: WarehouseOption
) -> tuple[dt.date, dt.date | None]:
    """When it leaves and arrives: not before it may leave, and in time for, not before, a wished day."""
    service = content.priced.way.option
    ships_on = max(service.ships_on if service else option.ships_on, plan.ship_not_before or dt.date.min)
    if service is None:
        return ships_on, None
    days = content.priced.way.days
    wished = plan.deliver_on or order.delivery.deliver_on
    if wished is not None:
        ships_on = max(ships_on, wished - dt.timedelta(days=days))
    return ships_on, calendars.promised_on(ships_on, days)
