"""Which warehouse of a fixed set ships how many of which good, at least cost.

Good by good, all ways to divide it are tried, the partial answer first that may yet become the cheapest (A*); partial
answers that are the same for everything that follows are merged. The search ends when what it has costs no more than
anything left could: that is exact. When it would take too many steps (see Budget) it ends earlier, with the best answer
so far, and `Budget.least` says what the best of all cannot be below.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.routing.envelopes import Cover
from engine.routing.pricing import Counts, Objective, Priced, Pricer, Source

Rating = tuple[int, int, int]  # what is to be least: the two of Pricer.objective, then pieces
Key = tuple[object, ...]

_DIVISIONS_MOST = 400  # ways to divide one good that are tried
_SEQUENCES_MOST = 24  # sequences of warehouses that a first answer is sought by


@dataclass(slots=True)
class Budget:
    """How many steps a search may still take; shared by all sets of warehouses of one order."""

    steps: int = 40_000
    least: Objective | None = None  # something was left out that may be as good as this; None: nothing was

    def spend(self, steps: int) -> None:
        self.steps = max(0, self.steps - steps)

    def leave_out(self, rating: Sequence[int]) -> None:
        """Remember that something was not looked at that may be as good as that."""
        bound = (rating[0], rating[1])
        self.least = bound if self.least is None else min(self.least, bound)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Units of each good by warehouse, and what that costs."""

    counts: tuple[Counts, ...]  # for each source
    priced: tuple[Priced, ...]  # for each source
    rating: Rating  # with pieces: how many (good, warehouse) pairs there are


Held = tuple[int, int, int]  # weight in g, volume in cm³, and bits of the goods, as Pricer.floor takes them


def allocate(sources: Sequence[Source], targets: Counts, pricer: Pricer, budget: Budget) -> Allocation | None:
    """The best division in which every source ships something; None when there is none.

    `targets` are units of each good and must not be more than the sources have together.
    """
    forced = forced_counts(sources, targets)
    if len(sources) == 1:
        return _complete(sources, forced, pricer)
    best = _first_answer(sources, targets, forced, pricer, _SEQUENCES_MOST if budget.steps else 1)
    return _Search(tuple(sources), targets, forced, pricer, budget, best).run()


def forced_counts(sources: Sequence[Source], targets: Counts) -> tuple[Counts, ...]:
    """Units of each good that each source has to ship, because the others together have too few."""
    have = [sum(source.available[good] for source in sources) for good in range(len(targets))]
    return tuple(
        tuple(max(0, target - (have[good] - source.available[good])) for good, target in enumerate(targets))
        for source in sources
    )


class Bounds:
    """What dividing goods over some sources comes to at least."""

    def __init__(self, sources: Sequence[Source], targets: Counts, pricer: Pricer):
        self._sources, self._pricer = sources, pricer
        self._all = pricer.load(targets)
        loads = [pricer.load(tuple(map(min, targets, source.available))) for source in sources]
        self._most_g = [load.weight_g for load in loads]
        self._most_cm3 = [load.volume_cm3 for load in loads]
        self._covers: dict[tuple[int | None, ...], tuple[Cover, Cover]] = {}

    def rating(self, held: Sequence[Held], pieces: int) -> Rating | None:
        """No more than the rating of any division in which each source holds this and perhaps more; None: there is
        none."""
        floors = []
        for source, each in zip(self._sources, held, strict=True):
            floor = self._pricer.floor(source, *each)
            if floor is None:
                return None
            floors.append(floor)
        first, second = (sum(values) for values in zip(*floors, strict=True))
        covered = self._covered(floors, held)
        if covered is None:
            return None
        if self._pricer.rank_first:
            return first, max(second, covered), pieces
        return max(first, covered), second, pieces

    def _covered(self, floors: Sequence[Objective], held: Sequence[Held]) -> int | None:
        """Cents, from below: all that is wanted goes somewhere."""
        ranks = tuple(floor[0] if self._pricer.rank_first else None for floor in floors)
        if ranks not in self._covers:
            self._covers[ranks] = self._new_covers(ranks)
        by_weight, by_volume = self._covers[ranks]
        cents = by_weight.cents(each[0] for each in held)
        if cents is None or not self._all.volume_cm3:
            return cents
        by_volume_cents = by_volume.cents(each[1] for each in held)
        return None if by_volume_cents is None else max(cents, by_volume_cents)

    def _new_covers(self, ranks: Sequence[int | None]) -> tuple[Cover, Cover]:
        pairs = [self._pricer.envelopes(source, rank) for source, rank in zip(self._sources, ranks, strict=True)]
        weights, volumes = zip(*pairs, strict=True)
        return Cover(weights, self._most_g, self._all.weight_g), Cover(volumes, self._most_cm3, self._all.volume_cm3)


