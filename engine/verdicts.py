"""How a plan becomes a decision: the strongest verdict, and what is reserved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine import canonical, one_parcel
from engine.config import SOFTWARE
from engine.decision import (
    Decision,
    Firing,
    Hold,
    Plan,
    Shipment,
    Verdict,
    derived_id,
    skus_by_line,
)
from engine.goods import picked
from engine.holds import HOLD_REASONS
from engine.order import Order
from engine.recalls import recall_actions, recalls
from engine.routing import calendars
from engine.sending import HAS_PAID, actions
from engine.standing import amiss_flags, as_shipment
from engine.transfers import SEEN_TO_WITHIN_MINUTES, transfer_actions, transfers
from engine.world import World

# What the solver could not do, as a reason to hold when no rule held for it already.
_UNROUTED = {
    "short": "INVENTORY_OUT_OF_STOCK",
    "split_forbidden": "CANNOT_SHIP_TOGETHER",
    "no_warehouse": "NO_WAREHOUSE",
    "not_covered": "OUT_OF_COVERAGE",
    "no_service": "OUT_OF_COVERAGE",
}
_ROUTING_REASONS = frozenset(_UNROUTED.values())
_NOTHING_SEEN = canonical.canonical_json({})
_ENDED_BY_STOCK = frozenset({"INVENTORY_OUT_OF_STOCK", "CANNOT_SHIP_TOGETHER"})


def conclude(
    order: Order,
    world: World,
    plan: Plan,
    firings: tuple[Firing, ...],
    rulebook: str,
    now: dt.datetime,
    error: str | None = None,
) -> Decision:
    """The decision that a finished plan amounts to. `error`: why rules could not be judged, which holds the order.

    Then what the order had reserved before stays so, and what was planned is shown still: nobody knows better yet.
    """
    rejections = _rejections(order, world, plan, now)
    holds = () if rejections else _timed(_all_holds(order, world, plan, now, error), order, now)
    verdict = _verdict(rejections, holds)
    reserves = verdict is Verdict.APPROVE or verdict is Verdict.HOLD and _keeps_stock(order, world, holds, now)
    kept = world.former if error is not None and reserves else ()
    planned = tuple(map(as_shipment, kept)) or (plan.shipments if verdict is not Verdict.REJECT else ())
    brought = transfers(order, world, plan, holds) if verdict is not Verdict.REJECT else ()
    back = recalls(order, world, plan, bool(rejections), holds, refund_refused(plan))
    release_at = _release_at(world, plan, verdict, planned, now)
    return Decision(
        id=derived_id(order.order_no, world.sequence),
        order_no=order.order_no,
        sequence=world.sequence,
        verdict=verdict,
        decided_at=now,
        rulebook=rulebook,
        software=SOFTWARE,
        holds=holds,
        flags=(*plan.flags, *amiss_flags(each.status for each in world.standing)),
        corrections=plan.corrections,
        waivers=_waivers(firings, order, world, plan, holds),
        risk_score=plan.risk_score,
        payable_cents=plan.payable_cents,
        shipments=(*map(as_shipment, world.standing), *planned),
        backorders=plan.backorders if verdict is not Verdict.REJECT and not kept else (),
        instructions=plan.instructions,
        firings=firings,
        actions=(
            *recall_actions(back, world, now),
            *transfer_actions(brought, calendars.working_due(now, SEEN_TO_WITHIN_MINUTES, world.time_zone)),
            *actions(order, world, plan, verdict, release_at),
        ),
        priority=plan.priority,
        pick_mode=plan.pick_mode,
        labels=tuple(dict.fromkeys(text for text, _ in plan.labels)),
        tags=plan.tags,
        rejections=tuple({"reason": reason, "rule": rule} for reason, rule in rejections),
        release_at=release_at,
        reserves=reserves,
        gifts=plan.gifts,
        aliased=plan.aliased,
        components=plan.components,
        reserve_until=min((hold.until for hold in holds if _frees(hold) and hold.until), default=None),
        transfers=brought,
        recalled=tuple(each.shipment_no for each in back.asked),
        kept=kept,
    )


def _release_at(
    world: World, plan: Plan, verdict: Verdict, planned: Collection[Shipment], now: dt.datetime
) -> dt.datetime | None:
    """When what is planned may leave; None: nothing is to."""
    leaves = verdict is Verdict.APPROVE and (planned or not world.standing)
    alone_at = now + dt.timedelta(minutes=plan.release_after_minutes or 0) if leaves else None
    return one_parcel.release_at(world, verdict, alone_at)


def shipment_no(order: Order, sequence: int, index: int) -> str:
    """The number of a decision's n-th shipment, from 1."""
    return f"{order.order_no}-{sequence}-{index}"


