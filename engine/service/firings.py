"""The log of firings as people read it and take it along: which rule held for which order, when, and what it saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_AT_ONCE = 1000


class Firings:
    """Reading the log, newest first."""

    def __init__(self, database: Any):
        self._database = database

    def list(self, asked: Mapping[str, Any], cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
        """`{items, next_cursor}`. `asked`: any of rule, stage, order_no, channel, verdict, subject, waived, since,
        until."""
        with self._database.read() as uow:
            items, next_cursor = uow.firings.page(asked, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def each(self, asked: Mapping[str, Any], most: int) -> Iterator[dict[str, Any]]:
        """One after another, up to `most`, without a transaction held open over all of them."""
        cursor, left = None, most
        while left > 0:
            found = self.list(asked, cursor, min(left, _AT_ONCE))
            yield from found["items"]
            cursor, left = found["next_cursor"], left - len(found["items"])
            if cursor is None:
                return
