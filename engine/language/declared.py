"""Facts that an admin declares without code: values that channels put under an order's `attributes`.

They are a document of the rulebook, called "facts", so that a decision replays with the facts that it was made with. A
value that is not of its declared type is absent: what a channel sends is no reason to refuse an order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from engine.language.context import Context
from engine.language.facts import ATTRIBUTES, Fact, Scene, Value
from engine.language.rule_documents import bilingual, short_text
from engine.language.rules import Declarations
from engine.language.values import Choices, NotValid, text, typed

FACTS = "facts"  # what the document is called, beside "pipeline"
TYPES = ("text", "int", "money", "flag", "date", "choice", "set")
MOST_FACTS = 200
MOST_CHOICES = 200
LONGEST_LABEL = 60
LONGEST_HELP = 500
LONGEST_UNIT = 20

_NAME = re.compile(rf"{re.escape(ATTRIBUTES)}[A-Za-z][A-Za-z0-9_-]{{0,59}}")
_REQUIRED = ("name", "type", "zh", "en")
_OPTIONAL = ("unit", "choices", "help", "sample")


def read_declarations(document: Any, context: Context) -> Declarations | None:
    """What {facts: [{name, type, zh, en, unit, choices, help, sample}]} declares; those with problems are left out."""
    if context.fields(document, "", ("facts",), ("note", "stage")) is None:
        return None
    if document.get("note") is not None:
        _said(document["note"], "note", LONGEST_HELP, context)
    rows = context.items(document.get("facts") or [], "facts", empty_ok=True) or []
    if len(rows) > MOST_FACTS:
        context.problem("facts", "too-long", f"declares more than {MOST_FACTS} facts")
        rows = rows[:MOST_FACTS]
    facts = [_fact(row, f"facts.{index}", context) for index, row in enumerate(rows)]
    _refuse_twins(rows, context)
    return Declarations(tuple(fact for fact in facts if fact is not None), document)


def _fact(row: Any, path: str, context: Context) -> Fact | None:
    before = len(context.problems)
    if context.fields(row, path, _REQUIRED, _OPTIONAL) is None or len(context.problems) > before:
        return None
    name = _name(row["name"], f"{path}.name", context)
    kind = context.choice(row["type"], f"{path}.type", TYPES)
    zh, en = (short_text(row[language], f"{path}.{language}", LONGEST_LABEL, context) for language in ("zh", "en"))
    unit = _unit(row.get("unit"), kind, f"{path}.unit", context)
    choices = _choices(row.get("choices"), kind, f"{path}.choices", context)
    help_ = bilingual(row.get("help"), f"{path}.help", LONGEST_HELP, context)
    sample = _sample(row.get("sample"), kind, choices, f"{path}.sample", context)
    if name is None or kind is None or len(context.problems) > before:
        return None
    state = partial(_stated, name.removeprefix(ATTRIBUTES), kind, choices)
    help_zh, help_en = help_.get("zh", ""), help_.get("en", "")
    return Fact(name, kind, zh, en, state, unit, choices=choices, help_zh=help_zh, help_en=help_en, sample=sample)


def _stated(key: str, kind: str, choices: Choices, scene: Scene, part: Any) -> Value | None:
    """The order's value under that key; None when there is none of that type."""
    raw = scene.order.attributes.get(key)
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    try:
        return typed(raw, kind, choices)
    except NotValid:
        return None


def _name(raw: Any, path: str, context: Context) -> str | None:
    if isinstance(raw, str) and _NAME.fullmatch(raw):
        return raw
    said = f"must be {ATTRIBUTES}<key>, the key of at most 60 letters, digits, _ and -, as channels send it"
    key = str(raw).rpartition(".")[2]
    hint = f"for example {ATTRIBUTES}{key}" if _NAME.fullmatch(ATTRIBUTES + key) else None
    context.problem(path, "invalid-id", said, hint)
    return None


def _unit(raw: Any, kind: str | None, path: str, context: Context) -> str | None:
    if raw is not None and kind is not None and kind != "int":
        context.problem(path, "unknown-field", f"a {kind} takes no unit; a whole number (int) does")
    elif raw is not None:
        return short_text(raw, path, LONGEST_UNIT, context)
    return "cents" if kind == "money" else None


def _choices(raw: Any, kind: str | None, path: str, context: Context) -> tuple[tuple[str, str, str], ...]:
    if raw is None:
        if kind == "choice":
            context.problem(path, "required", "a choice needs its choices, such as [{value: red, zh: 红, en: Red}]")
        return ()
    if kind not in ("choice", "set", None):
        context.problem(path, "unknown-field", f"a {kind} takes no choices; a choice or a set does")
        return ()
    items = context.items(raw, path) or []
    if len(items) > MOST_CHOICES:
        context.problem(path, "too-long", f"must be at most {MOST_CHOICES} choices")
    found = [_choice(item, f"{path}.{index}", context) for index, item in enumerate(items[:MOST_CHOICES])]
    chosen = [each for each in found if each is not None]
    for index, each in enumerate(chosen):
        if each[0] in [other[0] for other in chosen[:index]]:
            context.problem(path, "duplicate-key", f"{each[0]} is named twice")
    return tuple(chosen)


def _sample(raw: Any, kind: str | None, choices: Choices, path: str, context: Context) -> Value | None:
    """What an order may carry there, as it would: forms and examples begin with it."""
    if raw is None or kind is None:
        return None
    try:
        return typed(raw, kind, choices)
    except NotValid as wrong:
        context.problem(path, wrong.code, f"{wrong.message} (the sample is a {kind})", wrong.suggestion)
        return None


def _choice(item: Any, path: str, context: Context) -> tuple[str, str, str] | None:
    """A choice with its labels; plain text is its own label."""
    if not isinstance(item, Mapping):
        value = _said(item, path, LONGEST_LABEL, context)
        return (value, value, value) if value else None
    if context.fields(item, path, ("value", "zh", "en")) is None or None in map(item.get, ("value", "zh", "en")):
        return None
    value, zh, en = (_said(item[name], f"{path}.{name}", LONGEST_LABEL, context) for name in ("value", "zh", "en"))
    return (value, zh, en) if value and zh and en else None


def _said(raw: Any, path: str, longest: int, context: Context) -> str:
    """The text exactly as it stands; channels send it so."""
    stripped = short_text(raw, path, longest, context)
    return text(raw) if stripped else ""


def _refuse_twins(rows: list[Any], context: Context) -> None:
    for what in ("name", "zh", "en"):
        seen: dict[str, int] = {}
        for index, row in enumerate(rows):
            value = row.get(what) if isinstance(row, Mapping) else None
            if isinstance(value, str) and value in seen:
                said = f"{value} is already facts.{seen[value]}.{what}"
                context.problem(f"facts.{index}.{what}", "duplicate-id", said)
            elif isinstance(value, str):
                seen[value] = index
