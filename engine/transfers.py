"""Bringing goods to the store where they are to be picked up, from the nearest warehouse that has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from engine.decision import ActionIntent, Hold, Plan, derived_id, skus_by_line
from engine.goods import picked
from engine.order import Order
from engine.routing import geo
from engine.routing.candidates import demands, remaining, units_by_sku
from engine.standing import units_standing
from engine.tasks import TRANSFER_RULE
from engine.world import Transfer, Warehouse, World

SEEN_TO_WITHIN_MINUTES = 480  # working ones
_WAITS_FOR_STOCK = "INVENTORY_OUT_OF_STOCK"


def transfers(order: Order, world: World, plan: Plan, holds: Iterable[Hold]) -> tuple[Transfer, ...]:
    """What is brought to the order's store: what is under way and still wanted, and what is missing beside that.

    Nothing new while the order waits for anything but stock. What no warehouse has is not brought.
    """
    if order.delivery.method != "pickup":
        return ()
    missing = _missing(order, world, plan)
    kept = tuple(each for each in world.transfers if _taken_off(missing, each.units))
    if any(hold.reason != _WAITS_FOR_STOCK for hold in holds):
        return kept
    return (*kept, *_fresh(order, world, missing))


def transfer_actions(asked: Iterable[Transfer], due_at: dt.datetime) -> Iterable[ActionIntent]:
    """Asking the warehouses for them, and somebody to see to it and say when the goods are there."""
    for each in asked:
        yield _task(each, due_at)
        lines = [{"sku": sku, "quantity": units} for sku, units in sorted(each.units.items())]
        payload: dict[str, Any] = {
            "transfer_no": each.transfer_no, "from": each.source, "to": each.store, "lines": lines,
        }  # fmt: skip
        yield ActionIntent(derived_id("transfer", each.transfer_no), "transfer", payload)


def _task(transfer: Transfer, due_at: dt.datetime) -> ActionIntent:
    goods = ", ".join(f"{sku} × {units}" for sku, units in sorted(transfer.units.items()))
    title = {
        "zh": f"从 {transfer.source} 调拨到门店 {transfer.store}：{goods}，到店后确认",
        "en": f"Bring {goods} from {transfer.source} to store {transfer.store}; confirm once it is there",
    }
    payload = {
        "queue": "warehouse", "title": title, "due_at": due_at.isoformat(), "stage": "warehouse", "rule": TRANSFER_RULE,
        "subject": f"transfer:{transfer.transfer_no}",
    }  # fmt: skip
    return ActionIntent(derived_id("task", transfer.transfer_no), "task", payload)


def units_in_transfer(asked: Iterable[Transfer]) -> dict[tuple[str, str], int]:
    """Units that stay reserved where they are taken from, by (warehouse, sku)."""
    units: dict[tuple[str, str], int] = {}
    for each in asked:
        for sku, count in each.units.items() if each.status == "asked" else ():
            units[each.source, sku] = units.get((each.source, sku), 0) + count
    return units


def _missing(order: Order, world: World, plan: Plan) -> dict[str, int]:
    """Units that the store does not have, by sku; gifts are not waited for."""
    there = dict(units_standing(world.standing))
    skus = skus_by_line(order, plan)
    for line in (line for each in plan.shipments for line in each.lines):
        key = (line.line_no, skus[line.line_no])
        there[key] = there.get(key, 0) + line.quantity
    wanted = demands(order, world, "REFUND_REQUESTED" in plan.waived, picked(order, plan.components))
    return units_by_sku(remaining((each for each in wanted if not each.optional), there))


def _taken_off(missing: dict[str, int], units: Mapping[str, int]) -> bool:
    """Whether so many units are missing; then they are no longer."""
    if any(missing.get(sku, 0) < count for sku, count in units.items()):
        return False
    for sku, count in units.items():
        missing[sku] -= count
    return True


def _fresh(order: Order, world: World, missing: Mapping[str, int]) -> list[Transfer]:
    """One transfer for each warehouse that something is taken from."""
    store = world.reference.warehouses.get(order.delivery.pickup_store or "")
    taken: dict[str, dict[str, int]] = {}
    for sku, units in sorted(missing.items()):
        source = _source(order, world, store, sku, units) if store and units else None
        if source is not None:
            taken.setdefault(source, {})[sku] = units
    numbered = enumerate(sorted(taken.items()), start=1)
    prefix = f"{order.order_no}-{world.sequence}"
    return [Transfer(f"{prefix}-T{at}", source, store.code, units) for at, (source, units) in numbered if store]


def _source(order: Order, world: World, store: Warehouse, sku: str, units: int) -> str | None:
    """The nearest warehouse that has all of them; of equally near ones the admin's first."""
    refused = {each.warehouse for each in world.refusals if each.sku in (None, sku)}
    places = (
        world.reference.warehouses[row.warehouse]
        for row in world.stock
        if row.sku == sku and row.available(order.channel) >= units and row.warehouse in world.reference.warehouses
    )
    able = [
        each for each in places if each.enabled and each.kind == "warehouse" and each.code not in {store.code, *refused}
    ]
    return min(able, key=lambda each: (_distance_km(each, store), each.priority, each.code)).code if able else None


def _distance_km(one: Warehouse, other: Warehouse) -> int:
    points = [geo.point_of(each.lat, each.lng, each.province, each.city, each.district) for each in (one, other)]
    return geo.distance_km(points[0], points[1]) if points[0] and points[1] else 100_000  # nobody knows: last
