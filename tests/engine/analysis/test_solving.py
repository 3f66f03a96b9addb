"""Facts that meet a condition: what is found does, and what is said to be impossible is."""

from __future__ import annotations

import random
from contextlib import suppress
from itertools import product
from typing import Any

import pytest

from engine.analysis.boxes import TooManyBoxes
from engine.analysis.models import Solution
from engine.analysis.solving import Solver
from engine.language.conditions import All, Leaf, Node, Not, Quantified, walk
from engine.language.values import ListRef
from engine.matching.evaluate import holds
from tests.engine.analysis.cases import CATALOGUE, a_random_condition, every_order, every_order_with_lines
from tests.engine.matching import cases as wide
from tests.engine.matching.fuzzing import a_condition, a_random_subject

LISTS = {"red": frozenset({"r1", "r2"}), "words": frozenset({"加急", "退款"}), "empty": frozenset()}
FACTS = ("order.n", "order.m", "order.c", "order.f", "order.g")


def solve(*nodes: Node, lists: Any = LISTS) -> Solution:
    solver = Solver(CATALOGUE, lists)
    return solver.solve(solver.boxes.of(All(nodes)))


def solved(*nodes: Node, lists: Any = LISTS) -> dict[str, Any]:
    """Values that were found, after asking the conditions themselves."""
    model = solve(*nodes, lists=lists).model
    assert model is not None
    asked = model.lists if lists is None else lists
    assert all(holds(node, model.own, model.parts, asked) is True for node in nodes)
    return {**model.own, **{f"{part}s": list(each) for part, each in model.parts.items()}}


@pytest.mark.parametrize("seed", range(6))
def test_generated_conditions_are_solved_as_trying_every_order_does(seed):
    random_ = random.Random(seed)
    unknown = 0
    for _ in range(120):
        node = a_random_condition(random_, FACTS, 3)
        found = solve(node)
        possible = any(holds(node, values, {}, {}) is True for values in every_order(FACTS))
        if found.model is not None:
            assert holds(node, found.model.own, found.model.parts, {}) is True, node
            assert possible
        elif found.sure:
            assert not possible, node
        else:
            unknown += 1
    assert unknown == 0


@pytest.mark.parametrize("seed", range(6))
def test_generated_conditions_over_lines_are_solved_as_trying_does(seed):
    random_ = random.Random(seed)
    facts = ("order.n", "order.f")
    unknown = 0
    orders = list(every_order_with_lines(facts))
    for _ in range(60):
        node = a_random_condition(random_, facts, 2, parts=True)
        found = solve(node)
        if found.model is not None:
            assert holds(node, found.model.own, found.model.parts, {}) is True, node
        elif found.sure:
            assert not any(holds(node, values, {"line": lines}, {}) is True for values, lines in orders), node
        else:
            unknown += any(holds(node, values, {"line": lines}, {}) is True for values, lines in orders)
    assert unknown == 0


def test_thresholds_give_the_value_at_the_threshold():
    assert solved(Leaf("order.cents", "gte", 300000)) == {"order.cents": 300000}
    assert solved(Leaf("order.cents", "lt", 7)) == {"order.cents": 0}
    assert solved(Leaf("order.cents", "lt", -7)) == {"order.cents": -8}
    assert solved(Leaf("order.hour", "gt", 22)) == {"order.hour": 23}


def test_ranges_of_the_catalogue_count():
    assert solve(Leaf("order.hour", "gt", 23)) == Solution(None, True)
    assert solve(Leaf("order.hour", "lt", 0)) == Solution(None, True)


def test_there_is_no_day_between_two_days():
    between = Leaf("order.day", "gt", 20261130), Leaf("order.day", "lt", 20261201)
    assert solve(*between) == Solution(None, True)
    assert solved(Leaf("order.day", "gt", 20261130), Leaf("order.day", "lt", 20261202)) == {"order.day": 20261201}


def test_facts_beside_each_other_are_ordered():
    chain = [Leaf("order.n", "lt", other="order.m"), Leaf("order.m", "lt", other="order.any")]
    assert solved(*chain) == {"order.n": 0, "order.m": 1, "order.any": 2}
    circle = [*chain, Leaf("order.any", "lte", other="order.n")]
    assert solve(*circle) == Solution(None, True)


def test_facts_beside_each_other_keep_to_their_own_bounds():
    assert solve(Leaf("order.n", "gte", 3), Leaf("order.n", "lt", other="order.m"), Leaf("order.m", "lte", 3)).sure
    found = solved(
        Leaf("order.any", "gte", 10**6), Leaf("order.cents", "eq", 5), Leaf("order.n", "neq", other="order.m")
    )
    assert found["order.n"] != found["order.m"]
    assert solved(Leaf("order.until", "gt", other="order.day"))["order.until"] > 20260101


def test_texts_are_put_together_of_words_and_beginnings():
    found = solved(
        Leaf("order.text", "starts_with", "请"), Leaf("order.text", "contains_any", ("加急", "快")),
        Leaf("order.text", "contains_any", ListRef("words")), Not(Leaf("order.text", "contains_any", ("退款",))),
    )  # fmt: skip
    assert found["order.text"].startswith("请") and "加急" in found["order.text"]


