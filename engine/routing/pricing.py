"""What it costs to ship some goods from one warehouse, by the best service that takes them; exact, and from below."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.routing.parcels import Load, Units, pack
from engine.routing.services import ServiceOption

Counts = tuple[int, ...]  # units of each good, in the order of the goods
_UNKNOWN: Any = object()
Objective = tuple[int, int]  # what is to be least, in the admin's order: (rank, cents) or (cents, rank)


@dataclass(frozen=True, slots=True)
class Good:
    """A sku of the order, over all its lines."""

    sku: str
    wanted: int  # units that must be shipped; 0 for a sku that only comes as a gift
    weight_g: int  # of one unit
    volume_cm3: int  # of one unit; 0: unknown
    needs: frozenset[str]  # attributes that a service must have


@dataclass(frozen=True, slots=True)
class Way:
    """A service that may be used from a warehouse; without one, handing over at the counter."""

    option: ServiceOption | None
    rank: int = 0  # lower first

    @property
    def code(self) -> str:
        return self.option.service if self.option else ""

    @property
    def days(self) -> int:
        return self.option.rate.days if self.option and self.option.rate else 0

    @property
    def max_weight_g(self) -> int | None:
        return self.option.max_weight_g if self.option else None

    def takes(self, good: Good, order_needs: frozenset[str]) -> bool:
        """Whether it moves single units of a good at all."""
        if self.option is None:
            return True
        limit = self.max_weight_g
        return good.needs | order_needs <= self.option.offer.attributes and (limit is None or good.weight_g <= limit)

    def freight_cents(self, loads: Iterable[Load]) -> int | None:
        """The price of these parcels; None: the rate card has none."""
        if self.option is None:
            return 0
        return self.option.rate.cents(loads) if self.option.rate else None

    def least_cents(self, load: Load) -> int:
        """No more than the freight of these goods and anything beside them, in however many parcels."""
        if self.option is None or self.option.rate is None or not self.option.rate.rises:
            return 0
        limit = self.max_weight_g
        if limit is None or load.weight_g <= limit:
            return self.freight_cents((load,)) or 0
        return (self.freight_cents((Load(0),)) or 0) * -(-load.weight_g // limit)


@dataclass(frozen=True, slots=True)
class Source:
    """A warehouse that may be used, with the ways that lead from it."""

    code: str
    handling_cents: int  # a shipment
    distance_km: int | None
    priority: int
    rank: int  # lower first
    available: Counts
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """Goods from one warehouse by one way."""

    way: Way
    loads: tuple[Load, ...]
    freight_cents: int
    cents: int  # freight and handling


class Pricer:
    """Prices of goods from sources, remembered. `rank_first`: rules choose among services before cost does."""

    def __init__(
        self, goods: Sequence[Good], sources: Iterable[Source], order_needs: frozenset[str], rank_first: bool
    ):
        self.goods = tuple(goods)
        self.order_needs = order_needs
        self.rank_first = rank_first
        self._best: dict[tuple[str, Counts], Priced | None] = {}
        self._floors: dict[tuple[str, int, int, int], Objective | None] = {}
        self._refused = {
            (source.code, way.code): self._bits_refused(way) for source in sources for way in source.ways
        }
        refused = functools.reduce(operator.or_, self._refused.values(), 0)
        self._picky = [index for index in range(len(self.goods)) if refused >> index & 1]

    def bits(self, counts: Counts) -> int:
        """Which goods there are any of, one bit a good (only those that some way does not take), and one for any."""
        return sum(1 << index for index in self._picky if counts[index]) | (any(counts) << len(self.goods))

    def load(self, counts: Counts) -> Load:
        """Weight and volume of goods together."""
        pairs = list(zip(self.goods, counts, strict=True))
        weight = sum(good.weight_g * count for good, count in pairs)
        return Load(weight, sum(good.volume_cm3 * count for good, count in pairs))

    def packs(self, sources: Iterable[Source], total_g: int) -> bool:
        """Whether that weight may need several parcels, so that the price hangs on which units meet in one."""
        limits = (way.max_weight_g for source in sources for way in source.ways)
        return any(limit is not None and limit < total_g for limit in limits)

    def objective(self, rank: int, cents: int) -> Objective:
        """Rank and cents in the order in which they count."""
        return (rank, cents) if self.rank_first else (cents, rank)

    def best(self, source: Source, counts: Counts) -> Priced | None:
        """The best way for these goods, ties by days, then code; None when no way takes them."""
        key = (source.code, counts)
        if key not in self._best:
            self._best[key] = self._find_best(source, counts)
        return self._best[key]

    def floor(self, source: Source, weight_g: int, volume_cm3: int, bits: int) -> Objective | None:
        """At least this for a shipment of such goods and perhaps more; None when no way takes them."""
        key = (source.code, weight_g, volume_cm3, bits)
        found = self._floors.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = self._floors[key] = self._find_floor(source, Load(weight_g, volume_cm3), bits)
        return found

    def _find_best(self, source: Source, counts: Counts) -> Priced | None:
        units = [
            Units(count, good.weight_g, good.volume_cm3)
            for good, count in zip(self.goods, counts, strict=True)
            if count
        ]
        packed: dict[int | None, tuple[Load, ...] | None] = {}
        best: tuple[Any, ...] | None = None
        for way in self._taking(source, self.bits(counts)):
            limit = way.max_weight_g
            if limit not in packed:
                packed[limit] = pack(units, limit)
            loads = packed[limit]
            freight = way.freight_cents(loads) if loads is not None else None
            if freight is not None:
                order = self.objective(way.rank, freight + source.handling_cents), way.days, way.code
                if best is None or order < best[0]:
                    best = order, way, loads, freight
        if best is None:
            return None
        _, way, loads, freight = best
        return Priced(way, loads, freight, freight + source.handling_cents)

    def _find_floor(self, source: Source, load: Load, bits: int) -> Objective | None:
        ways = self._taking(source, bits)
        if not ways:
            return None
        rank = min(way.rank for way in ways)
        return self.objective(rank, source.handling_cents + min(way.least_cents(load) for way in ways))

    def _taking(self, source: Source, bits: int) -> list[Way]:
        return [way for way in source.ways if not self._refused[source.code, way.code] & bits]

    def _bits_refused(self, way: Way) -> int:
        return sum(1 << index for index, good in enumerate(self.goods) if not way.takes(good, self.order_needs))
