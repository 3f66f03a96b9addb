"""Which effects contradict each other, and under what condition on their parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.language.conditions import Leaf, Node
from engine.language.effects import EFFECTS
from engine.language.facts import date_value
from engine.language.rules import Effect, FactRef, Rule


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two effects that cannot both be followed, when their parameter is the same, or differs."""

    one: str
    other: str
    param: str | None = None
    same: bool = False
    zh: str = ""
    en: str = ""

    @property
    def said(self) -> Mapping[str, str]:
        """In each language."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Clash:
    """Two effects that contradict when the conditions hold besides."""

    conflict: Conflict
    one: Effect
    other: Effect
    extra: tuple[Node, ...]


# Of one subject. Two pins of different candidates are in `contradictions`.
CONFLICTS = (
    Conflict("drop_coupon", "apply_coupon", "code", True, "同一张券又去除又补用", "one coupon is dropped and applied"),
    Conflict("approve", "reject", None, False, "又通过又拒绝", "it is approved and rejected"),
    Conflict("pin", "exclude", None, False, "同一候选又指定又排除", "one candidate is pinned and excluded"),
    Conflict(
        "set_priority", "set_priority", "priority", False, "订单优先级不同", "they set different order priorities"
    ),
    Conflict("pick_mode", "pick_mode", "mode", False, "拣货方式不同", "they set different pick modes"),
    Conflict("require", "require", "carrier", False, "指定的承运商不同", "they require different carriers"),
    Conflict("require", "require", "deliver_on", False, "要求的送达日不同", "they require different delivery days"),
    Conflict("require", "require", "ship_not_before", False, "最早发货日不同", "they require different first days"),
)

# By the names of two effects: what they contradict in, and whether the names stand the other way round there.
_BY_EFFECTS: dict[tuple[str, str], list[tuple[Conflict, bool]]] = {}
for _each in CONFLICTS:
    _BY_EFFECTS.setdefault((_each.one, _each.other), []).append((_each, False))
    if _each.one != _each.other:
        _BY_EFFECTS.setdefault((_each.other, _each.one), []).append((_each, True))
CONTRADICTING = frozenset(name for names in _BY_EFFECTS for name in names)


def needed(conflict: Conflict, one: Effect, other: Effect) -> tuple[Node, ...] | None:
    """What must be true besides for the effects to contradict; None when they never do."""
    if conflict.param is None:
        return ()
    first, second = one.params.get(conflict.param), other.params.get(conflict.param)
    if first is None or second is None:
        return None
    if not isinstance(first, FactRef) and not isinstance(second, FactRef):
        return () if (first == second) == conflict.same else None
    return _compared(conflict, first, second)


def clashing(one: Rule, other: Rule) -> Iterator[Clash]:
    """The effects of two rules that contradict, one of the first before one of the second.

    Of a rule beside itself: its effects among each other.
    """
    for place, effect in enumerate(one.then):
        for against in one.then[place + 1 :] if one is other else other.then:
            for conflict, turned in _BY_EFFECTS.get((effect.do, against.do), ()):
                extra = needed(conflict, against, effect) if turned else needed(conflict, effect, against)
                if extra is not None:
                    yield Clash(conflict, effect, against, extra)


def _compared(conflict: Conflict, first: Any, second: Any) -> tuple[Node, ...] | None:
    if not isinstance(first, FactRef):
        first, second = second, first
    if first == second:
        return (Leaf(first.name, "present"),) if conflict.same else None
    if isinstance(second, FactRef):
        # Two facts may differ; that two different ones name the same coupon cannot be known here.
        return None if conflict.same else (Leaf(first.name, "neq", other=second.name),)
    op = "eq" if conflict.same else "neq"
    return (Leaf(first.name, op, _as_fact_value(conflict, second)),)


def _as_fact_value(conflict: Conflict, value: Any) -> Any:
    if EFFECTS[conflict.one].params[conflict.param or ""].type == "date":
        return date_value(dt.date.fromisoformat(value))
    return value
