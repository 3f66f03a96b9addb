"""Decision tables in a real browser: pasted from a spreadsheet, mended, edited by keyboard, sent through Excel."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.admin.test_rule_editor import at, begin, document, pick, saved, sign_in
from tests.admin.windows import DESKTOP, TABLET

pytestmark = pytest.mark.browser

CARRIER, WISH = "carrier.choose-by-weight-and-sla", "intake.wish-carrier"
RULE = "[data-rule-editor]"

PASTE = """
([text, html]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  if (html) data.setData('text/html', html);
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}
"""  # noqa: E501


def open_table(page: Any, gatehouse: Any, table: str = CARRIER, language: str = "zh") -> str:
    """Sign in and open a draft's table; the draft's id."""
    draft = begin(page, gatehouse, table.partition(".")[0], language, anchor=f"#rule={table}")
    page.locator(".decision-grid tbody tr").first.wait_for()
    return draft


def begin_table(page: Any, gatehouse: Any, stage: str, **table: Any) -> str:
    """Open a draft with that table beside what is live; the draft's id."""
    sign_in(page)
    live = gatehouse.rulebooks.live().rulebook.ruleset(stage).document
    said = {"title": {"zh": "试表", "en": "A table"}, "why": {"zh": "试", "en": "Tried"}, "about": "order"}
    whole = {**live, "tables": [*live.get("tables", []), {"id": f"{stage}.t", **said, **table}]}
    draft = gatehouse.drafts.create(stage, gatehouse.people.person("ann"), whole)["id"]
    page.goto(f"/console/rules/{stage}/drafts/{draft}#rule={stage}.t")
    page.wait_for_selector(f"{RULE}[data-ready]")
    page.locator(".decision-grid tbody tr").first.wait_for()
    return draft


def cell(page: Any, row: int, place: int) -> Any:
    """The cell of a row and column, from 0."""
    return page.locator(".decision-grid tbody tr").nth(row).locator("td.cell").nth(place)


def table(page: Any, table_id: str) -> dict[str, Any]:
    """The table as it stands in the editor."""
    return next(each for each in document(page)["tables"] if each["id"] == table_id)


def paste(page: Any, text: str) -> None:
    page.evaluate(PASTE, [text, None])


def active(page: Any) -> tuple[int, int]:
    """Row and column of the cell that has the focus."""
    return tuple(page.evaluate("(({parentElement: row, cellIndex}) => [row.sectionRowIndex, cellIndex - 1])(document.activeElement.closest('td, th'))"))  # noqa: E501


def test_a_grid_is_edited_like_a_spreadsheet(window, gatehouse):
    draft = open_table(window, gatehouse)
    keyboard = window.keyboard
    cell(window, 0, 0).click()
    keyboard.type("20kg..")  # typing begins to edit; a range may stand in its first field
    keyboard.press("Enter")
    assert table(window, CARRIER)["rows"][0][0] == [20000, None]
    assert active(window) == (1, 0)
    keyboard.press("F2")
    keyboard.type("500")
    keyboard.press("Tab")
    keyboard.type("1,500")
    keyboard.press("Tab")
    assert table(window, CARRIER)["rows"][1][0] == [500, 1500]
    assert active(window) == (1, 1)
    keyboard.press("Enter")
    keyboard.press("ArrowRight")
    keyboard.press("Space")
    keyboard.press("Enter")
    assert len(table(window, CARRIER)["rows"][1][1]) == 2
    keyboard.press("Control+z")
    assert table(window, CARRIER)["rows"][1][1] == ["same_day"]
    keyboard.press("End")
    assert active(window) == (1, 3)
    keyboard.type("7")
    keyboard.press("Escape")
    assert table(window, CARRIER)["rows"][1][3] == 1
    keyboard.press("Home")
    keyboard.press("Shift+ArrowRight")
    keyboard.press("Shift+ArrowUp")
    assert window.locator(".decision-grid td.is-selected").count() == 4
    keyboard.press("Delete")
    assert [row[:2] for row in table(window, CARRIER)["rows"]] == [["-", "-"], ["-", "-"]]
    keyboard.press("Control+z")
    keyboard.press("Control+Home")
    keyboard.press("ArrowLeft")
    assert active(window) == (0, -1), "the number of a row is a place too"
    keyboard.press("ArrowRight")
    keyboard.press("Control+End")
    assert active(window) == (1, 3)
    saved(window)
    rows = gatehouse.drafts.get("carrier", draft)["tables"][0]["rows"]
    assert rows == [[[20000, None], ["standard"], ["ZTO-HEAVY"], 1], [[500, 1500], ["same_day"], ["RIDER-SAME"], 1]]


