"""Gaps, overlaps and shadowed rows of decision tables, as trying every order of few values finds them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from engine.analysis import analyse, analyse_tables
from engine.errors import MatcherError
from engine.language.rules import Table
from engine.language.tables import settle
from engine.matching.evaluate import holds
from tests.engine.analysis.cases import (
    FINITE,
    a_rulebook,
    a_table,
    every_order,
    findings,
    names,
    the_finding,
)

WEIGHT, LEVEL = ("order.n", "between"), ("order.c", "in")


def counting(table: Table, values: dict[str, Any]) -> set[int] | None:
    """The rows that count for an order; None: they may not fire together."""
    fired = [row for row in table.rows if holds(row.when, values, {}, {}) is True]
    try:
        return {row.row for row in settle(table, fired)}
    except MatcherError:
        return None


def a_cell(fact: str, random_: random.Random) -> Any:
    if random_.random() < 0.25:
        return "-"
    if fact in ("order.f", "order.g"):
        return random_.random() < 0.5
    if fact in ("order.c", "order.d"):
        return random_.sample("abc", random_.randint(1, 2))
    low, high = sorted(random_.choices(range(0, 5), k=2))
    return random_.choice(([low, high], [None, high], [low, None]))


OPERATORS = {"order.f": "is_true", "order.g": "is_true", "order.c": "in", "order.d": "not_in"}


def a_random_table(random_: random.Random) -> dict[str, Any]:
    facts = random_.sample(("order.n", "order.m", "order.c", "order.f", "order.g"), random_.randint(1, 3))
    rows = [[*(a_cell(fact, random_) for fact in facts), random_.choice("xyz")] for _ in range(random_.randint(1, 7))]
    hit = random_.choice(("unique", "any", "first", "priority"))
    return a_table("intake.t", hit, [(fact, OPERATORS.get(fact, "between")) for fact in facts], rows)


@pytest.mark.parametrize("seed", range(150))
def test_tables_are_judged_as_trying_every_order_does(seed):
    book = a_rulebook(a_random_table(random.Random(seed)))
    table = book.rulesets["intake"].tables[0]
    facts = tuple(each["fact"] for each in table.document["inputs"])
    found = analyse(book)
    assert "not-analysed" not in {finding.name for finding in found}
    orders = list(every_order(facts))
    used = set().union(*(counting(table, values) or set() for values in orders))
    may_fire = {row.row for row in table.rows for values in orders if holds(row.when, values, {}, {}) is True}
    if table.hit in ("first", "priority"):
        shadowed = {f"intake.t#{row}" for row in may_fire - used}
        assert {finding.rule for finding in found if finding.name == "always-shadowed"} == shadowed
    else:
        clashing = {
            (f"intake.t#{one.row}", f"intake.t#{other.row}")
            for one in table.rows for other in table.rows
            if one.row < other.row and (table.hit == "unique" or one.then != other.then)
            and any(holds(one.when, values, {}, {}) and holds(other.when, values, {}, {}) for values in orders)
        }  # fmt: skip
        assert {(*each.others, each.rule) for each in found if each.name == "table-overlap"} == clashing
    unanswered = any(
        len(values) == len(facts) and not any(holds(row.when, values, {}, {}) is True for row in table.rows)
        for values in orders
    )
    assert any(finding.name == "table-gap" for finding in found) == unanswered
    assert {finding.rule for finding in found if finding.name == "never-fires"} == {
        row.id for row in table.rows if row.row not in may_fire
    }
    for finding in found:
        shows(
            table,
            finding.name,
            int(finding.rule.rpartition("#")[2] or 0) if "#" in finding.rule else 0,
            finding.witness,
        )


def shows(table: Table, name: str, row: int, witness: Any) -> None:
    """The witness itself has what the finding says."""
    if name == "table-overlap":
        assert counting(table, witness) is None
    elif name == "always-shadowed":
        assert holds(table.rows[row - 1].when, witness, {}, {}) is True
        assert row not in counting(table, witness)
    elif name == "table-gap":
        assert counting(table, witness) == set()


def test_a_gap_between_two_rows_is_named_with_its_bounds():
    finding = the_finding(a_table("intake.t", "first", [WEIGHT], [[[None, 1], "x"], [[3, None], "y"]]))
    assert (finding.name, finding.severity, finding.path) == ("table-gap", "warning", "intake.tables.0.rows")
    assert finding.witness == {"order.n": 2}
    assert "order.n is 2" in finding.message["en"] and "order.n 等于 2" in finding.message["zh"]


def test_a_gap_of_two_inputs_says_both():
    rows = [[[0, 2], ["a"], "x"], [[3, 4], "-", "y"]]
    finding = the_finding(a_table("intake.t", "unique", [WEIGHT, LEVEL], rows))
    assert finding.witness == {"order.c": "b", "order.n": 0}
    assert "order.n is at most 2" in finding.message["en"] and "B or C" in finding.message["en"]


def test_a_row_of_dashes_leaves_no_gap():
    assert names(a_table("intake.t", "first", [WEIGHT], [[[0, 1], "x"], ["-", "y"]])) == []


def test_many_gaps_are_cut_short_and_say_so():
    rows = [[number, number, f"x{number}"] for number in range(0, 5)]
    found = findings(a_table("intake.t", "first", [("order.n", "eq"), ("order.any", "eq")], rows))
    assert [finding.name for finding in found] == ["table-gap"] * 5
    assert sum("there is more" in finding.message["en"] for finding in found) == 1


def test_tables_over_texts_are_not_asked_to_answer_every_text():
    assert names(a_table("intake.t", "first", [("order.text", "in")], [[["a"], "x"], [["b"], "y"]])) == []


def test_collecting_tables_may_overlap_and_leave_gaps():
    assert names(a_table("intake.t", "collect", [WEIGHT], [[[0, 1], "x"], [[1, 2], "y"]])) == []


def test_a_later_row_that_an_earlier_one_covers_is_shadowed():
    rows = [["-", ["a", "b"], "x"], [[0, 1], ["a"], "y"], ["-", "-", "z"]]
    finding = the_finding(a_table("intake.t", "first", [WEIGHT, LEVEL], rows))
    assert (finding.name, finding.severity, finding.rule) == ("always-shadowed", "error", "intake.t#2")
    assert finding.path == "intake.tables.0.rows.1"
    assert finding.others == ("intake.t#1",)
    assert finding.witness == {"order.c": "a", "order.n": 0}


def test_several_rows_shadow_together_and_bystanders_are_not_named():
    rows = [[[0, 1], "x"], [[4, 4], "x"], [[2, 3], "y"], [[1, 3], "z"]]
    finding = the_finding(a_table("intake.t", "first", [WEIGHT], rows))
    assert finding.rule == "intake.t#4" and finding.others == ("intake.t#1", "intake.t#3")


def test_a_row_whose_words_are_all_an_earlier_ones_is_shadowed():
    rows = [[["加急", "特急"], "x"], [["特急"], "y"], [["退款"], "z"]]
    finding = the_finding(a_table("intake.t", "first", [("order.text", "contains_any")], rows))
    assert finding.rule == "intake.t#2" and finding.witness == {"order.text": "特急"}


def test_what_a_list_holds_today_shadows_nothing():
    inputs = [("order.text", "in_list")]
    rows = [["red", "x"], ["blue", "y"]]
    same = {"red": frozenset({"r"}), "blue": frozenset({"r"})}
    assert names(a_table("intake.t", "first", inputs, rows), lists=same) == []


def test_rows_of_a_unique_table_must_not_meet():
    finding = the_finding(a_table("intake.t", "unique", [WEIGHT], [[[0, 2], "x"], [[2, 4], "x"]]))
    assert (finding.name, finding.severity) == ("table-overlap", "error")
    assert (finding.rule, finding.others, finding.witness) == ("intake.t#2", ("intake.t#1",), {"order.n": 2})


def test_rows_of_an_any_table_may_meet_when_they_say_the_same():
    assert names(a_table("intake.t", "any", [WEIGHT], [[[0, 2], "x"], [[2, 4], "x"]])) == []
    assert names(a_table("intake.t", "any", [WEIGHT], [[[0, 2], "x"], [[2, 4], "y"]])) == ["table-overlap"]


def test_too_many_overlaps_are_cut_short_and_say_so():
    rows = [["-", f"x{number}"] for number in range(9)]
    found = names(a_table("intake.t", "unique", [WEIGHT], rows))
    assert found.count("table-overlap") == 20 and found.count("not-analysed") == 1


def test_disabled_tables_are_left_alone():
    assert names(a_table("intake.t", "unique", [WEIGHT], [["-", "x"], ["-", "y"]], enabled=False)) == []


def test_absence_may_be_left_unanswered():
    rows = [[[None, 1], "x"], [[2, None], "y"]]
    assert None in FINITE["order.m"]
    assert names(a_table("intake.t", "first", [("order.m", "between")], rows)) == []


@pytest.mark.parametrize("seed", range(60))
def test_a_gap_says_the_row_that_would_answer_it(seed):
    document = a_random_table(random.Random(seed))
    for finding in findings(document):
        if finding.name != "table-gap":
            continue
        more = {**document, "rows": [*document["rows"], [*finding.answer, "filled"]]}
        table = a_rulebook(more).table("intake.t")
        assert len(table.rows) in (counting(table, dict(finding.witness)) or set())


def test_the_row_for_a_gap_is_as_wide_as_its_columns_can_say():
    inputs = [WEIGHT, LEVEL, ("order.hour", "gte"), ("order.f", "is_true")]
    rows = [[[0, 1], "-", "-", "-", "x"], ["-", ["a", "b"], "-", "-", "x"], ["-", "-", "-", True, "x"]]
    finding = the_finding(a_table("intake.t", "first", inputs, [*rows, ["-", "-", 9, "-", "x"]]))
    assert finding.answer == ([2, None], ["c"], "-", False)


@pytest.mark.parametrize("seed", range(20))
def test_tables_alone_are_told_what_the_whole_check_tells(seed):
    book = a_rulebook(a_random_table(random.Random(seed)))
    alone = analyse_tables(book)
    assert alone == [each for each in analyse(book) if each in alone]
    assert {each.name for each in analyse(book)} - {each.name for each in alone} <= {"contradiction", "tag-never-set"}
