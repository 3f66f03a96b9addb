"""The audit log as people read it and take it along: who changed what, when, from what to what."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine.intake.cells import Cell
from engine.service.log_files import file_of

_LONGEST = 32_000  # characters of a cell; Excel holds a few more
_COLUMNS = ("id", "at", "by", "action", "what", "before", "after")


class AuditLog:
    """Reading what every change wrote down."""

    def __init__(self, database: Any, time_zone: str):
        self._database = database
        self._zone = ZoneInfo(time_zone)

    def list(self, asked: Mapping[str, Any], cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
        """`{items, next_cursor}`, newest first. `asked`: any of kind, what, by, since, until."""
        with self._database.read() as uow:
            items, next_cursor = uow.audit.list(cursor, limit, **asked)
        return {"items": items, "next_cursor": next_cursor}

    def export(self, asked: Mapping[str, Any], format_: str) -> Iterator[bytes]:
        """A file of the newest that are asked for, csv or xlsx, in parts; of two documents only what differs."""
        return file_of(format_, "audit-log", _COLUMNS, functools.partial(self.list, asked), self._row)

    def _row(self, item: Mapping[str, Any]) -> Sequence[Cell]:
        before, after = _differing(item["before"], item["after"])
        at = dt.datetime.fromisoformat(item["at"]).astimezone(self._zone).isoformat(timespec="seconds")
        said = {**item, "at": at, "before": _text(before), "after": _text(after)}
        return [said[name] for name in _COLUMNS]


def _differing(before: Any, after: Any) -> tuple[Any, Any]:
    """Of two documents the fields that are not the same in both."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return before, after
    changed = {name for name in (*before, *after) if before.get(name) != after.get(name)}
    old, new = ({name: each for name, each in document.items() if name in changed} for document in (before, after))
    return old, new


def _text(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)[:_LONGEST]
