"""The prefilter of the matcher: it may only leave out what cannot match."""

from __future__ import annotations

import ast
import inspect
import random

import pytest

from engine.language.conditions import All, Leaf
from engine.matching import alternatives as alternatives_module
from engine.matching import anchors, chunks, matcher, wording
from engine.matching.alternatives import alternatives
from engine.matching.anchors import Gate, arrange
from engine.matching.evaluate import holds
from tests.engine.matching.fuzzing import a_condition, some_values


def _gate(*nodes) -> Gate:
    patterns = [(str(number), alternatives(node)[0]) for number, node in enumerate(nodes)]
    arranged = sorted(arrange(patterns), key=lambda each: int(each[0]))
    return Gate([anchors for _, _, anchors in arranged])


@pytest.mark.parametrize(
    ("op", "passing"), [("eq", (5,)), ("gte", (5, 6)), ("gt", (5, 6)), ("lte", (4, 5)), ("lt", (4, 5))]
)
def test_an_anchor_lets_its_values_through(op, passing):
    gate = _gate(Leaf("f", op, 5))
    assert [value for value in (4, 5, 6) if gate.passing({"f": value})] == list(passing)
    assert not gate.passing({}) and not gate.passing({"g": 5})


def test_patterns_are_told_apart():
    gate = _gate(Leaf("f", "gte", 5), Leaf("f", "gte", 7), Leaf("f", "lte", 6), Leaf("g", "eq", "x"))
    assert gate.passing({"f": 4}) == 0b0100
    assert gate.passing({"f": 6}) == 0b0101
    assert gate.passing({"f": 7, "g": "x"}) == 0b1011


def test_a_pattern_without_an_anchor_always_passes():
    assert _gate(Leaf("f", "absent"), Leaf("f", "in", ("a",)), Leaf("f", "neq", 3)).passing({}) == 0b111


def test_the_rarest_check_is_the_anchor_and_goes_first():
    often = [Leaf("often", "eq", value) for value in "ab"]
    rare = [Leaf("rare", "eq", value) for value in "abcdefgh"]
    patterns = [(node.value, alternatives(All((often[0], node)))[0]) for node in rare]
    patterns.append(("often", alternatives(often[1])[0]))
    for rule_id, conjunction, found in arrange(patterns):
        assert [each.fact for each in found] == (["often"] if rule_id == "often" else ["rare", "often"])
        assert list(conjunction) == [each.check for each in found]


def test_both_anchors_have_to_pass_and_no_third_check_is_looked_at():
    gate = _gate(All((Leaf("f", "eq", 1), Leaf("g", "eq", 2))), All(tuple(Leaf(each, "eq", 1) for each in "fgh")))
    assert gate.passing({"f": 1, "g": 2}) == 0b01 and gate.passing({"f": 1}) == 0
    assert gate.passing({"f": 1, "g": 1, "h": 5}) == 0b10


def test_nothing_that_holds_is_left_out():
    random_ = random.Random(7)
    nodes = [a_condition(random_) for _ in range(150)]
    patterns = [(str(number), each) for number, node in enumerate(nodes) for each in alternatives(node)]
    arranged = arrange(patterns)
    gate = Gate([anchors for _, _, anchors in arranged])
    for _ in range(100):
        values = some_values("order", random_)
        passing = gate.passing(values)
        through = {int(rule_id) for place, (rule_id, _, _) in enumerate(arranged) if passing >> place & 1}
        assert {number for number, node in enumerate(nodes) if holds(node, values, {}, {})} <= through


def test_the_matcher_shares_nothing_with_the_evaluator_but_the_definition():
    for module in (alternatives_module, anchors, chunks, matcher, wording):
        imported = {node.module for node in ast.walk(ast.parse(inspect.getsource(module)))
                    if isinstance(node, ast.ImportFrom)}  # fmt: skip
        assert not imported & {f"engine.matching.{name}" for name in ("atoms", "masks", "evaluator", "judge")}
