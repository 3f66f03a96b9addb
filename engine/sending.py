"""What workers are asked to do about an order: what rules wanted at once, and, once it is approved, its shipping."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from engine import one_parcel
from engine.coupons import apportion
from engine.decision import (
    ActionIntent,
    Backorder,
    Plan,
    Shipment,
    ShipmentLine,
    Verdict,
    derived_id,
    skus_by_line,
)
from engine.goods import picked
from engine.order import Order
from engine.standing import cod_cents, sending_off
from engine.tasks import REFUND_RULE
from engine.world import World

HAS_PAID = frozenset({"paid", "deposit_paid", "partially_refunded", "authorized"})
_LATER = ""  # no shipment yet: what is on backorder
_OURS = ("order_desk", "order_desk_digest", "service")  # recipients of notices


def actions(
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
    """What fulfilment rules tell others is told once it has left; our own people, who may change it, and our own
    systems hear at once."""
    ours = intent.type in ("task", "webhook") or intent.payload.get("to") in _OURS
    return intent.payload["stage"] == "fulfilment" and not ours


def _refund_task(order: Order, world: World) -> tuple[ActionIntent, ...]:
    if order.payment.status not in HAS_PAID or order.payment.paid_cents == 0:
        return ()
    if world.cancellation is not None and not world.cancellation.rejected:
        title = {"zh": "订单取消, 退还已付金额", "en": "Order cancelled: refund what was paid"}
    else:
        title = {"zh": "订单被拒, 退还已付金额", "en": "Order rejected: refund what was paid"}
    payload = {"queue": "finance", "title": title, "due_at": None, "rule": REFUND_RULE, "subject": "order"}
    return (ActionIntent(derived_id(order.order_no, "task", REFUND_RULE), "task", payload),)


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
    order: Order, shipment: Shipment, collects_cents: int, release_at: dt.datetime | None, after: tuple[str, ...]
) -> ActionIntent:
    payload = {
        "shipment_no": shipment.shipment_no,
        "warehouse": shipment.warehouse,
        "carrier": shipment.carrier,
        "service": shipment.service,
        "weight_g": shipment.weight_g,
        "parcels": [parcel.weight_g for parcel in shipment.parcels],
        "cod_cents": collects_cents,
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
    left = max(0, cod_cents(order) - collected)
    return apportion(left, {**parts, _LATER: worth(plan.backorders)})