SAID = {
    "zh": {"wrong": "3 处有误", "next": "下一处", "check": "检查", "standard": "普通", "two": "2 处有误",
           "head": ["发货单重量", "时效要求", "时效产品", "名次（小者先）"],
           "told": ["要写成范围", "要从这些里选：普通", "要写一个整数"]},
    "en": {"wrong": "3 to mend", "next": "Next", "check": "Check", "standard": "Standard", "two": "2 to mend",
           "head": ["Shipment weight", "Service level", "Service", "Rank (lower first)"],
           "told": ["Write a range", "Choose one of: Standard", "Write a whole number"]},
}  # fmt: skip


def carrier_sheet(words: dict[str, Any], **wrong: str) -> str:
    """Fifty rows as Excel puts them on the clipboard, head and all: a carrier for each kilogram."""
    rows = [words["head"]]
    for kilogram in range(48):
        service = "JD-STD" if kilogram in (4, 5, 6, 7) else "ZTO-STD"
        rows.append([f"{kilogram * 1000}..{kilogram * 1000 + 999}", words["standard"], service, "1"])
    rows += [["48kg以上", words["standard"], '"ZTO-HEAVY,\nZTO-STD"', "1"], ["", "same_day", "RIDER-SAME", "2"]]
    rows[5][0], rows[11][1], rows[21][3] = wrong["weight"], wrong["level"], wrong["rank"]
    return "\r\n".join("\t".join(row) for row in rows) + "\r\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_pasted_from_excel_is_mended_published_and_decides(window, gatehouse, samples, language):
    words = SAID[language]
    before = gatehouse.orders.dry_run(samples[0].document, samples[0].channel)
    draft = open_table(window, gatehouse, language=language)
    cell(window, 0, 0).click()
    paste(window, carrier_sheet(words, weight="about 4 kg", level="express", rank="first"))
    window.locator(".cell-problems", has_text=words["wrong"]).wait_for()
    assert [len(table(window, CARRIER)["rows"]), *map(len, table(window, CARRIER)["rows"][-1:])] == [50, 4]
    assert cell(window, 4, 0).inner_text() == "about 4 kg", "what cannot be read stays as it was typed"
    saved(window)
    assert gatehouse.drafts.get("carrier", draft)["tables"][0]["rows"][4][0] == "about 4 kg", "and is saved so"
    mends = [((4, 0), "4-4.999kg", [4000, 4999]), ((10, 1), None, ["standard"]), ((20, 3), "1", 1)]
    for (place, written, _), told in zip(mends, words["told"], strict=True):
        window.get_by_role("button", name=words["next"], exact=True).click()
        assert active(window) == place
        wrong = cell(window, *place)
        assert wrong.get_attribute("aria-invalid") == "true" and told in wrong.get_attribute("data-problem")
        for heard in (".cell-bubble", ".part-grid > [role=status]"):
            assert told in window.locator(heard).inner_text()
        if written is None:
            window.keyboard.press("Delete")
            window.keyboard.press("Enter")
            window.locator(".is-editing .pressable", has_text=words["standard"]).click()
            window.keyboard.press("Enter")
        else:
            window.keyboard.type(written)
            window.keyboard.press("Enter")
        window.wait_for_function("([row, place]) => !document.querySelectorAll('.decision-grid tbody tr')[row].cells[place + 1].ariaInvalid", arg=list(place))  # noqa: E501
    window.locator(".cell-problems").wait_for(state="hidden")
    rows = table(window, CARRIER)["rows"]
    assert [rows[row][column] for (row, column), _, _ in mends] == [value for *_, value in mends]
    assert rows[48] == [[48000, None], ["standard"], ["ZTO-HEAVY", "ZTO-STD"], 1]
    assert rows[49] == ["-", ["same_day"], ["RIDER-SAME"], 2]
    remove_examples(window)
    window.get_by_role("button", name=words["check"], exact=True).click()
    window.locator(".check-panel.tone-good, .check-panel.tone-warn").wait_for()
    saved(window)
    window.evaluate("async (path) => (await import('/console/static/api.js')).ask(path, { method: 'POST', body: { note: 'from a sheet' } })", f"/v1/rulesets/carrier/drafts/{draft}/publish")  # noqa: E501
    after = gatehouse.orders.dry_run(samples[0].document, samples[0].channel)
    services = [[each["service"] for each in made["decision"]["shipments"]] for made in (before, after)]
    assert services == [["ZTO-STD"], ["JD-STD"]]


