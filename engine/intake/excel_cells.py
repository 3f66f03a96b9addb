"""Cells of decision tables as a spreadsheet holds them, and back: what is written comes back equal.

`-` is any. Between is 0..1000, open ends left out. Several values stand with commas between them; one value that is a
list of one stands in [brackets]. A text that would read as something else, and an object, is JSON. Amounts are in yuan
in the sheet and in cents in the document. What people write otherwise is read by `engine.intake.as_written`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from engine.intake import as_written
from engine.language.operands import SEVERAL
from engine.language.tables import ANY
from engine.language.values import NUMBERS, Choices, NotValid

LONGEST_CELL = 32_767  # characters that a cell of Excel holds

_TEXTUAL = ("text", "code", "choice", "set", "list", "instant", "any")
_SEPARATORS = ",，、;；\n"
_SPECIAL = re.compile(rf'[{_SEPARATORS}"\[\]{{}}]')
_ITEM = re.compile(rf'\s*(?:("(?:[^"\\]|\\.)*")|([^{_SEPARATORS}"]*))\s*(?:[{_SEPARATORS}]|$)')
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_DASHES = (ANY, "－", "—", "–")
_ANYTHING = ("*", "任意", "不限", "any")
_MOST_DIGITS = 15  # that a spreadsheet keeps of a number
# Of a number that is shown as another one: 15% is 0.15 there, 1.5 may be shown as 1.5kg or 1.5万, 1500 as 2 thousands.
_SHOWN_OTHERWISE = re.compile(r"%|kg|公斤|千克|[万亿]|[0#],+(?![0#,])", re.IGNORECASE)
# What XML cannot hold, and what Excel takes for an escape.
_UNSAFE = re.compile("[^\\t\\n\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_x(?=[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of a column are."""

    key: str  # "shipment.weight_g between", "prefer.rank"
    label: str
    type: str  # of the fact or of the parameter
    op: str | None = None  # None: an output
    choices: Choices = ()  # of the fact or parameter, or the lists that may stand here
    units: Sequence[str] = ()  # of whole numbers, in both languages: may stand behind them
    zone: dt.tzinfo | None = None  # of instants that are written without an offset
    in_cents: bool = False  # a sheet from before amounts were in yuan

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
    def is_amount(self) -> bool:
        """Whether cells are amounts of money."""
        return self.type == "money" and self.whole

    @property
    def in_yuan(self) -> bool:
        """Whether the sheet counts yuan where the document counts cents."""
        return self.is_amount and not self.in_cents

    @property
    def textual(self) -> bool:
        """Whether values are texts, so that 010000 must not become a number."""
        return not self.yes_or_no and (self.type in _TEXTUAL or self.op in ("in_list", "not_in_list"))


def to_cell(value: Any, column: Column) -> str | int | float | bool | None:
    """The cell's content for a value of a document."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(value, column)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return ANY if value == ANY else _written(value, column)
    if isinstance(value, (list, tuple)) and column.is_range and len(value) == 2:
        return "..".join("" if each is None else _said(each, column) for each in value)
    if isinstance(value, (list, tuple)) and column.several and all(_simple(each) for each in value):
        items = ", ".join(_written(each, column) if isinstance(each, str) else _said(each, column) for each in value)
        return f"[{items}]" if len(value) < 2 else items
    return _json(value)


def from_cell(raw: Any, column: Column, shown_as: str = "General") -> Any:
    """The document's value for a cell's content; `shown_as`: the cell's number format. Raises NotValid."""
    if isinstance(raw, str):
        return _read(raw.strip(), column)
    if isinstance(raw, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return _day(raw, column)
    if isinstance(raw, bool) or raw is None:
        return raw
    if column.textual:
        raise NotValid("invalid-type", "is a number; it must be text", "format the cell as text and write it again")
    if column.yes_or_no and raw in (0, 1):
        return bool(raw)
    if column.is_range:
        raise NotValid("invalid-type", "must be a range, such as 0..1000, 1000.. or ..1000")
    return _counted(raw, column, shown_as)


def _number(value: int, column: Column) -> int | float | str:
    """As a number where a spreadsheet keeps all of its digits."""
    if len(str(abs(value))) > _MOST_DIGITS:
        return _said(value, column)
    return value / 100 if column.in_yuan and value % 100 else value // 100 if column.in_yuan else value


def _said(value: Any, column: Column) -> str:
    """A number as text: cents as 3000.00."""
    if isinstance(value, int) and column.in_yuan:
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    return str(value)


def _counted(raw: int | float, column: Column, shown_as: str) -> int:
    """A number of the sheet as whole cents, grams or pieces: as it is shown, and to the digits that Excel keeps."""
    number = Decimal(format(raw, f".{_MOST_DIGITS}g")) if isinstance(raw, float) else Decimal(raw)
    if "%" in shown_as and "%" in column.units:
        return _whole(number * 100, column)
    if _SHOWN_OTHERWISE.search(shown_as):
        raise NotValid("invalid-type", f"is shown otherwise than it is: {raw}", "format the cell as a plain number")
    return _whole(number * 100 if column.in_yuan else number, column)


def _whole(number: Decimal, column: Column) -> int:
    if number.is_finite() and number == number.to_integral_value():
        return int(number)
    if column.in_yuan:
        raise NotValid("invalid-type", "must be an amount in yuan, with two decimals at most")
    raise NotValid("invalid-type", "must be a whole number", "grams, or 1.5kg" if column.type == "weight" else None)


def _simple(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))


