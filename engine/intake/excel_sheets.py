"""Excel files of reference data: the first worksheet's cells, and a workbook of rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import openpyxl
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from engine.errors import OrderError, Problem
from engine.intake.cells import Cell
from engine.intake.reference_rows import MOST_ROWS

MOST_BYTES = 5_000_000
_MOST_UNPACKED_BYTES = 50_000_000
_LONGEST_CELL = 32_767  # characters that a cell of Excel holds
_MOST_COLUMNS = 100


def xlsx_of(rows: Sequence[Sequence[Cell]], title: str) -> bytes:
    """A workbook of one sheet. Text stays text: what begins with = is no formula, not even once it was edited.

    Raises OrderError for text that no cell holds.
    """
    workbook = openpyxl.Workbook(write_only=False)
    sheet = workbook.active
    sheet.title = title[:31]
    for number, row in enumerate(rows, start=1):
        for place, content in enumerate(row, start=1):
            if content is not None:
                _put(sheet.cell(number, place), content)
    for place in range(1, len(rows[0]) + 1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 20
    sheet.freeze_panes = "B2"
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def rows_of_xlsx(data: bytes) -> list[list[Cell]]:
    """The cells of the first sheet. Raises OrderError, also for formulas: their values are not in the file."""
    sheet = _first_sheet(data)
    if sheet.max_row > MOST_ROWS + 1:
        raise _refused("A1", "too-long", f"a file has at most {MOST_ROWS:,} rows")
    problems: list[Problem] = []
    rows: list[list[Cell]] = []
    for row in sheet.iter_rows(max_col=min(sheet.max_column, _MOST_COLUMNS)):
        for cell in row:
            if cell.data_type in ("f", "e"):
                problems.append(Problem(cell.coordinate, "invalid-type", "must be a value, not a formula or an error"))
        rows.append([cell.value for cell in row])
    if problems:
        raise OrderError(problems[:1_000], "The file cannot be accepted as it is.")
    return rows


def _put(cell: SheetCell, content: Cell) -> None:
    cell.value = content
    if isinstance(content, str):
        if len(content) > _LONGEST_CELL:
            said = f"is longer than the {_LONGEST_CELL:,} characters that a cell of Excel holds; use CSV"
            raise _refused(str(cell.coordinate), "too-long", said)
        cell.data_type = "s"
        cell.number_format = "@"  # so that what is typed there stays as typed
        if content.startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True


def _first_sheet(data: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED_BYTES:
                raise _refused("", "too-long", "the file unpacks to more than it can be")
        sheets = openpyxl.load_workbook(io.BytesIO(data), data_only=False, keep_links=False).worksheets
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError):
        raise _refused("", "malformed-xlsx", "the file is no Excel workbook (.xlsx)") from None
    if not sheets:
        raise _refused("", "malformed-xlsx", "the workbook has no sheet")
    return sheets[0]


def _refused(cell: str, code: str, message: str) -> OrderError:
    return OrderError([Problem(cell, code, message)], "The file cannot be accepted as it is.")
