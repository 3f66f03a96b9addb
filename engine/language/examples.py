"""Examples inside rule documents: facts as an author writes them, as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.language.context import Context
from engine.language.facts import PARTS, Value
from engine.language.rules import Example, Examples
from engine.language.values import NotValid, text, typed

PLURALS: Mapping[str, str] = {f"{part}s": part for part in PARTS}


def read_examples(document: Any, path: str, context: Context, rows: int = 0) -> Examples:
    """The examples of a rule, or of a table with so many rows; unknown names are problems."""
    if document is None or context.fields(document, path, (), ("fires", "quiet")) is None:
        return Examples()
    kinds = []
    for kind in ("fires", "quiet"):
        stated = document.get(kind)
        items = context.items([] if stated is None else stated, f"{path}.{kind}", empty_ok=True) or ()
        kinds.append(tuple(_example(each, f"{path}.{kind}.{index}", context, rows) for index, each in enumerate(items)))
    return Examples(*kinds)


def _example(document: Any, path: str, context: Context, rows: int) -> Example:
    place = context.place(path)
    if not isinstance(document, Mapping):
        context.problem(path, "invalid-type", "must be facts and their values")
        return Example({}, path=path, place=place)
    row = document.get("row") if rows else None
    if row is not None and (isinstance(row, bool) or not isinstance(row, int) or not 1 <= row <= rows):
        context.problem(f"{path}.row", "out-of-range", f"must be a row, 1 to {rows}")
    special = {*PLURALS, "lists", *(["row"] if rows else [])}
    values = {name: value for name, value in document.items() if name not in special}
    parts = {
        part: _parts(document[plural], part, f"{path}.{plural}", context)
        for plural, part in PLURALS.items()
        if document.get(plural) is not None
    }
    lists = _lists(document.get("lists"), f"{path}.lists", context)
    return Example(_values(values, path, context), parts, lists, row, path, place)


def _values(document: Mapping[str, Any], path: str, context: Context, part: str | None = None) -> dict[str, Value]:
    found = {}
    for name, raw in document.items():
        fact = context.fact(name, f"{path}.{name}", part)
        if fact is None or raw is None:  # null says that the fact is absent
            continue
        try:
            found[name] = typed(raw, fact.type, fact.choices)
        except NotValid as wrong:
            said = f"{wrong.message} ({name} is a {fact.type})"
            context.problem(f"{path}.{name}", wrong.code, said, wrong.suggestion)
    return found


def _parts(document: Any, part: str, path: str, context: Context) -> tuple[Mapping[str, Value], ...]:
    items = context.items(document, path, empty_ok=True) or ()
    return tuple(
        _values(each, f"{path}.{index}", context, part)
        for index, each in enumerate(items)
        if context.fields(each, f"{path}.{index}", (), each if isinstance(each, Mapping) else ()) is not None
    )


def _lists(document: Any, path: str, context: Context) -> dict[str, frozenset[str]]:
    if document is None:
        return {}
    if not isinstance(document, Mapping):
        context.problem(path, "invalid-type", "must be lists by code, each its items")
        return {}
    found = {}
    for code, raw in document.items():
        if context.named_list(code, f"{path}.{code}") is None:
            continue
        items = context.items(raw, f"{path}.{code}", empty_ok=True) or ()
        try:
            found[code] = frozenset(text(item) for item in items)
        except NotValid as wrong:
            context.problem(f"{path}.{code}", wrong.code, wrong.message, wrong.suggestion)
    return found
