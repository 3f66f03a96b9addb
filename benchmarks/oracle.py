"""The best split of an instance, found by going through all of them; shares no code with the search.

Every set of warehouses of the least size that has the goods, every division of every line over the set. Divisions are
told apart by all that a price can hang on: weight, volume and attributes in each warehouse, and every single unit where
a service limits its parcels.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import lru_cache

from benchmarks.splits import PLACES, Instance
from engine.world import RateCard, Service, Sku

Content = tuple[tuple[str, int], ...]  # (sku, units), those with any
STATES_MOST = 30_000  # at once


class TooMany(Exception):
    """There are more divisions than anyone wants to wait for."""


def best(instance: Instance) -> tuple[int, int] | None:
    """(shipments, cents) of the best split that ships everything; None when there is none. Raises TooMany."""
    return _Oracle(instance).best()


class _Oracle:
    def __init__(self, instance: Instance):
        reference = instance.world.reference
        self.skus = instance.world.skus
        self.wanted = {line.sku: line.quantity for line in instance.order.lines}
        self.have = {(row.warehouse, row.sku): row.on_hand for row in instance.world.stock}
        self.warehouses = reference.warehouses
        self.services = [(service, reference.rate_cards[service.code]) for _, service in reference.services.values()]
        self.limited = any(service.max_weight_g for service, _ in self.services)
        self.by_volume = any(card.volumetric_cm3_per_kg for _, card in self.services)
        self.picky = any("fragile" not in service.attributes for service, _ in self.services)
        self.price = lru_cache(maxsize=None)(self._price)

    def best(self) -> tuple[int, int] | None:
        for size in range(1, len(self.warehouses) + 1):
            found = [self._cheapest(chosen) for chosen in itertools.combinations(sorted(self.warehouses), size)]
            prices = [cents for cents in found if cents is not None]
            if prices:
                return size, min(prices)
        return None

    def _cheapest(self, chosen: Sequence[str]) -> int | None:
        states: dict[object, tuple[Content, ...]] = {None: ((),) * len(chosen)}
        for sku, units in self.wanted.items():
            following: dict[object, tuple[Content, ...]] = {}
            for contents in states.values():
                for division in self._divisions(sku, units, chosen):
                    grown = tuple(
                        (*content, (sku, part)) if part else content
                        for content, part in zip(contents, division, strict=True)
                    )
                    following[grown if self.limited else tuple(map(self._sums, grown))] = grown
            if len(following) > STATES_MOST:
                raise TooMany
            states = following
        prices = [self._total(chosen, contents) for contents in states.values() if all(contents)]
        return min((cents for cents in prices if cents is not None), default=None)

    def _divisions(self, sku: str, units: int, chosen: Sequence[str]) -> Iterator[tuple[int, ...]]:
        rooms = (range(min(units, self.have.get((code, sku), 0)) + 1) for code in chosen)
        return (each for each in itertools.product(*rooms) if sum(each) == units)

    def _sums(self, content: Content) -> tuple[int, int, bool]:
        weight = sum(self.skus[sku].weight_g * units for sku, units in content)
        volume = sum(_volume_cm3(self.skus[sku]) * units for sku, units in content) if self.by_volume else 0
        return weight, volume, self.picky and any("fragile" in self.skus[sku].attributes for sku, _ in content)

    def _total(self, chosen: Sequence[str], contents: Sequence[Content]) -> int | None:
        prices = [self.price(code, content) for code, content in zip(chosen, contents, strict=True)]
        return None if None in prices else sum(each for each in prices if each is not None)

    def _price(self, code: str, content: Content) -> int | None:
        offers = (self._freight(service, card, code, content) for service, card in self.services)
        freight = min((cents for cents in offers if cents is not None), default=None)
        return None if freight is None else freight + self.warehouses[code].handling_cents

    def _freight(self, service: Service, card: RateCard, code: str, content: Content) -> int | None:
        if self._sums(content)[2] and "fragile" not in service.attributes:
            return None
        units = [
            (self.skus[sku].weight_g, _volume_cm3(self.skus[sku])) for sku, count in content for _ in range(count)
        ]
        parcels = _parcels(units, service.max_weight_g)
        if parcels is None:
            return None
        prices = [_parcel_cents(card, PLACES[code][0], *map(sum, zip(*each, strict=True))) for each in parcels]
        return None if None in prices else sum(each for each in prices if each is not None)


def _parcels(units: list[tuple[int, int]], limit: int | None) -> list[list[tuple[int, int]]] | None:
    """First-fit decreasing, unit by unit; all in one where that is allowed."""
    if limit is None or sum(weight for weight, _ in units) <= limit:
        return [units]
    parcels: list[list[tuple[int, int]]] = []
    for unit in sorted(units, reverse=True):
        if unit[0] > limit:
            return None
        room = next((each for each in parcels if sum(weight for weight, _ in each) + unit[0] <= limit), None)
        if room is None:
            parcels.append([unit])
        else:
            room.append(unit)
    return parcels


def _parcel_cents(card: RateCard, origin: str, weight_g: int, volume_cm3: int) -> int | None:
    """Step by step up the card."""
    zone = next((each for each in card.zones if each.from_provinces == (origin,)), None)
    if zone is None:
        return None
    grams = weight_g
    if card.volumetric_cm3_per_kg:
        grams = max(grams, (volume_cm3 * 1000 + card.volumetric_cm3_per_kg - 1) // card.volumetric_cm3_per_kg)
    for step in zone.steps:
        if grams <= step.up_to_g:
            return step.cents + zone.surcharge_cents
    last, started = zone.steps[-1], 0
    while last.up_to_g + started * zone.additional_g < grams:
        started += 1
    return last.cents + started * zone.additional_cents + zone.surcharge_cents


def _volume_cm3(sku: Sku) -> int:
    if sku.length_mm is None or sku.width_mm is None or sku.height_mm is None:
        return 0
    return -(-sku.length_mm * sku.width_mm * sku.height_mm // 1000)
