"""Tallies of parts as so many parts, each with conditions of its own: at place 0, 1, …"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from engine.analysis.boxes import Box, Boxes, Tally, meet_all, renamed
from engine.analysis.domains import MOST, Numbers, numbers
from engine.analysis.models import Model
from engine.language.conditions import Quantified, is_of
from engine.matching.evaluate import holds

MOST_PARTS = 20
ALWAYS_SOME = ("line",)  # an order without lines is not accepted

Lists = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many parts, or which sum."""

    tally: Tally
    left: Numbers

    @property
    def need(self) -> int:
        """The least number of parts that satisfy it."""
        if self.tally.of is not None:
            return 0 if 0 in self.left else 1
        return max(0, self.left.spans[0][0]) if self.left.spans else 0

    @property
    def most(self) -> int:
        """The greatest number of parts that may."""
        return self.left.spans[-1][1] if self.tally.of is None and self.left.spans else MOST

    def inside(self, place: int, boxes: Boxes) -> list[Box]:
        """What a part must be to count for it."""
        found = boxes.of(_placed(self.tally.where, self.tally.part, place))
        return meet_all(found, self._summing(place, self.left, boxes)) if self.tally.of else found

    def outside(self, place: int, boxes: Boxes) -> list[Box]:
        """What a part must be not to."""
        found = boxes.of(_placed(self.tally.where, self.tally.part, place), False)
        if self.tally.of is not None and self.tally.where is None:
            found = self._summing(place, numbers("eq", boxes.fact(self.tally.of).least or 0), boxes)
        if self.tally.of is not None and place == 0 and not self.need:  # a first part may as well be the whole sum
            found = [*found, *self.inside(place, boxes)]
        return found

    def _summing(self, place: int, left: Numbers, boxes: Boxes) -> list[Box]:
        name = f"{self.tally.of}@{place}"
        domain = boxes.universe(name) & left
        return [{name: domain}] if domain else []


def split(box: Box) -> tuple[dict[Any, Any], list[Wanted]]:
    """The box without its tallies, and these."""
    outer = {dimension: domain for dimension, domain in box.items() if not isinstance(dimension, Tally)}
    return outer, [Wanted(each, domain) for each, domain in box.items() if isinstance(each, Tally)]


def necessary(box: Box, boxes: Boxes) -> Iterator[list[Box]]:
    """Of each list one box must be met, or the tallies cannot be: some part must count and be no exception."""
    outer, wanted = split(box)
    yield [outer]
    for each in wanted:
        if each.need or each.tally.part in ALWAYS_SOME:  # a sum that is not zero needs a part too
            found = boxes.of(_placed(each.tally.where, each.tally.part, 0)) if each.need else [{}]
            found = meet_all([outer], found)
            for other in wanted:
                if other.most == 0 and other.tally.part == each.tally.part:
                    found = meet_all(found, other.outside(0, boxes))
            yield found


def attempts(box: Box, boxes: Boxes) -> Iterator[tuple[list[Box], dict[str, int]]]:
    """Boxes over so many parts, with their number by part: parts that count for all at once, else one each."""
    outer, all_wanted = split(box)
    higher = [replace(each, left=Numbers(each.left.spans[-1:])) for each in all_wanted]
    for wanted, share in product((all_wanted, higher) if higher != all_wanted else (all_wanted,), _SHARES):
        found: list[Box] = [outer]
        sizes: dict[str, int] = {}
        for part in dict.fromkeys(each.tally.part for each in wanted):
            own = [each for each in wanted if each.tally.part == part]
            needs = [each.need for each in own]
            sizes[part] = max(sum(needs) if share is _apart else max(needs), int(part in ALWAYS_SOME))
            if sizes[part] > MOST_PARTS:
                return
            for place in range(sizes[part]):
                found = share(own, place, found, boxes)
        yield found, sizes


def met(box: Box, model: Model, lists: Lists) -> bool:
    """Whether the model's parts really add up to what the box's tallies want."""
    return all(
        any(
            holds(Quantified(how, each.part, each.where, each.of, "between", span), model.own, model.parts, lists)
            for span in domain.spans
        )
        for each, domain in box.items()
        if isinstance(each, Tally)
        for how in ("sum" if each.of else "count",)
    )


def _together(own: list[Wanted], place: int, found: list[Box], boxes: Boxes) -> list[Box]:
    for each in own:
        found = meet_all(found, (each.inside if place < each.need else each.outside)(place, boxes))
    return found


def _apart(own: list[Wanted], place: int, found: list[Box], boxes: Boxes) -> list[Box]:
    start = 0
    for each in own:
        counts = start <= place < start + each.need
        start += each.need
        if counts or each.most < MOST or each.tally.of is not None:
            found = meet_all(found, (each.inside if counts else each.outside)(place, boxes))
    return found


def _loosely(own: list[Wanted], place: int, found: list[Box], boxes: Boxes) -> list[Box]:
    for each in own:
        if place < each.need:
            found = meet_all(found, each.inside(place, boxes))
    return found


_SHARES = (_together, _apart, _loosely)


def _placed(where: Any, part: str, place: int) -> Any:
    name: Callable[[str], str] = lambda fact: f"{fact}@{place}" if is_of(fact, part) else fact  # noqa: E731
    return renamed(where, name) if where is not None else None
