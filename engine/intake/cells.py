"""Cells of reference data as a CSV file or a worksheet holds them, and back: what is written comes back equal.

Nothing said is an empty cell. Several values stand in one cell with commas between them, one that holds a comma in
"quotes"; none at all, where that differs from nothing said, is []. A price step is 1000:800 (grams, cents), a component
of a bundle SKU*2.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | None

EMPTY = "[]"
_YES, _NO = ("true", "yes", "是", "1"), ("false", "no", "否", "0")
_SPECIAL = re.compile(r'[,，、"]|^\s|\s$')  # what an item of several cannot hold unquoted
_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,，、]+))\s*(?:[,，、]|$)')
_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would run, with any quotes that keep it from that
_QUOTED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """The text as it may stand in a CSV file: what begins like a formula gets a quote before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text without the quote that `guarded` put before it."""
    return text[1:] if _QUOTED.match(text) else text


def to_cell(value: Any, type_: str) -> Cell:
    """The content of a cell for a value of a document."""
    if value is None or value == "":
        return None
    if type_ in _WRITTEN:
        return _WRITTEN[type_](value)
    return value if isinstance(value, (bool, int, float)) else str(value)


def from_cell(raw: Cell, type_: str) -> Any:
    """The value of a document for a cell's content; None: nothing said. What cannot be read stays as it is, for the
    schema of the document to refuse."""
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or raw == "":
        return None
    return _READ[type_](raw)


def _names(value: Any) -> str:
    if not value:
        return EMPTY
    return ", ".join(_quoted(each) if _SPECIAL.search(each) or each in ("", EMPTY) else each for each in value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _read_names(raw: Cell) -> list[str]:
    text = _text(raw)
    if text == EMPTY:
        return []
    found = [quoted.replace('""', '"') if quoted else plain.strip() for quoted, plain in _ITEM.findall(text)]
    return [each for each in found if each]


def _text(raw: Cell) -> str:
    """Text, also where a spreadsheet took it for a number or a time."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, dt.time):
        return raw.strftime("%H:%M")
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date().isoformat()
    return raw.isoformat() if isinstance(raw, (dt.date, dt.datetime)) else str(raw)


def _whole(raw: Cell) -> Any:
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,15}", raw):
        return int(raw)
    return raw


def _number(raw: Cell) -> Any:
    if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,15}([.][0-9]{1,15})?", raw):
        return float(raw)
    return raw


def _flag(raw: Cell) -> Any:
    text = _text(raw).lower()
    return True if text in _YES else False if text in _NO else raw


def _pairs(raw: Cell, mark: str, first: str, second: str) -> list[dict[str, Any]]:
    """Of "A*2, B*1" the objects {first: "A", second: 2} …; a number is read as one."""
    found = []
    for each in _read_names(raw):
        left, _, right = each.rpartition(mark)
        found.append({first: _whole(left.strip() or each), second: _whole(right.strip() if left else "")})
    return found


def _components(raw: Cell) -> list[dict[str, Any]]:
    return [{**each, "sku": str(each["sku"])} for each in _pairs(raw, "*", "sku", "quantity")]


def _written_pairs(mark: str, first: str, second: str) -> Callable[[Any], str]:
    return lambda value: _names([f"{each[first]}{mark}{each[second]}" for each in value])


_WRITTEN: Mapping[str, Callable[[Any], Cell]] = {
    "names": _names,
    "components": _written_pairs("*", "sku", "quantity"),
    "steps": _written_pairs(":", "up_to_g", "cents"),
}
_READ: Mapping[str, Callable[[Cell], Any]] = {
    "text": _text,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "names": _read_names,
    "components": _components,
    "steps": lambda raw: _pairs(raw, ":", "up_to_g", "cents"),
}
