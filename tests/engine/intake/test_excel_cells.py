"""Cells of workbooks: read as the console's grid reads them, and amounts in the unit that the sheet says."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.intake.excel_cells import Column, from_cell, to_cell
from engine.language.values import NotValid
from tests.cells_as_written import CELLS

LEVELS = (("standard", "普通", "Standard"), ("next_day", "次日达", "Next day"))
LISTS = (("remote", "偏远地区", "Remote"),)
OPERATORS = {"one": "eq", "range": "between", "several": "in", "words": "contains_any", "list": "in_list"}
UNITS = {"days": ("days", "天", "days"), "%": ("%", "%", "%")}


def column_of(shape: str, kind: str, **more: Any) -> Column:
    type_, _, unit = kind.partition(" ")
    choices = LEVELS if type_ == "choice" else LISTS if shape == "list" else ()
    zone = ZoneInfo("Asia/Shanghai")
    return Column("", "", type_, OPERATORS.get(shape, "is_true"), choices, UNITS.get(unit, ()), zone, **more)


@pytest.mark.parametrize(("shape", "kind", "text", "wanted"), CELLS)
def test_a_cell_is_read_as_the_grid_reads_it_and_written_back(shape, kind, text, wanted):
    column = column_of(shape, kind)
    try:
        value = from_cell(text, column)
    except NotValid:
        assert wanted == text, "only what means nothing is refused"
        return
    value = "-" if value is None else value
    assert wanted in (value, [value])
    assert from_cell(to_cell(value, column), column) == value


@pytest.mark.parametrize(
    ("value", "cell"),
    [(300000, 3000), (1, 0.01), (-5, -0.05), (119999, 1199.99), (10**12, 10**10), (99999999999999, 999999999999.99),
     (2**53 - 1, "90071992547409.91"), ({"fact": "order.payable_cents"}, '{"fact": "order.payable_cents"}')],
)  # fmt: skip
def test_an_amount_stands_in_the_sheet_in_yuan_and_comes_back(value, cell):
    column = column_of("one", "money")
    assert to_cell(value, column) == cell and type(to_cell(value, column)) is type(cell)
    assert from_cell(cell, column) == value
    in_cents = column_of("one", "money", in_cents=True)
    assert from_cell(to_cell(value, in_cents), in_cents) == value


def test_every_cent_comes_back_as_the_number_that_a_sheet_holds():
    column = column_of("one", "money")
    assert all(from_cell(float(to_cell(cents, column)), column) == cents for cents in range(-300, 120_000))
    assert from_cell(0.1 + 0.2, column) == 30, "a sum is exact to the digits that Excel keeps"


def test_a_range_of_amounts_is_written_as_the_grid_writes_it():
    column = column_of("range", "money")
    assert to_cell([0, 300000], column) == "0.00..3000.00"
    assert to_cell([None, -5], column) == "..-0.05"


@pytest.mark.parametrize(
    ("shape", "kind", "raw", "shown_as", "value"),
    [
        ("one", "money", 0.15, "0%", None),
        ("one", "money", 1.5, '0.0"万"', None),
        ("one", "money", 1500000, "#,##0,", None),
        ("one", "money", 3000.5, "#,##0.00", 300050),
        ("one", "money", 3000, '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ', 300000),
        ("one", "money", 3000, "[$¥-804]#,##0.00;[Red][$¥-804]-#,##0.00", 300000),
        ("one", "money", 12, '0.00"元"', 1200),
        ("one", "money", 12.345, "0.00", None),
        ("one", "int", 1, "0%", None),
        ("one", "int %", 0.15, "0%", 15),
        ("one", "int %", 0.155, "0.0%", None),
        ("one", "int %", 15, "General", 15),
        ("one", "int", 1.0000000000000002, "General", 1),
        ("one", "weight", 1.5, '0.0"kg"', None),
        ("one", "weight", 2, '0"公斤"', None),
        ("one", "weight", 1.5, "General", None),
        ("one", "instant", dt.datetime(2026, 11, 11, 20), "yyyy-mm-dd", "2026-11-11T20:00:00+08:00"),
        ("range", "money", 3000, "General", None),
        ("yesno", "flag", 1, "General", True),
        ("yesno", "flag", 0, "General", False),
    ],
)  # fmt: skip
def test_a_number_counts_as_it_is_shown_or_not_at_all(shape, kind, raw, shown_as, value):
    column = column_of(shape, kind)
    if value is None:
        with pytest.raises(NotValid):
            from_cell(raw, column, shown_as)
    else:
        assert from_cell(raw, column, shown_as) == value
