"""The kinds of value that a document from outside may hold. Strict: nothing is coerced, null is the same as absent.

Codes: `invalid-type` another JSON type or form (an instant without offset), `out-of-range` a number, date or character
that is not admitted, `too-long`, `not-a-choice`, `required`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from marshmallow import ValidationError, fields, validate

from engine.intake.problems import Fault, refuse
from engine.language.values import FIRST_YEAR, LAST_YEAR

MAX_TEXT = 1_000
MAX_CENTS = 10**12
MAX_OBJECT_DEPTH = 5
MAX_OBJECT_VALUES = 500
MAX_OBJECT_INTEGER = 2**53  # beyond, other JSON readers lose digits

# Control characters other than line feed and carriage return, and lone surrogates.
_NOT_TEXT = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})")


class Range(validate.Range):
    """A number from `min` to `max`, both admitted."""

    def __call__(self, value: Any) -> Any:
        if not self.min <= value <= self.max:
            raise refuse("out-of-range", f"must be from {self.min:,} to {self.max:,}")
        return value


class Length(validate.Length):
    """Text or a list of at most `max`."""

    def __call__(self, value: Any) -> Any:
        if self.max is not None and len(value) > self.max:
            raise refuse("too-long", f"must have at most {self.max:,} {_units(value)}, not {len(value):,}")
        return value


class OneOf(validate.OneOf):
    """One of a few words."""

    def __call__(self, value: Any) -> Any:
        if value not in self.choices:
            raise refuse("not-a-choice", f"must be one of {', '.join(map(str, self.choices))}")
        return value


class Pattern(validate.Regexp):
    """Text of a given form; `said` names it."""

    def __init__(self, regex: str, said: str):
        super().__init__(regex)
        self.said = said

    def __call__(self, value: Any) -> Any:
        if not self.regex.fullmatch(value):
            raise refuse("out-of-range", f"must be {self.said}")
        return value


def clean_text(value: str, longest: int = MAX_TEXT) -> str:
    """The text in NFC. Raises ValidationError when it is too long or holds what text may not hold."""
    if len(value) <= longest:  # before normalising, which is slow on long runs of combining marks
        if not value.isascii():
            value = unicodedata.normalize("NFC", value)
        if _NOT_TEXT.search(value):
            raise refuse("out-of-range", "must hold no control characters but line breaks, and no lone surrogates")
    Length(max=longest)(value)
    return value


class _Strict(fields.Field):
    """Null is absent: it is refused where a value is required, and nowhere else."""

    wanted = "a value"

    def __init__(self, **options: Any):
        options.setdefault("allow_none", not options.get("required", False))
        super().__init__(**options)

    def make_error(self, key: str, **_: Any) -> ValidationError:
        if key in ("required", "null"):
            return refuse("required", f"is required: {self.wanted}")
        return refuse("invalid-type", f"must be {self.wanted}")


class Text(_Strict, fields.String):
    """Text in NFC, of at most 1,000 characters unless said otherwise."""

    wanted = "text"

    def __init__(self, *, longest: int = MAX_TEXT, filled: bool = False, **options: Any):
        super().__init__(**options)
        self.longest, self.filled = longest, filled
        self.validators.insert(0, Length(min=1 if filled else None, max=longest))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if type(value) is not str:
            raise self.make_error("invalid")
        if self.filled and not value:
            raise self.make_error("required")
        return clean_text(value, self.longest)


class Choice(Text):
    """One of a few words."""

    def __init__(self, choices: Iterable[str], **options: Any):
        super().__init__(validate=OneOf(tuple(choices)), **options)


class Flag(_Strict, fields.Boolean):
    """true or false."""

    wanted = "true or false"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if type(value) is not bool:
            raise self.make_error("invalid")
        return value


class Whole(_Strict, fields.Integer):
    """A whole number in a range."""

    wanted = "a whole number"

    def __init__(self, least: int, most: int, **options: Any):
        super().__init__(validate=Range(least, most), **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if type(value) is not int:
            raise self.make_error("invalid")
        return value


class Cents(Whole):
    """Money in the smallest unit of the currency; below zero only where `signed`."""

    wanted = "a whole number of cents"

    def __init__(self, *, signed: bool = False, **options: Any):
        super().__init__(-MAX_CENTS if signed else 0, MAX_CENTS, **options)


class Degrees(_Strict, fields.Float):
    """A WGS-84 latitude (`limit` 90) or longitude (180)."""

    wanted = "a number of degrees"

    def __init__(self, limit: int, **options: Any):
        super().__init__(validate=Range(-limit, limit), **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float:
        if type(value) not in (int, float):
            raise self.make_error("invalid")
        if type(value) is int and abs(value) > 180:  # an int may be too large for a float
            return math.copysign(math.inf, value > 0 or -1)
        return float(value) + 0.0  # -0.0 is 0.0


class Instant(_Strict, fields.AwareDateTime):
    """An instant with its offset from UTC, kept in UTC."""

    wanted = "an instant with its offset, such as 2026-11-11T00:00:05+08:00"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dt.datetime:
        if type(value) is not str or not _INSTANT.fullmatch(value):
            raise self.make_error("invalid")
        _check_year(value)
        try:
            return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
        except ValueError:
            raise self.make_error("invalid") from None


class Day(_Strict, fields.Date):
    """A date of the calendar."""

    wanted = "a date such as 2026-11-13"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dt.date:
        if type(value) is not str or not _DAY.fullmatch(value):
            raise self.make_error("invalid")
        _check_year(value)
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise self.make_error("invalid") from None


def _check_year(value: str) -> None:
    if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        raise refuse("out-of-range", f"must be of the years {FIRST_YEAR} to {LAST_YEAR}")


class Part(_Strict, fields.Nested):
    """An object with a schema of its own."""

    wanted = "an object"

    def __init__(self, nested: Any, **options: Any):
        super().__init__(nested=nested, **options)


class Items(_Strict, fields.List):
    """A list of at most `longest` items, loaded `into` a tuple. A list that must be `filled` has one item at least."""

    wanted = "a list"

    def __init__(self, inner: fields.Field, *, longest: int, filled: bool = False, into: type = tuple, **options: Any):
        super().__init__(cls_or_instance=inner, **options)
        self.longest, self.filled, self.into = longest, filled, into
        self.validators.insert(0, Length(min=1 if filled else None, max=longest))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if type(value) is not list:
            raise self.make_error("invalid")
        if self.filled and not value:
            raise refuse("required", "needs one item at least")
        Length(max=self.longest)(value)  # before the items: nobody reads the faults of ten thousand
        return self.into(super()._deserialize(value, attr, data, **options))


class FreeObject(_Strict, fields.Dict):
    """An object whose keys are the caller's: bounded in depth, number and size of values."""

    wanted = "an object"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise self.make_error("invalid")
        reading = _FreeReading()
        cleaned = reading.value(value, 1)
        if reading.values > MAX_OBJECT_VALUES:
            raise refuse("too-long", f"must hold at most {MAX_OBJECT_VALUES} values")
        return cleaned


