"""What stands in the cells of decision tables: read as people write it, written back, and left alone."""

from __future__ import annotations

import pytest

from tests.admin.test_rule_editor import begin, document, saved
from tests.cells_as_written import CELLS

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
  const units = { days: '天', '%': '%' };
  return cases.map(([shape, kind, text]) => {
    const [type, unit] = kind.split(' ');
    const own = { ...column, shape, type, unit: units[unit], choices: type === 'choice' ? level : [] };
    const value = read(text, own);
    return [value, read(write(value, own), own)];
  });
}
"""  # noqa: E501
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
