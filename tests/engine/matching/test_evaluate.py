"""Conditions in plain Python: Kleene's logic, quantifiers, negated wishes, and what explanations are made of."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.language.conditions import All, AnyOf, Leaf, Not, Quantified
from engine.language.values import ListRef
from engine.matching.evaluate import Condition, holds, seen, trace, wished
from tests.engine.matching.cases import LISTS, a_rule, a_rulebook, a_subject

TRUE, FALSE = Leaf("yes", "is_true"), Leaf("yes", "is_false")
UNKNOWN = Leaf("absent", "is_true")
VALUES = {
    "yes": True,
    "number": 5,
    "text": "请加急发货",
    "place": "香港",
    "day": 20261113,
    "set": frozenset({"cold", "big"}),
}


def ask(node, values=VALUES, **parts):
    return holds(node, values, parts, LISTS)


@pytest.mark.parametrize(
    "node, result",
    [
        (None, True),
        (All((TRUE, TRUE)), True),
        (All((TRUE, UNKNOWN)), None),
        (All((UNKNOWN, FALSE)), False),
        (AnyOf((FALSE, FALSE)), False),
        (AnyOf((UNKNOWN, TRUE)), True),
        (AnyOf((FALSE, UNKNOWN)), None),
        (Not(TRUE), False),
        (Not(FALSE), True),
        (Not(UNKNOWN), None),
        (Not(All((UNKNOWN, FALSE))), True),
        (Leaf("absent", "absent"), True),
        (Leaf("absent", "present"), False),
        (Not(Leaf("absent", "present")), True),
        (Leaf("number", "eq", other="absent"), None),
    ],
)
def test_absent_facts_make_conditions_unknown(node, result):
    assert ask(node) is result


@pytest.mark.parametrize(
    "fact, op, value, result",
    [
        ("number", "eq", 5, True),
        ("number", "neq", 5, False),
        ("number", "lt", 5, False),
        ("number", "lte", 5, True),
        ("number", "gt", 4, True),
        ("number", "gte", 6, False),
        ("number", "between", (5, 9), True),
        ("number", "between", (1, 5), True),
        ("number", "between", (6, 9), False),
        ("day", "between", (20261111, 20261113), True),
        ("place", "in", ("香港", "澳门"), True),
        ("place", "not_in", ("香港",), False),
        ("place", "in_list", "red", True),
        ("place", "in_list", "no-such-list", False),
        ("place", "not_in_list", "red", False),
        ("text", "starts_with", "请", True),
        ("text", "starts_with", "加急", False),
        ("text", "contains_any", ("退款", "加急"), True),
        ("text", "contains_any", ListRef("wishes"), True),
        ("text", "contains_any", ListRef("empty"), False),
        ("set", "includes", "cold", True),
        ("set", "includes", "hot", False),
        ("set", "includes_all", ("cold", "big"), True),
        ("set", "includes_all", ("cold", "hot"), False),
        ("set", "includes_none", ("hot",), True),
        ("set", "includes_none", ("hot", "big"), False),
    ],
)
def test_operators(fact, op, value, result):
    assert ask(Leaf(fact, op, value)) is result


def test_other_facts_of_sets_and_texts():
    values = {"text": "cold", "set": frozenset({"cold", "big"}), "wanted": frozenset({"big"})}
    assert ask(Leaf("text", "in", other="set"), values) is True
    assert ask(Leaf("set", "includes", other="text"), values) is True
    assert ask(Leaf("set", "includes_all", other="wanted"), values) is True
    assert ask(Leaf("set", "includes_none", other="wanted"), values) is False


@pytest.mark.parametrize(
    "text",
    [
        "加急",
        "请加急发货",
        "不要冰袋，加急",
        "别忘了加急",
        "不要忘加急",
        "特别加急",
        "给别人加急",
        "别发错，请加急",
        "不要不加急? 加急!",
        "要不加急吧",
    ],
)
def test_a_wish_counts(text):
    assert wished(text, ["加急"])


@pytest.mark.parametrize(
    "text",
    [
        "不要加急",
        "别加急",
        "勿加急",
        "不用加急",
        "无需加急",
        "不需要加急",
        "不要给加急",
        "别给我加急",
        "谢谢，不用加急",
        "不加急",
    ],
)
def test_a_negated_wish_is_not_the_wish(text):
    assert not wished(text, ["加急"])


def test_a_negation_farther_away_or_after_does_not_count():
    assert wished("不要放太多东西加急", ["加急"])
    assert wished("加急别忘", ["加急"])


def test_a_wish_counts_when_one_of_its_places_is_not_negated():
    assert wished("不要冰袋，算了，还是放冰袋", ["冰袋"])


def _q(how, where=TRUE, **more):
    return Quantified(how, "line", where, **more)


YES, NO, MAYBE = {"yes": True}, {"yes": False}, {}
LINE_YES = Leaf("line.yes", "is_true")


@pytest.mark.parametrize(
    "lines, some, every, no",
    [
        ((), False, True, True),
        ((True,), True, True, False),
        ((True, False), True, False, False),
        ((False, None), None, False, None),
        ((True, None), True, None, False),
        ((None,), None, None, None),
    ],
)
def test_quantifiers_follow_kleene(lines, some, every, no):
    parts = {"line": [{} if truth is None else {"line.yes": truth} for truth in lines]}
    answers = [holds(Quantified(how, "line", LINE_YES), {}, parts, {}) for how in ("some", "every", "no")]
    assert answers == [some, every, no]


def test_quantifiers_over_parts_that_nobody_stated_are_unknown():
    assert ask(Quantified("no", "line")) is None
    assert ask(Quantified("count", "line", op="eq", value=0)) is None


def test_quantifiers_without_a_condition_count_every_part():
    assert ask(Quantified("some", "line"), line=[{}]) is True
    assert ask(Quantified("no", "line"), line=[]) is True
    assert ask(Quantified("count", "line", op="eq", value=2), line=[{}, {}]) is True


@pytest.mark.parametrize(
    "op, value, result", [("gte", 1, True), ("gte", 2, None), ("gte", 3, False), ("eq", 0, False), ("eq", 1, None)]
)
def test_a_count_is_known_as_far_as_unknown_parts_let_it(op, value, result):
    lines = [{"line.yes": True}, {"line.yes": False}, {}]  # one for sure, two at most
    assert ask(Quantified("count", "line", LINE_YES, None, op, value), line=lines) is result


def test_a_sum_adds_the_parts_that_count():
    lines = [{"line.yes": True, "line.n": 2}, {"line.yes": False, "line.n": 100}, {"line.yes": True, "line.n": 3}]
    total = Quantified("sum", "line", LINE_YES, "line.n", "eq", 5)
    assert ask(total, line=lines) is True
    assert ask(total, line=[]) is False
    assert ask(total, line=[*lines, {"line.n": 3}]) is None  # does it count?
    assert ask(total, line=[*lines, {"line.yes": True}]) is None  # how much?
    assert ask(total, line=[*lines, {"line.yes": False}]) is True


def test_a_part_is_compared_with_the_order_but_not_with_the_outer_part():
    over = Quantified("some", "line", Leaf("line.n", "gt", other="order.n"))
    assert ask(over, {"order.n": 3}, line=[{"line.n": 4}]) is True
    assert ask(over, {"order.n": 5}, line=[{"line.n": 4}]) is False
    mixed = Quantified("some", "line", All((Leaf("line.n", "eq", 9), Leaf("order.n", "eq", 3))))
    assert ask(mixed, {"order.n": 3, "line.n": 9}, line=[{}]) is None  # 9 is the judged line's, not this part's


def _rule(when):
    rulebook = a_rulebook(a_rule(1))
    return replace(rulebook.rule("intake.r1"), when=when)


def test_a_trace_shows_every_condition_with_what_it_saw():
    when = All(
        (
            Leaf("order.int_1", "gte", 3),
            Not(AnyOf((Leaf("order.text_1", "in_list", "red"), Leaf("order.set_1", "includes_all", ("b", "a"))))),
            Leaf("order.int_1", "lt", other="order.int_2"),
            Leaf("order.text_2", "contains_any", ListRef("wishes")),
        )
    )
    subject = a_subject({"order.int_1": 5, "order.int_2": 4, "order.set_1": frozenset({"b", "a"})})
    rows = trace(_rule(when), subject, LISTS)
    assert rows == [
        Condition(0, "all", None, None, None, None, False),
        Condition(1, "all", "order.int_1", "gte", 3, 5, True),
        Condition(1, "not", None, None, None, None, False),
        Condition(2, "any", None, None, None, None, True),
        Condition(3, "any", "order.text_1", "in_list", {"list": "red"}, None, None),
        Condition(3, "any", "order.set_1", "includes_all", ["b", "a"], ["a", "b"], True),
        Condition(1, "all", "order.int_1", "lt", {"fact": "order.int_2", "value": 4}, 5, False),
        Condition(1, "all", "order.text_2", "contains_any", {"list": "wishes"}, None, None),
    ]
    json.dumps([row.wanted for row in rows] + [row.seen for row in rows])


def test_a_trace_shows_counts_sums_and_each_parts_values():
    lines = [{"line.int_1": 2, "line.text_1": "x"}, {"line.text_1": "y"}, {"line.int_1": 4, "line.text_1": "x"}]
    where = Leaf("line.text_1", "eq", "x")
    when = AnyOf(
        (
            Quantified("sum", "line", where, "line.int_1", "gte", 9),
            Quantified("count", "line", where, None, "between", (3, 4)),
            Quantified("every", "line", where),
        )
    )
    assert trace(_rule(when), a_subject(line=lines), {})[1:] == [
        Condition(1, "sum", "line.int_1", "gte", 9, 6, False),
        Condition(2, "sum", "line.text_1", "eq", "x", ["x", "y", "x"], True),
        Condition(1, "count", "line", "between", [3, 4], 2, False),
        Condition(2, "count", "line.text_1", "eq", "x", ["x", "y", "x"], True),
        Condition(1, "every", "line", None, None, 2, False),
        Condition(2, "every", "line.text_1", "eq", "x", ["x", "y", "x"], False),
    ]


def test_a_rule_without_conditions_has_no_trace():
    assert trace(_rule(None), a_subject(), {}) == []


def test_seen_keeps_what_the_conditions_name():
    when = All(
        (
            Leaf("order.set_1", "includes", "a"),
            Leaf("order.int_1", "lt", other="order.int_2"),
            Leaf("order.text_1", "absent"),
            Quantified("sum", "line", Leaf("line.text_1", "eq", other="order.text_2"), "line.int_1", "gte", 1),
        )
    )
    values = {"order.set_1": frozenset("ba"), "order.int_1": 1, "order.int_2": 2, "order.text_2": "x", "order.sure": 9}
    subject = a_subject(values, line=[{"line.int_1": 3, "line.text_1": "x"}, {"line.text_1": "y"}])
    assert seen(_rule(when), subject) == {
        "order.set_1": ["a", "b"],
        "order.int_1": 1,
        "order.int_2": 2,
        "order.text_2": "x",
        "line.int_1": [3, None],
        "line.text_1": ["x", "y"],
    }