class _FreeReading:
    """One walk over a free object that counts its values."""

    def __init__(self) -> None:
        self.values = 0

    def value(self, value: Any, depth: int) -> Any:
        self.values += 1
        if value is None or type(value) is bool:
            return value
        if type(value) is str:
            return clean_text(value)
        if type(value) in (int, float):
            return Range(-MAX_OBJECT_INTEGER, MAX_OBJECT_INTEGER)(value)
        if type(value) in (dict, list):
            return self._container(value, depth)
        raise refuse("invalid-type", "must be JSON")

    def _container(self, value: dict[str, Any] | list[Any], depth: int) -> Any:
        if depth > MAX_OBJECT_DEPTH:
            raise refuse("out-of-range", f"must nest at most {MAX_OBJECT_DEPTH} deep")
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        cleaned: dict[Any, Any] = {}
        faults: dict[Any, Any] = {}
        for key, each in pairs:
            if self.values > MAX_OBJECT_VALUES:
                break
            try:
                cleaned[self._key(key, cleaned)] = self.value(each, depth + 1)
            except ValidationError as error:
                faults[key] = error.messages
        if faults:
            raise ValidationError(faults)
        return cleaned if isinstance(value, dict) else list(cleaned.values())

    @staticmethod
    def _key(key: Any, taken: dict[Any, Any]) -> Any:
        if not isinstance(key, str):
            return key
        name = clean_text(key, 100)
        if name in taken:
            raise refuse("duplicate-key", "stands twice once its characters are normalised")
        return name


def _units(value: Any) -> str:
    return "characters" if isinstance(value, str) else "items"


UNKNOWN = Fault("unknown-field", "there is no such field")
NOT_AN_OBJECT = Fault("invalid-type", "must be an object")
