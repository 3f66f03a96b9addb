"""Which patterns lie together in a chunk, and for whom a chunk cannot fire, so that the engine need not be asked.

Of each pattern one check that the engine makes is its anchor. Patterns with like anchors become neighbours, and a
chunk is left out for a subject that passes none of its patterns' anchors. Nothing else is decided here: every check,
the anchor too, is the engine's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import or_
from typing import Any

from engine.matching.alternatives import Check, Conjunction

_NAMED, _LEAST, _MOST = "named", "least", "most"
_KINDS = {"eq": _NAMED, "gt": _LEAST, "gte": _LEAST, "lt": _MOST, "lte": _MOST}


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a fact's value has to be for a pattern to match."""

    check: Check
    fact: str
    kind: str  # named: this value; least, most: not beyond it
    value: Any


Anchored = tuple[str, Conjunction, Anchor | None]  # rule id, checks with the anchor's first, anchor


def arrange(patterns: Sequence[tuple[str, Conjunction]]) -> list[Anchored]:
    """The patterns in the order in which they fill chunks."""
    constants = _constants(check for _, conjunction in patterns for check in conjunction)
    found = [(rule_id, *_anchored(conjunction, constants)) for rule_id, conjunction in patterns]
    return sorted(found, key=_place)


def _anchored(conjunction: Conjunction, constants: Mapping[str, Sequence[Any]]) -> tuple[Conjunction, Anchor | None]:
    anchors = [anchor for anchor in map(_anchor, conjunction) if anchor]
    if not anchors:
        return conjunction, None
    anchor = min(anchors, key=lambda each: _share(each, constants[each.fact]))
    return (anchor.check, *(check for check in conjunction if check != anchor.check)), anchor


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
    _, conjunction, anchor = pattern
    facts = tuple(check.fact for check in conjunction if check.fact is not None)
    apart = len(facts) < len(conjunction)
    if anchor is None:
        return apart, ""
    return apart, anchor.fact, anchor.kind, facts[1:] if apart else (), anchor.value


class Gate:
    """Which patterns may match a subject: those whose anchor passes, and those without one."""

    def __init__(self, anchors: Iterable[Anchor | None]):
        """`anchors`: of patterns in their order; answers are their numbers as bits."""
        self._open = 0
        named: dict[str, dict[Any, int]] = {}
        bounds: dict[str, dict[str, dict[int, int]]] = {_LEAST: {}, _MOST: {}}
        for number, anchor in enumerate(anchors):
            if anchor is None:
                self._open |= 1 << number
            elif anchor.kind == _NAMED:
                _add(named.setdefault(anchor.fact, {}), anchor.value, number)
            elif anchor.kind == _LEAST:
                _add(bounds[_LEAST].setdefault(anchor.fact, {}), anchor.value, number)
            else:  # not above the bound is not below it, when both change sign
                _add(bounds[_MOST].setdefault(anchor.fact, {}), -anchor.value, number)
        self._named = list(named.items())
        self._least = [(fact, *_reached(found)) for fact, found in bounds[_LEAST].items()]
        self._most = [(fact, *_reached(found)) for fact, found in bounds[_MOST].items()]

    def passing(self, values: Mapping[str, Any]) -> int:
        """The patterns. One that is not among them cannot match a subject with these values."""
        found = self._open
        for fact, by_value in self._named:
            found |= by_value.get(values.get(fact), 0)
        for fact, bounds, patterns in self._least:
            value = values.get(fact)
            if value is not None:
                found |= patterns[bisect_right(bounds, value)]
        for fact, bounds, patterns in self._most:
            value = values.get(fact)
            if value is not None:
                found |= patterns[bisect_right(bounds, -value)]
        return found


def _add(found: dict[Any, int], value: Any, number: int) -> None:
    found[value] = found.get(value, 0) | 1 << number


def _reached(found: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """Bounds ascending, and the patterns that a value reaches which is not below so many of them."""
    bounds = sorted(found)
    return bounds, list(accumulate((found[bound] for bound in bounds), or_, initial=0))
