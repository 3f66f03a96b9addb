"""Frozen dataclasses to plain JSON data and back, canonical bytes, and digests.

One mechanism serves orders, worlds and decisions, so that what is stored, compared and replayed is the same everywhere.
Canonical JSON: UTF-8, keys sorted, no white space, non-ASCII as is, no NaN. Instants are ISO 8601 with an offset.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any


def dump(value: Any) -> Any:
    """Plain JSON data (dict, list, str, int, float, bool, None) of a value made of frozen dataclasses."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        shape: Any = type(value)
        return {name: dump(getattr(value, name)) for name in _field_names(shape)}
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(dump(item) for item in value)
    if isinstance(value, (tuple, list)):
        return [dump(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def load(shape: Any, data: Any) -> Any:
    """The value that `dump` gave `data` for; `shape` is a dataclass or a type hint. Keys left out take their
    defaults."""
    return _loader(shape)(data)


def canonical_json(data: Any) -> bytes:
    """The one spelling of plain JSON data (or of what `dump` makes of `data`)."""
    return json.dumps(dump(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical_json(data)).hexdigest()


@functools.cache
def _field_names(shape: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(shape))


@functools.cache
def _loader(shape: Any) -> Any:
    origin, arguments = typing.get_origin(shape), typing.get_args(shape)
    if origin in (typing.Union, types.UnionType):
        return _optional_loader(arguments)
    if origin is tuple:
        item = _loader(arguments[0])
        return lambda data: tuple(map(item, data))
    if origin is frozenset:
        item = _loader(arguments[0])
        return lambda data: frozenset(map(item, data))
    if origin is not None and issubclass(origin, Mapping):
        item = _loader(arguments[1])
        return lambda data: {key: item(each) for key, each in data.items()}
    if shape in (dt.datetime, dt.date, dt.time):
        return shape.fromisoformat
    if isinstance(shape, type) and issubclass(shape, Enum):
        return shape
    if dataclasses.is_dataclass(shape):
        return _dataclass_loader(shape)
    return lambda data: data


def _optional_loader(arguments: tuple[Any, ...]) -> Any:
    inner = [_loader(each) for each in arguments if each is not type(None)]
    if len(inner) > 1:  # a union of plain values (int | str | bool) is its own plain form
        return lambda data: data
    return lambda data: None if data is None else inner[0](data)


def _dataclass_loader(shape: Any) -> Any:
    hints = typing.get_type_hints(shape)
    loaders = [(name, _loader(hints[name])) for name in _field_names(shape)]
    return lambda data: shape(**{name: loader(data[name]) for name, loader in loaders if name in data})