def waive(plan: Plan, reason: str) -> Plan:
    """The plan after a person released a hold. Releasing a shortage means: ship what there is; a split ban: split.

    What releasing a refund means is in `refund_refused`.
    """
    plan = replace(plan, waived=(*plan.waived, reason))
    if reason == "INVENTORY_OUT_OF_STOCK":
        return replace(plan, allow_backorder=True, ship_together=False)
    return replace(plan, ship_together=False) if reason == "CANNOT_SHIP_TOGETHER" else plan


def waits_for(decision: Decision, order: Order) -> frozenset[str]:
    """Skus of which the order could use more units than it got; none when it keeps no stock at all."""
    if not decision.reserves:
        return frozenset()
    skus = skus_by_line(order, decision)
    if decision.backorders:
        return frozenset(skus[each.line_no] for each in decision.backorders)
    short = any(each.reason in _ENDED_BY_STOCK for each in decision.holds)
    return frozenset(skus.values()) if short else frozenset()


def is_off(order: Order, world: World) -> bool:
    """Whether it was cancelled, or rejected by a person, and that still counts: not once it is paid all the same."""
    return world.cancellation is not None and not _paid_after_cancel(order, world)


def _paid_after_cancel(order: Order, world: World) -> bool:
    """Whether money came in after it was cancelled; a person decides what becomes of it."""
    paid_before = world.cancellation.paid_cents if world.cancellation else order.payment.paid_cents
    return order.payment.status in HAS_PAID and order.payment.paid_cents > paid_before


def refund_refused(plan: Plan) -> bool:
    """Whether a person let an order go whose lines are all to be refunded: then those lines ship after all."""
    return "REFUND_REQUESTED" in plan.waived


