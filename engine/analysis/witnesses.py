"""Witnesses: few facts that show a finding, written like the examples of rules, and checked by evaluating rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.analysis.models import Model, Parts
from engine.errors import MatcherError
from engine.language.conditions import Leaf, Node, lists_of, walk
from engine.language.examples import PLURALS
from engine.language.facts import Catalogue, Value
from engine.language.rules import Example, Rule, Table
from engine.language.tables import settle
from engine.language.values import ListRef
from engine.matching.evaluate import holds

Lists = Mapping[str, frozenset[str]]

_PLURAL = {part: plural for plural, part in PLURALS.items()}


@dataclass(frozen=True, slots=True)
class Witness:
    """What an order would have to be like. Facts that it leaves out are absent."""

    values: Mapping[str, Value] = field(default_factory=dict)
    parts: Parts = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, lists: Lists | None, conditions: Iterable[Node | None]) -> Witness:
        """The model, with as much of the lists as the conditions need."""
        own, parts = model.own, model.parts
        if lists is None:
            return cls(own, parts, model.lists)
        return cls(own, parts, narrowed(lists, model.values.values(), conditions))

    @classmethod
    def of_example(cls, example: Example) -> Witness:
        """What a rule's author wrote."""
        return cls(example.values, example.parts, example.lists)

    def fires(self, rule: Rule) -> bool:
        """Whether the rule's condition is true."""
        return self.meets(rule.when)

    def meets(self, condition: Node | None) -> bool:
        """Whether the condition is true."""
        return holds(condition, self.values, self.parts, self.lists) is True

    def counting(self, table: Table) -> list[Rule] | None:
        """The rows that count. None: those that fire may not fire together."""
        try:
            return settle(table, [row for row in table.rows if self.fires(row)])
        except MatcherError:
            return None

    def document(self, catalogue: Catalogue) -> dict[str, Any]:
        """As an example is written: facts, then parts, then lists."""
        found = _plain_values(self.values, catalogue)
        for part, each in self.parts.items():
            found[_PLURAL.get(part, part)] = [_plain_values(own, catalogue) for own in each]
        if self.lists:
            found["lists"] = {code: sorted(items) for code, items in sorted(self.lists.items())}
        return found


def narrowed(lists: Lists, values: Iterable[Value], conditions: Iterable[Node | None]) -> dict[str, frozenset[str]]:
    """Of the lists that the conditions ask, the items that are values, and the words that are in values."""
    texts = [value for value in values if isinstance(value, str)]
    found: dict[str, frozenset[str]] = {}
    for condition in conditions:
        within = {node.value.code for node in walk(condition) if isinstance(node, Leaf) and _looks_for_words(node)}
        for code in lists_of(condition):
            items = lists.get(code, frozenset())
            kept = items.intersection(texts)
            if code in within:
                kept |= {item for item in items if any(item in text for text in texts)}
            found[code] = found.get(code, frozenset()) | kept
    return {code: items for code, items in found.items() if items}


def _looks_for_words(leaf: Leaf) -> bool:
    return isinstance(leaf.value, ListRef)


def _plain_values(values: Mapping[str, Value], catalogue: Catalogue) -> dict[str, Any]:
    return {name: _plain(value, catalogue[name].type) for name, value in sorted(values.items())}


def _plain(value: Value, kind: str) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if kind == "date" and isinstance(value, int):
        return f"{value // 10000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"
    return value
