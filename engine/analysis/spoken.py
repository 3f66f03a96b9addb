"""Boxes as conditions, so that they can be said as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.boxes import Box, Boxes
from engine.analysis.domains import Domain, Names, Numbers, as_value
from engine.language.conditions import All, AnyOf, Leaf, Node
from engine.language.facts import Fact


def as_condition(box: Box, boxes: Boxes) -> Node:
    """What the box says of facts; tests and tallies are left out."""
    said = tuple(_leaf(name, domain, boxes) for name, domain in box.items() if isinstance(name, str))
    return said[0] if len(said) == 1 else All(said)


def _leaf(name: str, domain: Domain, boxes: Boxes) -> Node:
    fact, everything = boxes.fact(name), boxes.universe(name)
    if isinstance(domain, Names):
        return _named(name, domain, fact)
    said = [*_spans(name, domain, everything, fact), *([Leaf(name, "absent")] if domain.absent else [])]
    return said[0] if len(said) == 1 else AnyOf(tuple(said))


def _named(name: str, domain: Names, fact: Fact) -> Node:
    if fact.type == "flag":
        return Leaf(name, "is_true" if True in domain else "is_false")
    order = {choice[0]: place for place, choice in enumerate(fact.choices)}
    listed = sorted(map(str, domain.items), key=lambda item: (order.get(item, 0), item))
    return Leaf(name, "not_in" if domain.rest else "in", tuple(listed))


def _spans(name: str, domain: Numbers, everything: Numbers, fact: Fact) -> Iterator[Leaf]:
    lowest, highest = everything.spans[0][0], everything.spans[-1][1]
    for low, high in domain.spans:
        if low == high:
            yield Leaf(name, "eq", as_value(low, fact))
        elif low == lowest:
            yield Leaf(name, "lte", as_value(high, fact))
        elif high == highest:
            yield Leaf(name, "gte", as_value(low, fact))
        else:
            yield Leaf(name, "between", (as_value(low, fact), as_value(high, fact)))
