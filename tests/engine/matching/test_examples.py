"""Examples inside rules run as tests."""

from __future__ import annotations

import contextlib

import pytest

from engine.matching.examples import check_examples
from engine.matching.matcher import Matcher
from tests.engine.matching.cases import a_rule, a_rulebook

WHEN = {
    "all": [
        {"fact": "order.int_1", "is": "gte", "value": 3},
        {"fact": "order.text_1", "is": "in_list", "value": "red"},
        {"fact": "order.date_1", "is": "lt", "value": "2026-11-11"},
        {"some": "line", "where": {"fact": "line.set_1", "is": "includes", "value": "cold"}},
    ]
}
GOOD = {
    "order.int_1": 3, "order.text_1": "x", "order.date_1": "2026-11-10", "lists": {"red": ["x"]},
    "lines": [{}, {"line.set_1": ["cold", "big"]}],
}  # fmt: skip
TABLE = {
    "id": "intake.t",
    "title": "表",
    "why": "Because.",
    "hit": "unique",
    "inputs": [{"fact": "order.int_1", "is": "between"}],
    "outputs": [{"do": "note", "rank": "int"}],
    "rows": [[[0, 5], 1], [[5, 9], 2]],
}


@pytest.fixture(params=["evaluator", "matcher"])
def check(request):
    def run(document):
        tables = (document,) if "rows" in document else ()
        rulebook = a_rulebook(*([] if tables else [document]), tables=tables)
        ruleset = rulebook.ruleset("intake")
        judged = (*ruleset.rules, *ruleset.tables)
        if request.param == "evaluator":
            return [problem for rule in judged for problem in check_examples(rule)]
        with contextlib.closing(Matcher(rulebook)) as matcher:
            def ask(_rules, subjects, lists):
                return matcher.fire("intake", subjects, lists)

            return [problem for rule in judged for problem in check_examples(rule, ask)]

    return run


def test_examples_that_come_out_as_stated_are_no_problem(check):
    quiet = [{**GOOD, "order.int_1": 2}, {**GOOD, "lists": {}}, {**GOOD, "order.date_1": "2026-11-11"},
             {**GOOD, "lines": []}, {**GOOD, "order.int_1": None}, {}]  # fmt: skip
    assert check(a_rule(1, WHEN, examples={"fires": [GOOD], "quiet": quiet})) == []


def test_examples_that_come_out_otherwise_are_problems(check):
    problems = check(a_rule(1, WHEN, examples={"fires": [GOOD, {}], "quiet": [GOOD]}))
    assert [(problem.path, problem.code) for problem in problems] == [
        ("rules.0.examples.fires.1", "example-failed"),
        ("rules.0.examples.quiet.0", "example-failed"),
    ]
    assert "must fire for this example but did not" in problems[0].message
    assert "must stay quiet for this example but fired" in problems[1].message


def test_examples_of_a_table_may_name_the_row(check):
    fires = [{"order.int_1": 4}, {"order.int_1": 4, "row": 1}, {"order.int_1": 9, "row": 2}]
    assert check({**TABLE, "examples": {"fires": fires, "quiet": [{"order.int_1": 10}]}}) == []


def test_examples_of_a_table_that_hit_another_row_or_two_are_problems(check):
    problems = check({**TABLE, "examples": {"fires": [{"order.int_1": 4, "row": 2}, {"order.int_1": 5}]}})
    assert "with row 2 but row 1 fired" in problems[0].message
    assert "only one may" in problems[1].message


def test_one_rule_can_be_checked():
    rulebook = a_rulebook(a_rule(1, examples={"quiet": [{}]}))
    assert len(check_examples(rulebook.rule("intake.r1"))) == 1
