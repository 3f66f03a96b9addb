"""Pages of lists: a cursor is the key of the last item seen, opaque to callers."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any

from engine.errors import OrderError, Problem

MOST = 1000  # items on a page


def encode(key: Sequence[Any]) -> str:
    """The cursor that stands for a key of strings and ints."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def decode(cursor: str | None, *types: type, name: str = "cursor") -> list[Any] | None:
    """The key of a cursor, which the caller sent as `name`; None for the first page. Raises OrderError when it is no
    cursor of this list."""
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or [type(part) for part in key] != list(types) or not all(map(storable, key)):
        raise _no_cursor(name)
    return key


def instant(part: str) -> dt.datetime:
    """The instant in a cursor's key. Raises OrderError when it is none."""
    try:
        at = dt.datetime.fromisoformat(part)
    except ValueError:
        raise _no_cursor() from None
    if at.tzinfo is None:
        raise _no_cursor()
    return at


def _no_cursor(name: str = "cursor") -> OrderError:
    return OrderError([Problem(name, "invalid-type", "a next_cursor of an earlier answer of this list")])


def storable(part: Any) -> bool:
    """Whether a database can be asked for it: text without NUL and lone surrogates, an int of 64 bits."""
    if isinstance(part, int):
        return abs(part) < 2**63
    return "\0" not in part and not any("\ud800" <= each <= "\udfff" for each in part)


def bounded(limit: int) -> int:
    """A page size between 1 and 1,000."""
    return max(1, min(limit, MOST))


def cut(rows: Sequence[Any], limit: int, key: Callable[[Any], Sequence[Any]]) -> tuple[list[Any], str | None]:
    """The first `limit` of rows of which one more was read, and the cursor of the next page, if there is one."""
    page = list(rows[:limit])
    return page, encode(key(page[-1])) if len(rows) > limit else None
