"""Conditions in plain Python: whether they hold and what they saw. The matcher's oracle, and the source of why-not.

Kleene's logic: a leaf over an absent fact is None (unknown), and so is a group that it decides.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.language.conditions import All, AnyOf, Leaf, Node, Not, Quantified, facts_of, is_of, walk
from engine.language.facts import Subject, Value
from engine.language.hearing import wished
from engine.language.rules import Rule
from engine.language.values import ListRef

Values = Mapping[str, Value]
Parts = Mapping[str, Sequence[Values]]
Lists = Mapping[str, frozenset[str]]
Truth = bool | None


def holds(node: Node | None, values: Values, parts: Parts, lists: Lists) -> Truth:
    """Whether the condition is true, false, or (None) unknown because a fact is absent. No condition is true."""
    if node is None:
        return True
    if isinstance(node, Leaf):
        return _leaf(node, values, lists)
    if isinstance(node, All):
        return _every(holds(child, values, parts, lists) for child in node.of)
    if isinstance(node, AnyOf):
        return _some(holds(child, values, parts, lists) for child in node.of)
    if isinstance(node, Not):
        return _opposite(holds(node.of, values, parts, lists))
    return _quantified(node, values, parts, lists)


def evaluated(rules: Sequence[Rule], subjects: Sequence[Subject], lists: Lists) -> set[tuple[str, int]]:
    """The pairs (rule id, index of the subject) that hold."""
    return {
        (rule.id, index)
        for index, subject in enumerate(subjects)
        for rule in rules
        if rule.about == subject.about and holds(rule.when, subject.values, subject.parts, lists)
    }


def _every(truths: Iterable[Truth]) -> Truth:
    known: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            known = None
    return known


def _some(truths: Iterable[Truth]) -> Truth:
    known: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            known = None
    return known


def _opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _leaf(leaf: Leaf, values: Values, lists: Lists) -> Truth:
    seen = values.get(leaf.fact)
    if leaf.op == "present":
        return seen is not None
    if leaf.op == "absent":
        return seen is None
    if seen is None:
        return None
    wanted = leaf.value
    if leaf.other is not None:
        wanted = values.get(leaf.other)
        if wanted is None:
            return None
    elif leaf.op in ("in_list", "not_in_list"):
        wanted = lists.get(wanted, frozenset())
    elif isinstance(wanted, ListRef):
        wanted = lists.get(wanted.code, frozenset())
    return COMPARE[leaf.op](seen, wanted)


def _contains_any(seen: str, wishes: Iterable[str]) -> bool:
    return wished(seen, wishes)


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "between": lambda seen, wanted: wanted[0] <= seen <= wanted[1],
    "in": lambda seen, wanted: seen in wanted,
    "not_in": lambda seen, wanted: seen not in wanted,
    "in_list": lambda seen, wanted: seen in wanted,
    "not_in_list": lambda seen, wanted: seen not in wanted,
    "contains_any": _contains_any,
    "starts_with": lambda seen, wanted: seen.startswith(wanted),
    "includes": lambda seen, wanted: wanted in seen,
    "includes_all": lambda seen, wanted: seen.issuperset(wanted),
    "includes_none": lambda seen, wanted: seen.isdisjoint(wanted),
    "is_true": lambda seen, wanted: seen is True,
    "is_false": lambda seen, wanted: seen is False,
}


def _quantified(node: Quantified, values: Values, parts: Parts, lists: Lists) -> Truth:
    each = parts.get(node.part)
    if each is None:  # nobody stated these parts
        return None
    truths = [holds(node.where, scope, parts, lists) for scope in _scopes(node, values, each)]
    if node.how == "some":
        return _some(truths)
    if node.how == "every":
        return _every(truths)
    if node.how == "no":
        return _opposite(_some(truths))
    compare = COMPARE[node.op or "eq"]
    if node.how == "sum":
        total = _sum(node, each, truths)
        return None if total is None else compare(total, node.value)
    sure, unsure = truths.count(True), truths.count(None)
    answers = {compare(count, node.value) for count in range(sure, sure + unsure + 1)}
    return answers.pop() if len(answers) == 1 else None


def _scopes(node: Quantified, values: Values, each: Sequence[Values]) -> list[Values]:
    """For each part, what its condition reads: its own facts over those around it."""
    if node.where is None or all(is_of(name, node.part) for name in facts_of(node.where)):
        return list(each)
    around = {name: value for name, value in values.items() if not is_of(name, node.part)}
    return [{**around, **own} for own in each]


def _sum(node: Quantified, each: Sequence[Values], truths: Sequence[Truth]) -> int | None:
    """None when it is unknown whether a part counts, or a part that counts has no value."""
    if None in truths:
        return None
    numbers = [own.get(node.of or "") for own, truth in zip(each, truths, strict=True) if truth]
    return None if None in numbers else sum(numbers)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Condition:
    """A row of an explanation: one group, leaf or quantifier, with what it wanted and saw. Plain JSON values."""

    depth: int
    joiner: str  # how it joins its members: all any not some every no count sum; a leaf: that of its group
    fact: str | None  # a quantifier: the summed fact, else the part; a group: None
    is_: str | None
    wanted: Any  # {"list": code} for a list; {"fact": name, "value": seen} for another fact
    seen: Any  # None: absent; a quantifier: its count, its sum or each part's values
    result: Truth


def trace(rule: Rule, subject: Subject, lists: Lists) -> list[Condition]:
    """Every condition of the rule in reading order, with what it saw. Empty: the rule has no condition."""
    if rule.when is None:
        return []
    return list(_rows(rule.when, "all", 0, subject.values, subject.parts, lists))


def _rows(node: Node, joiner: str, depth: int, values: Values, parts: Parts, lists: Lists) -> Iterable[Condition]:
    result = holds(node, values, parts, lists)
    if isinstance(node, Leaf):
        yield Condition(depth, joiner, node.fact, node.op, _wanted(node, values), plain(values.get(node.fact)), result)
    elif isinstance(node, Quantified):
        yield from _quantified_rows(node, depth, values, parts, lists, result)
    else:
        how = {All: "all", AnyOf: "any", Not: "not"}[type(node)]
        yield Condition(depth, how, None, None, None, None, result)
        for child in (node.of,) if isinstance(node, Not) else node.of:
            yield from _rows(child, how, depth + 1, values, parts, lists)


def _wanted(leaf: Leaf, values: Values) -> Any:
    if leaf.other is not None:
        return {"fact": leaf.other, "value": plain(values.get(leaf.other))}
    if leaf.op in ("in_list", "not_in_list"):
        return {"list": leaf.value}
    return {"list": leaf.value.code} if isinstance(leaf.value, ListRef) else plain(leaf.value)


def _quantified_rows(
    node: Quantified, depth: int, values: Values, parts: Parts, lists: Lists, result: Truth
) -> Iterable[Condition]:
    each = parts.get(node.part)
    scopes = _scopes(node, values, each) if each is not None else []
    truths = [holds(node.where, scope, parts, lists) for scope in scopes]
    seen: Any = None
    if each is not None:
        seen = _sum(node, each, truths) if node.how == "sum" else truths.count(True)
    yield Condition(depth, node.how, node.of or node.part, node.op, plain(node.value), seen, result)
    join = _every if node.how == "every" else _some
    for leaf in walk(node.where):
        if isinstance(leaf, Leaf):
            found = join(holds(leaf, scope, parts, lists) for scope in scopes)
            column = [plain(scope.get(leaf.fact)) for scope in scopes]
            yield Condition(depth + 1, node.how, leaf.fact, leaf.op, _wanted(leaf, values), column, found)


def seen(rule: Rule, subject: Subject) -> dict[str, Any]:
    """The values of the facts that the rule's conditions name; absent ones are left out.

    Plain JSON: a set is a sorted list; a fact of parts is the list of its values in part order, None where absent.
    """
    found: dict[str, Any] = {}
    for name in sorted(rule.facts):
        if subject.values.get(name) is not None:
            found[name] = plain(subject.values[name])
    for part, names in sorted(rule.part_facts.items()):
        for name in sorted(names):
            found[name] = [plain(own.get(name)) for own in subject.parts.get(part, ())]
    return found


def plain(value: Any) -> Any:
    """A fact's value as JSON data."""
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    return [plain(item) for item in value] if isinstance(value, tuple) else value
