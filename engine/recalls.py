"""What of all that stands should not leave any more: warehouses are asked to stop it, people catch what they cannot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.decision import ActionIntent, Hold, Plan, derived_id
from engine.goods import picked
from engine.order import Order
from engine.routing import calendars
from engine.standing import receiver_digest, units_standing
from engine.world import Standing, World

_MUST_STOP = frozenset({"REFUND_REQUESTED", "PLATFORM_FORBIDS"})  # holds for which what has begun is stopped as well
_INTERCEPT_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Recalls:
    """What should not leave."""

    asked: tuple[Standing, ...]  # its warehouse is to stop it
    unstoppable: tuple[Standing, ...]  # it cannot: somebody has to catch it on its way


def recalls(order: Order, world: World, plan: Plan, rejected: bool, holds: Iterable[Hold], refused: bool) -> Recalls:
    """Of what stands and has not left, what no longer fits the order. `refused`: a person let its refund not happen.

    All of it when the order is not shipped any more or a person took it back for audit; else what goes to somebody
    else than the receiver, and what holds more of a line than is wanted.
    """
    here = [each for each in world.standing if not each.has_left]
    stops = rejected or any(each.recalls for each in world.manual_holds) or any(h.reason in _MUST_STOP for h in holds)
    wrong = here if stops else [each for each in here if _goes_elsewhere(each, order)]
    numbers = {each.shipment_no for each in wrong}
    if not stops:
        numbers |= _too_much(here, world.standing, _wanted(order, plan, refused), numbers)
    back = [each for each in here if each.shipment_no in numbers]
    return Recalls(
        tuple(each for each in back if not each.unstoppable), tuple(each for each in back if each.unstoppable)
    )


def _goes_elsewhere(standing: Standing, order: Order) -> bool:
    return standing.receiver is not None and standing.receiver != receiver_digest(order.receiver)


def _wanted(order: Order, plan: Plan, refused: bool) -> dict[tuple[str, str], int]:
    """Units that should be shipped, by (line_no, sku)."""
    open_ = ("none", "requested") if refused else ("none",)
    lines = picked(order, plan.components)
    return {(line.line_no, line.sku): line.quantity if line.refund_status in open_ else 0 for line in lines}


def _too_much(
    here: Iterable[Standing], standing: Iterable[Standing], wanted: dict[tuple[str, str], int], back: Collection[str]
) -> set[str]:
    """The latest shipments that hold units which are not wanted, until no more than is wanted is left.

    Gifts are left where they are.
    """
    left = units_standing(each for each in standing if each.shipment_no not in back)
    found = set()
    for each in sorted(here, key=lambda each: each.shipment_no, reverse=True):
        lines = [(line.line_no, line.sku) for line in each.lines if not line.gift]
        if each.shipment_no in back or all(left[key] <= wanted.get(key, 0) for key in lines):
            continue
        found.add(each.shipment_no)
        for line in each.lines:
            left[line.line_no, line.sku] -= line.quantity
    return found


def recall_actions(found: Recalls, world: World, now: dt.datetime) -> Iterable[ActionIntent]:
    """Asking the warehouse, then giving the labels back; and people, where it said no."""
    for each in found.asked:
        yield from _ask_back(each)
    for each in found.unstoppable:
        yield _intercept(each, calendars.working_due(now, _INTERCEPT_MINUTES, world.time_zone))


def _ask_back(standing: Standing) -> Iterable[ActionIntent]:
    number = standing.asked_as  # with all that is in its parcel: the others go on in a new one
    ask = cancel_id(number)
    payload = {"shipment_no": number, "warehouse": standing.warehouse}
    yield ActionIntent(ask, "cancel_outbound", payload, (derived_id("outbound", number),))
    if standing.carrier is not None:
        label = {"shipment_no": number, "carrier": standing.carrier, "service": standing.service}
        yield ActionIntent(void_id(number), "void_waybill", label, (ask, derived_id("waybill", number)))


def cancel_id(shipment_no: str) -> str:
    """The action that asks a warehouse to stop a shipment."""
    return derived_id("cancel_outbound", shipment_no)


def void_id(shipment_no: str) -> str:
    """The action that gives its labels back."""
    return derived_id("void_waybill", shipment_no)


def _intercept(standing: Standing, due_at: dt.datetime) -> ActionIntent:
    title = {
        "zh": f"拦截包裹 {standing.shipment_no}: 仓库已无法截单",
        "en": f"Intercept {standing.shipment_no}: its warehouse cannot stop it",
    }
    payload = {
        "queue": "logistics", "title": title, "due_at": due_at.isoformat(), "rule": "engine.intercept",
        "subject": f"shipment:{standing.shipment_no}",
    }  # fmt: skip
    return ActionIntent(derived_id("intercept", standing.shipment_no), "task", payload)
