"""What a rule may mention: facts, their types and operators, and the scene they are read from.

The catalogue itself is data, one file a subject, in `engine.language.catalogue`. It drives the checks of rules, the
forms of the console, the sentences of explanations and the documentation; adding a fact is adding one row there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.decision import Plan
from engine.order import Order
from engine.world import World

# What a fact's value is while rules are judged. money and weight are ints (cents, grams); a date is the int yyyymmdd.
Value = int | bool | str | frozenset[str]

STAGES = (
    "intake", "payment", "coupon", "fraud", "audit", "warehouse", "carrier", "fulfilment", "tracking", "aftersale",
)  # fmt: skip

SUBJECTS = ("order", "line", "coupon", "coupon_pair", "warehouse", "service", "shipment", "return")
ATTRIBUTES = "order.attributes."  # facts of such names an admin declares (engine.language.declared)
PARTS = ("line", "coupon", "warehouse", "service", "shipment")  # what quantifiers range over

_ORDERED = ("eq", "neq", "lt", "lte", "gt", "gte", "between")
_NAMED = ("eq", "neq", "in", "not_in", "in_list", "not_in_list")
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "int": _ORDERED,
    "money": _ORDERED,
    "weight": _ORDERED,
    "date": _ORDERED,
    "text": (*_NAMED, "contains_any", "starts_with"),
    "choice": _NAMED,
    "set": ("includes", "includes_all", "includes_none"),
    "flag": ("is_true", "is_false"),
}
EVERY_TYPE = ("present", "absent")
NEGATIVE = ("neq", "not_in", "not_in_list", "includes_none")  # refused over facts that may be absent


@dataclass(frozen=True, slots=True)
class Scene:
    """From where facts are read: the inputs of the decision, and the plan as of the stage's start."""

    order: Order
    world: World
    plan: Plan
    now: dt.datetime
    derived: Mapping[str, Value | None] = field(default_factory=dict)  # by fact name: text readings, supply, totals


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed value that a rule may mention."""

    name: str  # "order.payable_cents"
    type: str  # int money weight date text choice set flag
    zh: str
    en: str
    state: Callable[[Scene, Any], Value | None]  # (scene, the part that is judged) -> value, None: absent
    unit: str | None = None  # cents g km days % …
    always: bool = False  # never absent, so negative conditions are allowed
    since: str = "intake"  # the first stage that knows it
    choices: tuple[tuple[str, str, str], ...] = ()  # (value, zh, en)
    least: int | None = None  # a number is never below it
    most: int | None = None  # nor above
    help_zh: str = ""
    help_en: str = ""
    sample: Value | None = None

    @property
    def subject(self) -> str:
        """Whose fact it is: buyer, receiver, payment and now facts are the order's."""
        head = self.name.split(".", 1)[0]
        return head if head in SUBJECTS else "order"

    @property
    def declared(self) -> bool:
        """Whether an admin declared it, so that it is the rulebook's and not ours."""
        return self.name.startswith(ATTRIBUTES)

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that a condition over this fact may use."""
        return (*OPERATORS[self.type], *EVERY_TYPE)


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that rules judge, as flat typed facts. Absent facts are left out of `values`."""

    about: str  # one of SUBJECTS
    id: str  # "order", "line:1", "coupon:X", "coupon_pair:X+Y", "warehouse:SH1", "service:SH1/SF-AIR", "shipment:1"
    values: Mapping[str, Value]  # its own facts and the order's
    parts: Mapping[str, tuple[Mapping[str, Value], ...]] = field(default_factory=dict)  # for quantifiers, by PARTS


class Catalogue:
    """The facts by name."""

    def __init__(self, facts: Iterable[Fact]):
        self.facts = {fact.name: fact for fact in facts}

    def __contains__(self, name: str) -> bool:
        return name in self.facts

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts.values())

    def of(self, subject: str) -> list[Fact]:
        """The facts of one subject."""
        return [fact for fact in self if fact.subject == subject]

    def state(self, names: Iterable[str], scene: Scene, part: Any = None) -> dict[str, Value]:
        """The values of the named facts in a scene; absent ones are left out.

        A part that is a mapping holds its facts by name: see `engine.language.catalogue.candidates`.
        """
        if isinstance(part, dict):
            return {name: part[name] for name in names if part.get(name) is not None}
        values = {}
        for name in names:
            value = self.facts[name].state(scene, part)
            if value is not None:
                values[name] = value
        return values


def date_value(day: dt.date) -> int:
    """A date as rules compare it: 2026-11-13 is 20261113."""
    return day.year * 10000 + day.month * 100 + day.day
