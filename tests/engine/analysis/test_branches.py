"""Alternatives of an `any` that change nothing, with an order that shows it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from engine.analysis import analyse
from engine.language.conditions import AnyOf, walk
from engine.matching.evaluate import holds
from tests.engine.analysis.cases import (
    a_random_condition,
    a_rule,
    a_rulebook,
    every_order,
    leaf,
    names,
    the_finding,
)

N1, C = leaf("order.n", "gte", 1), leaf("order.c", "eq", "a")


def test_an_alternative_that_nothing_can_meet_is_found_where_it_stands():
    rule = a_rule("intake.x", {"all": [N1, {"any": [C, leaf("order.n", "eq", 0)]}]})
    finding = the_finding(rule)
    assert (finding.name, finding.severity) == ("dead-branch", "warning")
    assert finding.path == "intake.rules.0.when.all.1.any.1"
    assert finding.witness == {"order.c": "a", "order.n": 1}  # it fires, by the other
    assert "order.n is 0" in finding.message["en"] and "永远不会成立" in finding.message["zh"]


def test_an_alternative_that_another_covers_is_found_with_an_order_that_meets_both():
    high, low = leaf("order.cents", "gte", 500), leaf("order.cents", "gte", 100)
    finding = the_finding(a_rule("intake.x", {"any": [high, low]}))
    assert (finding.path, finding.witness) == ("intake.rules.0.when.any.0", {"order.cents": 500})
    assert "when.any.1" in finding.message["en"] and "when.any.1" in finding.message["zh"]


def test_of_two_equal_alternatives_the_first_stays():
    assert the_finding(a_rule("intake.x", {"any": [C, N1, C]})).path == "intake.rules.0.when.any.2"


def test_alternatives_are_looked_at_wherever_they_make_the_rule_fire():
    inside = {"some": "line", "where": {"any": [leaf("line.q", "gte", 2), leaf("line.q", "gte", 5)]}}
    finding = the_finding(a_rule("intake.x", {"all": [N1, inside]}))
    assert finding.path == "intake.rules.0.when.all.1.where.any.1" and finding.witness["lines"] == [{"line.q": 5}]
    nested = {"any": [C, {"all": [N1, {"any": [leaf("order.n", "eq", 0), leaf("order.f", "is_true")]}]}]}
    assert the_finding(a_rule("intake.x", nested)).path == "intake.rules.0.when.any.1.all.1.any.0"


@pytest.mark.parametrize(
    "when",
    [
        {"any": [C, N1]},
        {"any": [leaf("order.m", "lt", 2), leaf("order.m", "absent")]},
        {"any": [leaf("order.n", "lte", 2), leaf("order.n", "gte", 2)]},
        {"not": {"any": [leaf("order.n", "gte", 1), leaf("order.n", "gte", 2)]}},
        {"no": "line", "where": {"any": [leaf("line.q", "gte", 2), leaf("line.q", "gte", 5)]}},
        {"any": [leaf("order.text", "in_list", "empty"), C]},  # lists change
    ],
)
def test_alternatives_that_matter_or_may_matter_are_left_alone(when):
    assert names(a_rule("intake.x", when), lists={"empty": frozenset()}) == []


def test_what_stands_inside_a_dead_alternative_is_not_told_again():
    inside = {"all": [leaf("order.n", "eq", 0), {"any": [C, leaf("order.f", "is_true")]}]}
    assert names(a_rule("intake.x", {"all": [N1, {"any": [inside, C]}]})) == ["dead-branch"]


def test_of_a_rule_that_never_fires_only_that_is_said():
    rule = a_rule("intake.x", {"any": [leaf("order.hour", "gt", 23), leaf("order.n", "gt", 4)]})
    assert names(rule) == ["never-fires"]


@pytest.mark.parametrize("seed", range(60))
def test_without_a_dead_alternative_the_rule_fires_for_the_same_orders(seed):
    random_ = random.Random(seed)
    facts = ("order.n", "order.c", "order.g", "order.m")
    book = a_rulebook(*(a_rule(f"intake.r{number}", N1) for number in range(6)))
    ruleset = book.rulesets["intake"]
    rules = tuple(replace(rule, when=a_random_condition(random_, facts, 3)) for rule in ruleset.rules)
    by_id = {rule.id: rule for rule in rules}
    for finding in analyse(replace(book, rulesets={"intake": replace(ruleset, rules=rules)})):
        if finding.name != "dead-branch":
            continue
        when = by_id[finding.rule].when
        path = finding.path.partition(".when")[2].strip(".").split(".")
        without = _without(when, path)
        assert any(isinstance(node, AnyOf) for node in walk(when))
        assert holds(when, finding.witness, {}, {}) is True
        for values in every_order(facts):
            assert (holds(when, values, {}, {}) is True) == (holds(without, values, {}, {}) is True)


def _without(node, path):
    place = int(path[1])
    if len(path) == 2:
        return replace(node, of=(*node.of[:place], *node.of[place + 1 :]))
    return replace(node, of=(*node.of[:place], _without(node.of[place], path[2:]), *node.of[place + 1 :]))