def remove_examples(page: Any) -> None:
    """The former rows' examples do not hold for other rows."""
    while page.locator(".example").count():
        page.locator(".example .icon-button").last.click()


def test_what_is_copied_is_pasted_and_filled(window, gatehouse):
    open_table(window, gatehouse, WISH)
    cell(window, 2, 1).click()
    window.keyboard.press("Shift+ArrowDown")
    window.keyboard.press("Shift+End")
    window.keyboard.press("Control+c")
    window.keyboard.press("Control+Home")
    window.keyboard.press("ArrowRight")
    window.keyboard.press("Control+v")
    rows = table(window, WISH)["rows"]
    assert rows[0] == [{"list": "wish-sf"}, {"list": "wish-sf"}, ["memo-on-sf"], "SF"]
    assert rows[1][1:] == rows[3][1:]
    cell(window, 0, 3).click()
    window.keyboard.press("Control+c")
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Shift+ArrowDown")
    window.keyboard.press("Control+v")
    assert [row[3] for row in table(window, WISH)["rows"]] == ["SF", "SF", "SF", "JD"]
    window.keyboard.press("Control+z")
    window.keyboard.press("Control+z")
    assert [row[0] for row in table(window, WISH)["rows"]] == [{"list": "wish-sf"}, {"list": "wish-jd"}, "-", "-"]


def test_a_sheet_that_was_downloaded_is_pasted_in_its_own_unit(window, gatehouse):
    begin_table(
        window, gatehouse, "intake", hit="first", inputs=[{"fact": "order.payable_cents", "is": "between"}],
        outputs=[{"do": "set_priority", "priority": "choice"}], rows=[["-", "-"]],
    )  # fmt: skip
    cell(window, 0, 0).click()
    paste(window, "应付金额（分）\tx\norder.payable_cents between\tset_priority.priority\n100..200\turgent\n")
    assert table(window, "intake.t")["rows"] == [[[100, 200], "urgent"]], "under its head amounts are in cents"
    paste(window, "应付金额（元）\tx\norder.payable_cents between (yuan)\tset_priority.priority\n3..4.50\turgent\n")
    assert table(window, "intake.t")["rows"] == [[[300, 450], "urgent"]], "the head says yuan"
    paste(window, "100..200\turgent\textra\n")
    assert table(window, "intake.t")["rows"] == [[[10000, 20000], "urgent"]], "what people type is in yuan"
    window.get_by_text("右边多出的 1 列没有放进来").wait_for()


