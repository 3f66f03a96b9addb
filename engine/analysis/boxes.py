"""Conditions as boxes: alternatives, each saying for a few dimensions which values are left.

A dimension is a fact, whether a set holds an item, a test of a text or of two facts beside each other, or a tally of
parts. A box is never empty in one of its dimensions; whether all of them can be met together is asked in `solving`.
A fact of one of several parts is written fact@place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine.analysis.domains import (
    NO,
    NUMERIC,
    YES,
    Domain,
    Names,
    day_number,
    named,
    numbers,
    only,
    universe,
)
from engine.language.conditions import All, AnyOf, Leaf, Node, Not, Quantified
from engine.language.facts import Catalogue, Fact

MOST_BOXES = 512
MOST_TRIED = 4_096

Literal = tuple[Any, bool]  # a Leaf or Quantified, and whether it is true or false; unknown is neither


@dataclass(frozen=True, slots=True)
class Item:
    """Whether a set fact holds the item."""

    fact: str
    item: str


@dataclass(frozen=True, slots=True)
class Test:
    """What only asking can tell: a text against words, a prefix or a list, or one fact against another."""

    __test__ = False  # pytest: this is no test class
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Tally:
    """How many parts satisfy a condition, or the sum of their fact `of`."""

    part: str
    of: str | None
    where: Node | None


Box = Mapping[Any, Domain]  # by fact, item of a set, test or tally


class TooManyBoxes(Exception):
    """The condition has more alternatives than are looked at."""


def base(name: str) -> str:
    """The fact's own name, without the place of its part."""
    return name.partition("@")[0]


def conjunctions(node: Node | None, truth: bool = True) -> list[tuple[Literal, ...]]:
    """The alternatives of literals of which one must hold for the condition to be true, or false.

    Raises TooManyBoxes.
    """
    if node is None:
        return [()] if truth else []
    if isinstance(node, Not):
        return conjunctions(node.of, not truth)
    if isinstance(node, (Leaf, Quantified)):
        return [((node, truth),)]
    parts = [conjunctions(child, truth) for child in node.of]
    if isinstance(node, AnyOf) == truth:
        return _few([each for part in parts for each in part])
    found: list[tuple[Literal, ...]] = [()]
    for part in parts:
        found = _few([(*left, *right) for left in found for right in part])
    return found


def meet(one: Box, other: Box) -> dict[Any, Domain] | None:
    """What both leave; None where nothing is left in some dimension."""
    merged = dict(one)
    for dimension, domain in other.items():
        both = merged[dimension] & domain if dimension in merged else domain
        if not both:
            return None
        merged[dimension] = both
    return merged


def meet_all(boxes: Iterable[Box], others: Iterable[Box]) -> list[Box]:
    """Every box met with every other. Raises TooManyBoxes."""
    listed = list(others)
    met = (meet(one, other) for one in boxes for other in listed)
    return _few([each for each in met if each is not None])


def meeting(groups: Sequence[Sequence[Box]]) -> Iterator[Box]:
    """Every way to meet one box of each group, as far as it is asked for. Raises TooManyBoxes after MOST_TRIED."""
    tried = 0

    def further(box: Box, place: int) -> Iterator[Box]:
        nonlocal tried
        if place == len(groups):
            yield box
            return
        for other in groups[place]:
            tried += 1
            if tried > MOST_TRIED:
                raise TooManyBoxes
            both = meet(box, other)
            if both is not None:
                yield from further(both, place + 1)

    return further({}, 0)


def renamed(node: Any, name: Callable[[str], str]) -> Any:
    """The condition with other names for its facts."""
    if isinstance(node, (All, AnyOf)):
        return type(node)(tuple(renamed(child, name) for child in node.of))
    if isinstance(node, Not):
        return Not(renamed(node.of, name))
    if isinstance(node, Leaf):
        return replace(node, fact=name(node.fact), other=node.other and name(node.other))
    if isinstance(node, Quantified):
        inside = partial(_unless_of, node.part, name)
        return replace(node, where=renamed(node.where, inside)) if node.where is not None else node
    return node


def _unless_of(part: str, name: Callable[[str], str], fact: str) -> str:
    return fact if fact.startswith(f"{part}.") else name(fact)


def _few(found: list[Any]) -> list[Any]:
    if len(found) > MOST_BOXES:
        raise TooManyBoxes
    return found


