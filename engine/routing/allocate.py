"""Which warehouse of a fixed set ships how many of which good, at least cost.

Good by good, all ways to divide it are tried; partial answers that are the same for everything that follows are merged,
and those that cannot beat the best known complete one are dropped. That is exact. When there are too many (see Budget),
only the most promising partial answers are kept and only some ways to divide a large number are tried: still a complete
and valid answer, but perhaps not the cheapest; `Budget.cut` says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.routing.pricing import Counts, Priced, Pricer, Source

Rating = tuple[int, int, int]  # what is to be least: the two of Pricer.objective, then pieces
Key = tuple[object, ...]

STEPS_LEAST = 64  # for dividing one good, however little of the budget is left
_SEQUENCES_MOST = 24  # sequences of warehouses that a first answer is sought by


@dataclass(slots=True)
class Budget:
    """How many steps a search may still take; shared by all sets of warehouses of one order."""

    steps: int = 60_000
    cut: bool = False  # something was left out, so there may be a better answer

    def spend(self, steps: int) -> None:
        self.steps = max(0, self.steps - steps)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Units of each good by warehouse, and what that costs."""

    counts: tuple[Counts, ...]  # for each source
    priced: tuple[Priced, ...]  # for each source
    rating: Rating  # with pieces: how many (good, warehouse) pairs there are


Held = tuple[int, int, int]  # weight in g, volume in cm³, and bits of the goods, as Pricer.floor takes them
Merged = dict[Key, "_Partial"]


@dataclass(slots=True)
class _Partial:
    """Units given out so far; goods that cannot come from elsewhere are included from the start."""

    held: tuple[Held, ...]  # by each source
    rating: Rating  # from below
    given: tuple[Counts, ...] = ()  # how each good so far was divided, beyond what was forced


def allocate(sources: Sequence[Source], targets: Counts, pricer: Pricer, budget: Budget) -> Allocation | None:
    """The best division in which every source ships something; None when there is none.

    `targets` are units of each good and must not be more than the sources have together.
    """
    forced = forced_counts(sources, targets)
    if len(sources) == 1:
        return _complete(sources, forced, pricer)
    sequences = _SEQUENCES_MOST if budget.steps else 1
    best = _first_answer(sources, targets, forced, pricer, sequences)
    budget.spend(sequences * len(targets))
    if not budget.steps:
        budget.cut = True
        return best
    return _Search(tuple(sources), targets, forced, pricer, budget, best).run()


def forced_counts(sources: Sequence[Source], targets: Counts) -> tuple[Counts, ...]:
    """Units of each good that each source has to ship, because the others together have too few."""
    have = [sum(source.available[good] for source in sources) for good in range(len(targets))]
    return tuple(
        tuple(max(0, target - (have[good] - source.available[good])) for good, target in enumerate(targets))
        for source in sources
    )


def rating_from_below(sources: Sequence[Source], counts: Sequence[Counts], pricer: Pricer) -> Rating | None:
    """No more than the rating of any division that gives these units and perhaps more; None: it cannot be done."""
    first = second = 0
    for source, each in zip(sources, counts, strict=True):
        floor = pricer.floor(source, *_held(each, pricer))
        if floor is None:
            return None
        first, second = first + floor[0], second + floor[1]
    return first, second, _pieces(counts)


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
        self.rests = [target - sum(counts[good] for counts in forced) for good, target in enumerate(targets)]
        self.merges = not pricer.packs(sources, pricer.load(targets).weight_g)
        self.open_goods = [good for good, rest in enumerate(self.rests) if rest]
        self.open_goods.sort(key=lambda good: (self.rests[good], -pricer.goods[good].weight_g, good))

    def run(self) -> Allocation | None:
        rating = rating_from_below(self.sources, self.forced, self.pricer)
        if rating is None:
            return self.best
        partials = [_Partial(tuple(_held(counts, self.pricer) for counts in self.forced), rating)]
        for position, good in enumerate(self.open_goods):
            partials = self._give_out(partials, good, len(self.open_goods) - position)
        for partial in partials:
            self.best = _better(self.best, _complete(self.sources, self._counts(partial), self.pricer))
        return self.best

    def _counts(self, partial: _Partial) -> tuple[Counts, ...]:
        rows = [list(counts) for counts in self.forced]
        for good, division in zip(self.open_goods, partial.given, strict=True):
            for row, given in zip(rows, division, strict=True):
                row[good] += given
        return tuple(map(tuple, rows))

    def _give_out(self, partials: list[_Partial], good: int, goods_left: int) -> list[_Partial]:
        """Every partial answer continued by every way to divide one good."""
        steps = max(STEPS_LEAST, self.budget.steps // goods_left)
        divisions = self._divisions(good, max(8, steps // max(1, len(partials))))
        most = max(1, steps // max(1, len(divisions)))
        if len(partials) > most:
            self.budget.cut = True
            partials = sorted(partials, key=lambda each: (each.rating, each.given))[:most]
        self.budget.spend(len(partials) * len(divisions))
        merged: Merged = {}
        for division in divisions:
            self._continue(partials, good, division, merged)
        return list(merged.values())

    def _divisions(self, good: int, most: int) -> list[Counts]:
        rooms = [
            source.available[good] - counts[good] for source, counts in zip(self.sources, self.forced, strict=True)
        ]
        step = 1
        while len(found := list(itertools.islice(_divide(self.rests[good], rooms, step), most + 1))) > most:
            self.budget.cut = True
            if step > self.rests[good]:
                return found[:most]
            step *= 2
        return found

    def _continue(self, partials: list[_Partial], good: int, division: Counts, merged: Merged) -> None:
        """Every partial answer with one division of a good; kept unless it is hopeless or another is as good."""
        weight, volume, bit = _held(_one(good, len(self.rests)), self.pricer)
        more = [(units * weight, units * volume, bit if units else 0) for units in division]
        pieces = sum(1 for units, counts in zip(division, self.forced, strict=True) if units and not counts[good])
        limit = self.best.rating if self.best else None
        for partial in partials:
            held = tuple(
                (now[0] + add[0], now[1] + add[1], now[2] | add[2])
                for now, add in zip(partial.held, more, strict=True)
            )
            rating = self._rating(held, partial.rating[2] + pieces)
            if rating is None or limit is not None and rating >= limit:
                continue
            given = (*partial.given, division)
            key = held if self.merges else given
            known = merged.get(key)
            if known is None or (rating, given) < (known.rating, known.given):
                merged[key] = _Partial(held, rating, given)

    def _rating(self, held: tuple[Held, ...], pieces: int) -> Rating | None:
        first = second = 0
        for source, (weight, volume, bits) in zip(self.sources, held, strict=True):
            floor = self.pricer.floor(source, weight, volume, bits)
            if floor is None:
                return None
            first, second = first + floor[0], second + floor[1]
        return first, second, pieces


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
