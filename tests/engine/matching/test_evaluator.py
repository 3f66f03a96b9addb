"""The evaluator's own habits; that it answers as the definition does is tested in test_agreement.py."""

from __future__ import annotations

import pytest

from engine.matching import evaluator
from engine.matching.evaluate import evaluated
from engine.matching.evaluator import Evaluator
from tests.engine.matching.cases import LISTS, a_rule, a_rulebook, a_subject


def _eq(number: int, value: int = 0) -> dict:
    return {"fact": f"order.int_{number}", "is": "eq", "value": value}


def _wish(text: str) -> dict:
    return {"fact": "order.text_1", "is": "contains_any", "value": [text]}


@pytest.fixture
def asked(monkeypatch):
    """The conditions that the evaluator works out while it judges."""
    nodes = []
    true_holds = evaluator.holds

    def holds(node, *scope):
        nodes.append(node)
        return true_holds(node, *scope)

    monkeypatch.setattr(evaluator, "holds", holds)
    return nodes


def test_only_enabled_rules_of_the_stage_about_the_subject_are_judged():
    judge = Evaluator(
        a_rulebook(a_rule(1), a_rule(2, about="line"), a_rule(3, stage="fraud"), a_rule(4, enabled=False))
    )
    subjects = [a_subject(), a_subject(about="line", id_="line:1"), a_subject(about="warehouse", id_="warehouse:1")]
    assert judge.fire("intake", subjects, {}) == {("intake.r1", 0), ("intake.r2", 1)}
    assert judge.fire("audit", subjects, {}) == set()


def test_a_rule_with_two_true_branches_fires_once():
    judge = Evaluator(a_rulebook(a_rule(1, {"any": [_eq(1), _eq(2)]})))
    assert judge.fire("intake", [a_subject({"order.int_1": 0, "order.int_2": 0})], {}) == {("intake.r1", 0)}


def test_lists_are_those_of_the_call():
    judge = Evaluator(a_rulebook(a_rule(1, {"fact": "order.text_1", "is": "in_list", "value": "red"})))
    subject = a_subject({"order.text_1": "香港"})
    assert len(judge.fire("intake", [subject], LISTS)) == 1
    assert judge.fire("intake", [subject], {"red": frozenset({"澳门"})}) == judge.fire("intake", [subject], {}) == set()


def test_texts_are_searched_only_for_rules_that_could_match(asked):
    rules = [a_rule(number, {"all": [_wish(f"冰{number}"), _eq(1, number)]}) for number in range(500)]
    judge = Evaluator(a_rulebook(*rules))
    assert judge.fire("intake", [a_subject({"order.int_1": 417, "order.text_1": "冰417"})], {}) == {("intake.r417", 0)}
    assert len(asked) == 1


def test_a_condition_of_many_rules_is_worked_out_once(asked):
    judge = Evaluator(a_rulebook(*(a_rule(number, {"all": [_wish("冰袋"), _eq(1)]}) for number in range(50))))
    fired = judge.fire("intake", [a_subject({"order.int_1": 0, "order.text_1": "要冰袋"})], {})
    assert len(fired) == 50 and len(asked) == 1


def test_many_alternatives_are_cut_into_blocks(monkeypatch):
    rulebook = a_rulebook(*(a_rule(number, {"any": [_eq(1, number), _eq(2, number)]}) for number in range(30)))
    subjects = [a_subject({"order.int_1": number, "order.int_2": 29 - number}) for number in range(30)]
    expected = evaluated(rulebook.rules("intake"), subjects, {})
    assert len(expected) == 60
    monkeypatch.setattr(evaluator, "BLOCK", 7)
    assert Evaluator(rulebook).fire("intake", subjects, {}) == expected
