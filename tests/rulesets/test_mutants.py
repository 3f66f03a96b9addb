"""A threshold that slips by one unit is noticed: some example of the rule then comes out otherwise than stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.language.catalogue import CATALOGUE
from engine.language.conditions import All, AnyOf, Leaf, Node, Not, Quantified
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.language.rules import Rule, Table
from engine.matching.examples import check_examples
from tests.conftest import ROOT

BOOK, _ = read_rulebook(ROOT / "rulesets", CATALOGUE, EFFECTS)
JUDGED = [each for ruleset in BOOK.rulesets.values() for each in (*ruleset.rules, *ruleset.tables)]


def mutants(node: Node | None) -> Iterator[Node]:
    """The condition with one number of it one unit off, for each number and both directions."""
    if isinstance(node, (All, AnyOf)):
        for index, child in enumerate(node.of):
            for other in mutants(child):
                yield replace(node, of=(*node.of[:index], other, *node.of[index + 1 :]))
    elif isinstance(node, Not):
        yield from (replace(node, of=other) for other in mutants(node.of))
    elif isinstance(node, (Leaf, Quantified)):
        yield from (replace(node, value=value) for value in _off_by_one(node.value))
        if isinstance(node, Quantified):
            yield from (replace(node, where=other) for other in mutants(node.where))


def _off_by_one(value: object) -> Iterator[object]:
    if isinstance(value, int) and not isinstance(value, bool):
        yield from (value - 1, value + 1)
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            for other in _off_by_one(each):
                yield (*value[:index], other, *value[index + 1 :])


def mutated(judged: Rule | Table) -> Iterator[Rule | Table]:
    if isinstance(judged, Rule):
        yield from (replace(judged, when=when) for when in mutants(judged.when))
        return
    for index, row in enumerate(judged.rows):
        for when in mutants(row.when):
            rows = (*judged.rows[:index], replace(row, when=when), *judged.rows[index + 1 :])
            yield replace(judged, rows=rows)


CASES = [(judged, list(mutated(judged))) for judged in JUDGED]
CASES = [(judged, others) for judged, others in CASES if others]


@pytest.mark.parametrize(("judged", "others"), CASES, ids=[judged.id for judged, _ in CASES])
def test_every_threshold_is_held_by_an_example(judged, others):
    assert not check_examples(judged)
    for other in others:
        changed = other.when if isinstance(other, Rule) else [row.when for row in other.rows]
        assert check_examples(other), f"no example notices {changed}"


def test_there_are_thresholds_to_hold():
    assert sum(len(others) for _, others in CASES) > 80
