"""What rules mention of reference data."""

from __future__ import annotations

import pytest

from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.language.mentions import by_mention, members_naming, mentioning
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


DRAFTED = [
    ({"when": {"all": [{"fact": "receiver.province", "is": "in_list", "value": "x"}]}}, "lists"),
    ({"when": {"not": {"fact": "order.remark", "is": "contains_any", "value": {"list": "x"}}}}, "lists"),
    ({"when": {"some": "line", "where": {"fact": "line.sku", "is": "in", "value": ["y", "x"]}}}, "skus"),
    ({"then": [{"do": "tag", "name": "t"}, {"do": "notify", "to": "buyer", "template": "x"}]}, "templates"),
    ({"then": [{"do": "webhook", "name": "x"}]}, "webhooks"),
    ({"inputs": [{"fact": "receiver.province", "is": "in_list"}], "rows": [["-", 1], ["x", 2]]}, "lists"),
    ({"inputs": [{"fact": "order.remark", "is": "contains_any"}], "rows": [[{"list": "x"}]]}, "lists"),
    ({"inputs": [{"fact": "order.item_count"}], "outputs": [{"do": "add_gift", "quantity": "int", "sku": "text"}],
      "rows": [[1, "x", 1]]}, "skus"),
]  # fmt: skip


@pytest.mark.parametrize(("member", "kind"), DRAFTED)
def test_what_a_draft_mentions_is_read_off_its_document(member, kind):
    kind_of = "tables" if "rows" in member else "rules"
    table = {"outputs": [{"do": ["score"]}], "inputs": [{"fact": ["x"], "is": ["in"]}], "rows": [[["x"], {}]]}
    odd = [{"then": 5, "rows": 7, "when": []}, {"then": [{"do": ["score"], "points": 1}]}, None, table]
    document = {kind_of: [member, *odd]}
    assert members_naming(document, (kind, "x")) == [member]
    assert members_naming(document, (kind, "no-such")) == []


ODD = [None, [], {"rules": {}}, {"tables": [{"rows": [5], "inputs": [1], "outputs": 3}]}]


@pytest.mark.parametrize("document", ODD)
def test_a_draft_of_any_shape_is_read(document):
    assert members_naming(document, ("lists", "x")) == []


def test_live_rules_and_their_documents_mention_the_same(rulebook):
    for mention, members in by_mention(rulebook).items():
        for each in members:
            ruleset = rulebook.rulesets[each.stage].document
            assert each.id in [member["id"] for member in members_naming(ruleset, mention)], (mention, each.id)
