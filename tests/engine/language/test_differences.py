"""What two documents say differently."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.language.catalogue import CATALOGUE
from engine.language.differences import Speaker, differences
from engine.language.effects import EFFECTS
from tests.engine.language.cases import RULE, TABLE

SPEAKER = Speaker(CATALOGUE, EFFECTS, {"high-risk-regions": {"zh": "高风险地区", "en": "High-risk regions"}})


def rule(slug: str, **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(RULE), "id": f"fraud.{slug}", **changes}


def table(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(TABLE), **changes}


def of(before: list[Any], after: list[Any], kind: str = "rules", stage: str = "fraud") -> dict[str, Any]:
    return differences(stage, {"stage": stage, kind: before}, {"stage": stage, kind: after}, SPEAKER)


def ids(entries: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in entries]


def test_equal_documents_are_identical_whatever_the_order_of_their_keys():
    one = rule("a")
    found = of([one], [dict(reversed(one.items()))])
    assert found == {
        "identical": True, "fields": [], "added": [], "removed": [], "changed": [], "reordered": {},
    }  # fmt: skip


def test_rules_are_known_by_their_id():
    found = of([rule("a"), rule("b"), rule("c")], [rule("c"), rule("d"), rule("a", priority=9)])
    assert (ids(found["removed"]), ids(found["added"]), ids(found["changed"])) == (
        ["fraud.b"], ["fraud.d"], ["fraud.a"],
    )  # fmt: skip
    assert found["changed"][0]["fields"] == [{"path": "priority", "before": RULE.get("priority"), "after": 9}]
    assert found["reordered"] == {
        "rules": {"before": ["fraud.a", "fraud.c"], "after": ["fraud.c", "fraud.a"]},
    }  # fmt: skip
    assert not found["identical"]


def test_a_changed_rule_is_said_as_it_was_and_as_it_is_in_both_languages():
    leaf = {"fact": "receiver.province", "is": "in_list", "value": "high-risk-regions"}
    (changed,) = of([rule("a")], [rule("a", when=leaf)])["changed"]
    assert "高风险地区" in changed["after"]["sentence"]["zh"]
    assert "High-risk regions" in changed["after"]["sentence"]["en"]
    assert changed["before"]["sentence"] != changed["after"]["sentence"]
    assert changed["after"]["document"]["when"] == leaf
    assert {each["path"].split(".")[0] for each in changed["fields"]} == {"when"}


def test_fields_are_the_smallest_parts_that_differ():
    both = {"all": [{"fact": "order.payable_cents", "is": "gte", "value": each} for each in (1, 2)]}
    other = copy.deepcopy(both)
    other["all"][1]["value"] = 3
    longer = {"all": [*both["all"], both["all"][0]]}
    (changed,) = of([rule("a", when=both)], [rule("a", when=other)])["changed"]
    assert changed["fields"] == [{"path": "when.all.1.value", "before": 2, "after": 3}]
    (changed,) = of([rule("a", when=both)], [rule("a", when=longer)])["changed"]
    assert [each["path"] for each in changed["fields"]] == ["when.all"]


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False), (None, 0), ([], {}), ("1", 1)])
def test_values_of_another_type_differ(one, other):
    (changed,) = of([rule("a", priority=one)], [rule("a", priority=other)])["changed"]
    assert changed["fields"] == [{"path": "priority", "before": one, "after": other}]


def test_rows_of_a_table_are_compared_one_by_one():
    rows = TABLE["rows"]
    assert len(rows) >= 2
    mended = copy.deepcopy(rows[1])
    mended[-1] = 7
    (changed,) = of([table()], [table(rows=[rows[0], mended, *rows[2:], rows[0]])], "tables", "carrier")["changed"]
    assert changed["fields"] == []
    assert [(each["change"], (each["before"] or each["after"])["row"]) for each in changed["rows"]] == [
        ("changed", 2), ("added", len(rows) + 1),
    ]  # fmt: skip
    row = changed["rows"][0]
    assert row["before"]["sentence"]["zh"] != row["after"]["sentence"]["zh"]
    (changed,) = of([table()], [table(rows=rows[1:])], "tables", "carrier")["changed"]
    (row,) = changed["rows"]
    assert (row["change"], row["before"]["row"], row["after"]) == ("removed", 1, None)


def test_a_table_that_is_not_valid_is_compared_without_sentences():
    (changed,) = of([table()], [table(rows=[["?"]])], "tables", "carrier")["changed"]
    assert changed["rows"][0]["after"] == {"row": 1, "cells": ["?"], "sentence": None}


def test_declared_facts_are_known_by_their_name():
    fact = {"name": "order.attributes.wrap", "type": "flag", "zh": "包装", "en": "Wrap"}
    found = of([fact], [{**fact, "en": "Wrapping"}, {**fact, "name": "order.attributes.card"}], "facts", "facts")
    assert ids(found["added"]) == ["order.attributes.card"]
    (changed,) = found["changed"]
    assert (changed["kind"], changed["title"]) == ("fact", {"zh": "包装", "en": "Wrapping"})
    assert changed["after"]["sentence"] is None


def test_the_rest_is_compared_as_fields():
    before = {"stages": ["intake", "fraud"], "preference": ["cost"], "note": ""}
    found = differences("pipeline", before, {**before, "stages": ["intake"], "note": "x"}, SPEAKER)
    assert [each["path"] for each in found["fields"]] == ["stages", "note"]


ODD = [
    {"rules": None}, {"rules": 3}, {"rules": [None, None, 3, "x"]}, {"rules": [{}, {}, {"id": None}, {"id": []}]},
    {"rules": [rule("a"), rule("a")]}, {"tables": [{"rows": 3}, {"id": "carrier.x", "rows": [None]}]}, {},
    {"rules": [{"id": "fraud.x", "title": 3}, {"id": "fraud.y", "title": {"zh": 3}, "when": [], "then": 3}]},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_whatever_stands_there_is_compared(odd):
    whole = {"rules": [rule("a")], "tables": [table()], "note": ""}
    for before, after in ((whole, odd), (odd, whole)):
        assert not differences("fraud", before, after, SPEAKER)["identical"]
    assert differences("fraud", odd, copy.deepcopy(odd), SPEAKER)["identical"]
