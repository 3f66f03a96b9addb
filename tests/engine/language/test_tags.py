"""Tags of a stage lead on to an end: circles are refused where they close, and rows that are too long."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import RulebookError
from engine.language.tags import MOST_IN_A_ROW
from tests.engine.language.cases import a_rule, load


def tagging(number: int, asked: list[str], put: list[str], is_: str = "includes_all", **more: Any) -> dict[str, Any]:
    """fraud.r<number>: puts on tags because of others, or always."""
    when = {"fact": "order.tags", "is": is_, "value": asked} if asked else None
    return a_rule(id=f"fraud.r{number}", when=when, then=[{"do": "tag", "name": each} for each in put], **more)


def test_two_rules_that_wait_for_each_other_are_refused():
    (problem,) = problems_of_all(tagging(1, ["b"], ["a"]), tagging(2, ["a"], ["x", "b"]))
    assert (problem.path, problem.code) == ("rules.0.then.0.name", "tag-circle")
    assert problem.message == "tags lead back to themselves: a → b (fraud.r2) → a (fraud.r1)"
    assert "later stage" in problem.suggestion


@pytest.mark.parametrize("is_", ["includes_all", "includes_none"])
def test_a_rule_that_asks_for_its_own_tag_is_refused(is_):
    (problem,) = problems_of_all(tagging(1, ["a"], ["a"], is_))
    assert problem.message == "tags lead back to themselves: a → a (fraud.r1)"


def test_every_circle_is_told():
    found = problems_of_all(tagging(1, ["a"], ["a"]), tagging(2, ["b"], ["c"]), tagging(3, ["c"], ["b"]))
    assert [problem.code for problem in found] == ["tag-circle", "tag-circle"]
    assert len({problem.path for problem in found}) == 2


def test_tags_that_lead_on_are_fine_in_any_order():
    assert load(tagging(1, ["b"], ["c"]), tagging(2, ["a"], ["b"]), tagging(3, [], ["a"]), tagging(4, ["a"], ["c"]))


def test_a_disabled_rule_closes_no_circle():
    assert load(tagging(1, ["b"], ["a"]), tagging(2, ["a"], ["b"], enabled=False))


def test_as_many_tags_in_a_row_as_rounds_settle_and_no_more():
    def row(length: int) -> list[dict[str, Any]]:
        return [tagging(n, [f"t{n - 1}"] if n else [], [f"t{n}"]) for n in range(length)]

    assert load(*row(MOST_IN_A_ROW))
    (problem,) = problems_of_all(*row(MOST_IN_A_ROW + 3))
    assert (problem.path, problem.code) == (f"rules.{MOST_IN_A_ROW}.then.0.name", "too-long")
    assert problems_of_all(*row(3_000))[0].code == "too-long"


def test_rows_of_tables_are_rules_too():
    table = {
        "id": "fraud.t", "title": {"zh": "表", "en": "Table"}, "why": "x", "hit": "collect",
        "inputs": [{"fact": "order.tags", "is": "includes"}], "outputs": [{"do": "tag", "name": "text"}],
        "rows": [["a", "b"], ["b", "a"]],
    }  # fmt: skip
    (problem,) = problems_of_all(table)
    assert problem.path == "tables.0.rows.0" and "b (fraud.t#1)" in problem.message


def problems_of_all(*members: dict[str, Any]) -> Any:
    with pytest.raises(RulebookError) as caught:
        load(*members)
    return caught.value.problems
