"""Random conditions, made as nodes so that shapes which documents refuse are covered too, and random facts for them."""

from __future__ import annotations

import random
from typing import Any

from engine.language.conditions import All, AnyOf, Leaf, Node, Not, Quantified, alternatives_of
from engine.language.facts import OPERATORS, Subject
from engine.language.values import ListRef

NUMBERS = ("int", "money", "weight", "date")
TEXTS = ("", "r1", "r2", "香港", "不要冰袋", "冰袋", '引"号\\', "line\nbreak", "x" * 4000, "加急，冰袋", "a" * 300)
SET_ITEMS = ("cold", "fragile", "大件")
INTS = (-(2**53) + 1, -1, 0, 1, 2, 299999, 300000, 2**53 - 1)


def a_number(random_: random.Random) -> int:
    return random_.choice(INTS) if random_.random() < 0.5 else random_.randint(-2, 4)


def a_literal(type_: str, random_: random.Random) -> Any:
    if type_ in NUMBERS:
        return a_number(random_)
    return random_.choice(("a", "b", "c") if type_ == "choice" else SET_ITEMS if type_ == "set" else TEXTS)


def a_leaf(subject: str, random_: random.Random) -> Leaf:
    type_ = random_.choice(tuple(OPERATORS))
    name = f"{subject}.{type_}_{random_.choice((1, 2))}"
    op = random_.choice((*OPERATORS[type_], "present", "absent"))
    if op in ("present", "absent", "is_true", "is_false"):
        return Leaf(name, op)
    if op in ("in_list", "not_in_list"):
        return Leaf(name, op, random_.choice(("red", "empty", "missing")))
    if op == "contains_any":
        some = tuple(random_.choice(TEXTS[1:]) for _ in range(2))
        return Leaf(name, op, ListRef("wishes") if random_.random() < 0.3 else some)
    if op == "between":
        return Leaf(name, op, tuple(sorted((a_number(random_), a_number(random_)))))
    if op in ("in", "not_in", "includes_all", "includes_none"):
        return Leaf(name, op, tuple(a_literal(type_, random_) for _ in range(random_.randint(1, 3))))
    if op in ("eq", "neq", "lt", "lte", "gt", "gte") and random_.random() < 0.2:
        return Leaf(name, op, other=f"order.{type_}_{random_.choice((1, 2))}")
    return Leaf(name, op, a_literal(type_, random_))


def a_quantifier(random_: random.Random) -> Quantified:
    part = random_.choice(("line", "coupon"))
    how = random_.choice(("some", "every", "no", "count", "sum"))
    where = a_node(part, random_, 1) if random_.random() < 0.8 or how == "every" else None
    if how in ("some", "every", "no"):
        return Quantified(how, part, where)
    op = random_.choice(("eq", "neq", "lt", "lte", "gt", "gte"))
    of = f"{part}.{random_.choice(NUMBERS[:3])}_1" if how == "sum" else None
    return Quantified(how, part, where, of, op, random_.randint(0, 3))


def a_node(subject: str, random_: random.Random, depth: int = 3) -> Node:
    chance = random_.random()
    if depth == 0 or chance < 0.35:
        return a_leaf(random_.choice((subject, "order")), random_)
    if chance < 0.5:
        return Not(a_node(subject, random_, depth - 1))
    if chance < 0.6 and subject == "order":
        return a_quantifier(random_)
    kind = All if chance < 0.8 else AnyOf
    return kind(tuple(a_node(subject, random_, depth - 1) for _ in range(random_.randint(1, 3))))


def a_condition(random_: random.Random) -> Node:
    """One that expands to few enough alternatives."""
    while True:
        node = a_node("order", random_)
        if alternatives_of(node) <= 256 and alternatives_of(node, True) <= 256:
            return node


def some_values(subject: str, random_: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for type_ in OPERATORS:
        for number in (1, 2):
            if random_.random() < 0.3:
                continue
            value = a_literal(type_, random_)
            if type_ == "flag":
                value = random_.random() < 0.5
            elif type_ == "set":
                value = frozenset(item for item in SET_ITEMS if random_.random() < 0.5)
            values[f"{subject}.{type_}_{number}"] = value
    return values


def a_random_subject(random_: random.Random, number: int) -> Subject:
    parts = {
        part: tuple(some_values(part, random_) for _ in range(random_.randint(0, 3)))
        for part in ("line", "coupon")
        if random_.random() < 0.9
    }
    return Subject("order", f"order:{number}", some_values("order", random_), parts)
