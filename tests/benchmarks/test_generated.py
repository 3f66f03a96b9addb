"""The generated rulesets are what the benchmark says they are."""

from __future__ import annotations

import pytest

from benchmarks.generated import FACTS, SHAPES, carrier_table, ruleset
from engine.language.conditions import leaves_of
from engine.matching.evaluate import evaluated


def _fires(case) -> float:
    pairs = sum(len(evaluated(case.rules, [subject], {})) for subject in case.subjects)
    return pairs / len(case.subjects) / len(case.rules)


@pytest.mark.parametrize("shape", SHAPES)
def test_rules_have_two_to_four_conditions_and_seldom_hold(shape):
    case = ruleset(shape, 200)
    assert len(FACTS) == 17
    assert {sum(1 for _ in leaves_of(rule.when)) for rule in case.rules} == {2, 3, 4}
    assert 0.02 < _fires(case) < 0.06


def test_the_table_has_a_thousand_rows_of_which_one_fits_at_most():
    case = carrier_table()
    assert len(case.rules) == 1000
    found = [len(evaluated(case.rules, [subject], {})) for subject in case.subjects]
    assert set(found) == {0, 1}


def test_equal_runs_measure_equal_rules():
    assert ruleset("mixed", 20).document == ruleset("mixed", 20).document
    assert ruleset("mixed", 20).subjects == ruleset("mixed", 20).subjects
