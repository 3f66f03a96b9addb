"""When something decided now leaves a warehouse, and whether that is later than it should be."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from engine.order import Order
from engine.routing import calendars
from engine.world import Warehouse, World


@dataclass(frozen=True, slots=True)
class Departure:
    """When something leaves, and whether that is late."""

    on: dt.date
    due_on: dt.date  # today, or the first day it may leave
    delay: str | None = None  # CUTOFF_PASSED or OVER_CAPACITY, when it leaves after `due_on`


def departure(
    order: Order, world: World, warehouse: Warehouse, now: dt.datetime, cutoff: str | None = None
) -> Departure:
    """Today, or after the cut-off or when today is full the next day that has room.

    `cutoff` is a service's own; the earlier counts.
    """
    today = calendars.business_date(now, warehouse.time_zone)
    tomorrow = today + dt.timedelta(days=1)
    first = order.delivery.ship_not_before
    if first is not None and first > today:
        leaves = _with_room(world, warehouse, first)
        return Departure(leaves, first, "OVER_CAPACITY" if leaves > first else None)
    if is_full(world, warehouse):
        return Departure(_with_room(world, warehouse, tomorrow), today, "OVER_CAPACITY")
    leaves = calendars.ships_on(now, earlier(warehouse.cutoff, cutoff), warehouse.time_zone)
    if leaves == today:
        return Departure(today, today)
    return Departure(_with_room(world, warehouse, leaves), today, "CUTOFF_PASSED")


def _with_room(world: World, warehouse: Warehouse, day: dt.date) -> dt.date:
    """That later day, or the first one after it that is not full."""
    taken, capacity = world.shipments_ahead.get(warehouse.code, {}), warehouse.capacity_per_day
    while capacity is not None and (count := taken.get(day.isoformat())) and count >= capacity:
        day += dt.timedelta(days=1)
    return day


def is_full(world: World, warehouse: Warehouse) -> bool:
    """Whether the day's capacity is taken."""
    capacity = warehouse.capacity_per_day
    return capacity is not None and world.shipments_today.get(warehouse.code, 0) >= capacity


@functools.lru_cache(maxsize=1_024)
def earlier(cutoff: str, other: str | None) -> str:
    """The earlier of two times of day."""
    return min(cutoff, other, key=calendars.minute_of_day) if other else cutoff