class Boxes:
    """Makes boxes of conditions over the facts of a catalogue."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue

    def of(self, node: Node | None, truth: bool = True) -> list[Box]:
        """The boxes of which one must be met for the condition to be true, or false. Raises TooManyBoxes."""
        return _few([box for each in conjunctions(node, truth) for box in self.of_literals(each)])

    def of_literals(self, literals: Iterable[Literal]) -> list[Box]:
        """The boxes in which all literals hold, apart from what tests and tallies say together."""
        found: list[Box] = [{}]
        for node, truth in literals:
            found = meet_all(found, self._of_literal(node, truth))
        return found

    def universe(self, name: str) -> Domain:
        """Everything that a fact, of whatever place, can be."""
        return universe(self.fact(name))

    def fact(self, name: str) -> Fact:
        """The fact of that name, of whatever place."""
        return self.catalogue[base(name)]

    def _of_literal(self, node: Any, truth: bool) -> list[Box]:
        made = self._leaf(node, truth) if isinstance(node, Leaf) else self._quantified(node, truth)
        return [box for box in made if all(box.values())]

    def _leaf(self, leaf: Leaf, truth: bool) -> Iterator[Box]:
        everything = self.universe(leaf.fact)
        if leaf.op in ("present", "absent"):
            yield {leaf.fact: only(everything, (leaf.op == "absent") == truth)}
        elif leaf.other is not None:
            yield from self._beside(leaf, truth)
        elif self.fact(leaf.fact).type == "set":
            yield from self._set(leaf, truth)
        else:
            domain = self._domain(leaf, truth)
            known = only(everything, False)
            if domain is not None:
                yield {leaf.fact: known & domain}
            else:
                test, wanted = _test(leaf, truth)
                yield {leaf.fact: known, test: wanted}

    def _domain(self, leaf: Leaf, truth: bool) -> Domain | None:
        """The values that the leaf leaves, where they can be listed."""
        kind = self.fact(leaf.fact).type
        if kind in NUMERIC:
            return numbers(leaf.op, _day_numbers(leaf.value) if kind == "date" else leaf.value, truth)
        if leaf.op in ("is_true", "is_false"):
            return named({(leaf.op == "is_true") == truth})
        if leaf.op in ("eq", "neq"):
            return named({leaf.value}, (leaf.op == "eq") == truth)
        return named(leaf.value, (leaf.op == "in") == truth) if leaf.op in ("in", "not_in") else None

    def _set(self, leaf: Leaf, truth: bool) -> Iterator[Box]:
        known = {leaf.fact: only(self.universe(leaf.fact), False)}
        wanted = (leaf.value,) if leaf.op == "includes" else leaf.value
        inside = (leaf.op != "includes_none") == truth
        if truth:
            yield {**known, **{Item(leaf.fact, item): YES if inside else NO for item in wanted}}
        else:
            for item in dict.fromkeys(wanted):
                yield {**known, Item(leaf.fact, item): YES if inside else NO}

    def _beside(self, leaf: Leaf, truth: bool) -> Iterator[Box]:
        one, other = leaf.fact, leaf.other or ""
        known = {name: only(self.universe(name), False) for name in (one, other)}
        test, wanted = _relation(leaf.op, one, other, truth)
        if test.leaf.fact != test.leaf.other:
            yield {**known, test: wanted}
        elif (test.leaf.op == "eq") == (wanted == YES):  # of a fact beside itself
            yield known

    def _quantified(self, node: Quantified, truth: bool) -> Iterator[Box]:
        if node.how in ("some", "no"):
            yield {Tally(node.part, None, node.where): _SOME if (node.how == "some") == truth else _NONE}
        elif node.how == "every":
            exception = Not(node.where if node.where is not None else All(()))
            yield {Tally(node.part, None, exception): _NONE if truth else _SOME}
        else:
            left = numbers(node.op or "eq", node.value, truth)
            least = self.fact(node.of).least if node.of else 0
            never_below_zero = least is not None and least >= 0
            yield {Tally(node.part, node.of, node.where): left & _NOT_NEGATIVE if never_below_zero else left}


_NOT_NEGATIVE = numbers("gte", 0)
_SOME, _NONE = _NOT_NEGATIVE & numbers("gte", 1), numbers("eq", 0)


def _day_numbers(value: Any) -> Any:
    return tuple(map(day_number, value)) if isinstance(value, tuple) else day_number(value)


def _test(leaf: Leaf, truth: bool) -> tuple[Test, Names]:
    """A test of a text in its one spelling."""
    if leaf.op == "not_in_list":
        leaf, truth = replace(leaf, op="in_list"), not truth
    if isinstance(leaf.value, tuple):
        leaf = replace(leaf, value=tuple(sorted(set(leaf.value))))
    return Test(leaf), YES if truth else NO


def _relation(op: str, one: str, other: str, truth: bool) -> tuple[Test, Names]:
    """Two facts beside each other in one spelling: eq, lt, in, includes_all or includes_none."""
    if op in ("neq", "gte", "lte", "not_in"):
        op, truth = {"neq": "eq", "gte": "lt", "lte": "gt", "not_in": "in"}[op], not truth
    if op == "gt" or (op == "eq" and one > other) or op == "includes":
        op, one, other = {"gt": "lt", "eq": "eq", "includes": "in"}[op], other, one
    return Test(Leaf(one, op, other=other)), YES if truth else NO
