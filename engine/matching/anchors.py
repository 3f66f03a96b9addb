"""Which patterns lie together in a chunk, and for whom a chunk cannot fire, so that the engine need not be asked.

Of each pattern the one or two checks that fewest values pass are its anchors. Patterns with like anchors become
neighbours, and a chunk is left out for a subject that passes the anchors of none of its patterns. Nothing else is
decided here: every check, the anchors too, is the engine's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import xor
from typing import Any

from engine.matching.alternatives import Check, Conjunction

MOST_ANCHORS = 2  # more would keep the engine from little and cost every subject
_NAMED, _LEAST, _MOST = "named", "least", "most"
_KINDS = {"eq": _NAMED, "gt": _LEAST, "gte": _LEAST, "lt": _MOST, "lte": _MOST}


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a fact's value has to be for a pattern to match."""

    check: Check
    fact: str
    kind: str  # named: this value; least, most: not beyond it
    value: Any


Anchors = tuple[Anchor, ...]  # the rarer first
Anchored = tuple[str, Conjunction, Anchors]  # rule id, checks with the anchors' first, anchors


def arrange(patterns: Sequence[tuple[str, Conjunction]]) -> list[Anchored]:
    """The patterns in the order in which they fill chunks."""
    constants = _constants(check for _, conjunction in patterns for check in conjunction)
    found = [(rule_id, *_anchored(conjunction, constants)) for rule_id, conjunction in patterns]
    return sorted(found, key=_place)


def _anchored(conjunction: Conjunction, constants: Mapping[str, Sequence[Any]]) -> tuple[Conjunction, Anchors]:
    found = [anchor for anchor in map(_anchor, conjunction) if anchor]
    found.sort(key=lambda each: _share(each, constants[each.fact]))
    anchors = tuple(found[:MOST_ANCHORS])
    first = tuple(anchor.check for anchor in anchors)
    return (*first, *(check for check in conjunction if check not in first)), anchors


def _anchor(check: Check) -> Anchor | None:
    """None: the engine does not make this check, or it does not say which values pass."""
    if check.fact is not None and check.op in _KINDS and check.value is not None:
        return Anchor(check, check.fact, _KINDS[check.op], check.value)
    return None


def _constants(checks: Iterable[Check]) -> dict[str, list[Any]]:
    """By fact, every value that anchors name, ascending: what is known of how values are spread."""
    found: dict[str, set[Any]] = {}
    for anchor in filter(None, map(_anchor, checks)):
        found.setdefault(anchor.fact, set()).add(anchor.value)
    return {fact: sorted(values) for fact, values in found.items()}


def _share(anchor: Anchor, constants: Sequence[Any]) -> float:
    """About which share of values passes, going by the values that rules name."""
    if anchor.kind == _NAMED:
        return 1 / (len(constants) + 1)
    below = (bisect_left(constants, anchor.value) + 0.5) / (len(constants) + 1)
    return 1 - below if anchor.kind == _LEAST else below


def _place(pattern: Anchored) -> tuple[Any, ...]:
    """Patterns of which Python works something out lie apart, those without an anchor first; then like by like, so that
    a chunk names few facts."""
    _, conjunction, anchors = pattern
    facts = tuple(check.fact for check in conjunction if check.fact is not None)
    apart = len(facts) < len(conjunction)
    if not anchors:
        return apart, ""
    anchor = anchors[0]
    return apart, anchor.fact, anchor.kind, facts[1:] if apart else (), anchor.value


class Gate:
    """Which patterns may match a subject: those whose anchors pass, and those without one."""

    def __init__(self, anchors: Iterable[Anchors]):
        """`anchors`: of patterns in their order; answers are their numbers as bits."""
        listed = list(anchors)
        self._layers = [_Layer([each[place] if place < len(each) else None for each in listed])
                        for place in range(MOST_ANCHORS)]  # fmt: skip

    def passing(self, values: Mapping[str, Any]) -> int:
        """The patterns. One that is not among them cannot match a subject with these values."""
        found = -1
        for layer in self._layers:
            found &= layer.passing(values)
        return found


class _Layer:
    """The first anchors of all patterns, or the second ones."""

    def __init__(self, anchors: Sequence[Anchor | None]):
        self._open = 0
        named: dict[str, dict[Any, int]] = {}
        below: dict[str, int] = {}  # the patterns that a fact's lowest values pass
        changes: dict[str, dict[int, int]] = {}  # from which value on other patterns pass
        for number, anchor in enumerate(anchors):
            if anchor is None:
                self._open |= 1 << number
            elif anchor.kind == _NAMED:
                _add(named.setdefault(anchor.fact, {}), anchor.value, number)
            elif anchor.kind == _LEAST:
                _add(changes.setdefault(anchor.fact, {}), anchor.value, number)
            else:
                _add(changes.setdefault(anchor.fact, {}), anchor.value + 1, number)
                below[anchor.fact] = below.get(anchor.fact, 0) | 1 << number
        self._named = list(named.items())
        self._ordered = [(fact, *_cut(found, below.get(fact, 0))) for fact, found in changes.items()]

    def passing(self, values: Mapping[str, Any]) -> int:
        """The patterns whose anchor passes, and those without one."""
        found = self._open
        for fact, by_value in self._named:
            found |= by_value.get(values.get(fact), 0)
        for fact, cuts, between in self._ordered:
            value = values.get(fact)
            if value is not None:
                found |= between[bisect_right(cuts, value)]
        return found


def _add(found: dict[Any, int], value: Any, number: int) -> None:
    found[value] = found.get(value, 0) | 1 << number


def _cut(changes: Mapping[int, int], below: int) -> tuple[list[int], list[int]]:
    """Where the answer changes, ascending, and the patterns that pass before, between and after."""
    cuts = sorted(changes)
    return cuts, list(accumulate((changes[cut] for cut in cuts), xor, initial=below))