def test_rows_take_their_examples_along(window, gatehouse):
    open_table(window, gatehouse, WISH)

    def told() -> list[int]:
        return [each["row"] for each in table(window, WISH)["examples"]["fires"]]

    before = table(window, WISH)
    cell(window, 0, 0).click()
    window.keyboard.press("Alt+ArrowDown")
    assert told() == [2, 1, 3, 3, 4] and active(window) == (1, 0)
    window.keyboard.press("Control+Enter")
    assert told() == [2, 1, 4, 4, 5] and table(window, WISH)["rows"][2] == ["-"] * 4
    window.get_by_role("button", name="删除选中的行").click()
    window.locator(".row-handle").nth(1).click()
    window.keyboard.press("Control+d")
    assert len(table(window, WISH)["rows"]) == 5 and told() == [2, 1, 4, 4, 5]
    window.keyboard.press("Control+Delete")
    handles = window.locator(".row-handle")
    handles.nth(0).drag_to(handles.nth(1), target_position={"x": 10, "y": 25})
    assert table(window, WISH) == before, "all the way back"
    window.locator(".row-handle").nth(2).click()
    window.keyboard.press("Control+Delete")
    assert told() == [1, 2, 3] and len(table(window, WISH)["rows"]) == 3


def test_columns_are_added_changed_moved_and_removed(window, gatehouse):
    sign_in(window)
    window.goto("/console/rules/intake")
    window.get_by_role("button", name="新决策表").click()
    window.wait_for_selector(f"{RULE}[data-ready]")
    at(window, "title").fill("按金额定优先级")
    window.locator('[data-path="title.en"]').fill("Priority by amount")
    pick(window, at(window, "inputs:add"), "order.payable_cents")
    pick(window, at(window, "inputs:add"), "order.service_level")
    pick(window, at(window, "outputs:add"), "set_priority")
    cell(window, 0, 0).click()  # a new table has a row to begin with
    paste(window, "-\tnext_day\turgent\n5,000..9999.99\t普通, 当日达\t加急\n")
    name = "intake.priority-by-amount"
    amounts = [[500000, 999999], ["standard", "same_day"], "urgent"]
    assert table(window, name)["rows"] == [["-", ["next_day"], "urgent"], amounts]
    assert cell(window, 1, 0).inner_text() == "5,000.00 – 9,999.99"
    at(window, "inputs.0:menu").click()
    window.get_by_role("option", name="右移一列").click()
    assert table(window, name)["rows"][1] == [["standard", "same_day"], [500000, 999999], "urgent"]
    assert [each["fact"] for each in table(window, name)["inputs"]] == ["order.service_level", "order.payable_cents"]
    at(window, "inputs.0:op").select_option("eq")
    window.locator(".cell-problems", has_text="1 处有误").wait_for()
    assert [row[0] for row in table(window, name)["rows"]] == ["next_day", "普通、当日达"]
    pick(window, at(window, "outputs:add"), "hold")
    at(window, "outputs.1:menu").click()
    window.get_by_role("option", name="加一列：时限").click()
    assert table(window, name)["outputs"][1] == {"do": "hold", "reason": "choice", "due_minutes": "int"}
    assert table(window, name)["rows"][0] == ["next_day", "-", "urgent", "-", "-"]
    at(window, "outputs.1:menu").click()
    window.get_by_role("option", name="左移一列").click()
    assert table(window, name)["rows"][0] == ["next_day", "-", "-", "-", "urgent"]
    at(window, "outputs.0.due_minutes:menu").click()
    window.get_by_role("option", name="移除这一列").click()
    at(window, "inputs.0:menu").click()
    window.get_by_role("option", name="移除这一列").click()
    assert table(window, name)["rows"] == [["-", "-", "urgent"], [[500000, 999999], "-", "urgent"]]
    at(window, "hit").select_option("priority")
    assert "名次最小" in window.locator(".policy").inner_text()
    for _ in range(12):
        window.keyboard.press("Control+z")
    window.keyboard.press("Control+Shift+z")
    saved(window)


