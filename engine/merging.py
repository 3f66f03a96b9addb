"""Which orders could go in one parcel."""

from __future__ import annotations

from engine.decision import Plan
from engine.goods import picked
from engine.order import Line, Order
from engine.world import OpenOrder, World


def alike(order: Order, world: World, plan: Plan) -> tuple[OpenOrder, ...]:
    """Open orders of this buyer and receiver that are paid alike and kept alike; none for a presale.

    Those that it is merged with already are left out.
    """
    lines = [line for line in picked(order, plan.components) if line.refund_status == "none"]
    if any(line.kind == "presale" for line in lines):
        return ()
    cod, cold = order.payment.method == "cod", any(_is_cold(line, world) for line in lines)
    merged = world.merge.order_nos if world.merge else ()
    return tuple(
        each for each in world.open_orders
        if not each.presale and (each.cod, each.cold) == (cod, cold) and each.order_no not in merged
    )  # fmt: skip


def _is_cold(line: Line, world: World) -> bool:
    sku = world.skus.get(line.sku)
    return sku is not None and "cold" in sku.attributes
