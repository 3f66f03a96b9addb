"""What stands in the cells of decision tables: read as people write it, written back, and left alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin.test_rule_editor import begin, document, saved

pytestmark = pytest.mark.browser


TOUCH_EVERY_CELL = """
async () => {
  const { editor } = document.querySelector('[data-rule-editor]');
  const { columnsOf } = await import('/console/static/rules/table_columns.js');
  const { read, write } = await import('/console/static/rules/table_cells.js');
  const key = (target, key) => target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  const different = [];
  for (const table of [...editor.store.document.tables]) {
    location.hash = `rule=${encodeURIComponent(table.id)}`;
    while (document.querySelectorAll('.decision-grid tbody tr').length !== table.rows.length) await new Promise((done) => setTimeout(done, 10));
    for (const fold of document.querySelectorAll('.examples .fold')) document.querySelector(`[data-focus="${fold.dataset.focus}"]`).click();
    for (const control of document.querySelectorAll('.table-upper input, .table-lower input, .table-lower textarea, .table-lower select')) {
      control.dispatchEvent(new Event('input', { bubbles: true }));
      if (control.type !== 'checkbox') control.dispatchEvent(new Event('change', { bubbles: true }));
    }
    for (const cell of document.querySelectorAll('.decision-grid td.cell')) {
      cell.focus();
      key(cell, 'F2');
      key(document.activeElement, 'Enter');
    }
    const columns = columnsOf(table, editor.catalogue, editor.fields.zone);
    for (const row of table.rows) for (const column of columns) {
      const back = read(write(row[column.place], column), column);
      if (JSON.stringify([back].flat()) !== JSON.stringify([row[column.place]].flat())) different.push([table.id, row[column.place], back]);
    }
  }
  return different;
}
"""  # noqa: E501


@pytest.mark.parametrize("stage", ["intake", "carrier"])
def test_every_shipped_table_opens_and_stays_as_it_is(window, gatehouse, stage):
    draft = begin(window, gatehouse, stage)
    before = gatehouse.drafts.get(stage, draft)
    assert before["tables"]
    assert window.evaluate(TOUCH_EVERY_CELL) == []
    assert document(window)["tables"] == before["tables"]
    saved(window)
    assert gatehouse.drafts.get(stage, draft) == before, "nothing was there to save"


READ = """
async (cases) => {
  const { read, write } = await import('/console/static/rules/table_cells.js');
  const column = { kind: 'input', lists: [{ code: 'remote', label: '偏远地区' }], choices: [], zone: 'Asia/Shanghai' };
  const level = [{ value: 'standard', label: '普通', also: ['普通', 'Standard'] }, { value: 'next_day', label: '次日达', also: ['次日达', 'Next day'] }];
  return cases.map(([shape, type, text]) => {
    const own = { ...column, shape, type, choices: type === 'choice' ? level : [] };
    const value = read(text, own);
    return [value, read(write(value, own), own)];
  });
}
"""  # noqa: E501
CELLS: list[tuple[str, str, str, Any]] = [
    ("one", "int", "1,200", 1200),
    ("one", "int", "-5", -5),
    ("one", "int", "twelve", "twelve"),
    ("one", "int", "1.5", "1.5"),
    ("one", "money", "¥3,000.5", 300050),
    ("one", "money", "12元", 1200),
    ("one", "money", "1.234", "1.234"),
    ("one", "weight", "1.5kg", 1500),
    ("one", "weight", "800 g", 800),
    ("one", "weight", "2公斤", 2000),
    ("one", "date", "2026/1/9", "2026-01-09"),
    ("one", "date", "2026年11月11日", "2026-11-11"),
    ("one", "date", "soon", "soon"),
    ("one", "text", " SF ", "SF"),
    ("one", "text", "－", "-"),
    ("one", "text", "010000", "010000"),
    ("one", "choice", "Next Day", "next_day"),
    ("one", "choice", "普通", "standard"),
    ("one", "choice", "overnight", "overnight"),
    ("one", "instant", "2026-11-11 20:00", "2026-11-11T20:00:00+08:00"),
    ("yesno", "flag", "是", True),
    ("yesno", "flag", "No", False),
    ("yesno", "flag", "maybe", "maybe"),
    ("yesno", "flag", "", "-"),
    ("range", "int", "0..1000", [0, 1000]),
    ("range", "int", "..7", [None, 7]),
    ("range", "int", "7..", [7, None]),
    ("range", "int", "1-5", [1, 5]),
    ("range", "int", "1～5", [1, 5]),
    ("range", "int", "3至5", [3, 5]),
    ("range", "int", "≥ 30", [30, None]),
    ("range", "int", "30以上", [30, None]),
    ("range", "int", "<30", [None, 29]),
    ("range", "int", "30", "30"),
    ("range", "int", "a..b", "a..b"),
    ("range", "int", "任意", "-"),
    ("range", "money", "0 - 99.50", [0, 9950]),
    ("range", "money", "小于100", [None, 9999]),
    ("range", "weight", "1-2kg", [1000, 2000]),
    ("range", "weight", "1000-2000", [1000, 2000]),
    ("range", "date", "2026-11-01..2026/11/9", ["2026-11-01", "2026-11-09"]),
    ("several", "choice", "普通、Next day", ["standard", "next_day"]),
    ("several", "text", "A, B;C", ["A", "B", "C"]),
    ("several", "text", '"a,b", c', ["a,b", "c"]),
    ("several", "text", "SF", ["SF"]),
    ("several", "int", "1, 2", [1, 2]),
    ("several", "int", "1,000", "1,000"),
    ("several", "int", "1, two", "1, two"),
    ("words", "text", '{"list": "remote"}', {"list": "remote"}),
    ("words", "text", "加急，特急", ["加急", "特急"]),
    ("list", "text", "偏远地区", "remote"),
    ("list", "text", "nowhere", "nowhere"),
]


def test_cells_are_read_as_people_write_them_and_written_back(window, gatehouse):
    begin(window, gatehouse)
    found = window.evaluate(READ, [each[:3] for each in CELLS])
    for (shape, kind, text, wanted), (value, again) in zip(CELLS, found, strict=True):
        assert value == wanted and type(value) is type(wanted), (shape, kind, text)
        assert again == value, (shape, kind, text)


CLIPBOARD = "async (text) => (await import('/console/static/rules/table_clipboard.js')).fromClipboard(text)"


COPIED = [
    ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
    ("a\t\n\tb", [["a", ""], ["", "b"]]),
    ('"one\ntwo"\t"say ""hi"""\n3', [["one\ntwo", 'say "hi"'], ["3"]]),
    ('5" nails\t"open', [['5" nails', '"open']]),
    ('"a" b\tc', [['"a" b', "c"]]),
    ("a\n\nb", [["a"], [""], ["b"]]),
]


def test_what_a_spreadsheet_copies_is_taken_apart(window, gatehouse):
    begin(window, gatehouse)
    for text, rows in COPIED:
        assert window.evaluate(CLIPBOARD, text) == rows, text
