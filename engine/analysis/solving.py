"""Facts that meet a box: worked out by type, and by trying where facts stand beside each other.

What is found is a suggestion that the caller verifies by evaluating the rules. That nothing can be found is said for
sure only where it is proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.analysis import related, slots
from engine.analysis.boxes import Box, Boxes, Item, Tally, Test, TooManyBoxes
from engine.analysis.domains import (
    FIRST_DAY,
    LAST_DAY,
    LEAST,
    MOST,
    NUMERIC,
    YES,
    Domain,
    Names,
    Numbers,
    Span,
    as_value,
)
from engine.analysis.models import IMPOSSIBLE, UNKNOWN, Model, Solution
from engine.analysis.texts import Lists, texts, words_of
from engine.language.conditions import Leaf
from engine.language.facts import Catalogue, Fact, Value
from engine.language.values import ListRef
from engine.matching.evaluate import holds

A_DAY = 739931  # 2026-11-11, where any date will do


class Solver:
    """Looks for facts over a catalogue. `lists` None: lists may hold anything, and those needed are made up."""

    def __init__(self, catalogue: Catalogue, lists: Lists | None = None):
        self.boxes, self.lists = Boxes(catalogue), lists

    def solve(self, boxes: Iterable[Box]) -> Solution:
        """Facts that meet one of the boxes."""
        sure = True
        for box in boxes:
            found = self.solve_box(box)
            if found.model is not None:
                return found
            sure = sure and found.sure
        return Solution(None, sure)

    def solve_box(self, box: Box) -> Solution:
        """Facts that meet the box, with parts where it tallies them."""
        if not any(isinstance(dimension, Tally) for dimension in box):
            return self._assign(Knot.of(box, self.boxes))
        try:
            return self._with_parts(box)
        except TooManyBoxes:
            return UNKNOWN

    def _with_parts(self, box: Box) -> Solution:
        for needed in slots.necessary(box, self.boxes):
            found = self.solve(needed)
            if found.model is None and found.sure:
                return IMPOSSIBLE
        for boxes, sizes in slots.attempts(box, self.boxes):
            model = self.solve(boxes).model
            if model is not None:
                parted = replace(model, sizes=sizes)
                if slots.met(box, parted, model.lists if self.lists is None else self.lists):
                    return Solution(parted)
        return UNKNOWN

    def _assign(self, knot: Knot) -> Solution:
        pools: dict[str, list[Value | None]] = {}
        for name in knot.domains:
            pools[name], sure = self._values(name, knot)
            if not pools[name]:
                return Solution(None, sure)
        ties = related.Ties(knot.relations, knot.domains, pools, lambda name, value: self._suits(name, value, knot))
        values = ties.choose()
        if values is None:
            return Solution(None, ties.impossible())
        made = self._made_up(knot, values)
        if self.lists is None and not _all_pass(knot, values, made):
            return UNKNOWN
        stated = {name: self._plain(name, value) for name, value in values.items() if value is not None}
        return Solution(Model(stated, made))

    def _values(self, name: str, knot: Knot) -> tuple[list[Value | None], bool]:
        """Values of a fact that meet all but its relations, the plainest first; and whether none at all would."""
        fact, left = self.boxes.fact(name), knot.domains[name]
        if left.absent:
            return [None], True
        if fact.type in NUMERIC:
            return list(plain_numbers(left, fact)), True
        if fact.type == "set":
            return [frozenset(item for item, wanted in knot.items.get(name, {}).items() if wanted)], True
        if fact.type == "flag" or fact.choices:
            order = {choice[0]: place for place, choice in enumerate(fact.choices)}
            listed = sorted(left.items, key=lambda item: (order.get(str(item), 0), str(item)))
            if fact.type == "flag" or name not in knot.tests:
                return list(listed), True
        found = texts(left, knot.tests.get(name, ()), self.lists, fact.sample)
        return list(found.values), found.sure

    def _suits(self, name: str, text: str, knot: Knot) -> bool:
        """Whether a text meets all but the relations of its fact."""
        asked = knot.tests.get(name, ())
        return bool(texts(Names(frozenset({text})) & knot.domains[name], asked, self.lists).values)

    def _plain(self, name: str, value: Value) -> Value:
        fact = self.boxes.fact(name)
        return as_value(value, fact) if fact.type == "date" and isinstance(value, int) else value

    def _made_up(self, knot: Knot, values: Mapping[str, Value | None]) -> dict[str, frozenset[str]]:
        """What lists must hold, by code, where they may hold anything."""
        made: dict[str, frozenset[str]] = {}
        for name, asked in knot.tests.items() if self.lists is None else ():
            for leaf, wanted in asked:
                if wanted and leaf.op == "in_list":
                    made[leaf.value] = made.get(leaf.value, frozenset()) | {str(values[name])}
                elif wanted and isinstance(leaf.value, ListRef):
                    text = str(values[name])
                    words = [word for word in words_of(leaf, None) if word in text] or [text]
                    made[leaf.value.code] = made.get(leaf.value.code, frozenset()).union(words)
        return made


@dataclass(frozen=True, slots=True)
class Knot:
    """A box by the facts that it is about."""

    domains: Mapping[str, Domain]
    items: Mapping[str, Mapping[str, bool]]  # by set fact: items that it must hold, or must not
    tests: Mapping[str, list[tuple[Leaf, bool]]]  # by text fact
    relations: tuple[tuple[Leaf, bool], ...]

    @classmethod
    def of(cls, box: Box, boxes: Boxes) -> Knot:
        """Sorts a box without tallies."""
        domains = {name: domain for name, domain in box.items() if isinstance(name, str)}
        items: dict[str, dict[str, bool]] = {}
        tests: dict[str, list[tuple[Leaf, bool]]] = {}
        relations = []
        for dimension, domain in box.items():
            if isinstance(dimension, Item):
                items.setdefault(dimension.fact, {})[dimension.item] = domain == YES
            elif isinstance(dimension, Test) and dimension.leaf.other is not None:
                relations.append((dimension.leaf, domain == YES))
            elif isinstance(dimension, Test):
                tests.setdefault(dimension.leaf.fact, []).append((dimension.leaf, domain == YES))
        for name in _named(box):
            domains.setdefault(name, boxes.universe(name))
        return cls(domains, items, tests, tuple(relations))


def _named(box: Box) -> Iterator[str]:
    for dimension in box:
        if isinstance(dimension, Item):
            yield dimension.fact
        elif isinstance(dimension, Test):
            yield from filter(None, (dimension.leaf.fact, dimension.leaf.other))


def _all_pass(knot: Knot, values: Mapping[str, Value | None], lists: Lists) -> bool:
    """Whether the texts pass their tests with these lists."""
    known = {name: value for name, value in values.items() if value is not None}
    return all(holds(leaf, known, {}, lists) is wanted for asked in knot.tests.values() for leaf, wanted in asked)


def plain_numbers(left: Numbers, fact: Fact) -> list[int]:
    """The ends of the spans, those next to zero first; today's kind of date where any will do."""
    ends = {end for span in left.spans[:8] for end in _ends(span, fact)}
    return sorted(ends, key=lambda end: (end < 0, abs(end)))


def _ends(span: Span, fact: Fact) -> Iterator[int]:
    low, high = span
    first, last, anything = (FIRST_DAY, LAST_DAY, A_DAY) if fact.type == "date" else (LEAST, MOST, 0)
    if low <= anything <= high and (low == first or high == last):
        yield anything
    ends = [end for end in span if first < end < last]
    yield from ends or ((low,) if not low <= anything <= high else ())
