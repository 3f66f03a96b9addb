"""Which warehouses ship an order: sets of them compared by the admin's order of preference, first difference wins.

Up to EXACT_SOURCES candidates every set is considered; with more, sets of a size are all considered while there are at
most SETS_MOST of them, and beyond that only sets among EXACT_SOURCES candidates that together have most of what is
wanted. More than EXACT_SOURCES shipments are not considered at all.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.routing.allocate import Allocation, Budget, Rating, allocate, rating_from_below
from engine.routing.pricing import Counts, Pricer, Source

PREFERENCES = ("rules", "fewest_shipments", "cost", "distance", "priority", "most_stock", "code")
EXACT_SOURCES = 8
SETS_MOST = 2_000
FAR_KM = 20_016  # half the Earth's circumference: what an unknown distance counts as

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of warehouses, what each ships, and how the choice compares with others."""

    sources: tuple[Source, ...]  # in code order
    allocation: Allocation
    key: Key  # smaller is better
    unfilled: int  # units that nobody ships
    least_cents: int | None = None  # the search was cut short: no choice costs less than this; None: none is better


class Chooser:
    """Compares sets of warehouses for some goods.

    `preference` names criteria of PREFERENCES. Fewest shipments, where left out, comes first (after the rules); cost,
    distance and code, where left out, come last. Raises ValueError for a name that is none.
    """

    def __init__(self, pricer: Pricer, preference: Sequence[str]):
        unknown = [name for name in preference if name not in PREFERENCES]
        if unknown:
            raise ValueError(f"no such preference: {', '.join(unknown)}")
        self.pricer = pricer
        self.preference = _completed(preference)
        self.wanted = tuple(good.wanted for good in pricer.goods)

    def best(
        self, sources: Sequence[Source], most_shipments: int | None, allow_short: bool, containing: str | None = None
    ) -> Choice | None:
        """The best choice of at most so many shipments; None when there is none that fills everything.

        `allow_short`: then the one that fills most, if it fills anything. `containing`: a warehouse that is among them.
        """
        sources = sorted(sources, key=lambda source: source.code)
        budget, best = Budget(), None
        for size in range(1, min(len(sources), most_shipments or EXACT_SOURCES, EXACT_SOURCES) + 1):
            if best is None or self._may_be_better(sources, size, best.key):
                best = self._best_of_size(sources, size, allow_short, budget, best, containing)
        if best is None or budget.least is None or budget.least >= best.allocation.rating[:2]:
            return best
        return replace(best, least_cents=budget.least[1 if self.pricer.rank_first else 0])

    def _best_of_size(
        self, sources: Sequence[Source], size: int, allow_short: bool, budget: Budget, best: Choice | None,
        containing: str | None,
    ) -> Choice | None:  # fmt: skip
        every = _is_small(len(sources), size)
        pool = sources if every else self._pool(sources)
        if not every:
            rank, cents = _least(map(_least_rank, sources), size), _least(map(self._least_cents, sources), size)
            budget.leave_out(self.pricer.objective(rank, cents))
        if size == 1:
            return self._best_alone((each for each in pool if containing in (None, each.code)), allow_short, budget)
        bounded = (
            self._bound(each, allow_short)
            for each in itertools.combinations(pool, size)
            if containing is None or any(source.code == containing for source in each)
        )
        for least, chosen, targets in sorted((each for each in bounded if each), key=lambda each: each[0]):
            if best is not None and least > best.key:
                break
            allocation = allocate(chosen, targets, self.pricer, budget)
            if allocation is not None:
                best = _better(best, self._choice(chosen, targets, allocation))
        return best

    def _best_alone(self, sources: Iterable[Source], allow_short: bool, budget: Budget) -> Choice | None:
        """The best single source. Its price is known as soon as a bound on it is, so there is no bound."""
        best: Choice | None = None
        for source in sources:
            targets = self.targets((source,))
            if any(targets) and (allow_short or targets == self.wanted):
                allocation = allocate((source,), targets, self.pricer, budget)
                best = _better(best, self._choice((source,), targets, allocation)) if allocation else best
        return best

    def _pool(self, sources: Sequence[Source]) -> list[Source]:
        """EXACT_SOURCES of the candidates: each time the one that has most of what those before leave; in code order.

        Ties by what it has of everything wanted, then the nearer one, then code.
        """
        left = list(self.wanted)
        pool: list[Source] = []
        while len(pool) < EXACT_SOURCES:
            others = (source for source in sources if source not in pool)
            best = min(others, key=lambda source: self._pool_order(source, left))
            left = [units - min(units, have) for units, have in zip(left, best.available, strict=True)]
            pool.append(best)
        return sorted(pool, key=lambda source: source.code)

    def _pool_order(self, source: Source, left: Sequence[int]) -> Key:
        return -_filled(source, left), -_filled(source, self.wanted), _km(source), source.code

    def _bound(self, chosen: Sequence[Source], allow_short: bool) -> tuple[Key, Sequence[Source], Counts] | None:
        """A key that the set cannot go below, and the units it would ship; None when it cannot ship enough."""
        targets = self.targets(chosen)
        short = sum(self.wanted) - sum(targets)
        if not any(targets) or short and not allow_short:
            return None
        rating = rating_from_below(chosen, targets, self.pricer)
        return None if rating is None else (self._key(chosen, rating, short), chosen, targets)

    def targets(self, chosen: Iterable[Source]) -> Counts:
        """Units of each good that these sources can ship of what is wanted."""
        have = (sum(available) for available in zip(*(source.available for source in chosen), strict=True))
        return tuple(map(min, self.wanted, have))

    def _choice(self, chosen: Sequence[Source], targets: Counts, allocation: Allocation) -> Choice:
        short = sum(self.wanted) - sum(targets)
        key = self._key(chosen, allocation.rating, short)
        return Choice(tuple(chosen), allocation, key, short)

    def _key(self, chosen: Sequence[Source], rating: Rating, short: int) -> Key:
        """What choices are compared by: units left out, then the preference; among equals fewer pieces, then codes."""
        rank, cents = rating[:2] if self.pricer.rank_first else (rating[1], rating[0])
        criteria: dict[str, Callable[[], Any]] = {
            "rules": lambda: (sum(source.rank for source in chosen), rank),
            "fewest_shipments": lambda: len(chosen),
            "cost": lambda: cents,
            "distance": lambda: sum(map(_km, chosen)),
            "priority": lambda: sum(source.priority for source in chosen),
            "most_stock": lambda: -sum(sum(source.available) for source in chosen),
            "code": lambda: (rating[2], tuple(source.code for source in chosen)),
        }
        return (short, *(criteria[name]() for name in self.preference))

    def _may_be_better(self, sources: Sequence[Source], size: int, key: Key) -> bool:
        """Whether a set of that size may have a smaller key (or the same): every part taken by itself, from below."""
        criteria: dict[str, Callable[[], Any]] = {
            "short": lambda: sum(self.wanted) - sum(self.targets(sources)),
            "rules": lambda: (_least([each.rank for each in sources], size), _least(map(_least_rank, sources), size)),
            "fewest_shipments": lambda: size,
            "cost": lambda: _least(map(self._least_cents, sources), size),
            "distance": lambda: _least(map(_km, sources), size),
            "priority": lambda: _least([source.priority for source in sources], size),
            "most_stock": lambda: _least([-sum(source.available) for source in sources], size),
            "code": lambda: (0, ()),
        }
        for name, found in zip(("short", *self.preference), key, strict=True):
            least = criteria[name]()
            if least != found:
                return least < found
        return True

    def _least_cents(self, source: Source) -> int:
        """What a shipment from there comes to at least."""
        floor = self.pricer.floor(source, 0, 0, 0)
        return floor[1 if self.pricer.rank_first else 0] if floor else 0


def _completed(preference: Sequence[str]) -> tuple[str, ...]:
    """Every criterion that it takes to decide, those that the admin named in the admin's order."""
    names = list(preference)
    if "fewest_shipments" not in names:
        names.insert(1 if names[:1] == ["rules"] else 0, "fewest_shipments")
    return (*names, *(name for name in ("cost", "distance", "code") if name not in names))


def _least_rank(source: Source) -> int:
    return min((way.rank for way in source.ways), default=0)


def _filled(source: Source, wanted: Iterable[int]) -> int:
    return sum(map(min, source.available, wanted))


def _km(source: Source) -> int:
    return FAR_KM if source.distance_km is None else source.distance_km


def _least(values: Iterable[int], size: int) -> int:
    return sum(sorted(values)[:size])


def _is_small(candidates: int, size: int) -> bool:
    return candidates <= EXACT_SOURCES or math.comb(candidates, size) <= SETS_MOST


def _better(one: Choice | None, other: Choice) -> Choice:
    return other if one is None or other.key < one.key else one
