"""Documents of reference data as rows of a file, and rows as documents, each value with the cell that it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import OrderError, Problem
from engine.intake.cells import Cell, from_cell, to_cell
from engine.intake.layouts import LAYOUTS, Column, Layout
from engine.language.values import did_you_mean

MOST_ROWS = 50_000
_REFUSED = "The file cannot be accepted as it is."


@dataclass(slots=True)
class Entry:
    """A document that rows of a file say something of."""

    code: str
    place: tuple[int, str]  # row and column of its code
    said: dict[str, Any] = field(default_factory=dict)  # its fields, those that the file has columns for
    places: dict[str, tuple[int, str]] = field(default_factory=dict)  # path of a value: its row and column

    def problem(self, problem: Problem, letters: Mapping[str, str]) -> Problem:
        """The same problem, by its cell and column: path "C7", message "weight_g: …"."""
        path = problem.path
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        row, key = self.places.get(path, self.place)
        rest = problem.path[len(path) :].strip(".")
        named = (f"{key} ({rest})" if rest else key) if path else rest or key
        message = f"{named}: {problem.message}"
        return Problem(f"{letters.get(key, 'A')}{row}", problem.code, message, suggestion=problem.suggestion)


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says."""

    entries: tuple[Entry, ...]  # by first row
    letters: Mapping[str, str]  # column's key: its letter

    def refused(self, found: Sequence[tuple[Entry, Problem]]) -> OrderError:
        """The error that names the cell of every problem."""
        return OrderError([entry.problem(each, self.letters) for entry, each in found], _REFUSED)


def rows_of(kind: str, documents: Sequence[Mapping[str, Any]]) -> list[list[Cell]]:
    """A row of column names, then the documents' rows."""
    layout = LAYOUTS[kind]
    rows: list[list[Cell]] = [[column.key for column in layout.columns]]
    for document in documents:
        whole = [to_cell(_at(document, column.path), column.type) for column in layout.whole]
        parts = list(_parts(layout, document)) or [[None] * len(layout.part)]
        rows.extend([*whole, *part] for part in parts)
    return rows


def read_rows(kind: str, rows: Sequence[Sequence[Cell]]) -> Read:
    """The documents of a file whose first row names its columns, in any order; columns may be left out.

    Raises OrderError with every problem of its form; what the documents say is not looked at.
    """
    layout = LAYOUTS[kind]
    reading = _Reading(layout, rows)
    if reading.problems:
        raise OrderError(reading.problems, _REFUSED)
    entries = reading.entries()
    if reading.problems:
        raise OrderError(reading.problems, _REFUSED)
    return Read(tuple(entries), reading.letters)


