"""What it costs to ship some goods from one warehouse, by the best service that takes them; exact, and from below."""

from __future__ import annotations

import functools
import operator
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.routing.envelopes import ENDLESS, Corner, Envelope, in_parcels, lowest
from engine.routing.parcels import Load, Units, pack
from engine.routing.services import ServiceOption
from engine.routing.tariffs import Rate

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

    def by_weight(self, total_g: int, heaviest_g: int) -> Envelope:
        """What goods of some weight cost at least, up to the total, in one parcel or as many as it takes.

        `heaviest_g`: of a unit. Parcels are packed so that every one but the last has no room for one more such unit.
        """
        limit = self.max_weight_g
        if self.option is None or self.option.rate is None or not self.option.rate.rises or limit == 0:
            return _FREE
        corners = [Corner(*step) for step in self.option.rate.steps(total_g if limit is None else min(limit, total_g))]
        if limit is None or total_g <= limit:
            return lowest(corners, total_g)
        most = self.option.rate.cents((Load(limit),))
        one = [*(each for each in corners if each.end < limit), *([Corner(limit, most)] if most is not None else [])]
        full = [each for each in one if each.end > limit - heaviest_g]
        return in_parcels(lowest(one, limit), lowest(full, limit), total_g)

    def by_volume(self, total_cm3: int, total_g: int) -> Envelope:
        """The same of some volume; of several parcels nothing is said."""
        rate, limit = self.option.rate if self.option else None, self.max_weight_g
        if rate is None or not rate.rises or limit is not None and total_g > limit:
            return _FREE
        per_kg = rate.volume_cm3(1000)
        if not per_kg:
            return (Corner(ENDLESS, self.freight_cents((Load(0),)) or 0),)
        steps = rate.steps(-(-total_cm3 * 1000 // per_kg))
        return lowest((Corner(rate.volume_cm3(end) or 0, cents) for end, cents in steps), total_cm3)


_FREE: Envelope = (Corner(ENDLESS, 0),)


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
        self._envelopes: dict[tuple[str, int | None], tuple[Envelope, Envelope]] = {}
        self._ways: dict[tuple[Rate | None, int | None], tuple[Envelope, Envelope]] = {}
        self._refused = {
            (source.code, way.code): self._bits_refused(way) for source in sources for way in source.ways
        }
        refused = functools.reduce(operator.or_, self._refused.values(), 0)
        self._all = self.load(tuple(good.wanted for good in self.goods))
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

    def by_way(self, source: Source, counts: Counts, way: Way) -> Priced | None:
        """What these goods cost by that way; None when it does not take them."""
        if self._refused[source.code, way.code] & self.bits(counts):
            return None
        loads = pack(self._units(counts), way.max_weight_g)
        freight = way.freight_cents(loads) if loads is not None else None
        if loads is None or freight is None:
            return None
        return Priced(way, loads, freight, freight + source.handling_cents)

    def floor(self, source: Source, weight_g: int, volume_cm3: int, bits: int) -> Objective | None:
        """At least this for a shipment of such goods and perhaps more; None when no way takes them."""
        key = (source.code, weight_g, volume_cm3, bits)
        found = self._floors.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = self._floors[key] = self._find_floor(source, Load(weight_g, volume_cm3), bits)
        return found

    def envelopes(self, source: Source, rank: int | None) -> tuple[Envelope, Envelope]:
        """What a shipment costs at least, freight and handling, by its weight and by its volume.

        With a rank only the ways of that rank are looked at; there must be one.
        """
        key = source.code, rank
        if key not in self._envelopes:
            ways = [way for way in source.ways if rank is None or way.rank == rank]
            weights = [corner for way in ways for corner in self._of_way(way)[0]]
            volumes = [corner for way in ways for corner in self._of_way(way)[1]]
            self._envelopes[key] = (
                _handled(lowest(weights, self._all.weight_g), source.handling_cents),
                _handled(lowest(volumes, self._all.volume_cm3), source.handling_cents),
            )
        return self._envelopes[key]

    def _of_way(self, way: Way) -> tuple[Envelope, Envelope]:
        key = way.option.rate if way.option else None, way.max_weight_g
        if key not in self._ways:
            heaviest_g = max((good.weight_g for good in self.goods if good.wanted), default=0)
            by_weight = way.by_weight(self._all.weight_g, heaviest_g)
            self._ways[key] = by_weight, way.by_volume(self._all.volume_cm3, self._all.weight_g)
        return self._ways[key]

    def _find_best(self, source: Source, counts: Counts) -> Priced | None:
        units = self._units(counts)
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

    def _units(self, counts: Counts) -> list[Units]:
        pairs = zip(self.goods, counts, strict=True)
        return [Units(count, good.weight_g, good.volume_cm3) for good, count in pairs if count]

    def _find_floor(self, source: Source, load: Load, bits: int) -> Objective | None:
        ways = self._taking(source, bits)
        if not ways:
            return None
        rank = min(way.rank for way in ways)
        if self.rank_first:  # should a better price take a worse rank, that is no better
            ways = [way for way in ways if way.rank == rank]
        return self.objective(rank, source.handling_cents + min(self._least_cents(way, load) for way in ways))

    def _least_cents(self, way: Way, load: Load) -> int:
        """No more than the freight of these goods and anything beside them, in however many parcels."""
        limit, rate = way.max_weight_g, way.option.rate if way.option else None
        if rate is not None and rate.rises and (limit is None or load.weight_g <= limit):
            return rate.cents((load,)) or 0
        envelope = self._of_way(way)[0]
        reach = bisect_left(envelope, (load.weight_g, 0))
        return envelope[min(reach, len(envelope) - 1)].cents

    def _taking(self, source: Source, bits: int) -> list[Way]:
        return [way for way in source.ways if not self._refused[source.code, way.code] & bits]

    def _bits_refused(self, way: Way) -> int:
        return sum(1 << index for index, good in enumerate(self.goods) if not way.takes(good, self.order_needs))


def _handled(envelope: Envelope, cents: int) -> Envelope:
    return tuple(Corner(end, each + cents) for end, each in envelope) if cents else envelope
