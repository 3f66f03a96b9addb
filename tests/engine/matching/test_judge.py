"""Judging: who is asked, hit policies, and what happens when the two answers differ."""

from __future__ import annotations

import pytest

from engine.errors import MatcherError
from engine.matching.judge import Disagreement, Judge
from engine.matching.matcher import Matcher
from tests.engine.matching.cases import LISTS, a_rule, a_subject


def _table(hit: str, rows: list, **more) -> dict:
    return {
        "id": "intake.t",
        "title": "表",
        "why": "Because.",
        "hit": hit,
        "inputs": [{"fact": "order.int_1", "is": "between"}],
        "outputs": [{"do": "note", "rank": "int"}],
        "rows": rows,
        **more,
    }


OVERLAPPING = [["-", 3], [[0, 5], 1], [[4, 9], 2]]


def _rows(matches) -> list[str]:
    return [match.rule.id for match in matches]


@pytest.fixture(params=["both", "evaluator", "matcher"])
def mode(request):
    return request.param


@pytest.mark.parametrize(
    "hit, rows", [("first", [1]), ("collect", [1, 2, 3]), ("priority", [2])], ids=["first", "collect", "priority"]
)
def test_hit_policy_settles_each_subject(judging, mode, hit, rows):
    judge = judging(tables=(_table(hit, OVERLAPPING),), mode=mode)
    matches = judge.fire("intake", [a_subject({"order.int_1": 4})], {})
    assert _rows(matches) == [f"intake.t#{row}" for row in rows]


def test_what_a_row_leaves_out_is_weaker_than_what_another_says(judging):
    """Columns are compared with themselves, and a dash is no zero."""
    outputs = [{"do": "note", "rank": "int"}, {"do": "note", "text": "text", "kind": "choice"}]
    inputs = [{"fact": "order.int_1", "is": "between"}]
    rows = [["-", "-", "a", "hot"], ["-", 7, "b", "cold"], ["-", 7, "c", "hot"], ["-", 9, "-", "-"]]
    table = {**_table("priority", []), "inputs": inputs, "outputs": outputs, "rows": rows}
    assert _rows(judging(tables=(table,)).fire("intake", [a_subject()], {})) == ["intake.t#3"]
    alone = {**table, "rows": [rows[0], rows[3]]}
    assert _rows(judging(tables=(alone,)).fire("intake", [a_subject()], {})) == ["intake.t#2"]


def test_subjects_are_settled_apart(judging, mode):
    judge = judging(tables=(_table("first", OVERLAPPING[1:]),), mode=mode)
    subjects = [a_subject({"order.int_1": value}, id_=str(value)) for value in (4, 9, 99)]
    fired = [(match.rule.row, match.subject.id) for match in judge.fire("intake", subjects, {})]
    assert fired == [(1, "4"), (2, "9")]


def test_two_rows_of_a_unique_table_are_an_error(judging, mode):
    judge = judging(tables=(_table("unique", OVERLAPPING[1:]),), mode=mode)
    assert _rows(judge.fire("intake", [a_subject({"order.int_1": 9})], {})) == ["intake.t#2"]
    with pytest.raises(MatcherError, match="1, 2 of intake.t"):
        judge.fire("intake", [a_subject({"order.int_1": 4})], {})


def test_rows_of_an_any_table_must_agree(judging, mode):
    judge = judging(tables=(_table("any", [[[0, 5], 1], [[4, 9], 1], [[5, 9], 2]]),), mode=mode)
    assert _rows(judge.fire("intake", [a_subject({"order.int_1": 4})], {})) == ["intake.t#1"]
    with pytest.raises(MatcherError, match="different things"):
        judge.fire("intake", [a_subject({"order.int_1": 5})], {})


def test_tenth_row_comes_after_the_second(judging):
    judge = judging(tables=(_table("collect", [["-", number] for number in range(12)]),))
    assert [match.rule.row for match in judge.fire("intake", [a_subject()], {})] == list(range(1, 13))


def test_disabled_rules_and_tables_are_left_out(judging, mode):
    table = _table("first", OVERLAPPING, enabled=False)
    judge = judging(a_rule(1, enabled=False), a_rule(2), tables=(table,), mode=mode)
    assert _rows(judge.fire("intake", [a_subject()], {})) == ["intake.r2"]


def test_rules_are_filtered_before_tables_are_settled(judging, mode):
    judge = judging(tables=(_table("first", OVERLAPPING),), mode=mode)
    matches = judge.fire("intake", [a_subject({"order.int_1": 4})], {}, lambda rule: rule.row != 1)
    assert _rows(matches) == ["intake.t#2"]


def test_lists_are_those_of_the_call(judging, mode):
    judge = judging(a_rule(1, {"fact": "order.text_1", "is": "in_list", "value": "red"}), mode=mode)
    subject = a_subject({"order.text_1": "香港"})
    assert len(judge.fire("intake", [subject], LISTS)) == 1
    assert judge.fire("intake", [subject], {"red": frozenset()}) == []


def test_a_difference_is_an_error_with_both_answers(judging, monkeypatch):
    judge = judging(a_rule(1), a_rule(2))
    monkeypatch.setattr(Matcher, "fire", lambda self, stage, subjects, lists: {("intake.r1", 0)})
    with pytest.raises(Disagreement, match="intake.r2 for 0 \\(evaluator only\\)") as caught:
        judge.fire("intake", [a_subject()], {})
    assert caught.value.matched == {("intake.r1", 0)}
    assert caught.value.evaluated == {("intake.r1", 0), ("intake.r2", 0)}
    assert _rows(judge.fire("intake", [a_subject()], {}, cross_check=False)) == ["intake.r1"]


def test_an_unknown_mode_is_refused(judging):
    with pytest.raises(ValueError, match="both, evaluator, matcher"):
        Judge(judging(a_rule(1)).rulebook, "matchers")