def rating_from_below(sources: Sequence[Source], targets: Counts, pricer: Pricer) -> Rating | None:
    """No more than the rating of any division of the targets over these sources; None: there is none."""
    forced = forced_counts(sources, targets)
    held = [_held(counts, pricer) for counts in forced]
    return Bounds(sources, targets, pricer).rating(held, _pieces(forced))


def _held(counts: Counts, pricer: Pricer) -> Held:
    load = pricer.load(counts)
    return load.weight_g, load.volume_cm3, pricer.bits(counts)


def _complete(sources: Sequence[Source], counts: tuple[Counts, ...], pricer: Pricer) -> Allocation | None:
    priced = []
    for source, each in zip(sources, counts, strict=True):
        found = pricer.best(source, each) if any(each) else None
        if found is None:
            return None
        priced.append(found)
    objectives = [pricer.objective(each.way.rank, each.cents) for each in priced]
    first, second = (sum(values) for values in zip(*objectives, strict=True))
    return Allocation(counts, tuple(priced), (first, second, _pieces(counts)))


def _pieces(counts: Iterable[Counts]) -> int:
    return sum(1 for each in counts for count in each if count)


def _better(one: Allocation | None, other: Allocation | None) -> Allocation | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda each: (each.rating, each.counts))


def _first_answer(
    sources: Sequence[Source], targets: Counts, forced: tuple[Counts, ...], pricer: Pricer, sequences: int
) -> Allocation | None:
    """The best of those where warehouses, in some sequence, each give what they have."""
    best: Allocation | None = None
    for sequence in itertools.islice(itertools.permutations(range(len(sources))), sequences):
        rows = [list(counts) for counts in forced]
        for good, target in enumerate(targets):
            left = target - sum(row[good] for row in rows)
            for index in sequence:
                given = min(left, sources[index].available[good] - rows[index][good])
                rows[index][good] += given
                left -= given
        best = _better(best, _complete(sources, tuple(map(tuple, rows)), pricer))
    return best


