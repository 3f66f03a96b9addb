"""What rules mention of reference data: lists, skus, channels, warehouses, carriers, services, coupons, templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.language.conditions import Leaf, lists_of, walk
from engine.language.rules import Rule, Rulebook, Table

Mention = tuple[str, str]  # kind, code

_FACTS: Mapping[str, str] = {  # whose values are codes of what
    "order.channel": "channels", "line.sku": "skus", "coupon.code": "coupons", "warehouse.code": "warehouses",
    "service.warehouse": "warehouses", "service.carrier": "carriers", "service.code": "services",
}  # fmt: skip
_PARAMETERS: Mapping[tuple[str, str], str] = {  # of effects
    ("add_gift", "sku"): "skus", ("require", "carrier"): "carriers", ("notify", "template"): "templates",
    ("drop_coupon", "code"): "coupons", ("apply_coupon", "code"): "coupons",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mentioning:
    """A rule or a decision table that mentions something."""

    id: str
    stage: str
    title: Mapping[str, str]
    is_table: bool
    enabled: bool


def mentions_of(rule: Rule) -> frozenset[Mention]:
    """Everything that a rule, or a row of a table, mentions."""
    found = {("lists", code) for code in lists_of(rule.when)}
    for leaf in walk(rule.when):
        if isinstance(leaf, Leaf) and leaf.fact in _FACTS:
            found.update((_FACTS[leaf.fact], code) for code in _texts(leaf.value))
    for effect in rule.then:
        for name, value in effect.params.items():
            if (effect.do, name) in _PARAMETERS:
                found.update((_PARAMETERS[effect.do, name], code) for code in _texts(value))
    return frozenset(found)


def mentioning(rulebook: Rulebook, kind: str, code: str) -> list[Mentioning]:
    """The rules and tables that mention it, switched off ones too, by stage and in their order."""
    return by_mention(rulebook).get((kind, code), [])


def by_mention(rulebook: Rulebook) -> dict[Mention, list[Mentioning]]:
    """Of everything that rules mention: which ones, each rule and table once."""
    found: dict[Mention, dict[str, Mentioning]] = {}
    for ruleset in rulebook.rulesets.values():
        tables = {table.id: table for table in ruleset.tables}
        for rule in ruleset.all_rules:
            whole = tables[rule.table] if rule.table else rule
            for mention in mentions_of(rule):
                found.setdefault(mention, {}).setdefault(whole.id, _named(whole))
    return {mention: list(each.values()) for mention, each in found.items()}


def _named(whole: Rule | Table) -> Mentioning:
    return Mentioning(whole.id, whole.stage, whole.title, isinstance(whole, Table), whole.enabled)


def _texts(value: Any) -> Iterator[str]:
    """The texts of a literal or of several; a fact's value, and what begins with more, name nothing."""
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, str):
            yield each
