"""What rules mention of reference data: lists, skus, channels, warehouses, carriers, services, coupons, templates. And
of settings: webhooks.

Of rules in force it is read off their conditions and effects, of drafts off their documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.language.conditions import Leaf, lists_of, walk
from engine.language.effects import EFFECTS
from engine.language.operands import LIST_OPERATORS
from engine.language.rules import Rule, Rulebook, Table

Mention = tuple[str, str]  # kind, code

_FACTS: Mapping[str, str] = {  # whose values are codes of what
    "order.channel": "channels", "line.sku": "skus", "coupon.code": "coupons", "warehouse.code": "warehouses",
    "service.warehouse": "warehouses", "service.carrier": "carriers", "service.code": "services",
}  # fmt: skip
_PARAMETERS: Mapping[tuple[str, str], str] = {  # of effects
    ("add_gift", "sku"): "skus", ("require", "carrier"): "carriers", ("notify", "template"): "templates",
    ("drop_coupon", "code"): "coupons", ("apply_coupon", "code"): "coupons", ("webhook", "name"): "webhooks",
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


def members_naming(document: Any, mention: Mention) -> list[Mapping[str, Any]]:
    """The rules and tables of a ruleset's document that mention it, as they stand there: drafts need not be valid."""
    kinds = [document.get(name) for name in ("rules", "tables")] if isinstance(document, Mapping) else []
    members = [each for kind in kinds if isinstance(kind, list) for each in kind if isinstance(each, Mapping)]
    return [each for each in members if mention in _written(each)]


def _written(whole: Mapping[str, Any]) -> frozenset[Mention]:
    return frozenset((*_within(whole), *(mention for cell in _cells(whole) for mention in _within(cell))))


def _within(document: Any) -> Iterator[Mention]:
    """What a part of a document mentions, whatever its shape."""
    if isinstance(document, list):
        for each in document:
            yield from _within(each)
    if not isinstance(document, Mapping):
        return
    value, fact = document.get("value"), document.get("fact")
    if document.get("is") in LIST_OPERATORS:
        yield from (("lists", code) for code in _texts(value))
    elif isinstance(fact, str) and fact in _FACTS:
        yield from ((_FACTS[fact], code) for code in _texts(value))
    yield from (("lists", code) for code in _texts(document.get("list")))
    do = str(document.get("do"))
    for name, each in document.items():
        if (do, name) in _PARAMETERS:
            yield from ((_PARAMETERS[do, name], code) for code in _texts(each))
        yield from _within(each)


def _cells(table: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The cells of a table, each as the condition or the effect that its column makes of it."""
    columns: list[Mapping[str, Any]] = [each for each in _items(table.get("inputs")) if isinstance(each, Mapping)]
    outputs = [each for each in _items(table.get("outputs")) if isinstance(each, Mapping)]
    known = [(each, EFFECTS[str(each.get("do"))]) for each in outputs if str(each.get("do")) in EFFECTS]
    params = [(spec.name, name) for each, spec in known for name in spec.params if name in each]
    for row in _items(table.get("rows")):
        cells = _items(row)
        yield from ({**column, "value": cell} for column, cell in zip(columns, cells, strict=False))
        yield from ({"do": do, name: cell} for (do, name), cell in zip(params, cells[len(columns) :], strict=False))


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _named(whole: Rule | Table) -> Mentioning:
    return Mentioning(whole.id, whole.stage, whole.title, isinstance(whole, Table), whole.enabled)


def _texts(value: Any) -> Iterator[str]:
    """The texts of a literal or of several; a fact's value, and what begins with more, name nothing."""
    for each in value if isinstance(value, (tuple, list)) else (value,):
        if isinstance(each, str):
            yield each
