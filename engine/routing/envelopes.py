"""What shipping so much costs at least: rate cards as steps, and the cheapest way to cover a total from several places.

A bound may only be too low. Goods are divided as if they were sand, each warehouse uses whatever service is cheapest
for its part, and weight and volume are looked at one at a time; what is kept exact is what makes splits dear: the price
of the first step from each warehouse, and that a started step costs all of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

ENDLESS = 1 << 60  # an amount that no order reaches
_POINTS_MOST = 400  # corners of the price of many parcels; beyond that the bound is coarser
_EXACT_SOURCES = 3
_CORNERS = {3: 60}  # of each source, by the number of sources


class Corner(NamedTuple):
    """Up to `end` (g or cm³) it costs `cents`."""

    end: int
    cents: int


Envelope = tuple[Corner, ...]  # both rising, the last end is enough for everything


def lowest(corners: Iterable[Corner], enough: int) -> Envelope:
    """Those corners that are not undercut by one that reaches further; all costs beyond `enough` are the last one's."""
    kept: list[Corner] = []
    for corner in sorted(corners, key=lambda each: (-each.end, each.cents)):
        if not kept or corner.cents < kept[-1].cents:
            kept.append(corner)
    kept.reverse()
    reach = next((index for index, each in enumerate(kept) if each.end >= enough), len(kept) - 1)
    return tuple(kept[: reach + 1])


def in_parcels(last: Envelope, full: Envelope, enough: int) -> Envelope:
    """What any number of parcels cost: one as in `last`, the others as in `full`; both end at the heaviest parcel."""
    front, limit = last, full[-1].end
    while front[-1].end < enough:
        if len(front) > _POINTS_MOST:  # too many to go through: no less than so many parcels more
            missing = -(-(enough - front[-1].end) // limit)
            return lowest((*front, Corner(ENDLESS, front[0].cents + missing * full[0].cents)), enough)
        longer = [Corner(ready.end + more.end, ready.cents + more.cents) for ready in front for more in full]
        front = lowest((*front, *longer), enough)
    return front


def coarser(envelope: Envelope, most: int) -> Envelope:
    """No more than so many corners: neighbours taken together, which makes the bound lower, never higher."""
    stride = -(-len(envelope) // most)
    groups = (envelope[first : first + stride] for first in range(0, len(envelope), stride))
    return envelope if stride == 1 else tuple(Corner(group[-1].end, group[0].cents) for group in groups)


class Cover:
    """The least that several sources cost together when they cover a total between them.

    For up to three sources that is worked out to the step; for more by a price for each g (or cm³) that goes anywhere,
    which is quicker and lower.
    """

    def __init__(self, envelopes: Sequence[Envelope], most: Sequence[int], total: int):
        """`most`: each source cannot hold more."""
        corners = _CORNERS.get(len(envelopes), _POINTS_MOST)
        self.envelopes = [coarser(envelope, corners) for envelope in envelopes]
        self.most, self.total = most, total
        self._ends = [[corner.end for corner in envelope] for envelope in self.envelopes]
        self._known: dict[tuple[int, ...], int | None] = {}
        self._tangent = _Tangent.best(self.envelopes, most, total) if len(envelopes) > _EXACT_SOURCES else None

    def cents(self, held: Iterable[int]) -> int | None:
        """At least this much when each source has `held` already; None when they cannot hold the total."""
        steps = tuple(bisect_left(ends, amount) for ends, amount in zip(self._ends, held, strict=True))
        if steps not in self._known:
            least = self._tangent.cents(steps) if self._tangent else self._least(0, steps, self.total, {})
            self._known[steps] = least if sum(self.most) >= self.total else None
        return self._known[steps]

    def _least(
        self, source: int, steps: Sequence[int], total: int, known: dict[tuple[int, int], int | None]
    ) -> int | None:
        """Of this source and those after it, for what is left of the total."""
        if (source, total) in known:
            return known[source, total]
        envelope, ends, most = self.envelopes[source], self._ends[source], self.most[source]
        first = min(steps[source], len(envelope) - 1)
        best: int | None = None
        if source == len(self.envelopes) - 1:
            if total <= most:
                best = envelope[min(max(first, bisect_left(ends, total)), len(envelope) - 1)].cents
        else:
            for corner in envelope[first:]:
                rest = self._least(source + 1, steps, max(0, total - min(corner.end, most)), known)
                if rest is not None and (best is None or corner.cents + rest < best):
                    best = corner.cents + rest
                if corner.end >= min(most, total):
                    break
        known[source, total] = best
        return best


@dataclass(frozen=True, slots=True)
class _Tangent:
    """A bound that adds up source by source: `rise / run` cents a g for all of the total, and what each source costs
    beyond that at least (Lagrange's multiplier for "together they cover the total")."""

    rise: int
    run: int
    total: int
    beyond: tuple[tuple[int, ...], ...]  # by source and step, in cents times `run`, from that step on

    @classmethod
    def best(cls, envelopes: Sequence[Envelope], most: Sequence[int], total: int) -> _Tangent:
        """Of the prices that some source asks for, the one that gives the highest bound."""
        slopes = {(0, 1)}
        for envelope in envelopes:
            first, last = envelope[0], envelope[-1]
            slopes.add((last.cents - first.cents, max(1, min(last.end, total) - min(first.end, total))))
            slopes.add((last.cents, max(1, min(last.end, total))))
        made = [cls._of(envelopes, most, total, rise, run) for rise, run in sorted(slopes)]
        return max(made, key=lambda each: each.cents((0,) * len(envelopes)))

    @classmethod
    def _of(cls, envelopes: Sequence[Envelope], most: Sequence[int], total: int, rise: int, run: int) -> _Tangent:
        beyond = []
        for envelope, limit in zip(envelopes, most, strict=True):
            own = [run * corner.cents - rise * min(corner.end, limit) for corner in envelope]
            beyond.append(tuple(accumulate(reversed(own), min))[::-1])
        return cls(rise, run, total, tuple(beyond))

    def cents(self, steps: Sequence[int]) -> int:
        """The bound, rounded up, when every source is at that step at least."""
        rest = sum(own[min(step, len(own) - 1)] for own, step in zip(self.beyond, steps, strict=True))
        return -(-(self.rise * self.total + rest) // self.run)
