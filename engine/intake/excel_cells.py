"""Cells of decision tables as a spreadsheet holds them, and back: what is written comes back equal.

`-` is any. Between is 0..1000, open ends left out. Several values stand with commas between them; one value that is a
list of one stands in [brackets]. A text that would read as something else, and an object, is JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any

from engine.language.operands import SEVERAL
from engine.language.tables import ANY
from engine.language.values import NUMBERS, NotValid

LONGEST_CELL = 32_767  # characters that a cell of Excel holds

_TEXTUAL = ("text", "choice", "set", "list", "instant", "any")
_SEPARATORS = ",，、;；\n"
_SPECIAL = re.compile(rf'[{_SEPARATORS}"\[\]{{}}]')
_ITEM = re.compile(rf'\s*(?:("(?:[^"\\]|\\.)*")|([^{_SEPARATORS}"]*))\s*(?:[{_SEPARATORS}]|$)')
_INT = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RANGE = re.compile(r"(.*?)\s*(?:\.\.+|…|~|～|至|到)\s*(.*)", re.DOTALL)
_DASHED = re.compile(r"(\d+)\s*[-–—]\s*(\d+)")
_DASHES = (ANY, "－", "—", "–")
_YES, _NO = ("true", "yes", "是", "1"), ("false", "no", "否", "0")
# What XML cannot hold, and what Excel takes for an escape.
_UNSAFE = re.compile("[^\\t\\n\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_x(?=[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of a column are."""

    key: str  # "shipment.weight_g between", "prefer.rank"
    label: str
    type: str  # of the fact or of the parameter
    op: str | None = None  # None: an output

    @property
    def is_range(self) -> bool:
        """Lowest and highest."""
        return self.op == "between"

    @property
    def several(self) -> bool:
        """One value or a list of them."""
        return self.op in (*SEVERAL, "contains_any") or (self.op is None and self.type == "list")

    @property
    def yes_or_no(self) -> bool:
        """Whether cells are true or false."""
        return self.op in ("is_true", "is_false", "present", "absent") or (self.op is None and self.type == "flag")

    @property
    def whole(self) -> bool:
        """Whether values are whole numbers."""
        return self.type in NUMBERS and not self.yes_or_no

    @property
    def textual(self) -> bool:
        """Whether values are texts, so that 010000 must not become a number."""
        return not self.yes_or_no and (self.type in _TEXTUAL or self.op in ("in_list", "not_in_list"))


def to_cell(value: Any, column: Column) -> str | int | bool | None:
    """The cell's content for a value of a document."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return ANY if value == ANY else _written(value, column)
    if isinstance(value, (list, tuple)) and column.is_range and len(value) == 2:
        return "..".join("" if each is None else str(each) for each in value)
    if isinstance(value, (list, tuple)) and column.several and all(_simple(each) for each in value):
        items = ", ".join(_written(each, column) if isinstance(each, str) else str(each) for each in value)
        return f"[{items}]" if len(value) < 2 else items
    return _json(value)


def from_cell(raw: Any, column: Column) -> Any:
    """The document's value for a cell's content. Raises NotValid."""
    if isinstance(raw, str):
        return _read(raw.strip(), column)
    if isinstance(raw, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return _day(raw, column)
    if isinstance(raw, bool) or raw is None:
        return raw
    if column.textual:
        raise NotValid("invalid-type", "is a number; it must be text", "format the cell as text and write it again")
    if isinstance(raw, float) and not raw.is_integer():
        raise NotValid("invalid-type", "must be a whole number", "money is in cents and weight in grams")
    return int(raw)


def _simple(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))


def _written(text: str, column: Column) -> str:
    """A text as it is, or as JSON where it would be read as something else."""
    odd = not text or text != text.strip() or text in _DASHES or text[0] in '"{' or _UNSAFE.search(text)
    if odd or (column.several and _SPECIAL.search(text)) or (column.yes_or_no or column.whole or column.is_range):
        return _json(text)
    return text


def _json(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: "".join(_escaped(each) for each in found.group()), said)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))


def _read(text: str, column: Column) -> Any:
    if not text:
        return None
    if text in _DASHES:
        return ANY
    if text[0] == "{" or (text[0] == '"' and not column.several):
        return _from_json(text)
    if column.yes_or_no:
        return _truth(text)
    if column.is_range:
        return _range(text, column)
    return _items(text, column) if column.several else _one(text, column)


def _truth(text: str) -> Any:
    if text.lower() in (*_YES, *_NO):
        return text.lower() in _YES
    raise NotValid("invalid-type", "must be true or false, 是 or 否, or -")


def _range(text: str, column: Column) -> Any:
    found = (_DASHED.fullmatch(text) if column.whole else None) or _RANGE.fullmatch(text)
    if found is None:
        raise NotValid("invalid-type", "must be a range, such as 0..1000, 1000.. or ..1000")
    return [_one(end, column) if end else None for end in found.groups()]


def _items(text: str, column: Column) -> Any:
    bracketed = text.startswith("[") and text.endswith("]")
    inside = text[1:-1].strip() if bracketed else text
    found, place = [], 0
    while place < len(inside):
        item = _ITEM.match(inside, place)
        if item is None or (not item.group(1) and not item.group(2).strip()):
            raise NotValid("invalid-type", "must be values with commas between them")
        found.append(_from_json(item.group(1)) if item.group(1) else _one(item.group(2).strip(), column))
        place = item.end()
    return found if bracketed or len(found) != 1 else found[0]


def _one(text: str, column: Column) -> Any:
    if not column.whole:
        return text
    if _INT.fullmatch(text):
        return int(text)
    raise NotValid("invalid-type", "must be a whole number", "money is in cents and weight in grams")


def _day(raw: Any, column: Column) -> str:
    whole_day = not isinstance(raw, dt.datetime) or raw.time() == dt.time()
    if column.type == "date" and isinstance(raw, dt.date) and whole_day and not column.is_range:
        return raw.strftime("%Y-%m-%d") if raw.year >= 1000 else raw.isoformat()[:10]
    raise NotValid("invalid-type", "is a date or time; it must be text", "format the cell as text and write it again")


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise NotValid("invalid-type", 'must be JSON where it begins with " or {') from None
