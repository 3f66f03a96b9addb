"""The bytes of a request as JSON data, or a refusal that says why they cannot be read.

What cannot be read is refused here (400). What can be read but is wrong, such as an escaped lone surrogate, NUL, or a
number beyond every range, is passed on and refused by the schema (422) with the path of the field.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from engine.errors import MalformedJson, TooLarge
from engine.intake.problems import shown

MAX_BODY_BYTES = 1_000_000
MAX_DEPTH = 50
_MAX_DIGITS = 40

# A string to its end, even an unfinished one, so that each character is looked at once; or a bracket outside strings.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


def read_json(body: bytes) -> Any:
    """The JSON data of a request body.

    Raises TooLarge over 1 MB; MalformedJson when it is not UTF-8, has a byte order mark, is not JSON (NaN and Infinity
    are not), repeats a key in an object, or nests deeper than 50 levels.
    """
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"the body has {len(body):,} bytes; at most {MAX_BODY_BYTES:,} are taken")
    text = _decoded(body)
    _check_depth(text)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise MalformedJson(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None


def _decoded(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJson(f"not UTF-8: the byte at position {error.start} does not belong there") from None
    if text.startswith("\ufeff"):
        raise MalformedJson("the body starts with a byte order mark; leave it out")
    return text


def _check_depth(text: str) -> None:
    """Refuses deep nesting before the parser recurses into it."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = text[match.start()]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise MalformedJson(f"nested deeper than {MAX_DEPTH} levels")
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise MalformedJson(f"the key {shown(key)} stands twice in one object", code="duplicate-key")
    return found


def _constant(name: str) -> NoReturn:
    raise MalformedJson(f"not JSON: {name} is not a JSON number")


def _integer(digits: str) -> int:
    """The integer; one of absurd length becomes ±10^40, which no range admits, without the cost of reading it."""
    if len(digits) <= _MAX_DIGITS:
        return int(digits)
    return -(10**_MAX_DIGITS) if digits.startswith("-") else 10**_MAX_DIGITS
