"""Rulebooks over a small catalogue of few values, and every order that there can be of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

from engine.analysis import Finding, analyse
from engine.language.conditions import All, AnyOf, Leaf, Node, Not, Quantified
from engine.language.documents import load_rulebook
from engine.language.effects import EFFECTS
from engine.language.facts import Catalogue, Fact
from engine.language.rules import Rulebook

STAGES = ["intake", "payment", "coupon", "fraud", "audit", "warehouse", "carrier", "fulfilment"]
PIPELINE = {"stages": STAGES, "preference": ["rules", "code"]}


def _fact(name: str, type_: str, **more: Any) -> Fact:
    if type_ == "choice":
        more["choices"] = (("a", "甲", "A"), ("b", "乙", "B"), ("c", "丙", "C"))
    return Fact(name, type_, name, name, lambda scene, part: None, **more)


CATALOGUE = Catalogue((
    _fact("order.n", "int", always=True, least=0, most=4),
    _fact("order.m", "int", least=0, most=3),
    _fact("order.any", "int"),
    _fact("order.cents", "money", always=True),
    _fact("order.hour", "int", always=True, least=0, most=23),
    _fact("order.c", "choice", always=True),
    _fact("order.d", "choice"),
    _fact("order.f", "flag", always=True),
    _fact("order.g", "flag"),
    _fact("order.tags", "set", always=True),
    _fact("order.set", "set"),
    _fact("order.text", "text"),
    _fact("order.other", "text"),
    _fact("order.day", "date"),
    _fact("order.until", "date"),
    _fact("line.q", "int", always=True, least=1),
    _fact("line.c", "choice"),
    _fact("coupon.code", "text", always=True),
    _fact("coupon.applied", "flag", always=True),
    _fact("warehouse.code", "text", always=True, since="warehouse"),
    _fact("warehouse.kind", "choice", always=True, since="warehouse"),
    _fact("service.code", "text", always=True, since="carrier"),
    _fact("service.warehouse", "text", always=True, since="carrier"),
))  # fmt: skip

FINITE = {
    "order.n": (0, 1, 2, 3, 4), "order.m": (None, 0, 1, 2, 3), "order.c": ("a", "b", "c"),
    "order.d": (None, "a", "b", "c"), "order.f": (True, False), "order.g": (None, True, False),
}  # fmt: skip


def a_rule(identifier: str, when: Any = None, then: Any = None, **more: Any) -> dict[str, Any]:
    """A rule document; it gives an instruction unless something else is said."""
    document: dict[str, Any] = {"id": identifier, "title": {"zh": "规则", "en": "Rule"}, "why": "Because.",
                                "then": then or [{"do": "instruct", "text": identifier}], **more}  # fmt: skip
    return document if when is None else {**document, "when": when}


def a_table(identifier: str, hit: str, inputs: list[Any], rows: list[Any], **more: Any) -> dict[str, Any]:
    """A table that gives instructions; `inputs` as (fact, operator)."""
    columns = [{"fact": fact, "is": op} for fact, op in inputs]
    return {"id": identifier, "title": {"zh": "表", "en": "Table"}, "why": "Because.", "hit": hit, "inputs": columns,
            "outputs": [{"do": "instruct", "text": "text"}], "rows": rows, **more}  # fmt: skip


def a_rulebook(*members: dict[str, Any], lists: Any = None) -> Rulebook:
    documents: dict[str, Any] = {"pipeline": PIPELINE}
    for each in members:
        stage = each["id"].split(".")[0]
        ruleset = documents.setdefault(stage, {"stage": stage, "rules": [], "tables": []})
        ruleset["tables" if "rows" in each else "rules"].append(each)
    return load_rulebook(documents, CATALOGUE, EFFECTS, lists)


def findings(*members: dict[str, Any], lists: dict[str, frozenset[str]] | None = None) -> list[Finding]:
    """What the analysis says of a rulebook of these rules and tables."""
    return analyse(a_rulebook(*members, lists=lists), lists)


def names(*members: dict[str, Any], lists: dict[str, frozenset[str]] | None = None) -> list[str]:
    """The names of the findings."""
    return [finding.name for finding in findings(*members, lists=lists)]


def the_finding(*members: dict[str, Any], lists: dict[str, frozenset[str]] | None = None) -> Finding:
    """The only finding there is."""
    found = findings(*members, lists=lists)
    assert len(found) == 1, [each.message["en"] for each in found]
    return found[0]


def leaf(fact: str, is_: str, value: Any = None, other: str | None = None) -> dict[str, Any]:
    """A condition document."""
    said = {"fact": fact, "is": is_, "value": value, "other": other}
    return {name: each for name, each in said.items() if each is not None}


def every_order(facts: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Every combination of the finite facts' values; absent ones are left out."""
    for values in product(*(FINITE[fact] for fact in facts)):
        yield {fact: value for fact, value in zip(facts, values, strict=True) if value is not None}


def a_random_leaf(random_: random.Random, facts: tuple[str, ...]) -> Leaf:
    fact = random_.choice(facts)
    kind = CATALOGUE[fact].type
    if random_.random() < 0.1:
        return Leaf(fact, random_.choice(("present", "absent")))
    if kind == "flag":
        return Leaf(fact, random_.choice(("is_true", "is_false")))
    if kind == "choice":
        some = tuple(random_.sample("abc", random_.randint(1, 2)))
        op = random_.choice(("eq", "neq", "in", "not_in"))
        return Leaf(fact, op, some[0] if op in ("eq", "neq") else some)
    op = random_.choice(("eq", "neq", "lt", "lte", "gt", "gte", "between"))
    if op == "between":
        return Leaf(fact, op, tuple(sorted(random_.choices(range(-1, 6), k=2))))
    numbers = [each for each in facts if CATALOGUE[each].type == "int" and each != fact]
    if numbers and random_.random() < 0.3:
        return Leaf(fact, op, other=random_.choice(numbers))
    return Leaf(fact, op, random_.randint(-1, 5))


def a_random_condition(random_: random.Random, facts: tuple[str, ...], depth: int = 2, parts: bool = False) -> Node:
    chance = random_.random()
    if depth == 0 or chance < 0.2:
        return a_random_leaf(random_, facts)
    if chance < 0.35:
        return Not(a_random_condition(random_, facts, depth - 1, parts))
    if parts and chance < 0.55:
        return _a_quantifier(random_)
    kind = All if chance < 0.8 else AnyOf
    children = (a_random_condition(random_, facts, depth - 1, parts) for _ in range(random_.randint(2, 3)))
    return kind(tuple(children))


def _a_quantifier(random_: random.Random) -> Quantified:
    where = a_random_condition(random_, ("line.q", "line.c", "order.n"), 1)
    how = random_.choice(("some", "every", "no", "count", "sum"))
    if how in ("some", "every", "no"):
        return Quantified(how, "line", where)
    op = random_.choice(("eq", "lt", "lte", "gt", "gte"))
    return Quantified(how, "line", where, "line.q" if how == "sum" else None, op, random_.randint(0, 3))


def every_order_with_lines(facts: tuple[str, ...], most: int = 2) -> Iterator[tuple[dict[str, Any], tuple[Any, ...]]]:
    """Every order of the facts, with every one to so many lines."""
    kinds = [{"line.q": q, **({"line.c": c} if c else {})} for q in (1, 2, 3) for c in (None, "a", "b", "c")]
    lines = [each for size in range(1, most + 1) for each in product(kinds, repeat=size)]
    return product(every_order(facts), lines)
