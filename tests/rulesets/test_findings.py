"""Nothing is found about the shipped rules, and every condition in them can be met."""

from __future__ import annotations

import pytest

from engine.analysis import analyse
from engine.analysis.study import Study


@pytest.mark.parametrize("known", [True, False], ids=["lists as shipped", "lists of any content"])
def test_nothing_is_found_about_the_shipped_rules(book, lists, known):
    found = analyse(book, lists if known else None)
    assert [f"{each.path} {each.name}: {each.message['en']}" for each in found] == []


def test_every_shipped_rule_fires_for_the_facts_that_the_analysis_finds(book, lists):
    study = Study(book, lists)
    for rule in study.rules():
        model = study.solution(rule).model
        assert model is not None and study.shown(model, rule), rule.id
