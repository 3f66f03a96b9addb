"""What rules mention of reference data."""

from __future__ import annotations

import pytest

from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.language.mentions import by_mention, mentioning
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def rulebook():
    return read_rulebook(ROOT / "rulesets", CATALOGUE, EFFECTS)[0]


def test_every_list_that_rules_ask_is_mentioned_by_them(rulebook):
    assert [each.id for each in mentioning(rulebook, "lists", "blacklist-phones")] == ["fraud.blacklisted"]


def test_templates_and_goods_of_effects_are_mentioned(rulebook):
    found = by_mention(rulebook)
    assert ("templates", "order-exception") in found
    assert all(each.title["zh"] for rules in found.values() for each in rules)


def test_what_nobody_mentions_has_no_rules(rulebook):
    assert mentioning(rulebook, "lists", "no-such-list") == []
