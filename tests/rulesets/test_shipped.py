"""The shipped rules as documents: all load, all examples hold in both evaluators, and no condition goes unexercised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from engine.holds import HOLD_REASONS
from engine.language.catalogue import CATALOGUE
from engine.language.conditions import All, AnyOf, Leaf, Node, Not, Quantified, facts_of, walk
from engine.language.effects import EFFECTS
from engine.language.facts import STAGES
from engine.language.mentions import by_mention
from engine.language.rules import Example, FactRef, Rule, Table
from engine.matching.evaluate import holds, trace
from engine.matching.examples import check_examples, subject_of
from engine.matching.matcher import Matcher

FOLDER = Path(__file__).parents[2] / "rulesets"
RULE_FILES = sorted(path for path in FOLDER.glob("*/*.yaml") if path.parent.name in STAGES)
RULE_IDS = [f"{path.parent.name}.{path.stem}" for path in RULE_FILES]

# Reasons that shipped rules hold for. The rest are the engine's, a person's, or await facts that no stage knows yet.
HELD_FOR = set(HOLD_REASONS) - {
    "PAID_AFTER_CANCEL", "SYNC_FAILED",
    "RULE_ERROR", "NO_RULE_MATCHED", "MANUAL",
}  # fmt: skip


@pytest.fixture(scope="session")
def matcher(book):
    compiled = Matcher(book)
    yield compiled
    compiled.close()


def authored(book, identifier: str) -> Rule | Table:
    """What stands in the file of that id."""
    try:
        return next(table for ruleset in book.rulesets.values() for table in ruleset.tables if table.id == identifier)
    except StopIteration:
        return book.rule(identifier)


def examples_of(judged: Rule | Table) -> tuple[Example, ...]:
    return (*judged.examples.fires, *judged.examples.quiet)


def rows_of(judged: Rule | Table) -> tuple[Rule, ...]:
    return judged.rows if isinstance(judged, Table) else (judged,)


def test_every_stage_of_the_pipeline_has_rules(book):
    assert book.pipeline.stages == STAGES[:8]
    assert all(book.ruleset(stage).rules for stage in book.pipeline.stages)
    assert book.pipeline.triggers["order_received"] == book.pipeline.stages


def test_every_file_is_a_rule_of_its_name(book):
    found = [each.id for ruleset in book.rulesets.values() for each in (*ruleset.rules, *ruleset.tables)]
    assert sorted(found) == sorted(RULE_IDS)


@pytest.mark.parametrize("identifier", RULE_IDS)
def test_examples_hold_in_the_evaluator(book, identifier):
    judged = authored(book, identifier)
    assert judged.examples.fires, "has no example that fires"
    assert [problem.message for problem in check_examples(judged)] == []


@pytest.mark.parametrize("identifier", RULE_IDS)
def test_examples_hold_in_the_matcher(book, matcher, identifier):
    def matched(rules, subjects, lists):
        asked = {each.id for each in rules}
        return {pair for pair in matcher.fire(rules[0].stage, subjects, lists) if pair[0] in asked}

    assert [problem.message for problem in check_examples(authored(book, identifier), matched)] == []


@pytest.mark.parametrize("identifier", RULE_IDS)
def test_every_condition_is_seen_true_and_not_true(book, identifier):
    judged = authored(book, identifier)
    for rule in rows_of(judged):
        traces = [trace(rule, subject_of(judged, example), example.lists) for example in examples_of(judged)]
        for same in zip(*traces, strict=True):
            results = {condition.result for condition in same}
            assert True in results, f"{rule.id}: never true: {same[0]}"
            assert results - {True}, f"{rule.id}: always true: {same[0]}"


@pytest.mark.parametrize("identifier", RULE_IDS)
def test_every_condition_decides_an_example(book, identifier):
    """Were a condition always or never true, some example would come out differently."""
    judged = authored(book, identifier)
    if isinstance(judged, Table):
        assert {example.row for example in judged.examples.fires} == {row.row for row in judged.rows}
        return
    leaves = [leaf for leaf in walk(judged.when) if isinstance(leaf, Leaf)]
    for leaf in leaves:
        # `present` only says that absence was thought of: what it guards is unknown there anyway.
        for forced in (False,) if leaf.op == "present" else (True, False):
            assert any(_flips(judged, example, leaf, forced) for example in examples_of(judged)), (leaf, forced)


@pytest.mark.parametrize("identifier", RULE_IDS)
def test_thresholds_are_exercised_on_the_boundary(book, identifier):
    judged = authored(book, identifier)
    for rule in rows_of(judged):
        for leaf in walk(rule.when):
            if isinstance(leaf, Leaf):
                seen = {example.values.get(leaf.fact) for example in examples_of(judged)}
                assert set(_boundary(leaf, isinstance(judged, Table))) <= seen, f"{rule.id}: {leaf} saw only {seen}"


@pytest.mark.parametrize("identifier", RULE_IDS)
def test_titles_and_reasons_are_said_in_both_languages(book, identifier):
    judged = authored(book, identifier)
    for said in (judged.title, judged.why):
        assert re.search(r"[\u4e00-\u9fff]", said["zh"])
        assert said["en"] and not re.search(r"[\u4e00-\u9fff]", said["en"])
    assert len(judged.why["zh"]) > len(judged.title["zh"]) and len(judged.why["en"]) > len(judged.title["en"])


def test_every_list_that_is_named_exists_with_a_title_in_both_languages(shipped):
    book, documents = shipped
    assert {code for kind, code in by_mention(book) if kind == "lists"} <= set(documents)
    for code, document in documents.items():
        assert document["code"] == code
        assert set(document["title"]) == {"zh", "en"}
        assert len(set(document["items"])) == len(document["items"]), f"{code} says something twice"


def test_rules_hold_for_every_reason_that_is_theirs(book):
    held = {
        effect.params["reason"]
        for ruleset in book.rulesets.values()
        for rule in ruleset.all_rules
        for effect in rule.then
        if effect.do == "hold"
    }
    assert held == HELD_FOR


def test_no_shipped_rule_rejects(book):
    rules = [rule for ruleset in book.rulesets.values() for rule in ruleset.all_rules]
    assert not [rule.id for rule in rules if any(effect.do == "reject" for effect in rule.then)]


def test_what_an_effect_needs_is_always_known_when_its_rule_fires(book):
    """A required parameter taken from an absent fact would hold the order as RULE_ERROR."""
    for identifier in RULE_IDS:
        judged = authored(book, identifier)
        for rule in rows_of(judged):
            for name in _needed(rule):
                asked = name in facts_of(rule.when)
                assert asked or CATALOGUE[name].always, f"{rule.id} takes {name} without asking for it"


def _needed(rule: Rule) -> Iterator[str]:
    """The facts that its effects cannot do without."""
    for effect in rule.then:
        for name, value in effect.params.items():
            if isinstance(value, FactRef) and EFFECTS[effect.do].params[name].required:
                yield value.name


def _flips(rule: Rule, example: Example, leaf: Leaf, forced: bool) -> bool:
    assert rule.when is not None
    subject = subject_of(rule, example)
    changed = _forced(rule.when, leaf, forced)
    before, after = (holds(node, subject.values, subject.parts, example.lists) for node in (rule.when, changed))
    return (before is True) != (after is True)


def _forced(node: Node, leaf: Leaf, truth: bool) -> Node:
    """The condition with one leaf made always or never true: an empty `all` or `any`."""
    if node is leaf:
        return All(()) if truth else AnyOf(())
    if isinstance(node, (All, AnyOf)):
        return replace(node, of=tuple(_forced(each, leaf, truth) for each in node.of))
    if isinstance(node, Not):
        return Not(_forced(node.of, leaf, truth))
    if isinstance(node, Quantified) and node.where is not None:
        return replace(node, where=_forced(node.where, leaf, truth))
    return node


def _boundary(leaf: Leaf, in_table: bool) -> Iterator[int]:
    """The values on both sides of where the leaf turns; of a table's bands only those inside."""
    if leaf.other is not None or leaf.op not in ("lt", "lte", "gt", "gte", "between"):
        return
    low, high = leaf.value if leaf.op == "between" else (leaf.value, leaf.value)
    inside: Mapping[str, tuple[int, ...]] = {
        "lt": (high - 1, high), "lte": (high, high + 1), "gt": (low, low + 1), "gte": (low - 1, low),
        "between": (low - 1, low, high, high + 1),
    }  # fmt: skip
    yield from (value for value in inside[leaf.op] if value >= 0 and (not in_table or value in (low, high)))
