"""How a plan becomes a decision: the strongest verdict, what is reserved, and the actions that follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine import one_parcel
from engine.config import SOFTWARE
from engine.coupons import apportion
from engine.decision import (
    ActionIntent,
    Backorder,
    Decision,
    Firing,
    Hold,
    Plan,
    Shipment,
    ShipmentLine,
    Verdict,
    derived_id,
    skus_by_line,
)
from engine.goods import picked
from engine.holds import HOLD_REASONS
from engine.order import Order
from engine.recalls import recall_actions, recalls
from engine.routing import calendars
from engine.standing import amiss_flags, as_shipment, sending_off
from engine.transfers import transfer_actions, transfers
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
_ENDED_BY_STOCK = frozenset({"INVENTORY_OUT_OF_STOCK", "CANNOT_SHIP_TOGETHER"})
_LATER = ""  # no shipment yet: what is on backorder
_OURS = ("order_desk", "order_desk_digest", "service")  # recipients of notices
_HAS_PAID = frozenset({"paid", "deposit_paid", "partially_refunded", "authorized"})


def conclude(
    order: Order,
    world: World,
    plan: Plan,
    firings: tuple[Firing, ...],
    rulebook: str,
    now: dt.datetime,
    error: str | None = None,
) -> Decision:
    """The decision that a finished plan amounts to. `error`: why rules could not be judged, which holds the order."""
    rejections = _rejections(order, world, plan, now)
    holds = () if rejections else _timed(_all_holds(order, world, plan, now, error), order, now)
    verdict = _verdict(rejections, holds)
    planned = plan.shipments if verdict is not Verdict.REJECT else ()
    brought = transfers(order, world, plan, holds) if verdict is not Verdict.REJECT else ()
    back = recalls(order, world, plan, bool(rejections), holds, refund_refused(plan))
    decision_id = derived_id(order.order_no, world.sequence)
    leaves = verdict is Verdict.APPROVE and (planned or not world.standing)
    alone_at = now + dt.timedelta(minutes=plan.release_after_minutes or 0) if leaves else None
    release_at = one_parcel.release_at(world, verdict, alone_at)
    return Decision(
        id=decision_id,
        order_no=order.order_no,
        sequence=world.sequence,
        verdict=verdict,
        decided_at=now,
        rulebook=rulebook,
        software=SOFTWARE,
        holds=holds,
        flags=(*plan.flags, *amiss_flags(each.status for each in world.standing)),
        corrections=plan.corrections,
        waivers=_waivers(firings, world),
        risk_score=plan.risk_score,
        payable_cents=plan.payable_cents,
        shipments=(*map(as_shipment, world.standing), *planned),
        backorders=plan.backorders if verdict is not Verdict.REJECT else (),
        instructions=plan.instructions,
        firings=firings,
        actions=(
            *recall_actions(back, world, now),
            *transfer_actions(brought),
            *_actions(order, world, plan, verdict, release_at),
        ),
        priority=plan.priority,
        pick_mode=plan.pick_mode,
        labels=tuple(dict.fromkeys(text for text, _ in plan.labels)),
        tags=plan.tags,
        rejections=tuple({"reason": reason, "rule": rule} for reason, rule in rejections),
        release_at=release_at,
        reserves=verdict is not Verdict.REJECT and _keeps_stock(order, world, holds, now),
        gifts=plan.gifts,
        aliased=plan.aliased,
        components=plan.components,
        reserve_until=min((hold.until for hold in holds if _frees(hold) and hold.until), default=None),
        transfers=brought,
        recalled=tuple(each.shipment_no for each in back.asked),
    )


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
    return order.payment.status in _HAS_PAID and order.payment.paid_cents > paid_before


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
    judged = plan.rejections or plan.approvals or plan.waived  # by a rule, or by the person who released its hold
    if not (holds or judged or _waived(world, "engine.no-rule-matched")):
        holds.append(_engine_hold("NO_RULE_MATCHED", "engine.no-rule-matched", world, now))
    return tuple(holds)


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


def _waivers(firings: Iterable[Firing], world: World) -> tuple[Mapping[str, Any], ...]:
    used = {(firing.rule, firing.subject) for firing in firings if firing.waived}
    return tuple(
        {"rule": each.rule, "reason": each.reason, "by": each.by, "at": each.at.isoformat(), "note": each.note}
        for each in world.waivers
        if (each.rule, each.subject) in used or each.rule.startswith("engine.")
    )


def _actions(
    order: Order, world: World, plan: Plan, verdict: Verdict, release_at: dt.datetime | None
) -> tuple[ActionIntent, ...]:
    """What workers are to do: what rules asked for at once, and shipping only of an approved order."""
    if order.refunded:
        return ()
    early = tuple(each for each in plan.intents if not _comes_late(each))
    if verdict is Verdict.REJECT:
        return (*early, *_refund_task(order, world))
    if verdict is not Verdict.APPROVE:
        return early
    shipping = tuple(_shipping_actions(order, world, plan, release_at))
    done_first = (
        *(each.id for each in shipping), *one_parcel.sent_off_by(plan.shipments), *sending_off(world.standing)
    )  # fmt: skip
    late = (
        replace(each, after=done_first, not_before=release_at)
        for each in plan.intents
        if _comes_late(each)
    )
    return (*early, *shipping, *late)


def _comes_late(intent: ActionIntent) -> bool:
    """What fulfilment rules tell others is told once it has left; our own people, who may change it, hear at once."""
    ours = intent.type == "task" or intent.payload.get("to") in _OURS
    return intent.payload["stage"] == "fulfilment" and not ours


def _refund_task(order: Order, world: World) -> tuple[ActionIntent, ...]:
    if order.payment.status not in _HAS_PAID or order.payment.paid_cents == 0:
        return ()
    if world.cancellation is not None and not world.cancellation.rejected:
        title = {"zh": "订单取消, 退还已付金额", "en": "Order cancelled: refund what was paid"}
    else:
        title = {"zh": "订单被拒, 退还已付金额", "en": "Order rejected: refund what was paid"}
    payload = {"queue": "finance", "title": title, "due_at": None, "rule": "engine.rejected", "subject": "order"}
    return (ActionIntent(derived_id(order.order_no, "task", "engine.rejected"), "task", payload),)


def _shipping_actions(
    order: Order, world: World, plan: Plan, release_at: dt.datetime | None
) -> Iterable[ActionIntent]:
    capture = _capture(order, release_at)
    first = (*(each.id for each in capture), *one_parcel.captures(world))
    yield from capture
    cod = _cod_by_shipment(order, world, plan)
    for shipment in (each for each in plan.shipments if not each.goes_along):
        outbound = _outbound(order, world, plan, shipment, release_at, first)
        yield outbound
        if shipment.carrier is not None:
            cents = one_parcel.collected(world, shipment, cod.get(shipment.shipment_no, 0))
            yield _waybill(order, shipment, cents, release_at, (outbound.id,))


def _capture(order: Order, release_at: dt.datetime | None) -> tuple[ActionIntent, ...]:
    """Authorised money is taken before anything leaves."""
    if order.payment.status != "authorized":
        return ()
    payload = {"transaction_no": order.payment.transaction_no, "cents": order.payable_cents}
    return (ActionIntent(derived_id(order.order_no, "capture"), "capture", payload, (), release_at),)


def _outbound(
    order: Order,
    world: World,
    plan: Plan,
    shipment: Shipment,
    release_at: dt.datetime | None,
    after: tuple[str, ...],
) -> ActionIntent:
    skus = skus_by_line(order, plan)
    inside = {None, *_line_nos(plan, shipment)}
    payload = {
        "shipment_no": shipment.shipment_no,
        "warehouse": shipment.warehouse,
        "ships_on": shipment.ships_on.isoformat() if shipment.ships_on else None,
        "pick_mode": plan.pick_mode,
        "labels": list(dict.fromkeys(text for text, line_no in plan.labels if line_no in inside)),
        "flags": [flag.code for flag in plan.flags],
        "instructions": [
            {"text": each.text, "line_no": each.line_no} for each in plan.instructions if each.line_no in inside
        ],
        "lines": [
            {"line_no": each.line_no, "sku": skus[each.line_no], "quantity": each.quantity}
            for each in shipment.lines
        ],
    }
    asked = one_parcel.with_the_others(payload, order, world) if shipment.merged else payload
    return ActionIntent(derived_id("outbound", shipment.shipment_no), "outbound", asked, after, release_at)


def _line_nos(plan: Plan, shipment: Shipment) -> Iterable[str]:
    """The lines in a shipment, and those whose components are: what was said of a bundle is said of what is in it."""
    here = {each.line_no for each in shipment.lines}
    return here | {each.of_line for each in plan.components if each.line.line_no in here}


def _waybill(
    order: Order, shipment: Shipment, cod_cents: int, release_at: dt.datetime | None, after: tuple[str, ...]
) -> ActionIntent:
    payload = {
        "shipment_no": shipment.shipment_no,
        "warehouse": shipment.warehouse,
        "carrier": shipment.carrier,
        "service": shipment.service,
        "weight_g": shipment.weight_g,
        "parcels": [parcel.weight_g for parcel in shipment.parcels],
        "cod_cents": cod_cents,
        "receiver_token": order.receiver.token if order.receiver and order.receiver.masked else None,
    }
    return ActionIntent(derived_id("waybill", shipment.shipment_no), "waybill", payload, after, release_at)


def _cod_by_shipment(order: Order, world: World, plan: Plan) -> dict[str, int]:
    """What each courier collects: in proportion to the goods in the shipment, to the fen.

    What follows later is paid for later; what stands is collected as its labels say.
    """
    if order.payment.method != "cod" or not plan.shipments:
        return {}
    unit_cents = {line.line_no: line.unit_cents for line in picked(order, plan.components)}

    def worth(lines: Iterable[ShipmentLine | Backorder]) -> int:
        return sum(unit_cents.get(line.line_no, 0) * line.quantity for line in lines)

    parts = {shipment.shipment_no: worth(shipment.lines) for shipment in plan.shipments}
    collected = sum(each.cod_cents for each in world.standing)
    left = max(0, (order.payment.cod_cents or order.payable_cents) - collected)
    return apportion(left, {**parts, _LATER: worth(plan.backorders)})
