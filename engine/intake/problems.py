"""How a schema's complaints become `Problem`s: a code from the contract, a dotted path, and a did-you-mean."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, ValidationError, fields

from engine.errors import Problem

MAX_PROBLEMS = 1_000  # a body of nothing but unknown fields must not become an answer of ten megabytes
_MAX_SUGGESTIONS = 20
_SHOWN_CHARACTERS = 64


class Fault(str):
    """What would be right, in a sentence, with the contract's code for what is wrong."""

    code: str

    def __new__(cls, code: str, message: str) -> Fault:
        fault = super().__new__(cls, message)
        fault.code = code
        return fault


def refuse(code: str, message: str) -> ValidationError:
    """The error that a field or validator raises."""
    return ValidationError([Fault(code, message)])


def shown(value: object) -> str:
    """A value as it may stand in a message: quoted, short, and encodable whatever it holds."""
    text = value if isinstance(value, str) else repr(value)
    return f"“{_printable(text)}”"


def problems_of(error: ValidationError, schema: Schema) -> list[Problem]:
    """Every problem of a failed load, ordered by where it stands in the schema, unknown fields last."""
    found = list(_walk(error.messages, "", schema))
    if len(found) > MAX_PROBLEMS:
        rest = len(found) - MAX_PROBLEMS
        found = found[:MAX_PROBLEMS]
        found.append(_Found("", None, Fault("out-of-range", f"there are {rest:,} more problems")))
    suggestions = _Suggestions()
    return [each.problem(suggestions) for each in found]


class _Found:
    """A fault with its place, and the unknown field's neighbours where that is what it is about."""

    def __init__(self, path: str, key: Any, fault: str, schema: Schema | None = None):
        self.path, self.key, self.fault, self.schema = path, key, fault, schema

    def problem(self, suggestions: _Suggestions) -> Problem:
        code = self.fault.code if isinstance(self.fault, Fault) else "invalid-type"
        suggestion = suggestions.of(self.key, self.schema) if code == "unknown-field" else None
        return Problem(path=self.path, code=code, message=str(self.fault), suggestion=suggestion)


class _Suggestions:
    """Did-you-means for the first few unknown fields: comparing names costs too much to do it for thousands."""

    def __init__(self) -> None:
        self.left = _MAX_SUGGESTIONS

    def of(self, key: Any, schema: Schema | None) -> str | None:
        if schema is None or not isinstance(key, str) or len(key) > _SHOWN_CHARACTERS or not self.left:
            return None
        self.left -= 1
        near = difflib.get_close_matches(key, list(_by_key(schema)), n=1)
        return f"did you mean {near[0]}?" if near else None


def _walk(messages: Any, path: str, part: Any, key: Any = None, parent: Schema | None = None) -> Iterator[_Found]:
    if isinstance(messages, str):
        yield _Found(path, key, messages, parent)
    elif isinstance(messages, list):
        for message in messages:
            yield from _walk(message, path, part, key, parent)
    else:
        for name in sorted(messages, key=_Order(part)):
            if name == "_schema":
                yield from _walk(messages[name], path, part, key, parent)
            else:
                below = _printable(name) if isinstance(name, str) else str(name)
                schema = part if isinstance(part, Schema) else None
                place = f"{path}.{below}" if path else below
                yield from _walk(messages[name], place, _below(part, name), name, schema)


class _Order:
    """Sort key of the names in one level of messages: as the schema declares them, then by name."""

    def __init__(self, part: Any):
        self.places = {name: at for at, name in enumerate(_by_key(part))} if isinstance(part, Schema) else {}

    def __call__(self, name: Any) -> tuple[int, int, str]:
        if isinstance(name, int):
            return (0, name, "")
        return (0, self.places[name], "") if name in self.places else (1, 0, str(name))


def _by_key(schema: Schema) -> dict[str, fields.Field]:
    return {field.data_key or name: field for name, field in schema.load_fields.items()}


def _below(part: Any, name: Any) -> Any:
    """The schema or list field that a name or index of `part` leads to; None where nothing is known of it."""
    field = part.inner if isinstance(part, fields.List) else None
    if isinstance(part, Schema):
        field = _by_key(part).get(name)
    return field.schema if isinstance(field, fields.Nested) else field


def _printable(text: str) -> str:
    short = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
    return "".join(each if each.isprintable() else "\ufffd" for each in short)
