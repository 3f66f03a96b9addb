"""What a rule did, in words: `挂起` `大额待确认 · 风控 · 限 120 工作分钟`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from admin import dates, labels
from admin.languages import either, said
from admin.names import Names
from engine.language.effects import EFFECTS, Param


@dataclass(frozen=True, slots=True)
class EffectView:
    """One effect: what is done, and with what."""

    name: str
    detail: str


def effect(given: Mapping[str, Any], names: Names) -> EffectView:
    """One effect as it was resolved; of its parameters the obvious ones go without their label."""
    spec = EFFECTS.get(given["do"])
    if spec is None:
        return EffectView(str(given["do"]), "")
    stated = [key for key in spec.params if _says_something(given.get(key))]
    said_params = [_param(key, spec.params[key], given[key], names) for key in stated]
    return EffectView(either((spec.zh, spec.en)), " · ".join(said_params))


def _says_something(value: Any) -> bool:
    """Nothing stated, and a flag that is off, go without saying; zero does not."""
    return value is not None and value is not False and value != ""


def _param(key: str, param: Param, value: Any, names: Names) -> str:
    if key in _PHRASES:
        return _PHRASES[key](value)
    for code, zh, en in param.choices:
        if code == value:
            return either((zh, en))
    if isinstance(value, bool):
        return either((param.zh, param.en))
    text = said(value) if isinstance(value, Mapping) else _plain(param, value, names)
    return text if param.type in ("text", "code", "any", "choice") else f"{either((param.zh, param.en))} {text}"


def _plain(param: Param, value: Any, names: Names) -> str:
    if param.type == "date" and isinstance(value, int):
        return dates.day(value)
    if param.type == "instant":
        return dates.day(value) if isinstance(value, int) else dates.exact(str(value))
    if param.en == "Carrier":
        return names.carrier(str(value))
    return str(value)


_PHRASES: Mapping[str, Callable[[int], str]] = {
    "minutes": lambda value: gettext("%(count)d 分钟", count=value),
    "due_minutes": lambda value: gettext("限 %(count)d 工作分钟", count=value),
    "points": lambda value: gettext("%(points)s 分", points=f"{value:+d}"),
    "rank": lambda value: gettext("第 %(rank)d 位", rank=value),
    "max": lambda value: gettext("最多 %(count)d 单", count=value),
}  # numbers by parameter


def fired_effects(firings: Iterable[Mapping[str, Any]], do: str) -> list[dict[str, Any]]:
    """Every effect of one kind that a decision's rules had, each with its rule, in firing order."""
    return [
        {**effect, "rule": firing["rule"]} for firing in firings for effect in firing["effects"] if effect["do"] == do
    ]


def flag_texts(flags: Iterable[Mapping[str, Any]]) -> list[labels.Look]:
    """The flags of an order as coloured words, each once."""
    return list(dict.fromkeys(labels.flag(flag["code"], flag["severity"]) for flag in flags))
