"""Conditions as alternatives of simple checks, which is what the matcher can match.

Negation is pushed to the leaves and every `any` multiplied out. In Kleene's logic both keep what is true true, and a
check of an absent fact never passes, so a condition holds exactly when all checks of one alternative pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import Problem, RulebookError
from engine.language.conditions import MOST_ALTERNATIVES, AnyOf, Leaf, Node, Not, Quantified

OPPOSITE = {
    "eq": "neq",
    "neq": "eq",
    "lt": "gte",
    "gte": "lt",
    "gt": "lte",
    "lte": "gt",
    "present": "absent",
    "absent": "present",
}


@dataclass(frozen=True, slots=True)
class Check:
    """A fact against a literal, by one of OPPOSITE's operators; or a condition worked out in Python, eq a bool."""

    source: str | Leaf | Quantified  # a fact's name, or the condition to be worked out
    op: str
    value: int | bool | str | None = None

    @property
    def fact(self) -> str | None:
        """The fact that is compared; None: a condition is worked out."""
        return self.source if isinstance(self.source, str) else None


Conjunction = tuple[Check, ...]


def alternatives(node: Node | None, rule_id: str = "") -> tuple[Conjunction, ...]:
    """The conjunctions of which one must pass, each without repeats. No condition: one empty conjunction.

    Raises RulebookError when there are more than MOST_ALTERNATIVES.
    """
    found = _expand(node, False, rule_id) if node is not None else [()]
    return tuple(dict.fromkeys(tuple(dict.fromkeys(each)) for each in found))


def _expand(node: Node, negated: bool, rule_id: str) -> list[Conjunction]:
    if isinstance(node, Not):
        return _expand(node.of, not negated, rule_id)
    if isinstance(node, Leaf):
        return _leaf(node, negated)
    if isinstance(node, Quantified):
        return [(Check(node, "eq", not negated),)]
    parts = [_expand(child, negated, rule_id) for child in node.of]
    if isinstance(node, AnyOf) != negated:
        return _limited([each for part in parts for each in part], rule_id)
    product: list[Conjunction] = [()]
    for part in parts:
        product = _limited([(*left, *right) for left in product for right in part], rule_id)
    return product


def _limited(found: list[Conjunction], rule_id: str) -> list[Conjunction]:
    if len(found) > MOST_ALTERNATIVES:
        said = f"its any-groups combine to more than {MOST_ALTERNATIVES} alternatives"
        raise RulebookError([Problem(rule_id, "too-long", said)])
    return found


def _leaf(leaf: Leaf, negated: bool) -> list[Conjunction]:
    if leaf.other is None and leaf.op in OPPOSITE:
        return [(Check(leaf.fact, OPPOSITE[leaf.op] if negated else leaf.op, leaf.value),)]
    if leaf.op in ("is_true", "is_false"):
        return [(Check(leaf.fact, "eq", (leaf.op == "is_true") != negated),)]
    if leaf.op == "between":
        low, high = leaf.value
        if negated:
            return [(Check(leaf.fact, "lt", low),), (Check(leaf.fact, "gt", high),)]
        return [(Check(leaf.fact, "gte", low), Check(leaf.fact, "lte", high))]
    return [(Check(leaf, "eq", not negated),)]


def sources(conjunctions: Iterable[Conjunction]) -> list[str | Leaf | Quantified]:
    """What the checks look at, each once, in order."""
    return list(dict.fromkeys(check.source for conjunction in conjunctions for check in conjunction))
