"""What a carrier charges and how long it takes: rate cards, made ready once for all orders."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from engine.routing import geo
from engine.routing.parcels import Load
from engine.world import RateCard, Reference

_STEPS_MOST = 400  # of a card that are told apart when prices are bounded from below


class Quote(NamedTuple):
    """What a service costs for something, and its transit time."""

    freight_cents: int
    days: int
    billable_g: int  # the larger of actual and volumetric weight, over all parcels
    zone: int  # index in the rate card, from 0


class Rate:
    """One zone of a rate card: what parcels cost within it."""

    def __init__(self, card: RateCard, index: int):
        zone = card.zones[index]
        steps = sorted(zone.steps, key=lambda step: step.up_to_g)
        self.zone, self.days = index, zone.days
        self.to_everywhere = not zone.to_provinces
        self._volumetric_cm3_per_kg = card.volumetric_cm3_per_kg
        self._ends_g = [step.up_to_g for step in steps]
        self._cents = [step.cents + zone.surcharge_cents for step in steps]
        self._additional_g, self._additional_cents = zone.additional_g, zone.additional_cents
        self._base_g, self._base_cents = (self._ends_g[-1], self._cents[-1]) if steps else (0, zone.surcharge_cents)
        # Whether more weight never costs less; a card with a typing error may say otherwise.
        self.rises = self._cents == sorted(self._cents) and zone.additional_cents >= 0

    def quote(self, loads: Sequence[Load]) -> Quote | None:
        """The price of parcels. None: there is no price beyond the last step."""
        billable_g = [self.billable_g(load) for load in loads]
        cents = self._cents_of(billable_g)
        return None if cents is None else Quote(cents, self.days, sum(billable_g), self.zone)

    def cents(self, loads: Iterable[Load]) -> int | None:
        """The same, the price alone."""
        return self._cents_of(map(self.billable_g, loads))

    def _cents_of(self, billable_g: Iterable[int]) -> int | None:
        cents = 0
        for grams in billable_g:
            price = self._price(grams)
            if price is None:
                return None
            cents += price
        return cents

    def billable_g(self, load: Load) -> int:
        """Actual or volumetric weight, whichever is more. `volumetric_cm3_per_kg` is the volume charged as 1 kg."""
        if not self._volumetric_cm3_per_kg:
            return load.weight_g
        return max(load.weight_g, _ceil(load.volume_cm3 * 1000, self._volumetric_cm3_per_kg))

    def steps(self, enough_g: int) -> list[tuple[int, int]]:
        """`(up to g, cents)` of one parcel, rising, to `enough_g` or as far as there are prices.

        Never too high; where there are very many steps, some are taken together and are too low.
        """
        steps = list(zip(self._ends_g, self._cents, strict=True))
        if self._additional_g <= 0:
            return steps
        started = max(1, _ceil(enough_g - self._base_g, self._additional_g))
        stride = _ceil(started, _STEPS_MOST)
        for number in range(1, started + 1, stride):
            end_g = self._base_g + (number + stride - 1) * self._additional_g
            steps.append((end_g, self._base_cents + number * self._additional_cents))
        return steps

    def volume_cm3(self, billable_g: int) -> int | None:
        """The most volume that is charged as such a weight; None: volume is not charged."""
        return billable_g * self._volumetric_cm3_per_kg // 1000 if self._volumetric_cm3_per_kg else None

    def limit_g(self, max_weight_g: int | None) -> int | None:
        """The heaviest parcel: the service's limit, or the last step where there is no price beyond. None: no limit."""
        if self._additional_g > 0:
            return max_weight_g
        end = self._ends_g[-1] if self._ends_g else 0
        return end if max_weight_g is None else min(max_weight_g, end)

    def _price(self, grams: int) -> int | None:
        step = bisect_left(self._ends_g, grams)
        if step < len(self._ends_g):
            return self._cents[step]
        if self._additional_g <= 0:
            return None
        return self._base_cents + _ceil(grams - self._base_g, self._additional_g) * self._additional_cents


class Tariff:
    """A rate card, its zones to be found by the keys of two places."""

    def __init__(self, card: RateCard):
        rates = [(_keys(zone.to_provinces), Rate(card, index)) for index, zone in enumerate(card.zones)]
        starts = [_keys(zone.from_provinces) for zone in card.zones]
        # By where they start; under None those that start everywhere, which is all there is for a place not named.
        self._from: dict[str | None, list[tuple[frozenset[str], Rate]]] = {
            key: [rate for rate, from_keys in zip(rates, starts, strict=True) if not from_keys or key in from_keys]
            for key in {None, *(key for from_keys in starts for key in from_keys)}
        }

    def rate(self, from_key: str, to_key: str) -> Rate | None:
        """Of the first zone that goes from there to there; None: not covered. Empty provinces mean everywhere."""
        for ends, rate in self._from.get(from_key) or self._from[None]:
            if not ends or to_key in ends:
                return rate
        return None


def tariffs(reference: Reference) -> Mapping[str, Tariff]:
    """By service."""
    if "tariffs" not in reference.derived:
        reference.derived["tariffs"] = {code: Tariff(card) for code, card in reference.rate_cards.items()}
    return reference.derived["tariffs"]


def place_key(province: str) -> str:
    """The code of a province; anything else (a country's code) stands for itself."""
    return geo.province_code(province) or province


def _keys(provinces: Iterable[str]) -> frozenset[str]:
    return frozenset(map(place_key, provinces))


def _ceil(amount: int, part: int) -> int:
    return -(-amount // part)
