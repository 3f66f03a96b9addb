"""What is wrong with a reference document although each of its fields is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine import world
from engine.errors import Problem


def mistakes(kind: str, value: Any) -> Iterator[Problem]:
    """What no single field can tell, of a document whose fields are right."""
    return _CHECKS[kind](value) if kind in _CHECKS else iter(())


def _sku_mistakes(sku: world.Sku) -> Iterator[Problem]:
    for at, component in enumerate(sku.components):
        if component.sku == sku.code:
            yield Problem(f"components.{at}.sku", "not-a-choice", "must be another sku than the bundle itself")
    yield from _repeated(sku)
    for at, code in enumerate(sku.substitutes):
        if code == sku.code:
            yield Problem(f"substitutes.{at}", "not-a-choice", "must be another sku than the one it stands in for")


def _repeated(bundle: world.Sku) -> Iterator[Problem]:
    codes = [component.sku for component in bundle.components]
    for at, code in enumerate(codes):
        if code in codes[:at]:
            path = f"components.{at}.sku"
            yield Problem(path, "duplicate-key", "must be another than those before it; state how many in quantity")


def _carrier_mistakes(carrier: world.Carrier) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, service in enumerate(carrier.services):
        if service.code in seen:
            yield Problem(f"services.{at}.code", "duplicate-key", "must be another than that of the services before it")
        seen.add(service.code)


def _rate_card_mistakes(card: world.RateCard) -> Iterator[Problem]:
    for at, zone in enumerate(card.zones):
        for number in range(1, len(zone.steps)):
            if zone.steps[number].up_to_g <= zone.steps[number - 1].up_to_g:
                path = f"zones.{at}.steps.{number}.up_to_g"
                yield Problem(path, "out-of-range", "must be more than that of the step before it")


def _coverage_mistakes(coverage: world.Coverage) -> Iterator[Problem]:
    for at, row in enumerate(coverage.rows):
        if row.from_date and row.until_date and row.until_date <= row.from_date:
            yield Problem(f"rows.{at}.until", "out-of-range", "must be after from; the day itself is not included")


def _coupon_mistakes(coupon: world.CouponTerms) -> Iterator[Problem]:
    if coupon.valid_from and coupon.valid_until and coupon.valid_until <= coupon.valid_from:
        yield Problem("valid_until", "out-of-range", "must be after valid_from; the instant itself is not included")


_CHECKS: Mapping[str, Callable[[Any], Iterator[Problem]]] = {
    "skus": _sku_mistakes,
    "carriers": _carrier_mistakes,
    "rate-cards": _rate_card_mistakes,
    "coverage": _coverage_mistakes,
    "coupons": _coupon_mistakes,
}
