"""Decision tables to Excel and back: equal rows, errors by cell, and no formulas."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from typing import Any

import openpyxl
import pytest

from engine.errors import RulebookError
from engine.intake.excel import columns_of, rows_as_typed, table_from_xlsx, table_to_xlsx
from engine.intake.excel_cells import Column, from_cell, to_cell
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_ruleset, read_folder
from engine.language.effects import EFFECTS
from tests.conftest import ROOT
from tests.engine.intake import wrong_workbooks

TABLE: dict[str, Any] = {
    "id": "intake.t", "title": {"zh": "表", "en": "Table"}, "why": "x", "hit": "first",
    "inputs": [
        {"fact": "order.payable_cents", "is": "between"},
        {"fact": "order.service_level", "is": "in"},
        {"fact": "order.remark", "is": "contains_any"},
        {"fact": "order.invoice_wanted"},
        {"fact": "order.currency", "is": "eq"},
        {"fact": "order.deliver_on", "is": "gte"},
        {"fact": "order.item_count", "is": "in"},
    ],
    "outputs": [{"do": "require", "carrier": "text"}, {"do": "set_priority", "priority": "choice"}],
    "rows": [
        [[0, 1000], ["standard"], ["加急", "特急"], True, "CNY", "2026-11-11", 1, "SF", "urgent"],
        [[None, -5], "next_day", {"list": "wish-urgent"}, False, "-", "-", [1, 2], {"fact": "order.text"}, "-"],
        [[30001, None], ["standard", "same_day"], "a, b", "-", "=1+1", None, [7], "-", "normal"],
        ["-", "-", ['"', "x、y", " z "], None, "010000", "-", "-", "@SUM(A1)", "-"],
    ],
}  # fmt: skip


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def edited(document: dict[str, Any], **cells: Any) -> bytes:
    """The table's workbook with other contents of some cells."""
    workbook = openpyxl.load_workbook(io.BytesIO(table_to_xlsx(document)))
    for name, value in cells.items():
        workbook.worksheets[0][name] = value
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def a_table(**changes: Any) -> dict[str, Any]:
    """A small valid table."""
    document = {
        "id": "intake.t", "title": {"zh": "表", "en": "Table"}, "why": "x", "hit": "first",
        "inputs": [{"fact": "order.item_count", "is": "between"}, {"fact": "order.currency", "is": "in"}],
        "outputs": [{"do": "set_priority", "priority": "choice"}],
        "rows": [[[0, 9], ["CNY"], "normal"], [[10, None], "-", "urgent"]],
    }  # fmt: skip
    return {**document, **changes}


def problems(data: bytes, document: dict[str, Any] | None = None) -> dict[str, str]:
    """What is wrong, by cell."""
    with pytest.raises(RulebookError) as caught:
        table_from_xlsx(data, document or a_table())
    return {problem.path: problem.message for problem in caught.value.problems}


def test_the_shipped_tables_come_back_equal():
    folder = read_folder(ROOT / "rulesets")
    tables = [table for document in folder.rulesets.values() for table in document["tables"]]
    assert tables
    for table in tables:
        assert table_from_xlsx(table_to_xlsx(table), table, lists=folder.lists) == table


def test_every_kind_of_cell_comes_back_equal():
    columns = columns_of(TABLE, CATALOGUE, EFFECTS)
    sheet = sheet_of(table_to_xlsx(TABLE))
    for number, row in enumerate(TABLE["rows"], start=3):
        cells = [sheet.cell(number, place) for place in range(1, len(row) + 1)]
        assert "f" not in {cell.data_type for cell in cells}
        assert [from_cell(cell.value, column) for cell, column in zip(cells, columns, strict=True)] == row


@pytest.mark.parametrize("seed", range(20))
def test_generated_texts_come_back_equal_through_the_file(seed):
    random_ = random.Random(seed)
    letters = "ab,，、;\"'\\[]{}=+-@ \n\t_x0041_加急０😀\ufffe\r.~…"

    def text() -> str:
        return "".join(random_.choices(letters, k=random_.randint(1, 8)))

    inputs = [{"fact": "order.currency", "is": "in"}, {"fact": "order.remark", "is": "contains_any"},
              {"fact": "order.channel", "is": "eq"}]  # fmt: skip
    rows = [
        [random_.choice((text(), [text()], [text(), text()])), [text() for _ in range(3)], text(), text()]
        for _ in range(30)
    ]
    document = a_table(inputs=inputs, outputs=[{"do": "require", "carrier": "text"}], rows=rows)
    sheet = sheet_of(table_to_xlsx(document))
    columns = columns_of(document, CATALOGUE, EFFECTS)
    for number, row in enumerate(rows, start=3):
        read = [from_cell(sheet.cell(number, place).value, column) for place, column in enumerate(columns, start=1)]
        assert read == row