def test_a_negated_wish_is_not_the_wish():
    wish, ban = Leaf("order.text", "contains_any", ("不要冰袋",)), Leaf("order.text", "contains_any", ("冰袋",))
    assert solved(wish, Not(ban)) == {"order.text": "不要冰袋"}
    assert solve(wish, Not(Leaf("order.text", "contains_any", ("不要",)))) == Solution(None, True)


@pytest.mark.parametrize(
    "nodes",
    [
        (Leaf("order.text", "starts_with", "a"), Leaf("order.text", "starts_with", "b")),
        (Leaf("order.text", "starts_with", "ab"), Not(Leaf("order.text", "starts_with", "a"))),
        (Leaf("order.text", "in_list", "empty"),),
        (Leaf("order.text", "contains_any", ListRef("empty")),),
        (Leaf("order.text", "in_list", "red"), Leaf("order.text", "eq", "r3")),
        (Leaf("order.text", "in_list", "red"), Leaf("order.text", "not_in_list", "red")),
        (Leaf("order.text", "in", ("r1", "r2")), Leaf("order.text", "not_in_list", "red")),
        (Leaf("order.text", "eq", "a"), Leaf("order.text", "absent")),
        (Leaf("order.n", "absent"),),
        (Leaf("order.tags", "includes", "x"), Leaf("order.tags", "includes_none", ("x", "y"))),
        (Leaf("order.c", "not_in", ("a", "b")), Leaf("order.c", "neq", "c")),
        (Leaf("order.c", "eq", "a"), Leaf("order.d", "eq", "b"), Leaf("order.c", "eq", other="order.d")),
        (Leaf("order.n", "neq", other="order.n"),),
        (Quantified("some", "line", Leaf("line.q", "lt", 1)),),
        (Quantified("count", "line", None, None, "lt", 0),),
        (Quantified("every", "line", Leaf("line.q", "lt", 1)),),  # there is always a line
        (Quantified("some", "line", Leaf("line.c", "eq", "a")), Quantified("no", "line", Leaf("line.c", "eq", "a"))),
        (Quantified("some", "line", Leaf("order.n", "gt", 3)), Leaf("order.n", "lt", 3)),
    ],
)
def test_what_cannot_be_is_known(nodes):
    assert solve(*nodes) == Solution(None, True)


def test_lists_that_may_hold_anything_are_made_up():
    node = All((Leaf("order.text", "in_list", "red"), Leaf("order.other", "contains_any", ListRef("words"))))
    assert solved(node, lists=None) == {"order.text": "甲", "order.other": "words"}
    assert solve(node, lists=None).model.lists == {"red": {"甲"}, "words": {"words"}}
    assert solved(Leaf("order.text", "in_list", "red"), Leaf("order.text", "eq", "x"), lists=None) == {
        "order.text": "x"
    }


def test_sets_hold_what_is_asked_and_not_what_is_not():
    found = solved(Leaf("order.tags", "includes_all", ("x", "y")), Not(Leaf("order.tags", "includes_all", ("x", "z"))))
    assert found == {"order.tags": frozenset({"x", "y"})}
    assert solved(Leaf("order.text", "in", other="order.set"), Leaf("order.text", "eq", "v"))["order.set"] == {"v"}


def test_parts_are_as_many_as_are_asked():
    three = Quantified("count", "line", Leaf("line.c", "eq", "a"), None, "gte", 3)
    no_more = Quantified("count", "line", None, None, "lte", 3)
    assert solved(three, no_more)["lines"] == [{"line.c": "a"}] * 3
    assert solved(Quantified("sum", "line", None, "line.q", "gte", 2))["lines"] == [{"line.q": 2}]
    apart = Quantified("count", "line", Leaf("line.c", "eq", "b"), None, "eq", 1)
    assert len(solved(three, apart)["lines"]) == 4
    assert solved(Quantified("no", "coupon"))["coupons"] == []


def test_a_part_sees_the_order_around_it():
    node = Quantified("some", "line", Leaf("line.q", "gt", other="order.n"))
    found = solved(node, Leaf("order.n", "gte", 1))
    assert found == {"order.n": 1, "lines": [{"line.q": 2}]}


def of_valid_dates(node: Node) -> bool:
    """The generator's dates are any numbers."""
    return not any(isinstance(each, Leaf) and ".date_" in each.fact and each.value is not None for each in walk(node))


@pytest.mark.parametrize("seed", range(20))
def test_conditions_of_every_operator_are_met_by_what_is_found_and_never_called_impossible_wrongly(seed):
    random_ = random.Random(seed)
    subjects = [a_random_subject(random_, number) for number in range(40)]
    subjects = [subject for subject in subjects if subject.parts.get("line") != ()]  # an order has lines
    nodes = [All((a_condition(random_), a_condition(random_), Not(a_condition(random_)))) for _ in range(20)]
    for node, lists in product(filter(of_valid_dates, nodes), (wide.LISTS, None)):
        solver = Solver(wide.CATALOGUE, lists)
        with suppress(TooManyBoxes):
            found = solver.solve(solver.boxes.of(node))
            if found.model is not None:
                asked = found.model.lists if lists is None else lists
                assert holds(node, found.model.own, found.model.parts, asked) is True, node
            elif found.sure:
                assert not any(holds(node, each.values, each.parts, wide.LISTS) is True for each in subjects), node
