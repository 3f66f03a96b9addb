"""What people write into the cell of a decision table, as values: the same in a workbook as on the clipboard.

The console's grid reads the same by `admin/static/rules/table_cells.js`; `tests/cells_as_written.py` holds both to it.
Amounts are in yuan and become cents, weights in grams unless kilograms stand behind them. Raises NotValid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from engine.language.values import LARGEST_INT, Choices, NotValid

TRUE = ("true", "yes", "y", "1", "是", "对", "√", "✓")
FALSE = ("false", "no", "n", "0", "否", "不", "×", "✗")

_BLANKS = re.compile(r"[\s¥￥]")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]*)?")
_DECIMAL = re.compile(r"(-?)([0-9]{1,14})(?:\.([0-9]*))?")
_WHOLE = re.compile(r"-?[0-9]{1,17}")
_WEIGHT = re.compile(r"(.+?)\s*(kg|公斤|千克|g|克)?", re.IGNORECASE)
_KILOGRAMS = ("kg", "公斤", "千克")
_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_BETWEEN = re.compile(r"(.*?)\s*(?:\.\.+|…|~|～|至|到|—|–)\s*(.*)", re.DOTALL)
_DASHED = re.compile(r"([^-]*[0-9][^-]*?)\s*-\s*([¥￥]?[0-9].*)")
_ONE_SIDED = tuple(
    (re.compile(form), end, step)
    for form, end, step in (
        (r"(?:≥|>=|＞=|不低于|不少于|至少)\s*(.+)", 0, 0),
        (r"(?:≤|<=|＜=|不高于|不超过|至多)\s*(.+)", 1, 0),
        (r"(?:>|＞|大于|高于|超过)\s*(.+)", 0, 1),
        (r"(?:<|＜|小于|低于|不到)\s*(.+)", 1, -1),
        (r"(.+?)\s*(?:及?以上|起|\+)", 0, 0),
        (r"(.+?)\s*(?:及?以下|以内)", 1, 0),
    )
)


def whole(text: str, units: Sequence[str] = ()) -> int:
    """A whole number: 1200, 1,200, and `30 天` where that is its unit."""
    unit = next((each for each in units if each and text.endswith(each)), "")
    plain = _ungrouped(text.removesuffix(unit))
    if not _WHOLE.fullmatch(plain):
        raise NotValid("invalid-type", "must be a whole number")
    return _bounded(int(plain))


def cents(text: str) -> int:
    """An amount in yuan, as cents: 3000, ¥3,000.50, 12元."""
    return _decimal(text.removesuffix("元"), 2, "must be an amount in yuan, with two decimals at most")


def grams(text: str) -> int:
    """A weight, as grams: 800, 800 g, 1.5kg, 2公斤."""
    number, unit = _WEIGHT.fullmatch(text).groups()  # type: ignore[union-attr]
    if (unit or "").lower() in _KILOGRAMS:
        return _decimal(number, 3, "must be a weight, such as 800 or 1.5kg")
    try:
        return whole(number)
    except NotValid as wrong:
        raise NotValid(wrong.code, wrong.message, "grams, or 1.5kg") from None


def day(text: str) -> str:
    """A date, as 2026-01-09; what is none stays as it is, for the check of the table."""
    found = _DAY.fullmatch(text)
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else text


def truth(text: str) -> bool:
    """Yes or no."""
    if text.lower() in (*TRUE, *FALSE):
        return text.lower() in TRUE
    raise NotValid("invalid-type", "must be true or false, 是 or 否, or -")


def chosen(text: str, choices: Choices) -> str:
    """The code of a choice that is given by its code or by what it is called; else the text."""
    said = text.lower()
    for meant in (lambda choice: choice[0] == text, lambda choice: said in [each.lower() for each in choice]):
        for choice in choices:
            if meant(choice):
                return choice[0]
    return text


def bounds(text: str, one: Callable[[str], Any], numeric: bool, by_weight: bool = False) -> list[Any]:
    """[lowest, highest], either None: `0..1000`, `1000..`, `≥ 1000`, `1000以上`, and `1-5` for numbers."""
    for form, end, step in _ONE_SIDED:
        found = form.fullmatch(text)
        if found:
            value = one(found[1])
            if step and not isinstance(value, int):
                break
            return [value + step if step else value, None] if end == 0 else [None, value + step if step else value]
    found = _BETWEEN.fullmatch(text) or (_DASHED.fullmatch(text) if numeric else None)
    if found is None or not any(found.groups()):
        raise NotValid("invalid-type", "must be a range, such as 0..1000, 1000.. or ..1000")
    low, high = found.groups()
    unit = re.search(r"(kg|公斤|千克)\s*$", high, re.IGNORECASE)
    if by_weight and unit and re.fullmatch(r"[0-9.,\s]*[0-9]\s*", low):
        low += unit[1]  # 1-2kg is from one kilogram on
    return [one(end.strip()) if end.strip() else None for end in (low, high)]


def _ungrouped(text: str) -> str:
    """Without blanks, signs of money, and commas between thousands; another comma stays, for 1,5 means nothing sure."""
    plain = _BLANKS.sub("", text).replace("。", ".")
    return re.sub("[,，]", "", plain) if _GROUPED.fullmatch(plain) else plain


def _decimal(text: str, places: int, said: str) -> int:
    found = _DECIMAL.fullmatch(_ungrouped(text))
    part = (found[3] or "").rstrip("0") if found else ""
    if found is None or len(part) > places:
        raise NotValid("invalid-type", said)
    return _bounded(int(f"{found[1]}{found[2]}{part:0<{places}}"))


def _bounded(value: int) -> int:
    if abs(value) > LARGEST_INT:
        raise NotValid("out-of-range", f"must be between -{LARGEST_INT} and {LARGEST_INT}")
    return value