def test_overlaps_and_gaps_are_shown_in_place_and_filled(window, gatehouse):
    levels = {"fact": "order.service_level", "is": "in"}
    begin_table(
        window, gatehouse, "intake", hit="unique", inputs=[{"fact": "order.item_count", "is": "between"}, levels],
        outputs=[{"do": "set_priority", "priority": "choice"}],
        rows=[[[None, 10], ["standard"], "normal"], [[10, None], "-", "urgent"],
              [[None, 8], ["same_day", "next_day"], "urgent"]],
    )  # fmt: skip
    first, second = (window.locator(".decision-grid tbody tr").nth(row).locator(".row-note") for row in (0, 1))
    first.wait_for()
    assert (first.inner_text(), second.inner_text()) == ("与第 2 行重叠", "与第 1 行重叠")
    assert "件数 10" in first.get_attribute("title"), "an order that shows it"
    gap = window.locator(".gap")
    assert "没有一行回答：件数 9、时效要求 次日达、当日达" in gap.inner_text()
    gap.get_by_role("button", name="补一行").click()
    assert table(window, "intake.t")["rows"][3] == [[9, 9], ["next_day", "same_day"], "-"]
    assert active(window) == (3, 2)
    window.locator("td.is-missing").wait_for()
    window.keyboard.press("Enter")
    window.locator(".is-editing select").select_option("normal")
    window.keyboard.press("Enter")
    gap.wait_for(state="detached")
    cell(window, 0, 0).click()
    window.keyboard.type("..9")
    window.keyboard.press("Enter")
    first.wait_for(state="detached")
    assert window.locator(".table-findings").is_hidden()


ODD = ["two\nlines", "*", " x ", '"quoted"', "{x", "[a]", "是", "1,5", "any", "=1+1"]


def test_odd_texts_stay_when_their_cells_are_opened_copied_and_pasted(window, gatehouse):
    before = [[text, [text, "b"], "normal"] for text in ODD]
    inputs = [{"fact": "order.remark", "is": "eq"}, {"fact": "receiver.city", "is": "in"}]
    outputs = [{"do": "set_priority", "priority": "choice"}]
    begin_table(window, gatehouse, "intake", hit="first", inputs=inputs, outputs=outputs, rows=before)
    for row in range(len(ODD)):
        for place in (0, 1):
            cell(window, row, place).click()
            window.keyboard.press("F2")
            window.keyboard.press("Enter")
    assert table(window, "intake.t")["rows"] == before
    window.keyboard.press("Control+a")
    window.keyboard.press("Control+c")
    window.keyboard.press("Control+Home")
    window.keyboard.press("Control+v")
    assert table(window, "intake.t")["rows"] == before


def test_merged_cells_are_not_pasted(window, gatehouse):
    open_table(window, gatehouse, WISH)
    before = table(window, WISH)["rows"]
    cell(window, 0, 3).click()
    window.evaluate(PASTE, ["YTO\n\n", "<table><tr><td rowspan=2>YTO</td></tr><tr></tr></table>"])
    window.get_by_text("合并的单元格").wait_for()
    assert table(window, WISH)["rows"] == before
    window.evaluate(PASTE, ["YTO\n", "<table><tr><td rowspan=1>YTO</td></tr></table>"])
    assert table(window, WISH)["rows"][0][3] == "YTO"


def test_a_row_that_never_counts_is_marked(window, gatehouse):
    begin_table(
        window, gatehouse, "intake", hit="first", inputs=[{"fact": "order.item_count", "is": "between"}],
        outputs=[{"do": "set_priority", "priority": "choice"}], rows=[["-", "normal"], [[5, None], "urgent"]],
    )  # fmt: skip
    window.locator(".decision-grid tbody tr").nth(1).locator(".row-note", has_text="用不到：第 1 行先占了").wait_for()