def _written(text: str, column: Column) -> str:
    """A text as it is, or as JSON where it would be read as something else."""
    odd = not text or text != text.strip() or _is_any(text, column) or text[0] in '"{' or _UNSAFE.search(text)
    if odd or (column.several and _SPECIAL.search(text)) or column.yes_or_no or column.whole or column.is_range:
        return _json(text)
    return text if _one(text, column) == text else _json(text)


def _json(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: "".join(_escaped(each) for each in found.group()), said)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))


def _is_any(text: str, column: Column) -> bool:
    return text in _DASHES or (column.op is not None and text.lower() in _ANYTHING)


def _read(text: str, column: Column) -> Any:
    if not text:
        return None
    if _is_any(text, column):
        return ANY
    if text[0] == "{" or (text[0] == '"' and not column.several):
        return _from_json(text)
    if column.yes_or_no:
        return as_written.truth(text)
    if column.is_range:
        return as_written.bounds(text, partial(_end, column=column), column.whole, column.type == "weight")
    return _items(text, column) if column.several else _one(text, column)


def _end(text: str, column: Column) -> Any:
    """One end of a range: what is none must be told here, where the cell can still be named."""
    value = _one(text, column)
    if column.type == "date" and not _DATE.fullmatch(value):
        raise NotValid("invalid-type", 'must be a date, such as "2026-11-11"')
    return value


def _items(text: str, column: Column) -> Any:
    bracketed = text.startswith("[") and text.endswith("]")
    inside = text[1:-1].strip() if bracketed else text
    found, place = [], 0
    while place < len(inside):
        item = _ITEM.match(inside, place)
        if item is None or not (item.group(1) or _is_item(item.group(2).strip(), column)):
            raise NotValid("invalid-type", "must be values with commas between them")
        found.append(_from_json(item.group(1)) if item.group(1) else _one(item.group(2).strip(), column))
        place = item.end()
    return found if bracketed or len(found) != 1 else found[0]


def _is_item(text: str, column: Column) -> bool:
    """Whether it may stand between commas: 1,000 is neither two numbers nor one."""
    return bool(text) and (not column.whole or re.fullmatch(r"-?(0|[1-9][0-9]*)\D*", text) is not None)


def _one(text: str, column: Column) -> Any:
    if column.whole:
        return _whole_number(text, column)
    if column.type == "date":
        return as_written.day(text)
    if column.type == "instant" and column.zone is not None and _CLOCK.fullmatch(text):
        return _instant(dt.datetime.fromisoformat(text), column.zone)
    return as_written.chosen(text, column.choices)


def _whole_number(text: str, column: Column) -> int:
    if column.in_yuan:
        return as_written.cents(text)
    return as_written.grams(text) if column.type == "weight" else as_written.whole(text, column.units)


def _instant(clock: dt.datetime, zone: dt.tzinfo) -> str:
    return clock.replace(tzinfo=zone).isoformat(timespec="seconds")


def _day(raw: Any, column: Column) -> str:
    if column.type == "instant" and column.zone is not None and isinstance(raw, dt.datetime):
        return _instant(raw, column.zone)
    whole_day = not isinstance(raw, dt.datetime) or raw.time() == dt.time()
    if column.type == "date" and isinstance(raw, dt.date) and whole_day and not column.is_range:
        return raw.strftime("%Y-%m-%d") if raw.year >= 1000 else raw.isoformat()[:10]
    raise NotValid("invalid-type", "is a date or time; it must be text", "format the cell as text and write it again")


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise NotValid("invalid-type", 'must be JSON where it begins with " or {') from None
