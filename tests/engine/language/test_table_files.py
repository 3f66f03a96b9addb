"""A table's file gets other rows and keeps everything else."""

from __future__ import annotations

import pytest

from engine.errors import RulebookError
from engine.language import strict_yaml
from engine.language.table_files import with_rows
from tests.conftest import ROOT

SOURCE = """\
# Why it is so.
id: intake.t
hit: first
rows:
  - [[0, 1], a, '-']   # small
  - ['-', b, x]

# Of the examples.
examples:
  fires: [{row: 1}]
"""


def test_rows_are_exchanged_and_the_rest_stays():
    made = with_rows(SOURCE, [[[None, 5], "010000", "-"], [True, {"fact": "order.text"}, 7]])
    assert made == SOURCE.replace(
        "  - [[0, 1], a, '-']   # small\n  - ['-', b, x]\n",
        '  - [[null, 5], "010000", "-"]\n  - [true, {"fact": "order.text"}, 7]\n',
    )


def test_rows_may_stand_last():
    source = "id: intake.t\nrows:\n  - [1]\n"
    assert with_rows(source, [["x\ny"], ["\ufffe"]]) == 'id: intake.t\nrows:\n  - ["x\\ny"]\n  - ["\\ufffe"]\n'


def test_every_shipped_table_can_get_its_own_rows():
    files = [path for path in (ROOT / "rulesets").rglob("*.yaml") if "\nrows:" in path.read_text(encoding="utf-8")]
    assert files
    for path in files:
        source = path.read_text(encoding="utf-8")
        document, _ = strict_yaml.read(source)
        assert strict_yaml.read(with_rows(source, document["rows"]))[0] == document


@pytest.mark.parametrize(
    "source", ["id: intake.x\nthen: []\n", "- a\n", "{id: intake.t, rows: [[1]]}\n", "rows:\n  - &a [1]\nalso: *a\n"]
)
def test_what_cannot_be_exchanged_is_refused(source):
    with pytest.raises(RulebookError):
        with_rows(source, [[2]])