def test_the_head_says_what_a_column_is_in_both_languages_and_names_it():
    sheet = sheet_of(table_to_xlsx(a_table()))
    assert [cell.value for cell in sheet[1]] == [
        "件数 · Units",
        "币种 · Currency",
        "设优先级：优先级 · Set priority: Priority",
    ]
    assert [cell.value for cell in sheet[2]] == [
        "order.item_count between",
        "order.currency in",
        "set_priority.priority",
    ]
    assert sheet.freeze_panes == "A3"


def test_what_begins_like_a_formula_is_text_that_stays_text():
    document = a_table(rows=[[[0, 9], ["=HYPERLINK(1)"], "normal"]])
    cell = sheet_of(table_to_xlsx(document))["B3"]
    assert (cell.data_type, cell.value) == ("s", "[=HYPERLINK(1)]")
    scalar = a_table(inputs=[{"fact": "order.currency"}], rows=[["=1+1", "normal"]])
    cell = sheet_of(table_to_xlsx(scalar))["A3"]
    assert (cell.data_type, cell.value, bool(cell.quotePrefix)) == ("s", "=1+1", True)
    assert table_from_xlsx(table_to_xlsx(scalar), scalar) == scalar


def test_formulas_are_refused_where_they_are():
    assert problems(edited(a_table(), A3="=1+1", B4='=CMD("x")')) == {
        "A3": "must not be a formula", "B4": "must not be a formula"
    }  # fmt: skip


def test_what_a_person_types_is_understood():
    data = edited(
        a_table(), A3="0-9", A4="10 ..", B3="CNY、USD", B4="－", C3="urgent ", A5=" 3～5 ", B5="[EUR]", C5="normal"
    )
    assert table_from_xlsx(data, a_table())["rows"] == [
        [[0, 9], ["CNY", "USD"], "urgent"], [[10, None], "-", "urgent"], [[3, 5], ["EUR"], "normal"]
    ]  # fmt: skip


def test_rows_without_content_are_left_out_and_cells_keep_their_names():
    data = edited(a_table(), A6="1..2", B6="-", C6="soon")
    assert problems(data) == {"C6": "must be one of normal, urgent"}


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("A3", "many", "must be a range"),
        ("A3", "1..x", "must be a whole number"),
        ("A3", 5, "must be a range"),
        ("A4", "9..1", "the lowest must not be above the highest"),
        ("B3", 100000, "is a number; it must be text"),
        ("B3", "CNY,,USD", "must be values with commas between them"),
        ("B3", '"CNY', "must be values with commas between them"),
        ("C3", '{"fact": ', "must be JSON"),
        ("B3", dt.datetime(2026, 11, 11), "is a date or time; it must be text"),
        ("C3", "soon", "must be one of normal, urgent"),
        ("C3", None, "has no effect"),
    ],
)
def test_what_is_wrong_names_its_cell(cell, value, said):
    found = problems(edited(a_table(), **{cell: value}))
    where = "A3" if value is None else cell  # a row without effect is wrong as a whole
    assert list(found) == [where] and said in found[where]


@pytest.mark.parametrize(("cells", "cell", "said", "hint"), wrong_workbooks.WORKBOOKS)
def test_a_wrong_cell_is_told_with_what_was_expected_and_what_to_do(cells, cell, said, hint):
    with pytest.raises(RulebookError) as caught:
        table_from_xlsx(edited(wrong_workbooks.TABLE, **cells), wrong_workbooks.TABLE, lists=("wish-urgent",))
    first = next(problem for problem in caught.value.problems if problem.path == cell)
    assert said in first.message and {each.path for each in caught.value.problems} <= {cell, "A2"}
    assert hint is None or hint in (first.suggestion or "")


def test_numbers_that_excel_made_decimal_or_text_are_whole_again():
    document = a_table(inputs=[{"fact": "order.item_count", "is": "eq"}], rows=[[1, "normal"]])
    assert table_from_xlsx(edited(document, A3=7.0), document)["rows"] == [[7, "normal"]]
    assert table_from_xlsx(edited(document, A3="7"), document)["rows"] == [[7, "normal"]]
    assert "whole number" in problems(edited(document, A3=7.5), document)["A3"]


