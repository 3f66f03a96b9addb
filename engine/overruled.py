"""What rules asked for in vain, because another rule of the same decision asked for something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.decision import Firing
from engine.language.effects import as_date

Key = tuple[str, str]  # a firing's rule and subject
Asked = Mapping[str, Any]  # {"do": "pick_mode", "mode": "wave"}: an effect with the one parameter that it is about

# Of these an order takes one value: that of the first firing. Of pins it is told at the candidates.
_FIRST_COUNTS = {
    "set_priority": ("priority",),
    "pick_mode": ("mode",),
    "require": ("carrier", "deliver_on", "ship_not_before"),
}
_DATES = frozenset({"deliver_on", "ship_not_before"})


@dataclass(frozen=True, slots=True)
class Overruled:
    """An effect that was not followed, and the one that was."""

    asked: Asked
    by: str  # rule
    kept: Asked


def overruled(firings: Iterable[Firing]) -> Mapping[Key, tuple[Overruled, ...]]:
    """By rule and subject. `firings`: all of a decision, in the order in which their effects were applied."""
    firings = tuple(firings)
    found: dict[Key, tuple[Overruled, ...]] = {}
    for key, each in (*_later_ones(firings), *_applied_in_vain(firings)):
        found[key] = (*found.get(key, ()), each)
    return found


def _later_ones(firings: tuple[Firing, ...]) -> Iterator[tuple[Key, Overruled]]:
    first: dict[tuple[str, str], tuple[str, Asked]] = {}
    for firing, effect in _effects(firings):
        for param in _FIRST_COUNTS.get(effect["do"], ()):
            value = _said(param, effect.get(param))
            if value is None:
                continue
            asked = {"do": effect["do"], param: value}
            rule, kept = first.setdefault((effect["do"], param), (firing.rule, asked))
            if kept != asked:
                yield (firing.rule, firing.subject), Overruled(asked, rule, kept)


def _applied_in_vain(firings: tuple[Firing, ...]) -> Iterator[tuple[Key, Overruled]]:
    """A coupon that one rule drops is not applied for another, in whatever order they fire."""
    dropped: dict[str, str] = {}
    for firing, effect in _effects(firings):
        if effect["do"] == "drop_coupon":
            dropped.setdefault(effect["code"], firing.rule)
    for firing, effect in _effects(firings):
        if effect["do"] == "apply_coupon" and effect["code"] in dropped:
            asked = {"do": "apply_coupon", "code": effect["code"]}
            kept = {**asked, "do": "drop_coupon"}
            yield (firing.rule, firing.subject), Overruled(asked, dropped[effect["code"]], kept)


def _effects(firings: tuple[Firing, ...]) -> Iterator[tuple[Firing, Asked]]:
    return ((firing, effect) for firing in firings for effect in firing.effects)


def _said(param: str, value: Any) -> Any:
    """A date may be written out or come from a fact; False asks for nothing."""
    day = as_date(value) if param in _DATES else None
    return day.isoformat() if day else value or None
