"""Whether all that one condition lets through another does too, as far as boxes tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.analysis.boxes import Box
from engine.analysis.domains import Domain, Numbers


def within(inner: Sequence[Box], outer: Sequence[Box]) -> bool:
    """Whether each box lies in one of the others. False may also mean that only several of them together cover one."""
    return all(any(_box_within(each, other) for other in outer) for each in inner)


class Wider:
    """Conditions by number, each by its boxes; asked which of them let through all that another does."""

    def __init__(self, conditions: Sequence[Sequence[Box]]):
        self._conditions = conditions
        asking: dict[Any, int] = {}
        for dimension in (each for boxes in conditions for box in boxes for each in box):
            asking[dimension] = asking.get(dimension, 0) + 1
        # By the dimension of each that the fewest others ask: what lies in a box asks all that it asks.
        self._by_rarest: dict[Any, list[tuple[int, Box]]] = {}
        for number, boxes in enumerate(conditions):
            for box in boxes:
                self._by_rarest.setdefault(min(box, key=asking.__getitem__, default=None), []).append((number, box))

    def than(self, number: int) -> Iterator[int]:
        """The others that are true whenever this one is, in their order."""
        boxes = self._conditions[number]
        found: set[int] | None = None
        for box in boxes:
            around = {other for other, each in self._near(box) if other != number and _box_within(box, each)}
            found = around if found is None else found & around
            if not found:
                return
        yield from sorted(found or ())

    def _near(self, box: Box) -> Iterable[tuple[int, Box]]:
        for dimension in (None, *box):
            yield from self._by_rarest.get(dimension, ())


def _box_within(inner: Box, outer: Box) -> bool:
    return outer.keys() <= inner.keys() and all(
        _domain_within(inner[dimension], domain) for dimension, domain in outer.items()
    )


def _domain_within(inner: Domain, outer: Domain) -> bool:
    if inner == outer:
        return True
    if inner.absent and not outer.absent:
        return False
    if isinstance(inner, Numbers):
        return all(any(low <= first and last <= high for low, high in outer.spans) for first, last in inner.spans)
    if inner.rest:
        return outer.rest and outer.items <= inner.items
    return all(item in outer for item in inner.items)
