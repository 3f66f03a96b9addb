"""Who evaluates the rules never changes a decision, and a difference between the two is held, told and counted."""

from __future__ import annotations

from typing import Any

import pytest

from engine.matching.matcher import Matcher
from tests.conftest import open_gatehouse

MODES = ("both", "evaluator", "matcher")


@pytest.fixture
def told(gatehouse):
    """What the service said of differences."""
    found: list[Any] = []
    gatehouse.decisions.on_disagreement = lambda *said: found.append(said)
    return found


@pytest.fixture
def forgetful_matcher(monkeypatch):
    """A matcher that finds nothing in audit, where the evaluator finds what approves."""
    fire = Matcher.fire
    monkeypatch.setattr(
        Matcher, "fire",
        lambda self, stage, subjects, lists: set() if stage == "audit" else fire(self, stage, subjects, lists),
    )  # fmt: skip


def test_every_way_to_evaluate_gives_the_same_decisions(home, clock, samples):
    decisions = {}
    for mode in MODES:
        opened = open_gatehouse(home, clock, MATCHING=mode)
        try:
            assert opened.rulebooks.live().judge.mode == mode
            decisions[mode] = [opened.orders.dry_run(each.document, each.channel) for each in samples]
        finally:
            opened.close()
    assert decisions["evaluator"] == decisions["both"] == decisions["matcher"]
    assert len({each["decision"]["verdict"] for each in decisions["both"]}) > 1


def test_a_difference_holds_the_order_and_is_told_and_counted(gatehouse, samples, told, forgetful_matcher):
    decision = gatehouse.orders.submit(samples[0].document, samples[0].channel).decision
    assert (decision["verdict"], [hold["reason"] for hold in decision["holds"]]) == ("hold", ["RULE_ERROR"])
    ((order_no, rulebook, differ),) = told
    assert (order_no, rulebook) == (decision["order_no"], decision["rulebook"])
    assert differ.stage == "audit" and differ.answers()["matcher"] == []
    assert "audit.approve-paid for order" in differ.answers()["evaluator"]
    assert differ.__traceback__ is None
    assert gatehouse.decisions.differences() == 1


def test_a_dry_run_tells_and_does_not_count(gatehouse, samples, told, forgetful_matcher):
    gatehouse.orders.dry_run(samples[0].document, samples[0].channel)
    assert len(told) == 1 and gatehouse.decisions.differences() == 0


def test_an_order_that_both_judge_alike_is_not_told(gatehouse, samples, told):
    gatehouse.orders.submit(samples[0].document, samples[0].channel)
    assert told == [] and gatehouse.decisions.differences() == 0


def test_one_evaluator_alone_cannot_differ(home, clock, samples, forgetful_matcher):
    opened = open_gatehouse(home, clock, MATCHING="evaluator")
    try:
        assert opened.orders.submit(samples[0].document, samples[0].channel).decision["verdict"] == "approve"
        assert opened.decisions.differences() == 0
    finally:
        opened.close()