def letter(place: int) -> str:
    """What a spreadsheet calls its column, from 0: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


class _Reading:
    """The rows, and what is wrong with them."""

    def __init__(self, layout: Layout, rows: Sequence[Sequence[Cell]]):
        self.layout, self.rows = layout, rows
        self.problems: list[Problem] = []
        self.places: dict[str, int] = {}  # column's key: its place in the row
        self._find_columns()
        self.letters = {key: letter(place) for key, place in self.places.items()}
        if len(rows) > MOST_ROWS + 1:
            self._note("A1", "too-long", f"a file has at most {MOST_ROWS:,} rows")

    def entries(self) -> list[Entry]:
        """The documents, by their first row. Notes rows without a code."""
        found: dict[str, Entry] = {}
        code = self.layout.whole[0]
        for number, row in enumerate(self.rows[1:], start=2):
            if all(cell is None or not str(cell).strip() for cell in row):
                continue
            said = self._value(row, code)
            if not said:
                self._note(f"{self.letters[code.key]}{number}", "required", f"{code.key}: is required")
                continue
            entry = found.setdefault(said, Entry(said, (number, code.key)))
            self._read_whole(entry, number, row)
            self._read_part(entry, number, row)
        if not found and not self.problems:
            self._note("A2", "required", "the file has no rows")
        return list(found.values())

    def _read_whole(self, entry: Entry, number: int, row: Sequence[Cell]) -> None:
        """What a row says of the document. Said twice, it must be the same."""
        for column in self.layout.whole[1:]:
            if column.key not in self.places:
                continue
            value = self._value(row, column)
            if column.key not in entry.places:
                entry.places[column.key] = (number, column.key)
                if value is not None or len(column.path) == 1:
                    _put(entry.said, column.path, value)
            elif value is not None and value != _at(entry.said, column.path):
                first = entry.places[column.key][0]
                cell = f"{self.letters[column.key]}{number}"
                self._note(cell, "duplicate-key", f"{column.key}: must be as in row {first}, or empty")

    def _read_part(self, entry: Entry, number: int, row: Sequence[Cell]) -> None:
        """What a row says of one of its parts; nothing, where all of its cells are empty."""
        field_, columns = self.layout.parts, [each for each in self.layout.part if each.key in self.places]
        if field_ is None or not columns:
            return
        parts = entry.said.setdefault(field_, {} if self.layout.form == "mapping" else [])
        values = {column: self._value(row, column) for column in columns}
        if all(value is None for value in values.values()):
            return
        if self.layout.form == "mapping":
            self._read_pair(entry, number, parts, list(values.values()))
            return
        path = f"{field_}.{len(parts)}"
        entry.places[path] = (number, columns[0].key)
        if self.layout.form == "texts":
            parts.append(next(iter(values.values())))
            return
        parts.append({column.path[-1]: value for column, value in values.items() if value is not None})
        entry.places.update({f"{path}.{column.path[-1]}": (number, column.key) for column in columns})

    def _read_pair(self, entry: Entry, number: int, pairs: dict[Any, Any], values: Sequence[Any]) -> None:
        left, right = (column.key for column in self.layout.part)
        key = values[0] or ""
        if key in pairs:
            self._note(f"{self.letters[left]}{number}", "duplicate-key", f"{left}: stands in a row before")
        pairs[key] = values[1] if len(values) > 1 else None
        entry.places[f"{self.layout.parts}.{key}"] = (number, right if key else left)

    def _value(self, row: Sequence[Cell], column: Column) -> Any:
        place = self.places[column.key]
        return from_cell(row[place], column.type) if place < len(row) else None

    def _find_columns(self) -> None:
        ours = [column.key for column in self.layout.columns]
        for place, cell in enumerate(self.rows[0] if self.rows else ()):
            key = str(cell).strip() if cell is not None else ""
            if key in self.places:
                self._note(f"{letter(place)}1", "duplicate-key", f"{key} is already column {letter(self.places[key])}")
            elif key in ours:
                self.places[key] = place
            elif key:
                said = f"there is no column {key}; there are {', '.join(ours)}"
                self._note(f"{letter(place)}1", "unknown-field", said, did_you_mean(key, ours))
        if ours[0] not in self.places:
            self._note("A1", "required", f"the column {ours[0]} is missing; row 1 names the columns")

    def _note(self, cell: str, code: str, message: str, suggestion: str | None = None) -> None:
        self.problems.append(Problem(cell, code, message, suggestion=suggestion))


def _parts(layout: Layout, document: Mapping[str, Any]) -> Iterator[list[Cell]]:
    parts: Any = document[layout.parts] if layout.parts else ()
    if layout.form == "mapping":
        yield from ([key, value] for key, value in sorted(parts.items()))
        return
    for part in parts:
        values = [part] if layout.form == "texts" else [part.get(column.path[-1]) for column in layout.part]
        yield [to_cell(value, column.type) for value, column in zip(values, layout.part, strict=True)]


def _at(document: Mapping[str, Any], path: Sequence[str]) -> Any:
    value: Any = document
    for name in path:
        value = (value or {}).get(name)
    return value


def _put(document: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        document = document.setdefault(name, {})
    document[path[-1]] = value
