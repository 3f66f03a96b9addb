"""Literals of rule documents, as typed values: what may be written where, and how it is kept."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.language.facts import date_value

NUMBERS = ("int", "money", "weight")
LARGEST_INT = 2**53 - 1
LONGEST_TEXT_BYTES = 4_000
LONGEST_CODE = 64
FIRST_YEAR, LAST_YEAR = 1970, 2199  # so that no change of offset and no term leaves the calendar

Choices = Sequence[tuple[str, str, str]]  # (value, zh, en)


_CODE = re.compile(r"[A-Za-z0-9._-]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HUGE = re.compile(r"-?[1-9][0-9]{16,}")  # which the reader of YAML leaves as text
_INSTANT = re.compile(_DATE.pattern + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")


class NotValid(Exception):
    """A literal is not what its place asks for."""

    def __init__(self, code: str, message: str, suggestion: str | None = None):
        self.code, self.message, self.suggestion = code, message, suggestion
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class ListRef:
    """The items of a named list, written {list: code}."""

    code: str


def did_you_mean(name: object, known: Iterable[str]) -> str | None:
    """A question after the nearest known name; None when nothing is near."""
    near = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else None


def literal(raw: Any, kind: str, choices: Choices = ()) -> Any:
    """One typed value: an int, a bool, NFC text, or a date as the int yyyymmdd. Raises NotValid."""
    if kind in NUMBERS:
        return _whole(raw)
    if kind == "date":
        return _date(raw)
    if kind == "flag":
        return _flag(raw)
    return _chosen(text(raw), choices)


def typed(raw: Any, kind: str, choices: Choices = ()) -> Any:
    """The value of a fact of that type, a set from a list of texts. Raises NotValid."""
    if kind != "set":
        return literal(raw, kind, choices)
    if not isinstance(raw, (list, tuple)):
        raise NotValid("invalid-type", "must be a list of texts")
    return frozenset(literal(item, "set", choices) for item in raw)


def text(raw: Any) -> str:
    """NFC text without control characters. Raises NotValid."""
    if isinstance(raw, bool) or not isinstance(raw, str):
        hint = f'write "{raw}" in quotes' if isinstance(raw, int) and not isinstance(raw, bool) else None
        raise NotValid("invalid-type", "must be text", hint)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in raw if character != "\n"):
        raise NotValid("invalid-type", "must not hold control characters")
    if len(raw.encode()) > LONGEST_TEXT_BYTES:
        raise NotValid("too-long", f"must be at most {LONGEST_TEXT_BYTES} bytes of text")
    return unicodedata.normalize("NFC", raw)


def code(raw: Any) -> str:
    """A code as reference data has them. Raises NotValid."""
    value = text(raw)
    if not value.strip():
        raise NotValid("required", "must not be empty")
    if not _CODE.fullmatch(value):
        raise NotValid("invalid-code", "must be letters, digits, dots, underscores and hyphens")
    if len(value) > LONGEST_CODE:
        raise NotValid("too-long", f"must be at most {LONGEST_CODE} characters")
    return value


def instant(raw: Any) -> dt.datetime:
    """An aware instant, written in ISO 8601 with an offset. Raises NotValid."""
    try:
        # Python would also take weeks, days without hyphens and offsets with seconds, which editors show as nothing.
        value = dt.datetime.fromisoformat(raw) if isinstance(raw, str) and _INSTANT.fullmatch(raw) else None
    except ValueError:
        value = None
    if value is None:
        raise NotValid("invalid-type", 'must be an instant with an offset, such as "2026-11-11T00:00:00+08:00"')
    _check_year(value)
    return value


def _whole(raw: Any) -> int:
    is_huge = isinstance(raw, str) and _HUGE.fullmatch(raw) is not None
    if isinstance(raw, bool) or not (isinstance(raw, int) or is_huge):
        raise NotValid("invalid-type", "must be a whole number", _whole_hint(raw))
    if is_huge or abs(raw) > LARGEST_INT:
        raise NotValid("out-of-range", f"must be between -{LARGEST_INT} and {LARGEST_INT}")
    return raw


def _whole_hint(raw: Any) -> str | None:
    """What was probably meant by something that is no whole number."""
    if isinstance(raw, float) or (isinstance(raw, str) and re.fullmatch(r"-?[0-9]+\.[0-9]*", raw)):
        return "money is in cents and weight in grams, without a decimal point"
    if isinstance(raw, str) and re.fullmatch(r"0|-?[1-9][0-9]{0,15}", raw):
        return f"write {raw} without quotes"
    if isinstance(raw, str) and any(character.isnumeric() for character in raw):
        return "write it with the digits 0 to 9 alone, such as 300000"
    return None


def _date(raw: Any) -> int:
    try:
        day = dt.date.fromisoformat(raw) if isinstance(raw, str) and _DATE.fullmatch(raw) else None
    except ValueError:
        day = None
    if day is None:
        raise NotValid("invalid-type", 'must be a date, such as "2026-11-11"')
    _check_year(day)
    return date_value(day)


def _check_year(day: dt.date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotValid("out-of-range", f"must be of the years {FIRST_YEAR} to {LAST_YEAR}")


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        meant = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}
        said = meant.get(str(raw).lower()) or (str(raw).lower() if str(raw).lower() in ("true", "false") else None)
        raise NotValid("invalid-type", "must be true or false", f"write {said} without quotes" if said else None)
    return raw


def _chosen(value: str, choices: Choices) -> str:
    known = [choice[0] for choice in choices]
    if known and value not in known:
        raise NotValid("not-a-choice", f"must be one of {', '.join(known)}", did_you_mean(value, known))
    return value
