"""Decision tables to Excel and back. Row 1 says what a column is, row 2 names it, the table's rows follow.

Amounts stand there in yuan, and the names of their columns say so. Sheets from before that count cents: their columns
are named without a unit, and called so in row 1; what says neither is refused. Only rows travel: hit policy, inputs,
outputs and all else stay the document's. Columns may change places.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from engine.errors import Problem, RulebookError
from engine.intake.excel_cells import LONGEST_CELL, Column, from_cell, to_cell
from engine.language.catalogue import CATALOGUE
from engine.language.context import Context
from engine.language.effects import EFFECTS
from engine.language.facts import Catalogue
from engine.language.operands import LIST_OPERATORS
from engine.language.sentences import UNITS
from engine.language.tables import ANY, MOST_ROWS, operator_of, read_table
from engine.language.values import Choices, NotValid, did_you_mean

MOST_BYTES = 5_000_000
MOST_UNPACKED_BYTES = 50_000_000
LABELS, KEYS, FIRST = 1, 2, 3  # rows of the sheet
YUAN = " (yuan)"  # behind the names of columns that hold amounts

Lists = Collection[str] | Mapping[str, Mapping[str, Any]]  # codes, or documents by code

_HELP = (
    ("-", "任意", "any"),
    (
        "0..1000",
        "从 0 到 1000，均含；1000.. 与 ..1000 为一端不限",
        "0 to 1000, both included; 1000.. and ..1000 are open",
    ),
    ("standard, next_day", "其中之一，逗号分隔", "one of them, commas between"),
    ("TRUE / FALSE", "是 / 否", "yes / no"),
    ("3000.50", "金额以元计，与表格页面一致", "money in yuan, as in the console"),
    ("1500", "重量以克计，也可写 1.5kg", "weight in grams; 1.5kg may be written too"),
    ("2026-11-11", "日期", "a date"),
)
_ROW_PATH = re.compile(r"rows\.(\d+)(?:\.(\d+))?(?:\..*)?")


def table_to_xlsx(
    document: Mapping[str, Any], catalogue: Catalogue = CATALOGUE, effects: Mapping[str, Any] = EFFECTS
) -> bytes:
    """A workbook with the table's rows. Raises RulebookError for what does not fit into a cell."""
    columns = columns_of(document, catalogue, effects)
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = str(document["id"]).partition(".")[2][:31] or "table"
    _head(sheet, columns)
    problems = [
        problem
        for number, row in enumerate(document["rows"], start=FIRST)
        for place, (value, column) in enumerate(zip(row, columns, strict=True), start=1)
        for problem in _put(sheet.cell(number, place), value, column)
    ]
    if problems:
        raise RulebookError(problems)
    _explain(workbook.create_sheet("说明 Help"), document)
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def table_from_xlsx(
    data: bytes, document: Mapping[str, Any], catalogue: Catalogue = CATALOGUE,
    effects: Mapping[str, Any] = EFFECTS, lists: Lists | None = None, zone: dt.tzinfo | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The document with the rows of the workbook's first sheet, checked like any table.

    `lists`: codes, or list documents by code, which may then be named by their titles. `zone`: of instants without one.
    Raises RulebookError with every problem; the path of what a cell gets wrong is the cell: B7.
    """
    reading = _Reading(_first_sheet(data), columns_of(document, catalogue, effects, lists or (), zone))
    changed = {**document, "rows": reading.rows()}
    if all(reading.place(problem.path) for problem in reading.problems):
        _check(changed, reading, Context(catalogue, effects, lists, stage=str(document["id"]).partition(".")[0]))
    if reading.problems:
        raise RulebookError(reading.problems)
    return changed


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell of a workbook that cannot be read, and where it went: row and column of the table, from 0."""

    row: int
    column: int
    problem: Problem  # its path is the workbook's cell: B7


def rows_as_typed(
    data: bytes, document: Mapping[str, Any], catalogue: Catalogue = CATALOGUE,
    effects: Mapping[str, Any] = EFFECTS, lists: Lists | None = None, zone: dt.tzinfo | None = None,
) -> tuple[list[list[Any]], list[WrongCell]]:  # fmt: skip
    """The rows of the workbook's first sheet, with what cannot be read as the text that stands there, and what that is.

    What is read is not checked further. Raises RulebookError for what is no workbook of this table.
    """
    reading = _Reading(_first_sheet(data), columns_of(document, catalogue, effects, lists or (), zone))
    rows = reading.rows()
    placed = [(reading.place(problem.path), problem) for problem in reading.problems]
    if not all(place for place, _ in placed):
        raise RulebookError(reading.problems)
    return rows, [WrongCell(*place, problem) for place, problem in placed if place]


def columns_of(
    document: Mapping[str, Any], catalogue: Catalogue, effects: Mapping[str, Any],
    lists: Lists = (), zone: dt.tzinfo | None = None,
) -> list[Column]:  # fmt: skip
    """The columns of a table that is valid but for its rows, inputs first."""
    found: list[Column] = []
    for each in document["inputs"]:
        fact = catalogue[each["fact"]]
        op = operator_of(each, fact)
        choices = _titles(lists) if op in LIST_OPERATORS else fact.choices
        units = (fact.unit, *UNITS.get(fact.unit, ())) if fact.unit and fact.type == "int" else ()
        found.append(_named(Column(f"{fact.name} {op}", f"{fact.zh} · {fact.en}", fact.type, op, choices, units)))
    for each in document["outputs"]:
        spec = effects[each["do"]]
        for name, param in spec.params.items():
            if name in each:
                label = f"{spec.zh}：{param.zh} · {spec.en}: {param.en}"
                found.append(_named(Column(f"{spec.name}.{name}", label, param.type, choices=param.choices, zone=zone)))
    return list(_told_apart(found))


def _named(column: Column) -> Column:
    """With what its numbers count: in the label for whoever reads it, of amounts in the name too."""
    if column.is_amount:
        return replace(column, key=column.key + YUAN, label=f"{column.label}（元 yuan）")
    return replace(column, label=f"{column.label}（g）") if column.type == "weight" and column.whole else column


def _titles(lists: Lists) -> Choices:
    """Lists by code, with what they are called in both languages; none where only codes are known."""
    titles = {code: each.get("title") for code, each in lists.items()} if isinstance(lists, Mapping) else {}
    return tuple(
        (code, title.get("zh", code), title.get("en", code)) if isinstance(title, Mapping) else (code, title, title)
        for code, title in titles.items()
        if title
    )


def _told_apart(columns: Sequence[Column]) -> Iterator[Column]:
    """Columns of one name are numbered."""
    seen: dict[str, int] = {}
    for column in columns:
        seen[column.key] = seen.get(column.key, 0) + 1
        number = seen[column.key]
        yield column if number == 1 else replace(column, key=f"{column.key} #{number}")


def _head(sheet: Any, columns: Sequence[Column]) -> None:
    grey = PatternFill("solid", fgColor="DDDDDD")
    for place, column in enumerate(columns, start=1):
        for row, text in ((LABELS, column.label), (KEYS, column.key)):
            cell = sheet.cell(row, place)
            _put_text(cell, text)
            cell.font, cell.alignment = Font(bold=row == LABELS), Alignment(wrap_text=True, vertical="top")
            if column.op is None:
                cell.fill = grey
        sheet.column_dimensions[get_column_letter(place)].width = 24
    sheet.freeze_panes = sheet.cell(FIRST, 1)


def _put(cell: Cell, value: Any, column: Column) -> Iterator[Problem]:
    content = to_cell(value, column)
    if isinstance(content, str):
        if len(content) > LONGEST_CELL:
            yield Problem(
                cell.coordinate, "too-long", f"is longer than the {LONGEST_CELL} characters that a cell holds"
            )
            return
        _put_text(cell, content)
    elif content is not None:
        cell.value = content
    if column.in_yuan and not column.is_range:
        cell.number_format = "0.00"
    if column.textual or column.is_range or column.type == "date":
        cell.number_format = "@"  # so that what is typed there stays as typed


def _put_text(cell: Cell, text: str) -> None:
    """Text stays text: what begins with = is no formula, not even once it was edited."""
    cell.value = text
    cell.data_type = "s"
    if text.startswith(("=", "+", "-", "@")):
        cell.style = "Normal"
        cell.quotePrefix = True


def _explain(sheet: Any, document: Mapping[str, Any]) -> None:
    title = document.get("title")
    said = [str(title[each]) for each in ("zh", "en")] if isinstance(title, Mapping) else [str(title), ""]
    for number, row in enumerate(
        ((str(document["id"]), *said), ("hit", str(document.get("hit")), ""), *_HELP), start=1
    ):
        for place, text in enumerate(row, start=1):
            _put_text(sheet.cell(number, place), text)
    for place, width in enumerate((28, 48, 56), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _first_sheet(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise _refused("too-long", f"is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise _refused("too-long", "unpacks to more than a table can be")
        sheets = openpyxl.load_workbook(io.BytesIO(data), data_only=False, keep_links=False).worksheets
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError):
        raise _refused("malformed-xlsx", "is no Excel workbook (.xlsx)") from None
    if not sheets:
        raise _refused("malformed-xlsx", "has no sheet")
    return sheets[0]


def _refused(code: str, message: str) -> RulebookError:
    return RulebookError([Problem("", code, message)])


class _Reading:
    """The rows of a sheet, and what is wrong with them."""

    def __init__(self, sheet: Any, columns: Sequence[Column]):
        self.sheet, self.columns = sheet, list(columns)
        self.problems: list[Problem] = []
        self.places: dict[int, int] = {}  # the sheet's column by number of ours, from 0
        self.numbers: list[int] = []  # the sheet's row by number of ours, from 0
        self._find_columns()

    def rows(self) -> list[list[Any]]:
        """The table's rows; rows without any content are left out."""
        if self.problems:
            return []
        self._refuse_merged()
        found: list[list[Any]] = []
        for number in range(FIRST, self.sheet.max_row + 1):
            cells = [self.sheet.cell(number, self.places[place]) for place in range(len(self.columns))]
            if all(cell.value is None or not str(cell.value).strip() for cell in cells):
                continue
            if len(found) == MOST_ROWS:
                self._note(cells[0].coordinate, "too-long", f"a table has at most {MOST_ROWS} rows")
                break
            self.numbers.append(number)
            found.append([self._value(cell, column) for cell, column in zip(cells, self.columns, strict=True)])
        if not found and not self.problems:
            self._note(f"A{FIRST}", "required", "has no rows")
        return found

    def cell(self, row: int, place: int | None) -> str:
        """The cell of a row and column of the table; the row's first without a column."""
        return f"{get_column_letter(self.places[place or 0])}{self.numbers[row]}"

    def _find_columns(self) -> None:
        ours = {column.key: place for place, column in enumerate(self.columns)}
        in_cents = {key.replace(YUAN, ""): key for key in ours if YUAN in key}
        for place in range(1, self.sheet.max_column + 1):
            cell = self.sheet.cell(KEYS, place)
            key = str(cell.value).strip() if cell.value is not None else ""
            if key in in_cents:
                key = self._of_cents(in_cents[key], ours[in_cents[key]], cell)
            if key in ours and ours[key] not in self.places:
                self.places[ours[key]] = place
            elif key in ours:
                self._note(cell.coordinate, "duplicate-key", f"{key} is already column {self._letter(ours[key])}")
            elif key or any(
                self.sheet.cell(row, place).value is not None for row in range(FIRST, self.sheet.max_row + 1)
            ):
                said = f"there is no column {key!r} in this table" if key else "names no column of this table"
                self._note(cell.coordinate, "unknown-field", said, did_you_mean(key, ours))
        for key, place in ours.items():
            if place not in self.places:
                self._note(f"A{KEYS}", "required", f"the column {key} is missing")

    def _of_cents(self, key: str, place: int, cell: Any) -> str:
        """The column's name, of a sheet that names it without its unit: of cents where its label says so."""
        if "cents" in str(self.sheet.cell(LABELS, cell.column).value):
            self.columns[place] = replace(self.columns[place], in_cents=True)
        else:
            said = "does not say whether its amounts are yuan or cents"
            self._note(cell.coordinate, "invalid-type", said, f"for yuan write {key}")
        return key

    def place(self, cell: str) -> tuple[int, int] | None:
        """The row and column of the table that went into a cell; None for what is no cell of a row."""
        letters, number = re.fullmatch(r"([A-Z]*)(\d*).*", cell).groups()  # type: ignore[union-attr]
        ours = {self._letter(place): place for place in self.places}
        if letters not in ours or not number or int(number) not in self.numbers or ":" in cell:
            return None
        return self.numbers.index(int(number)), ours[letters]

    def _letter(self, place: int) -> str:
        return str(get_column_letter(self.places[place]))

    def _refuse_merged(self) -> None:
        for merged in self.sheet.merged_cells.ranges:
            if merged.max_row >= FIRST:
                self._note(merged.coord, "invalid-type", "must not be merged", "unmerge it and fill each cell")

    def _value(self, cell: Any, column: Column) -> Any:
        try:
            if cell.data_type == "f":
                raise NotValid("invalid-type", "must not be a formula", "paste its value")
            if cell.data_type == "e":
                raise NotValid("invalid-type", f"holds the error {cell.value}")
            return from_cell(cell.value, column, str(cell.number_format))
        except NotValid as wrong:
            self._note(cell.coordinate, wrong.code, wrong.message, wrong.suggestion)
            return str(cell.value)

    def _note(self, cell: str, code: str, message: str, suggestion: str | None = None) -> None:
        self.problems.append(Problem(cell, code, message, suggestion=suggestion))


def _check(document: Mapping[str, Any], reading: _Reading, context: Context) -> None:
    """Notes what the table's own check finds, by cell; of cells that cannot be read there is no more to say."""
    unread = {reading.place(problem.path) for problem in reading.problems}
    rows = [
        [ANY if (row, place) in unread else cell for place, cell in enumerate(cells)]
        for row, cells in enumerate(document["rows"])
    ]
    read_table({**document, "rows": rows}, "", context)
    for problem in context.problems:
        path = problem.path.lstrip(".")
        found = _ROW_PATH.fullmatch(path)
        if found and found.group(2) is None and any(each and each[0] == int(found.group(1)) for each in unread):
            continue  # it lacks what could not be read
        if found:
            path = reading.cell(int(found.group(1)), int(found.group(2)) if found.group(2) else None)
        reading.problems.append(Problem(path, problem.code, problem.message, suggestion=problem.suggestion))