def _rejections(order: Order, world: World, plan: Plan, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """Why nothing ships and nobody waits, as (reason, rule). The engine's own mean that the order is cancelled."""
    if order.refunded:
        return (("REFUNDED", "engine.refunded"),)
    if world.cancellation is not None and is_off(order, world):
        return (("REJECTED", "manual.reject"),) if world.cancellation.rejected else (("CANCELLED", "engine.cancelled"),)
    if _given_up(order, world, plan, now):
        return (("UNPAID", "engine.unpaid"),)
    return plan.rejections


def _given_up(order: Order, world: World, plan: Plan, now: dt.datetime) -> bool:
    """Whether it is still unpaid when its stock is freed, on a channel that does not wait any longer."""
    channel = world.reference.channels.get(order.channel)
    waits = channel is None or not channel.cancel_unpaid or order.payment.status != "unpaid"
    return not waits and any(_frees(hold) and now >= _free_at(hold, order) for hold in plan.holds)


def _verdict(rejections: tuple[tuple[str, str], ...], holds: tuple[Hold, ...]) -> Verdict:
    if rejections:
        return Verdict.REJECT
    return Verdict.HOLD if holds else Verdict.APPROVE


def _all_holds(order: Order, world: World, plan: Plan, now: dt.datetime, error: str | None) -> tuple[Hold, ...]:
    """The rules' holds, and the engine's own where nothing else keeps an unfinished order from passing."""
    holds = [*plan.holds, *_manual_holds(world, now)]
    if _paid_after_cancel(order, world) and not _waived(world, "engine.paid-after-cancel"):
        holds.append(_engine_hold("PAID_AFTER_CANCEL", "engine.paid-after-cancel", world, now))
    if error is not None:
        holds.append(_engine_hold("RULE_ERROR", "engine.rule-error", world, now))
    elif reason := _unrouted(order, world, plan):
        holds.append(_engine_hold(reason, "engine.unrouted", world, now))
    if not (holds or _judged(plan) or _waived(world, "engine.no-rule-matched")):
        holds.append(_engine_hold("NO_RULE_MATCHED", "engine.no-rule-matched", world, now))
    return tuple(holds)


def _judged(plan: Plan) -> bool:
    """Whether a rule said something, or the person who released its hold."""
    return bool(plan.rejections or plan.approvals or plan.waived)


def _manual_holds(world: World, now: dt.datetime) -> Iterable[Hold]:
    """People's holds, one a reason; the first one says by when somebody looks."""
    for reason in dict.fromkeys(each.reason for each in world.manual_holds):
        hold = _engine_hold(reason, "engine.manual", world, now)
        due_at = next(each.due_at for each in world.manual_holds if each.reason == reason)
        yield replace(hold, due_at=due_at or hold.due_at)


def _waived(world: World, rule: str) -> bool:
    """Whether a person took the engine's own hold off."""
    return any(waiver.rule == rule for waiver in world.waivers)


def _unrouted(order: Order, world: World, plan: Plan) -> str | None:
    """Why not every line is shipped or on backorder, unless a rule holds the order for such a reason already."""
    held = {hold.reason for hold in plan.holds}
    if plan.rejections or held & (_ROUTING_REASONS | {"UNKNOWN_SKU"}):
        return None
    if any(_needs_shipping(order, line) and line.sku not in world.skus for line in picked(order, plan.components)):
        return "UNKNOWN_SKU"
    if plan.route_outcome == "not_covered" and "INCORRECT_ADDRESS" in held:
        return None  # nobody delivers to a place that nobody knows; it is asked for already
    return _UNROUTED.get(plan.route_outcome)


def _needs_shipping(order: Order, line: Any) -> bool:
    ships = order.delivery.method != "none" and line.kind not in ("virtual", "service")
    return ships and line.refund_status == "none"


def _engine_hold(reason: str, rule: str, world: World, now: dt.datetime) -> Hold:
    row = HOLD_REASONS[reason]
    due_at = calendars.working_due(now, row.due_minutes, world.time_zone) if row.due_minutes else None
    return Hold(reason, row.queue, row.severity, due_at, None, rule)


def _frees(hold: Hold) -> bool:
    return HOLD_REASONS[hold.reason].frees_stock_after_minutes is not None


def _free_at(hold: Hold, order: Order) -> dt.datetime:
    minutes = HOLD_REASONS[hold.reason].frees_stock_after_minutes or 0
    return order.placed_at + dt.timedelta(minutes=minutes)


def _timed(holds: tuple[Hold, ...], order: Order, now: dt.datetime) -> tuple[Hold, ...]:
    """The holds with the time at which the order is decided again because of them."""
    return tuple(replace(hold, until=_until(hold, order, now)) for hold in holds)


def _until(hold: Hold, order: Order, now: dt.datetime) -> dt.datetime | None:
    """Unpaid holds end their claim on stock a while after placing: then the order is decided again, without it.

    A time that has come already is none: the order would be decided again and again for ever.
    """
    free_at = _free_at(hold, order) if _frees(hold) else None
    until = free_at if free_at and now < free_at else hold.until
    return until if until and now < until else None


def _keeps_stock(order: Order, world: World, holds: tuple[Hold, ...], now: dt.datetime) -> bool:
    channel = world.reference.channels.get(order.channel)
    on_placing = channel is not None and channel.reserve_on == "placed"
    if not on_placing and order.payment.status in ("unpaid", "deposit_paid") and order.payment.method != "cod":
        return False
    if any(_frees(hold) and now >= _free_at(hold, order) for hold in holds):
        return False
    return all(HOLD_REASONS[hold.reason].keeps_stock for hold in holds)


def _waivers(
    firings: Iterable[Firing], order: Order, world: World, plan: Plan, holds: Collection[Hold]
) -> tuple[Mapping[str, Any], ...]:
    """Those without which it would be held for more."""
    kept_off = {(each.rule, each.subject, canonical.canonical_json(each.seen)) for each in firings if each.waived}
    if _paid_after_cancel(order, world):
        kept_off.add(("engine.paid-after-cancel", "order", _NOTHING_SEEN))
    if not (holds or _judged(plan)):
        kept_off.add(("engine.no-rule-matched", "order", _NOTHING_SEEN))
    return tuple(
        {"rule": each.rule, "reason": each.reason, "by": each.by, "at": each.at.isoformat(), "note": each.note}
        for each in world.waivers
        if (each.rule, each.subject, canonical.canonical_json(each.seen)) in kept_off
    )
