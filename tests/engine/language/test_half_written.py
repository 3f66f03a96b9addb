"""Rules while they are being written."""

from __future__ import annotations

import pytest

from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.language.half_written import half_read
from engine.language.sentences import sentence
from tests.conftest import ROOT


def said(document, language="zh"):
    return sentence(half_read(document, "fraud", CATALOGUE, EFFECTS), CATALOGUE, language, EFFECTS)


def test_whole_rules_are_said_as_they_are_when_loaded():
    rulebook, _ = read_rulebook(ROOT / "rulesets", CATALOGUE, EFFECTS)
    for ruleset in rulebook.rulesets.values():
        for rule in ruleset.rules:
            half = half_read(rule.document, ruleset.stage, rulebook.catalogue, EFFECTS)
            for language in ("zh", "en"):
                whole = sentence(rule, rulebook.catalogue, language, EFFECTS)
                assert sentence(half, rulebook.catalogue, language, EFFECTS) == whole


def test_what_is_missing_is_an_ellipsis():
    assert said({}) == "始终：…。"
    assert said({"when": {"all": [{}]}, "then": [{"do": "hold"}]}) == "当…时：挂起（原因：…）。"
    assert said({"when": {"fact": "order.payable_cents", "is": "gte"}}) == "当应付金额 不低于 …时：…。"
    assert said({"when": {"fact": "order.payable_cents"}}) == "当应付金额 等于 …时：…。"
    assert said({"when": {"sum": "line"}}, "en") == "When the sum of … over lines is …: …."


def test_a_value_that_cannot_be_is_an_ellipsis():
    assert said({"when": {"fact": "order.payable_cents", "is": "gte", "value": "many"}}) == "当应付金额 不低于 …时：…。"
    assert said({"then": [{"do": "hold", "reason": "NO_SUCH"}]}) == "始终：挂起（原因：…）。"


def test_half_of_a_text_in_two_languages_is_said():
    said_in = {"then": [{"do": "task", "queue": "risk", "title": {"zh": "打电话"}}]}
    assert "打电话" in said(said_in) and "Title: …" in said(said_in, "en")


@pytest.mark.parametrize(
    "document",
    [None, 7, "x", {"when": []}, {"when": {"all": {}}}, {"when": {"fact": []}}, {"when": {"some": ["line"]}},
     {"then": {}}, {"then": [None, {"do": []}, {"do": "nothing"}]}, {"about": {}}, {"when": {"not": None}},
     {"when": {"fact": "order.remark", "is": {}, "value": {}}}, {"when": {"fact": "order.remark", "is": "in_list"}}],
)  # fmt: skip
def test_nonsense_is_no_error(document):
    assert said(document)


def test_endless_nesting_ends():
    document: dict = {}
    for _ in range(500):
        document = {"not": document}
    assert said({"when": document})
