"""Long logs as files: read some entries at a time, so that no transaction is held open while somebody reads slowly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.intake.cells import Cell
from engine.intake.delimited import csv_lines, csv_of
from engine.intake.excel_sheets import xlsx_of

_MOST_ROWS = {"csv": 100_000, "xlsx": 20_000}  # a workbook is made in memory, a CSV file is sent as it is read
_AT_ONCE = 1000

Page = Callable[[str | None, int], Mapping[str, Any]]  # (cursor, limit) -> {items, next_cursor}
ToRow = Callable[[Mapping[str, Any]], Sequence[Cell]]


def file_of(format_: str, title: str, columns: Sequence[str], page: Page, to_row: ToRow) -> Iterator[bytes]:
    """A file of the first entries there are, csv or xlsx, in parts."""
    parts = ([to_row(each) for each in some] for some in _some(page, _MOST_ROWS[format_]))
    if format_ == "csv":
        yield csv_of([columns])
        yield from map(csv_lines, parts)
    else:
        yield xlsx_of([columns, *(row for part in parts for row in part)], title)


def _some(page: Page, most: int) -> Iterator[Sequence[Mapping[str, Any]]]:
    cursor, left = None, most
    while left > 0:
        found = page(cursor, min(left, _AT_ONCE))
        yield found["items"]
        cursor, left = found["next_cursor"], left - len(found["items"])
        if cursor is None:
            return