def test_dates_that_excel_recognised_are_dates():
    document = a_table(inputs=[{"fact": "order.deliver_on", "is": "eq"}], rows=[["2026-11-11", "normal"]])
    data = edited(document, A3=dt.datetime(2026, 11, 12))
    assert table_from_xlsx(data, document)["rows"] == [["2026-11-12", "normal"]]
    assert "date or time" in problems(edited(document, A3=dt.datetime(2026, 11, 12, 8)), document)["A3"]


def test_all_problems_come_at_once():
    assert set(problems(edited(a_table(), A3="x", B4=5, C4="=A1"))) == {"A3", "B4", "C4"}


def test_columns_may_change_places_but_not_names():
    keys = {"A2": "set_priority.priority", "C2": "order.item_count between"}
    cells = {"A3": "normal", "C3": "0..9", "A4": "urgent", "C4": "10.."}
    assert table_from_xlsx(edited(a_table(), **keys, **cells), a_table()) == a_table()
    assert problems(edited(a_table(), B2="order.curency in")) == {
        "B2": "there is no column 'order.curency in' in this table", "A2": "the column order.currency in is missing"
    }  # fmt: skip
    assert "D2" in problems(edited(a_table(), D3="stray"))
    assert "D2" in problems(edited(a_table(), D2="order.currency in"))


FROM, WITHIN = ({"fact": "order.payable_cents", "is": op} for op in ("gte", "between"))
AMOUNTS = a_table(inputs=[FROM, WITHIN], rows=[[300050, [0, 9950], "urgent"], [-100, [1000, None], "normal"]])


def of_cents(**cells: Any) -> bytes:
    """The workbook of AMOUNTS as it was exported when workbooks counted cents."""
    heads = {"A1": "应付金额 · Payable（分 cents）", "A2": "order.payable_cents gte",
             "B1": "应付金额 · Payable（分 cents）", "B2": "order.payable_cents between"}  # fmt: skip
    return edited(AMOUNTS, **heads, A3=300050, B3="0..9950", A4=-100, B4="1000..", **cells)


def test_amounts_stand_in_yuan_with_the_unit_in_the_head():
    sheet = sheet_of(table_to_xlsx(AMOUNTS))
    keys = ["order.payable_cents gte (yuan)", "order.payable_cents between (yuan)"]
    assert [cell.value for cell in sheet[2]][:2] == keys
    assert all(str(cell.value).endswith("（元 yuan）") for cell in sheet[1][:2])
    assert [cell.value for cell in sheet[3]] == [3000.5, "0.00..99.50", "urgent"]
    assert sheet["A3"].number_format == "0.00"
    assert table_from_xlsx(table_to_xlsx(AMOUNTS), AMOUNTS) == AMOUNTS
    typed = edited(AMOUNTS, A3=4000, B3="≥ 1,200")
    assert table_from_xlsx(typed, AMOUNTS)["rows"][0] == [400000, [120000, None], "urgent"]


def test_a_workbook_from_when_amounts_were_cents_is_read_in_cents():
    assert table_from_xlsx(of_cents(), AMOUNTS) == AMOUNTS
    assert rows_as_typed(of_cents(), AMOUNTS) == (AMOUNTS["rows"], [])
    mixed = edited(AMOUNTS, A1="应付金额 · Payable（分 cents）", A2="order.payable_cents gte", A3=300050, A4=-100)
    assert table_from_xlsx(mixed, AMOUNTS) == AMOUNTS, "each column says its own unit"


def test_a_workbook_that_does_not_say_its_unit_is_refused():
    for label in ("应付金额", None):
        found = problems(edited(AMOUNTS, A1=label, A2="order.payable_cents gte"), AMOUNTS)
        assert found == {"A2": "does not say whether its amounts are yuan or cents"}


def test_two_columns_of_one_name_keep_their_units_and_numbers():
    table = a_table(inputs=[FROM] * 2, rows=[[300050, 100, "urgent"]])
    assert [cell.value for cell in sheet_of(table_to_xlsx(table))[2]][:2] == [
        "order.payable_cents gte (yuan)", "order.payable_cents gte (yuan) #2"
    ]  # fmt: skip
    assert table_from_xlsx(table_to_xlsx(table), table) == table
    key = "order.payable_cents gte"
    heads = {"A1": "（分 cents）", "B1": "（分 cents）", "A2": key, "B2": f"{key} #2"}
    old = edited(table, **heads, A3=300050, B3=100)
    assert table_from_xlsx(old, table) == table


