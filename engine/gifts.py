"""Gifts that rules add to an order: which skus they may be, and what has to be shipped for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from engine.decision import Gift
from engine.language.rules import Rulebook
from engine.order import Order
from engine.routing.candidates import Demand, demand
from engine.world import World


def gift_skus(rulebook: Rulebook, order: Order, now: dt.datetime) -> frozenset[str]:
    """The skus that rules in force for the order may add to it, so that the world holds them and their stock."""
    return frozenset(
        effect.params["sku"]
        for stage in rulebook.pipeline.stages
        for rule in rulebook.rules(stage)
        for effect in rule.then
        if effect.do == "add_gift" and isinstance(effect.params["sku"], str)
        and (rule.effective is None or rule.effective.covers(order.placed_at, now))
    )  # fmt: skip


def gift_demands(gifts: Sequence[Gift], lines: Sequence[Demand], world: World) -> tuple[Demand, ...]:
    """The gifts as demands that go along where they can. None where nothing else ships: no parcel for a gift alone."""
    if all(each.optional for each in lines):
        return ()
    return tuple(
        demand(gift.line_no, world.skus[gift.sku], gift.quantity, optional=True)
        for gift in gifts
        if gift.sku in world.skus
    )