def test_a_table_goes_through_excel_and_what_is_wrong_there_stands_at_the_cells(window, gatehouse, tmp_path):
    open_table(window, gatehouse)
    before = table(window, CARRIER)["rows"]
    with window.expect_download() as fetched:
        window.get_by_role("button", name="下载 Excel").click()
    assert fetched.value.suggested_filename == f"{CARRIER}.xlsx"
    workbook = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
    sheet = workbook.worksheets[0]
    assert sheet["A3"].value == "30001.."
    sheet["A5"], sheet["B5"], sheet["C5"], sheet["D5"] = "schwer", "next_day", "=A1", 3
    sheet["A6"], sheet["B6"], sheet["C6"], sheet["D6"] = "..500", "standard, same_day", "SF-AIR", 2
    path = tmp_path / "back.xlsx"
    workbook.save(path)
    window.locator("input[type=file]").set_input_files(path)
    window.locator(".cell-problems", has_text="2 处有误").wait_for()
    notice = window.locator(".part-grid .notice")
    assert "A5" in notice.inner_text() and "C5" in notice.inner_text()
    rows = table(window, CARRIER)["rows"]
    assert rows[:2] == before
    assert rows[2:] == [["schwer", "next_day", "=A1", 3], [[None, 500], ["standard", "same_day"], "SF-AIR", 2]]
    assert cell(window, 2, 2).get_attribute("aria-invalid") == "true", "a formula is text that nobody meant"
    cell(window, 2, 2).click()
    window.keyboard.press("Delete")
    cell(window, 2, 0).click()
    window.keyboard.type("1kg-2kg")
    window.keyboard.press("Enter")
    window.locator(".cell-problems").wait_for(state="hidden")
    (tmp_path / "no.xlsx").write_bytes(b"no workbook")
    window.locator("input[type=file]").set_input_files(tmp_path / "no.xlsx")
    notice.get_by_text("Excel").wait_for()
    assert "422" in window.wrong.pop()
    assert table(window, CARRIER)["rows"][2][0] == [1000, 2000]


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_is_not_wider_than_the_screen_and_says_what_it_is(window, gatehouse, language):
    open_table(window, gatehouse, WISH, language)
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    grid = window.locator("table[role=grid]")
    assert (grid.get_attribute("aria-rowcount"), grid.get_attribute("aria-colcount")) == ("6", "6")
    assert window.locator(".decision-grid tbody tr").nth(1).get_attribute("aria-rowindex") == "4"
    assert cell(window, 1, 2).get_attribute("aria-colindex") == "4"
    nameless = window.evaluate(
        """[...document.querySelectorAll('.table-form :is(input, select, textarea, button)')].filter((each) =>
          !each.getAttribute('aria-label') && !each.labels?.length && !each.textContent.trim()).map((each) => each.outerHTML)"""  # noqa: E501
    )
    assert nameless == []


def test_only_editors_read_and_change_tables(visit, gatehouse):
    draft = gatehouse.drafts.create("carrier", gatehouse.people.person("ann"))["id"]
    by_id = f"/console/rules/carrier/drafts/{draft}/tables"
    vera = visit("vera")
    assert vera.get(f"{by_id}/{CARRIER}/workbook").status_code == 403
    token = {"X-CSRFToken": vera.token("/console/orders")}
    for path, body in ((f"{by_id}/{CARRIER}/workbook", b""), ("/console/rules/carrier/table", b"{}")):
        assert vera.client.post(path, data=body, headers=token).status_code == 403
    ann = visit("ann")
    assert ann.get(f"{by_id}/{CARRIER}/workbook").status_code == 200
    assert ann.get(f"{by_id}/carrier.no-such/workbook").status_code == 404
    assert ann.client.post("/console/rules/carrier/table", data=b"{}").status_code == 400, "without the page's token"
    token = {"X-CSRFToken": ann.token("/console/orders")}
    large = ann.client.post(f"{by_id}/{CARRIER}/workbook", data=b"x" * 1_000_001, headers=token)
    assert large.status_code == 413


def test_rows_say_how_often_they_fired(window, gatehouse, post_order):
    for number in range(3):
        post_order(0, f"ROW-{number}", lambda document: document.update(remark="请发顺丰"))
    open_table(window, gatehouse, WISH)
    notes = window.locator(".decision-grid tbody .row-notes")
    notes.filter(has_text="3 / 3").wait_for()
    assert notes.all_inner_texts() == ["0 / 0", "0 / 0", "3 / 3", "0 / 0"]
    cell(window, 2, 3).click()
    window.keyboard.press("Alt+ArrowUp")
    assert notes.all_inner_texts() == ["0 / 0", "3 / 3", "0 / 0", "0 / 0"], "counts go with their rows"