def test_choices_and_lists_may_be_named_as_they_are_called():
    table = a_table(
        inputs=[{"fact": "order.service_level", "is": "in"}, {"fact": "receiver.province", "is": "in_list"}],
        rows=[["-", "-", "normal"]],
    )
    lists = {"remote": {"title": {"zh": "偏远地区", "en": "Remote"}}, "plain": {"title": "平原"}}
    for written, code in (("偏远地区", "remote"), ("Remote", "remote"), ("平原", "plain"), ("plain", "plain")):
        data = edited(table, A3="次日达, standard", B3=written, C3="加急")
        assert table_from_xlsx(data, table, lists=lists)["rows"] == [[["next_day", "standard"], code, "urgent"]]


def test_fifty_rows_with_three_errors_name_three_cells():
    rows = [[[number * 10, number * 10 + 9], ["CNY"], "normal"] for number in range(50)]
    table = a_table(rows=rows)
    assert table_from_xlsx(table_to_xlsx(table), table) == table
    wrong = edited(table, A7="4O-49", B20=156, C52="urgnet")
    assert set(problems(wrong, table)) == {"A7", "B20", "C52"}
    assert set(problems(edited(table, A7="49..40", B20="[]", C52="urgnet"), table)) == {"A7", "B20", "C52"}
    assert set(problems(edited(table, C7="=A1", B20=156), table)) == {"B20", "C7"}


def test_merged_cells_are_refused():
    workbook = openpyxl.load_workbook(io.BytesIO(table_to_xlsx(a_table())))
    workbook.worksheets[0].merge_cells("B3:B4")
    packed = io.BytesIO()
    workbook.save(packed)
    assert problems(packed.getvalue())["B3:B4"] == "must not be merged"


def test_a_sheet_without_rows_is_refused():
    workbook = openpyxl.load_workbook(io.BytesIO(table_to_xlsx(a_table())))
    workbook.worksheets[0].delete_rows(3, 9)
    packed = io.BytesIO()
    workbook.save(packed)
    assert problems(packed.getvalue()) == {"A3": "has no rows"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0" * 100])
def test_what_is_no_workbook_is_refused(data):
    assert problems(data) == {"": "is no Excel workbook (.xlsx)"}


def test_an_archive_that_is_no_workbook_or_unpacks_too_far_is_refused():
    for name, content, said in (("x.txt", b"x", "is no Excel"), ("xl/a.xml", b"0" * 60_000_000, "unpacks to more")):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        assert problems(packed.getvalue())[""].startswith(said)


def test_a_text_that_fits_into_no_cell_is_refused_when_written():
    with pytest.raises(RulebookError) as caught:
        table_to_xlsx(a_table(rows=[[[0, 9], ["x" * 40_000], "normal"]]))
    assert [problem.path for problem in caught.value.problems] == ["B3"]


def test_a_read_table_loads_like_any_other():
    document = table_from_xlsx(table_to_xlsx(a_table()), a_table())
    ruleset = load_ruleset({"stage": "intake", "rules": [], "tables": [document]}, CATALOGUE, EFFECTS)
    assert len(ruleset.tables[0].rows) == 2


def test_parameters_that_are_objects_or_lists_come_back_equal():
    column = Column("task.title", "", "any")
    for value in ({"zh": "一", "en": "One"}, "text", '{"not": json'):
        assert from_cell(to_cell(value, column), column) == value


def test_what_cannot_be_read_is_kept_as_typed_with_where_it_went():
    data = edited(TABLE, A3="bald", D4="vielleicht", H6="=A1")
    rows, wrong = rows_as_typed(data, TABLE)
    assert [(each.row, each.column, each.problem.path) for each in wrong] == [(0, 0, "A3"), (1, 3, "D4"), (3, 7, "H6")]
    assert (rows[0][0], rows[1][3], rows[3][7]) == ("bald", "vielleicht", "=A1")
    assert rows[2] == [[30001, None], ["standard", "same_day"], "a, b", "-", "=1+1", None, [7], "-", "normal"]


def test_rows_of_another_table_are_refused_as_a_whole():
    other = a_table(inputs=[{"fact": "order.payable_cents", "is": "gte"}], rows=[[1, "SF", "urgent"]])
    with pytest.raises(RulebookError):
        rows_as_typed(table_to_xlsx(TABLE), other)
    with pytest.raises(RulebookError):
        rows_as_typed(b"no workbook", TABLE)
