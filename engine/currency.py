"""Amounts in the base currency, CNY. Rates come as the list `currency-rates`; an item is `USD=7.1234`, units of CNY."""

from __future__ import annotations

from engine.world import World

BASE = "CNY"


def base_cents(cents: int, currency: str, world: World) -> int | None:
    """The amount in the base currency, half up; None for a currency without a rate."""
    if currency == BASE:
        return cents
    for item in world.items("currency-rates"):
        code, _, rate = item.partition("=")
        if code == currency:
            return _times_half_up(cents, rate)
    return None


def _times_half_up(cents: int, rate: str) -> int | None:
    whole, _, fraction = rate.partition(".")
    if not (whole + fraction).isdecimal():
        return None
    scale = 10 ** len(fraction)
    return (cents * int(whole + fraction) * 2 + scale) // (2 * scale)
