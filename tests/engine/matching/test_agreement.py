"""Matcher, evaluator and the definition (`evaluate.holds`) give the same answers, whatever the rules and facts."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from engine.language.rules import Rulebook
from engine.matching.evaluate import evaluated
from engine.matching.evaluator import Evaluator
from engine.matching.matcher import Matcher
from tests.engine.matching.cases import LISTS, a_rule, a_rulebook
from tests.engine.matching.fuzzing import a_condition, a_random_subject

RULES, SUBJECTS = 60, 50  # a seed: 3,000 pairs
QUICK, MILLION = range(10), range(10, 344)


def _rulebook(random_: random.Random) -> Rulebook:
    """Rules with generated conditions, which are put in after loading: some are shapes that documents refuse."""
    book = a_rulebook(*(a_rule(number) for number in range(RULES)))
    ruleset = book.rulesets["intake"]
    rules = tuple(replace(rule, when=a_condition(random_)) for rule in ruleset.rules)
    return Rulebook(book.pipeline, {"intake": replace(ruleset, rules=rules)})


def _agree(seed: int) -> None:
    random_ = random.Random(seed)
    rulebook = _rulebook(random_)
    subjects = [a_random_subject(random_, number) for number in range(SUBJECTS)]
    expected = evaluated(rulebook.rules("intake"), subjects, LISTS)
    assert 0.02 < len(expected) / (RULES * SUBJECTS) < 0.98  # the cases are no foregone conclusions
    matcher = Matcher(rulebook)
    try:
        matched = matcher.fire("intake", subjects, LISTS)
    finally:
        matcher.close()
    assert Evaluator(rulebook).fire("intake", subjects, LISTS) == expected, seed
    assert matched == expected, seed


@pytest.mark.parametrize("seed", QUICK)
def test_matcher_and_evaluator_agree_on_generated_rules_and_facts(seed):
    _agree(seed)


@pytest.mark.slow
def test_they_agree_on_a_million_pairs():
    assert len(MILLION) * RULES * SUBJECTS > 1_000_000
    for seed in MILLION:
        _agree(seed)
