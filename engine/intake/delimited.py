"""CSV files: text in, rows of cells out, and back. What a spreadsheet would run as a formula is guarded."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence

from engine.errors import OrderError, Problem
from engine.intake.cells import Cell, guarded, unguarded

_LONGEST_FIELD = 1_000_000


def csv_of(rows: Sequence[Sequence[Cell]]) -> bytes:
    """The file, in UTF-8 with the mark by which spreadsheets know that."""
    return codecs.BOM_UTF8 + csv_lines(rows)


def csv_lines(rows: Sequence[Sequence[Cell]]) -> bytes:
    """More of a file that has begun."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_said(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def rows_of_csv(data: bytes) -> list[list[Cell]]:
    """The rows of a file in UTF-8, or in GB 18030 as Chinese spreadsheets write it. Raises OrderError."""
    text = _decoded(data)
    try:
        csv.field_size_limit(_LONGEST_FIELD)
        return [[unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as error:
        raise _refused(f"is no CSV file: {error}") from None


def _decoded(data: bytes) -> str:
    for coding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise _refused("is neither in UTF-8 nor in GB 18030; save it as “CSV UTF-8”")


def _refused(message: str) -> OrderError:
    return OrderError([Problem("", "malformed-csv", f"the file {message}")], "The file cannot be read.")


def _said(cell: Cell) -> object:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return guarded(cell) if isinstance(cell, str) else cell
