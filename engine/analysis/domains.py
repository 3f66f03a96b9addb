"""Which values a fact may still take: numbers as spans, all else by name, and whether it may be absent.

Dates are spans of day numbers here, so that there is nothing between 30 November and 1 December.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from engine.language.facts import Fact, date_value
from engine.language.values import LARGEST_INT

LEAST, MOST = -LARGEST_INT, LARGEST_INT  # what a rule can name; nothing that is judged is beyond
FIRST_DAY, LAST_DAY = 1, dt.date.max.toordinal()
NUMERIC = ("int", "money", "weight", "date")

Span = tuple[int, int]  # both included


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers by disjoint spans in ascending order."""

    spans: tuple[Span, ...]
    absent: bool = False

    def __bool__(self) -> bool:
        return self.absent or bool(self.spans)

    def __and__(self, other: Numbers) -> Numbers:
        absent = self.absent and other.absent
        met = ((max(a[0], b[0]), min(a[1], b[1])) for a in self.spans for b in other.spans)
        return Numbers(tuple(sorted(span for span in met if span[0] <= span[1])), absent)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int) and any(low <= value <= high for low, high in self.spans)

    def meets(self, other: Numbers) -> bool:
        """Whether they have a value in common; absence counts as one."""
        if self.absent and other.absent:
            return True
        return any(a[0] <= b[1] and b[0] <= a[1] for a in self.spans for b in other.spans)


@dataclass(frozen=True, slots=True)
class Names:
    """Texts, choices or truth values: those named, or with `rest` all but those."""

    items: frozenset[str | bool]
    rest: bool = False
    absent: bool = False

    def __bool__(self) -> bool:
        return self.absent or self.rest or bool(self.items)

    def __and__(self, other: Names) -> Names:
        absent = self.absent and other.absent
        if self.rest and other.rest:
            return Names(self.items | other.items, True, absent)
        if self.rest or other.rest:
            named, but = (other, self) if self.rest else (self, other)
            return Names(named.items - but.items, False, absent)
        return Names(self.items & other.items, False, absent)

    def __contains__(self, value: object) -> bool:
        return (value in self.items) != self.rest

    def meets(self, other: Names) -> bool:
        """Whether they have a value in common; absence counts as one."""
        return bool(self & other)


Domain = Any  # Numbers or Names; one dimension never mixes them

YES, NO = Names(frozenset({True})), Names(frozenset({False}))
EITHER = Names(frozenset({True, False}))


def universe(fact: Fact) -> Domain:
    """Everything that the fact can be. Of a set: only whether there is one."""
    absent = not fact.always
    if fact.type == "date":
        return Numbers(((FIRST_DAY, LAST_DAY),), absent)
    if fact.type in NUMERIC:
        low = LEAST if fact.least is None else fact.least
        return Numbers(((low, MOST if fact.most is None else fact.most),), absent)
    if fact.type == "flag":
        return replace(EITHER, absent=absent)
    if fact.type == "choice" and fact.choices:
        return Names(frozenset(choice[0] for choice in fact.choices), False, absent)
    return Names(frozenset(), True, absent)


def only(domain: Domain, absent: bool) -> Domain:
    """The part of a domain that is absence, or the part that is not."""
    if not absent:
        return replace(domain, absent=False)
    return Numbers((), domain.absent) if isinstance(domain, Numbers) else Names(frozenset(), False, domain.absent)


def numbers(op: str, value: Any, truth: bool = True) -> Numbers:
    """The numbers that compare so with the value, or with `truth` False those that do not."""
    spans = _SPANS[op](value)
    return Numbers(tuple(each for each in (spans if truth else _others(spans)) if each[0] <= each[1]))


def named(values: Iterable[str | bool], truth: bool = True) -> Names:
    """The named values, or all but those."""
    return Names(frozenset(values), rest=not truth)


def day_number(value: int) -> int:
    """The number of a date written yyyymmdd."""
    return dt.date(value // 10000, value // 100 % 100, value % 100).toordinal()


def as_value(number: int, fact: Fact) -> int:
    """A number of a domain as the fact's value: days become yyyymmdd."""
    return date_value(dt.date.fromordinal(number)) if fact.type == "date" else number


def _others(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    found, start = [], LEAST
    for low, high in spans:
        found.append((start, low - 1))
        start = high + 1
    return (*found, (start, MOST))


_SPANS: dict[str, Any] = {
    "eq": lambda value: ((value, value),),
    "neq": lambda value: ((LEAST, value - 1), (value + 1, MOST)),
    "lt": lambda value: ((LEAST, value - 1),),
    "lte": lambda value: ((LEAST, value),),
    "gt": lambda value: ((value + 1, MOST),),
    "gte": lambda value: ((value, MOST),),
    "between": lambda value: (tuple(value),),
}
