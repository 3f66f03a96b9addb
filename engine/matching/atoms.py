"""Conditions as alternatives of atoms, which the evaluator's index is made of: one fact, list or set item at a time.

An alternative passes when all its atoms do, a condition is true when one of its alternatives passes; never when it is
unknown. What no index helps with (text searches, other facts, parts) stays a condition to be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.conditions import AnyOf, Leaf, Node, Not, Quantified, leaves_of, walk
from engine.language.operands import LIST_OPERATORS

ORDERED = frozenset({"lt", "lte", "gt", "gte", "between", "starts_with"})
NAMED = frozenset({"eq", "neq", "in", "not_in", "is_true", "is_false", "present", "absent"})
_ITEMS = frozenset({"includes", "includes_all", "includes_none"})
MOST = 64  # alternatives of a rule; a group that would make more is asked as a whole


@dataclass(frozen=True, slots=True)
class OfFact:
    """A condition over nothing but this fact's value, as large as it can be."""

    fact: str
    node: Node


@dataclass(frozen=True, slots=True)
class InList:
    """The fact is present, and in the list or not."""

    fact: str
    code: str
    inside: bool


@dataclass(frozen=True, slots=True)
class HasItem:
    """The set is present, and has the item or not."""

    fact: str
    item: str
    has: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition that has to be worked out."""

    node: Node


Atom = OfFact | InList | HasItem | Asked
Alternative = tuple[Atom, ...]


def atoms_of(node: Node | None) -> list[Alternative]:
    """The alternatives. No condition: one that always passes."""
    return [()] if node is None else _expand(node, False)


def _expand(node: Node, negated: bool) -> list[Alternative]:
    if isinstance(node, Not):
        return _expand(node.of, not negated)
    fact = _only_fact(node)
    if fact is not None:
        return [(OfFact(fact, _signed(node, negated)),)]
    if isinstance(node, Leaf):
        return _leaf(node, negated)
    if isinstance(node, Quantified):
        return [(Asked(_signed(node, negated)),)]
    if isinstance(node, AnyOf) != negated:
        found = [each for child in node.of for each in _expand(child, negated)]
        return found if len(found) <= MOST else [(Asked(_signed(node, negated)),)]
    return _product(node.of, negated)


def _product(children: tuple[Node, ...], negated: bool) -> list[Alternative]:
    found: list[Alternative] = [()]
    for child in children:
        part = _expand(child, negated)
        if len(found) * len(part) > MOST:
            part = [(Asked(_signed(child, negated)),)]
        found = [(*left, *right) for left in found for right in part]
    return found


def _only_fact(node: Node) -> str | None:
    """The one fact that the condition is about; None when there are several, or comparing values does not settle it."""
    facts = {leaf.fact if leaf.other is None and leaf.op in ORDERED | NAMED else None for leaf in leaves_of(node)}
    whole = len(facts) == 1 and not any(isinstance(each, Quantified) for each in walk(node))
    return facts.pop() if whole else None


def _leaf(leaf: Leaf, negated: bool) -> list[Alternative]:
    if leaf.other is None and leaf.op in LIST_OPERATORS:
        return [(InList(leaf.fact, leaf.value, (leaf.op == "in_list") != negated),)]
    if leaf.other is None and leaf.op in _ITEMS and leaf.value:
        return _items(leaf, negated)
    # Whatever it says, it is unknown where one of its facts is absent; that much an index can tell.
    present = tuple(OfFact(fact, Leaf(fact, "present")) for fact in (leaf.fact, leaf.other) if fact is not None)
    return [(*present, Asked(_signed(leaf, negated)))]


def _items(leaf: Leaf, negated: bool) -> list[Alternative]:
    items = (leaf.value,) if leaf.op == "includes" else leaf.value
    atoms = tuple(HasItem(leaf.fact, item, (leaf.op != "includes_none") != negated) for item in items)
    return [(atom,) for atom in atoms] if negated else [atoms]


def _signed(node: Node, negated: bool) -> Node:
    return Not(node) if negated else node


def leaves(nodes: tuple[Node, ...]) -> Iterator[Leaf]:
    """The leaves of several conditions."""
    return (leaf for node in nodes for leaf in leaves_of(node))
