"""The audit log as people read it and take it along: who changed what, when, from what to what."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine.intake.cells import Cell
from engine.intake.delimited import csv_lines, csv_of
from engine.intake.excel_sheets import xlsx_of

MOST_ROWS = {"csv": 100_000, "xlsx": 20_000}  # a workbook is made in memory, a CSV file is sent as it is read
_AT_ONCE = 1000
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
        parts = ([self._row(each) for each in some] for some in self._some(asked, MOST_ROWS[format_]))
        if format_ == "csv":
            yield csv_of([_COLUMNS])
            yield from map(csv_lines, parts)
        else:
            yield xlsx_of([_COLUMNS, *(row for part in parts for row in part)], "audit-log")

    def _some(self, asked: Mapping[str, Any], most: int) -> Iterator[Sequence[dict[str, Any]]]:
        """Some at a time, so that no transaction is held open while somebody reads slowly."""
        cursor, left = None, most
        while left > 0:
            found = self.list(asked, cursor, min(left, _AT_ONCE))
            yield found["items"]
            cursor, left = found["next_cursor"], left - len(found["items"])
            if cursor is None:
                return

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
