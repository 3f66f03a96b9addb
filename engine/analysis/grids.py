"""Rows of a decision table over a grid: every input is cut where rows begin and end, and a row is one bit.

So what covers a cell is one AND an input, and what nothing covers is found without looking at every cell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import accumulate, pairwise
from operator import and_, or_, xor
from typing import Any

from engine.analysis.boxes import Box, Boxes, Test
from engine.analysis.domains import EITHER, YES, Domain, Names, Numbers, only
from engine.language.conditions import Leaf

MOST_STEPS = 200_000


class TooManySteps(Exception):
    """The grid is too large to be searched."""


class Grid:
    """The rows of a table by number, each a box."""

    def __init__(self, rows: Mapping[int, Box], boxes: Boxes):
        asked = {each for box in rows.values() for each in box if isinstance(each, Test)}
        self.rows = {number: _with_implied(box, asked) for number, box in rows.items()}
        self.axes = [Axis(each, self.rows, boxes) for each in sorted(_dimensions(self.rows), key=_place)]

    def touching(self, row: int) -> list[int]:
        """The other rows that can fire together with it, as far as one input after another tells."""
        found = _bits_of(self.rows) & ~(1 << row)
        for axis in self.axes:
            if found and axis.dimension in self.rows[row]:
                found &= reduce(or_, (axis.masks[cell] for cell in axis.inside(self.rows[row][axis.dimension])), 0)
        return list(_numbers_of(found))

    def uncovered(self, inside: Box, rows: Iterable[int], most: int = 1) -> list[Box]:
        """At most so many disjoint boxes inside the given one that none of these rows covers. None: all is covered.

        Raises TooManySteps.
        """
        left = [axis.inside(inside.get(axis.dimension, axis.everything)) for axis in self.axes]
        found = _Search(self.axes, left, most).run(_bits_of(rows))
        return [
            {axis.dimension: axis.joined(cells) for axis, cells in zip(self.axes, each, strict=False)} for each in found
        ]


class Axis:
    """One dimension, cut into cells in each of which every row is either whole or not at all."""

    def __init__(self, dimension: Any, rows: Mapping[int, Box], boxes: Boxes):
        self.dimension = dimension
        self.everything: Domain = boxes.universe(dimension) if isinstance(dimension, str) else EITHER
        domains = {row: box[dimension] for row, box in rows.items() if dimension in box}
        self.cells = list(_cut(self.everything, domains.values()))
        free = _bits_of(row for row in rows if row not in domains)
        self.masks = [free | each for each in self._covering(domains)]

    def inside(self, domain: Domain) -> list[int]:
        """The cells that the domain covers."""
        if domain == self.everything:
            return list(range(len(self.cells)))
        if not isinstance(domain, Numbers):
            return [place for place, cell in enumerate(self.cells) if cell.meets(domain)]
        found = [place for first, last in self._ranges(domain) for place in range(first, last)]
        return [*found, *([len(self.cells) - 1] if domain.absent and self.everything.absent else [])]

    def joined(self, cells: Sequence[int]) -> Domain:
        """The cells as one domain."""
        if len(cells) == len(self.cells):
            return self.everything
        kept = [self.cells[place] for place in cells]
        absent = any(cell.absent for cell in kept)
        if isinstance(self.everything, Numbers):
            return Numbers(tuple(_run_together(span for cell in kept for span in cell.spans)), absent)
        rest = next((cell for cell in kept if cell.rest), None)
        named = frozenset().union(*(cell.items for cell in kept if not cell.rest))
        return Names(rest.items - named, True, absent) if rest is not None else Names(named, False, absent)

    def _covering(self, domains: Mapping[int, Domain]) -> list[int]:
        """The rows that cover each cell, as bits."""
        if not isinstance(self.everything, Numbers):
            return [_bits_of(row for row, domain in domains.items() if cell.meets(domain)) for cell in self.cells]
        turns = [0] * (len(self.cells) + 1)
        for row, domain in domains.items():
            for first, last in self._ranges(domain):
                turns[first] ^= 1 << row
                turns[last] ^= 1 << row
        masks = list(accumulate(turns, xor))[: len(self.cells)]
        if self.everything.absent:
            masks[-1] = _bits_of(row for row, domain in domains.items() if domain.absent)
        return masks

    def _ranges(self, domain: Numbers) -> Iterator[tuple[int, int]]:
        """The runs of cells that the spans cover: first, and one after the last."""
        starts = [cell.spans[0][0] for cell in self.cells if cell.spans]
        for low, high in domain.spans:
            yield bisect_left(starts, low), bisect_left(starts, high + 1)


class _Search:
    """One look for what is not covered, axis after axis."""

    def __init__(self, axes: Sequence[Axis], left: Sequence[Sequence[int]], most: int):
        self.axes, self.left, self.most = axes, left, most
        self.steps = 0
        self.known: dict[tuple[int, int], list[tuple[list[int], ...]]] = {}
        full = [reduce(and_, (axis.masks[cell] for cell in cells), -1) for axis, cells in zip(axes, left, strict=True)]
        self.full = [*list(accumulate(reversed(full), and_))[::-1], -1]  # the rows that cover all from an axis on

    def run(self, rows: int, place: int = 0) -> list[tuple[list[int], ...]]:
        """By axis, the cells that none of the rows covers."""
        if not rows:
            return [tuple(list(cells) for cells in self.left[place:])]
        if rows & self.full[place]:
            return []
        if (place, rows) not in self.known:
            self.known[place, rows] = self._deeper(rows, place)
        return self.known[place, rows]

    def _deeper(self, rows: int, place: int) -> list[tuple[list[int], ...]]:
        alike: dict[int, list[int]] = {}
        for cell in self.left[place]:
            self.steps += 1
            alike.setdefault(rows & self.axes[place].masks[cell], []).append(cell)
        if self.steps > MOST_STEPS:
            raise TooManySteps
        found: list[tuple[list[int], ...]] = []
        for fewer, cells in alike.items():
            found += [(cells, *rest) for rest in self.run(fewer, place + 1)]
            if len(found) >= self.most:
                break
        return found[: self.most]


def _cut(everything: Domain, domains: Iterable[Domain]) -> Iterator[Domain]:
    """Cells in order, absence last."""
    listed = list(domains)
    if isinstance(everything, Numbers):
        for low, high in everything.spans:
            edges = {edge for domain in listed for start, end in domain.spans for edge in (start, end + 1)}
            within = sorted({low, high + 1} | {edge for edge in edges if low < edge <= high})
            yield from (Numbers(((start, end - 1),)) for start, end in pairwise(within))
    else:
        named = frozenset().union(*(domain.items for domain in listed))
        yield from (Names(frozenset({item})) for item in sorted(named, key=str) if item in everything)
        others = only(everything, False) & Names(named, True)
        if others:
            yield others
    if everything.absent:
        yield only(everything, True)


def _run_together(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans with those that touch made one."""
    start, end = None, 0
    for low, high in sorted(spans):
        if start is not None and low == end + 1:
            end = high
            continue
        if start is not None:
            yield start, end
        start, end = low, high
    if start is not None:
        yield start, end


def _with_implied(box: Box, asked: Iterable[Test]) -> Box:
    """The box, saying too what its tests say of others: who looks for fewer words finds no others."""
    sure = [each for each, domain in box.items() if isinstance(each, Test) and domain == YES]
    return {**box, **{other: YES for other in asked for each in sure if _implies(each.leaf, other.leaf)}}


def _implies(one: Leaf, other: Leaf) -> bool:
    if (one.fact, one.op) != (other.fact, other.op) or one.other or other.other:
        return False
    if one.op == "contains_any" and isinstance(one.value, tuple) and isinstance(other.value, tuple):
        return set(one.value) <= set(other.value)
    return one.op == "starts_with" and one.value.startswith(other.value)


def _dimensions(rows: Mapping[int, Box]) -> set[Any]:
    return {each for box in rows.values() for each in box}


def _place(dimension: Any) -> tuple[bool, str]:
    return not isinstance(dimension, str), str(dimension)


def _bits_of(rows: Iterable[int]) -> int:
    return reduce(or_, (1 << row for row in rows), 0)


def _numbers_of(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
