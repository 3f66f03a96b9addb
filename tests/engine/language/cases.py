"""Rule, table and ruleset documents over the real catalogue, and what is wrong with them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.errors import Problem, RulebookError
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_ruleset
from engine.language.effects import EFFECTS
from engine.language.rules import Rule, Ruleset, Table

LISTS = ("high-risk-regions", "trusted-buyers", "stop-words")
LEAF = {"fact": "order.payable_cents", "is": "gte", "value": 300000}
RULE: dict[str, Any] = {
    "id": "fraud.high-value",
    "title": {"zh": "大额", "en": "High value"},
    "why": "Large orders are worth a call.",
    "when": LEAF,
    "then": [{"do": "hold", "reason": "HIGH_VALUE"}],
}
TABLE: dict[str, Any] = {
    "id": "carrier.by-weight",
    "title": {"zh": "按重量", "en": "By weight"},
    "why": "Light parcels go cheap.",
    "about": "service",
    "hit": "first",
    "inputs": [
        {"fact": "shipment.weight_g", "is": "between"},
        {"fact": "order.service_level", "is": "in"},
        {"fact": "service.code"},
    ],
    "outputs": [{"do": "prefer", "rank": "int"}],
    "rows": [[[0, 1000], ["standard"], "ZTO-STD", 1], ["-", ["next_day"], "SF-AIR", 1]],
}


def a_rule(**changes: Any) -> dict[str, Any]:
    """RULE with other fields; None takes one out."""
    return _changed(RULE, changes)


def a_table(**changes: Any) -> dict[str, Any]:
    return _changed(TABLE, changes)


def when(condition: Any, stage: str = "fraud", about: str = "order") -> dict[str, Any]:
    """A rule with that condition; a hold goes with every stage and subject."""
    return a_rule(id=f"{stage}.x", when=condition, about=about)


def load(*members: dict[str, Any], stage: str | None = None, lists: Any = LISTS) -> Ruleset:
    stage = stage or members[0]["id"].split(".")[0]
    tables = [each for each in members if "rows" in each]
    rules = [each for each in members if "rows" not in each]
    return load_ruleset({"stage": stage, "rules": rules, "tables": tables}, CATALOGUE, EFFECTS, lists)


def load_rule(document: dict[str, Any]) -> Rule:
    return load(document).rules[0]


def load_table(document: dict[str, Any]) -> Table:
    return load(document).tables[0]


def problems_of(document: dict[str, Any], stage: str | None = None, lists: Any = LISTS) -> tuple[Problem, ...]:
    with pytest.raises(RulebookError) as caught:
        load(document, stage=stage, lists=lists)
    return caught.value.problems


def _changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    made = {**copy.deepcopy(document), **changes}
    return {name: value for name, value in made.items() if value is not None}