class _Search:
    """One search over one set of warehouses."""

    def __init__(
        self,
        sources: tuple[Source, ...],
        targets: Counts,
        forced: tuple[Counts, ...],
        pricer: Pricer,
        budget: Budget,
        best: Allocation | None,
    ):
        self.sources, self.forced, self.pricer, self.budget, self.best = sources, forced, pricer, budget, best
        self.bounds = Bounds(sources, targets, pricer)
        rests = [target - sum(counts[good] for counts in forced) for good, target in enumerate(targets)]
        goods = [good for good, rest in enumerate(rests) if rest]
        goods.sort(key=lambda good: (-rests[good] * pricer.goods[good].weight_g, good))  # what decides most comes first
        self.open = [_Open(good, *self._divisions(good, rests[good])) for good in goods]
        self.packs = pricer.packs(sources, pricer.load(targets).weight_g)

    def run(self) -> Allocation | None:
        unsure = self._search(merging=True)
        if unsure is not None and not self._beaten(unsure):  # equal weights may yet pack better
            self._search(merging=False)
        root = self._root() if any(each.coarse for each in self.open) else None
        if root is not None and not self._beaten(root[0]):
            self.budget.leave_out(root[0])
        return self.best

    def _root(self) -> tuple[Rating, tuple[Held, ...]] | None:
        """Nothing given out but what is forced."""
        held = tuple(_held(counts, self.pricer) for counts in self.forced)
        rating = self.bounds.rating(held, _pieces(self.forced))
        return None if rating is None else (rating, held)

    def _search(self, merging: bool) -> Rating | None:
        """Go on until nothing left can be better. Gives the least bound that a complete answer did not come down to."""
        root = self._root()
        heap = [] if root is None else [_entry(root[0], (), root[1])]
        known: dict[Key, Rating] = {}
        unsure: Rating | None = None
        while heap and not self._beaten((heap[0][0], heap[0][1])):
            first, second, _, pieces, given, held = heapq.heappop(heap)
            if not self.budget.steps:
                self.budget.leave_out((first, second))
                break
            if len(given) < len(self.open):
                self._continue(heap, given, held, pieces, known if merging else None)
                continue
            found = _complete(self.sources, self._counts(given), self.pricer)
            self.best = _better(self.best, found)
            if found is None or found.rating[:2] > (first, second):
                unsure = min(unsure or (first, second, pieces), (first, second, pieces))
        return unsure

    def _beaten(self, bound: Sequence[int]) -> bool:
        """Whether the best answer so far is as good as anything within that bound."""
        return self.best is not None and self.best.rating[:2] <= (bound[0], bound[1])

    def _counts(self, given: Sequence[Counts]) -> tuple[Counts, ...]:
        rows = [list(counts) for counts in self.forced]
        for good, division in zip(self.open, given, strict=True):
            for row, units in zip(rows, division, strict=True):
                row[good.index] += units
        return tuple(map(tuple, rows))

    def _divisions(self, good: int, rest: int) -> tuple[list[tuple[Counts, tuple[Held, ...], int]], bool]:
        """Ways to divide what is left of a good: units by source, what that adds to each, and how many new pieces."""
        rooms = [
            source.available[good] - counts[good] for source, counts in zip(self.sources, self.forced, strict=True)
        ]
        step = 1
        while len(found := list(itertools.islice(_divide(rest, rooms, step), _DIVISIONS_MOST + 1))) > _DIVISIONS_MOST:
            step *= 2
        weight, volume, bit = _held(_one(good, len(self.pricer.goods)), self.pricer)
        return [
            (
                division,
                tuple((units * weight, units * volume, bit if units else 0) for units in division),
                sum(1 for units, counts in zip(division, self.forced, strict=True) if units and not counts[good]),
            )
            for division in found
        ], step > 1

    def _continue(
        self, heap: list[Any], given: tuple[Counts, ...], held: tuple[Held, ...], pieces: int,
        known: dict[Key, Rating] | None,
    ) -> None:  # fmt: skip
        """Put every way to divide the next good on the heap, unless it is hopeless or another is as good."""
        good = self.open[len(given)]
        self.budget.spend(len(good.divisions))
        for division, more, new_pieces in good.divisions:
            grown = tuple((a[0] + b[0], a[1] + b[1], a[2] | b[2]) for a, b in zip(held, more, strict=True))
            rating = self.bounds.rating(grown, pieces + new_pieces)
            if rating is None or self._beaten(rating):
                continue
            if known is not None:
                key = (len(given), grown)
                if key in known and known[key] <= rating:
                    continue
                known[key] = rating
            heapq.heappush(heap, _entry(rating, (*given, division), grown))


@dataclass(frozen=True, slots=True)
class _Open:
    """A good of which some units may come from here or there."""

    index: int
    divisions: list[tuple[Counts, tuple[Held, ...], int]]
    coarse: bool  # there are more


def _entry(rating: Rating, given: tuple[Counts, ...], held: tuple[Held, ...]) -> tuple[Any, ...]:
    """On the heap: the better bound first, of equal ones the one that is further, then that with fewer pieces."""
    return rating[0], rating[1], -len(given), rating[2], given, held


def _one(good: int, goods: int) -> Counts:
    return tuple(1 if index == good else 0 for index in range(goods))


def _divide(units: int, rooms: Sequence[int], step: int) -> Iterator[Counts]:
    """Ways to divide units over rooms, in steps; what is least and most possible for a room is always among them."""
    room, *others = rooms
    if not others:
        if units <= room:
            yield (units,)
        return
    least, most = max(0, units - sum(others)), min(units, room)
    given = list(range(least, most + 1, step))
    if given and given[-1] != most:
        given.append(most)
    for each in given:
        for rest in _divide(units - each, others, step):
            yield (each, *rest)
