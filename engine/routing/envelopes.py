"""What shipping so much costs at least: rate cards as steps, and the cheapest way to cover a total from several places.

A bound may only be too low. Goods are divided as if they were sand, each warehouse uses whatever service is cheapest
for its part, and weight and volume are looked at one at a time; what is kept exact is what makes splits dear: the price
of the first step from each warehouse, and that a started step costs all of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

ENDLESS = 1 << 60  # an amount that no order reaches
_POINTS_MOST = 400  # corners of the price of many parcels; beyond that the bound is coarser


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


@dataclass(slots=True)
class Cover:
    """The least that several sources cost together when they cover a total between them."""

    envelopes: Sequence[Envelope]  # one a source
    most: Sequence[int]  # each cannot hold more
    total: int
    _known: dict[tuple[int, ...], int | None] = field(default_factory=dict)
    _ends: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._ends = [[corner.end for corner in envelope] for envelope in self.envelopes]

    def cents(self, held: Iterable[int]) -> int | None:
        """At least this much when each source has `held` already; None when they cannot hold the total."""
        steps = tuple(bisect_left(ends, amount) for ends, amount in zip(self._ends, held, strict=True))
        if steps not in self._known:
            self._known[steps] = self._least(0, steps, self.total, {})
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
