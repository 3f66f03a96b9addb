"""Each kind of finding: what gives it, what does not, and that its witness shows it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from engine.analysis import analyse
from engine.language.conditions import All, Leaf, Node, walk
from engine.language.context import Context
from engine.language.effects import EFFECTS
from engine.language.examples import read_examples
from engine.language.facts import Subject
from engine.language.rules import Effect, Rule, Rulebook, Window
from engine.matching.evaluate import evaluated, holds
from tests.engine.analysis.cases import (
    a_random_condition,
    a_rule,
    a_rulebook,
    a_table,
    every_order,
    findings,
    leaf,
    names,
    the_finding,
)
from tests.engine.matching import cases as wide
from tests.engine.matching.fuzzing import a_condition

N1, N3 = leaf("order.n", "gte", 1), leaf("order.n", "lte", 3)
URGENT = [{"do": "set_priority", "priority": "urgent"}]
NORMAL = [{"do": "set_priority", "priority": "normal"}]
EARLY = {"from": "2026-11-01T00:00:00+08:00", "until": "2026-11-11T00:00:00+08:00"}
LATE = {"from": "2026-11-11T00:00:00+08:00"}
LISTS = {"red": frozenset({"r1", "r2"}), "empty": frozenset()}


def test_nothing_is_found_about_rules_that_are_fine():
    assert findings(a_rule("intake.x", N1), a_rule("intake.y", N3, URGENT), a_rule("audit.z")) == []


# example-failed
@pytest.mark.parametrize("kind", ["fires", "quiet"])
def test_an_example_that_comes_out_otherwise_is_found_with_itself_as_witness(kind):
    wrong = {"fires": {"order.n": 0, "order.tags": ["x"]}, "quiet": {"order.n": 2, "order.day": "2026-11-11"}}[kind]
    finding = the_finding(a_rule("intake.x", N1, examples={kind: [wrong]}))
    assert (finding.name, finding.severity) == ("example-failed", "error")
    assert finding.path == f"intake.rules.0.examples.{kind}.0"
    assert finding.witness == wrong
    assert ("应当命中" if kind == "fires" else "不应命中") in finding.message["zh"]


def test_an_example_of_a_table_names_the_rows():
    table = a_table("intake.t", "first", [("order.n", "between")], [[[0, 1], "x"], ["-", "y"]],
                    examples={"fires": [{"row": 1, "order.n": 3}, {"row": 2, "order.n": 2}]})  # fmt: skip
    finding = the_finding(table)
    assert finding.witness == {"order.n": 3} and finding.path.endswith("fires.0")
    assert "命中了第 2 行" in finding.message["zh"]


def test_examples_of_disabled_rules_count_too():
    assert names(a_rule("intake.x", N1, enabled=False, examples={"fires": [{"order.n": 0}]})) == ["example-failed"]


# duplicate-rule
def test_the_same_condition_written_otherwise_is_the_same_rule():
    one = {"all": [N1, leaf("order.n", "lte", 3), leaf("order.c", "neq", "a")]}
    other = {"all": [leaf("order.c", "in", ["c", "b"]), {"not": {"not": leaf("order.n", "between", [1, 3])}}]}
    finding = the_finding(a_rule("intake.a", one, URGENT), a_rule("intake.b", other, URGENT, priority=9))
    assert (finding.name, finding.severity, finding.rule) == ("duplicate-rule", "warning", "intake.a")
    assert finding.others == ("intake.b",)  # it goes first
    assert finding.witness == {"order.c": "b", "order.n": 1}


def test_rules_that_differ_in_effect_subject_stage_or_time_are_no_duplicates():
    assert names(a_rule("intake.a", N1), a_rule("intake.b", N1)) == []  # each gives its own instruction
    assert names(a_rule("intake.a", N1, URGENT), a_rule("intake.b", N1, URGENT, about="line")) == []
    same = [{"do": "instruct", "text": "x"}]
    assert names(a_rule("intake.a", N1, same), a_rule("payment.b", N1, same)) == []
    assert names(a_rule("intake.a", N1, same, effective=EARLY), a_rule("intake.b", N1, same, effective=LATE)) == []
    assert names(a_rule("intake.a", N1, same), a_rule("intake.b", N1, same, enabled=False)) == []
    assert names(a_rule("intake.a", N1, same, effective=EARLY), a_rule("intake.b", N1, same)) == ["duplicate-rule"]


# never-fires
@pytest.mark.parametrize(
    ("when", "witness"),
    [
        ({"all": [leaf("order.cents", "gte", 5), leaf("order.cents", "lte", 3)]}, {"order.cents": 5}),
        ({"all": [leaf("order.c", "eq", "a"), leaf("order.c", "eq", "b")]}, {"order.c": "a"}),
        (leaf("order.hour", "gt", 23), {"order.hour": 0}),
        (leaf("order.n", "absent"), {"order.n": 0}),
        ({"all": [N1, leaf("order.text", "eq", "x"), leaf("order.text", "absent")]}, {"order.n": 1, "order.text": "x"}),
        ({"any": [leaf("order.n", "gt", 4), leaf("order.n", "lt", 0)]}, {"order.n": 0}),
        ({"all": [{"some": "line", "where": leaf("line.q", "gte", 2)},
                  {"no": "line", "where": leaf("line.q", "gt", 1)}]},
         {"lines": [{"line.q": 2}]}),
        ({"all": [leaf("order.day", "gt", "2026-11-30"), leaf("order.day", "lt", "2026-12-01")]},
         {"order.day": "2026-12-01"}),
    ],
)  # fmt: skip
def test_what_no_order_can_meet_never_fires(when, witness):
    finding = the_finding(a_rule("intake.x", when))
    assert (finding.name, finding.severity, finding.path) == ("never-fires", "error", "intake.rules.0.when")
    assert finding.witness == witness


def test_the_conditions_that_clash_are_said_and_no_others():
    when = {"all": [N1, leaf("order.cents", "gte", 500), leaf("order.f", "is_true"), leaf("order.cents", "lt", 300)]}
    said = the_finding(a_rule("intake.x", when)).message
    assert "order.cents is at least ¥5.00, and order.cents is below ¥3.00" in said["en"]
    assert "不能同时成立" in said["zh"] and "order.n" not in said["en"] and "order.f" not in said["en"]


def test_a_rule_of_which_one_alternative_can_be_met_may_fire():
    assert names(a_rule("intake.x", {"any": [leaf("order.n", "gt", 4), N1]})) == ["dead-branch"]


def test_an_empty_list_is_a_warning_because_lists_change():
    rule = a_rule("intake.x", {"all": [N1, leaf("order.text", "in_list", "empty")]})
    finding = the_finding(rule, lists=LISTS)
    assert (finding.name, finding.severity) == ("never-fires", "warning")
    assert "empty" in finding.suggestion["en"] and finding.witness == {"order.n": 1}
    assert names(rule) == []  # what lists hold is not known
    some = {"any": [leaf("order.text", "in_list", "empty"), leaf("order.text", "in_list", "red")]}
    assert names(a_rule("intake.x", some), lists=LISTS) == []


def test_a_value_that_is_not_on_its_list_is_a_warning_and_a_clash_within_the_rule_an_error():
    off = {"all": [leaf("order.text", "eq", "r3"), leaf("order.text", "in_list", "red")]}
    assert the_finding(a_rule("intake.x", off), lists=LISTS).severity == "warning"
    clash = {"all": [leaf("order.text", "in_list", "red"), leaf("order.n", "gt", 4)]}
    assert the_finding(a_rule("intake.x", clash), lists=LISTS).severity == "error"


def test_an_empty_window_never_fires():
    book = a_rulebook(a_rule("intake.x", N1))
    ruleset = book.rulesets["intake"]
    instant = dt.datetime(2026, 11, 11, tzinfo=dt.UTC)
    rule = replace(ruleset.rules[0], effective=Window("now", instant, instant))
    found = analyse(replace(book, rulesets={"intake": replace(ruleset, rules=(rule,))}))
    assert [(each.name, each.path, each.witness) for each in found] == [
        ("never-fires", "intake.rules.0.effective", {"order.n": 1})
    ]


def test_a_row_that_can_never_fire_is_found_where_it_is():
    rows = [[[5, 9], "x"], ["-", "y"]]
    finding = the_finding(a_table("intake.t", "first", [("order.n", "between")], rows))
    assert (finding.name, finding.path, finding.rule) == ("never-fires", "intake.tables.0.rows.0", "intake.t#1")


# contradiction
def test_two_priorities_for_one_order_contradict():
    finding = the_finding(a_rule("intake.a", N1, URGENT), a_rule("intake.b", N3, NORMAL))
    assert (finding.name, finding.severity, finding.path) == ("contradiction", "error", "intake.rules.1.then")
    assert (finding.rule, finding.others, finding.witness) == ("intake.b", ("intake.a",), {"order.n": 1})
    assert "优先级相同" in finding.message["zh"]


@pytest.mark.parametrize(
    "other",
    [
        a_rule("intake.b", leaf("order.n", "lt", 1), NORMAL),
        a_rule("intake.b", N3, URGENT),
        a_rule("intake.b", N3, NORMAL, priority=49),
        a_rule("intake.b", N3, NORMAL, about="line"),
        a_rule("intake.b", N3, NORMAL, enabled=False),
        a_rule("intake.b", N3),
    ],
)
def test_no_contradiction_when_apart_agreeing_ranked_or_about_something_else(other):
    assert names(a_rule("intake.a", N1, URGENT), other) == []


def test_windows_that_never_meet_keep_rules_apart():
    one = a_rule("intake.a", N1, URGENT, effective=EARLY)
    assert names(one, a_rule("intake.b", N3, NORMAL, effective=LATE)) == []
    assert names(one, a_rule("intake.b", N3, NORMAL, effective={"until": EARLY["until"]})) == ["contradiction"]
    assert names(one, a_rule("intake.b", N3, NORMAL, effective={**LATE, "by": "now"})) == ["contradiction"]


DROP, APPLY = ({"do": do, "code": {"fact": "coupon.code"}} for do in ("drop_coupon", "apply_coupon"))


@pytest.mark.parametrize(
    ("stage", "about", "one", "other"),
    [
        ("coupon", "coupon", DROP, APPLY),
        ("coupon", "coupon", {"do": "drop_coupon", "code": "X"}, APPLY),
        ("coupon", "order", {"do": "drop_coupon", "code": "X"}, {"do": "apply_coupon", "code": "X"}),
        ("audit", "order", {"do": "approve"}, {"do": "reject", "reason": "no"}),
        ("fulfilment", "order", {"do": "pick_mode", "mode": "batch"}, {"do": "pick_mode", "mode": "by_order"}),
        ("intake", "order", {"do": "require", "carrier": "SF"}, {"do": "require", "carrier": "JD"}),
        ("intake", "order", {"do": "require", "carrier": "SF"}, {"do": "require", "carrier": {"fact": "order.text"}}),
        ("intake", "order", {"do": "require", "deliver_on": {"fact": "order.day"}},
         {"do": "require", "deliver_on": "2026-11-11"}),
        ("warehouse", "warehouse", {"do": "pin"}, {"do": "exclude"}),
    ],
)  # fmt: skip
def test_effects_that_cannot_both_be_followed_contradict(stage, about, one, other):
    for first, second in ((one, other), (other, one)):
        finding = the_finding(
            a_rule(f"{stage}.a", N1, [first], about=about), a_rule(f"{stage}.b", N3, [second], about=about)
        )
        assert finding.name == "contradiction" and finding.others == (f"{stage}.a",)
    itself = the_finding(a_rule(f"{stage}.a", N1, [one, other], about=about))
    assert itself.name == "contradiction" and itself.others == () and "自相矛盾" in itself.message["zh"]


@pytest.mark.parametrize(
    ("stage", "one", "other"),
    [
        ("coupon", {"do": "drop_coupon", "code": "X"}, {"do": "apply_coupon", "code": "Y"}),
        ("intake", {"do": "require", "carrier": "SF"}, {"do": "require", "ship_together": True}),
        ("intake", {"do": "require", "carrier": {"fact": "order.text"}},
         {"do": "require", "carrier": {"fact": "order.text"}}),
        ("audit", {"do": "approve"}, {"do": "hold", "reason": "HIGH_VALUE"}),
    ],
)  # fmt: skip
def test_effects_that_go_together_do_not(stage, one, other):
    assert names(a_rule(f"{stage}.a", N1, [one]), a_rule(f"{stage}.b", N3, [other])) == []


def test_the_witness_has_the_parameters_contradict():
    one = a_rule("intake.a", N1, [{"do": "require", "deliver_on": {"fact": "order.day"}}])
    other = a_rule("intake.b", N3, [{"do": "require", "deliver_on": "2026-11-11"}])
    witness = the_finding(one, other).witness
    assert witness["order.day"] not in (None, "2026-11-11")


def test_rows_of_a_table_of_which_one_counts_do_not_contradict():
    table = a_table("intake.t", "first", [("order.n", "between")], [[[0, 3], "urgent"], ["-", "normal"]])
    table["outputs"] = [{"do": "set_priority", "priority": "choice"}]
    assert names(table) == []
    assert names({**table, "hit": "collect"}) == ["contradiction"]


def test_a_row_contradicts_a_rule_only_where_it_counts():
    table = a_table("intake.t", "first", [("order.n", "between")], [[[0, 3], "urgent"], ["-", "normal"]])
    table["outputs"] = [{"do": "set_priority", "priority": "choice"}]
    finding = the_finding(table, a_rule("intake.a", N1, URGENT))
    assert {finding.rule, *finding.others} == {"intake.a", "intake.t#2"} and finding.witness == {"order.n": 4}
    assert names(table, a_rule("intake.a", N3, URGENT)) == []


def pin(identifier: str, *conditions: Any, about: str = "warehouse") -> dict[str, Any]:
    return a_rule(identifier, {"all": list(conditions)}, [{"do": "pin"}], about=about)


def test_two_pins_of_different_warehouses_contradict():
    one = pin("warehouse.a", leaf("warehouse.code", "eq", "SH1"), N1)
    other = pin("warehouse.b", leaf("warehouse.kind", "eq", "b"), N3)
    finding = the_finding(one, other)
    assert (finding.name, finding.others) == ("contradiction", ("warehouse.a",))
    first, second = finding.witness["warehouses"]
    assert finding.witness["order.n"] == 1 and first["warehouse.code"] == "SH1" != second["warehouse.code"]
    fired = [
        evaluated(a_rulebook(one, other).rules("warehouse"),
                  [Subject("warehouse", "w", {"order.n": 1, **each})], {}) for each in (first, second)
    ]  # fmt: skip
    assert fired == [{("warehouse.a", 0)}, {("warehouse.b", 0)}]


def test_pins_of_one_candidate_or_of_orders_apart_do_not_contradict():
    same = leaf("warehouse.code", "eq", "SH1")
    assert names(pin("warehouse.a", same, N1), pin("warehouse.b", same, N3)) == []
    here, there = leaf("order.n", "eq", 1), leaf("order.n", "eq", 2)
    assert names(pin("warehouse.a", same, here), pin("warehouse.b", leaf("warehouse.code", "eq", "GZ1"), there)) == []


def test_pinned_services_contradict_only_within_a_warehouse():
    one = pin("carrier.a", leaf("service.code", "eq", "SF"), about="service")
    other = pin("carrier.b", leaf("service.code", "eq", "JD"), about="service")
    first, second = the_finding(one, other).witness["services"]
    assert first["service.warehouse"] == second["service.warehouse"]
    apart = [leaf("service.warehouse", "eq", code) for code in ("SH1", "GZ1")]
    assert (
        names(
            pin("carrier.a", leaf("service.code", "eq", "SF"), apart[0], about="service"),
            pin("carrier.b", leaf("service.code", "eq", "JD"), apart[1], about="service"),
        )
        == []
    )


# not-analysed
def test_what_was_not_worked_out_is_said():
    words = [leaf("order.text", "contains_any", [f"词{number}"]) for number in range(3)]
    hard = {
        "all": [*words, {"sum": "line", "of": "line.q", "is": "eq", "value": 10**6, "where": leaf("line.q", "lt", 3)}]
    }
    finding = the_finding(a_rule("intake.x", hard))
    assert (finding.name, finding.severity, finding.path) == ("not-analysed", "warning", "intake.rules.0.when")
    assert "能否命中" in finding.message["zh"] and "can ever fire" in finding.message["en"]


def test_very_many_contradictions_are_cut_short_and_say_so():
    rules = [a_rule(f"intake.r{number}", N1, (URGENT, NORMAL)[number % 2]) for number in range(40)]
    for number, rule in enumerate(rules):
        rule["when"] = leaf("order.cents", "gte", number)
    found = names(*rules)
    assert found.count("contradiction") == 50 and found.count("not-analysed") == 1


# all together
@pytest.mark.parametrize("seed", range(40))
def test_contradictions_are_those_that_trying_every_order_finds(seed):
    random_ = random.Random(seed)
    facts = ("order.n", "order.c", "order.g", "order.m")
    book = a_rulebook(*(a_rule(f"intake.r{number}", N1, (URGENT, NORMAL)[number % 2]) for number in range(6)))
    ruleset = book.rulesets["intake"]
    rules = tuple(replace(rule, when=a_random_condition(random_, facts, 2)) for rule in ruleset.rules)
    found = analyse(replace(book, rulesets={"intake": replace(ruleset, rules=rules)}))
    by_id = {rule.id: rule for rule in rules}
    orders = list(every_order(facts))
    fired = {rule.id: [holds(rule.when, values, {}, {}) is True for values in orders] for rule in rules}
    clashing = {
        (one.id, other.id) for one, other in combinations(rules, 2)
        if one.then != other.then and any(a and b for a, b in zip(fired[one.id], fired[other.id], strict=True))
    }  # fmt: skip
    assert {(*each.others, each.rule) for each in found if each.name == "contradiction"} == clashing
    assert {each.rule for each in found if each.name == "never-fires"} == {
        identifier for identifier, answers in fired.items() if not any(answers)
    }
    assert "not-analysed" not in {each.name for each in found}
    for each in found:
        for identifier in (each.rule, *each.others):
            truth = holds(by_id[identifier].when, each.witness, {}, {}) is True
            assert truth == (each.name != "never-fires")


def test_findings_come_in_the_order_of_the_documents_and_the_same_each_time():
    rules = [
        a_rule("audit.z", leaf("order.hour", "gt", 23)),
        a_rule("intake.b", leaf("order.hour", "gt", 23)),
        a_rule("intake.a", N1, URGENT), a_rule("intake.c", N1, URGENT),
    ]  # fmt: skip
    found = findings(*rules)
    assert [each.path for each in found] == ["intake.rules.0.when", "intake.rules.2", "audit.rules.0.when"]
    assert found == findings(*rules)


def test_every_finding_is_said_in_both_languages():
    found = findings(
        a_rule("intake.a", leaf("order.hour", "gt", 23)), a_rule("intake.b", N1, URGENT),
        a_rule("intake.c", N3, NORMAL), a_rule("intake.d", N1, URGENT, examples={"fires": [{}]}),
        a_table("intake.t", "unique", [("order.n", "between")], [[[0, 1], "x"], [[1, 3], "y"]]),
    )  # fmt: skip
    assert {each.name for each in found} == {
        "never-fires", "contradiction", "duplicate-rule", "example-failed", "table-overlap", "table-gap"
    }  # fmt: skip
    for each in found:
        for said in (each.message, each.suggestion):
            assert set(said) == {"zh", "en"} and said["zh"] and said["en"] and said["zh"] != said["en"]
            assert "{" not in said["zh"] + said["en"]


def test_an_effect_that_the_catalogue_does_not_know_is_no_trouble():
    book = a_rulebook(a_rule("intake.x", N1))
    ruleset = book.rulesets["intake"]
    rule = replace(ruleset.rules[0], then=(Effect("unheard-of"),))
    assert analyse(replace(book, rulesets={"intake": replace(ruleset, rules=(rule,))})) == []


def generated_book(seed: int) -> tuple[Rulebook, dict[str, Rule]]:
    """Rules of every operator, some of shapes that documents refuse, half of them against the others."""
    random_ = random.Random(seed)
    book = wide.a_rulebook(*(wide.a_rule(number) for number in range(12)))
    ruleset = book.rulesets["intake"]
    effects = [Effect("set_priority", {"priority": each}) for each in ("urgent", "normal")]
    rules = []
    for number, rule in enumerate(ruleset.rules):
        condition = a_condition(random_)
        while not of_valid_dates(condition):
            condition = a_condition(random_)
        if number % 4 == 0:
            condition = All((condition, a_random_leaf_of_numbers(random_)))
        rules.append(replace(rule, when=condition, then=(effects[number % 2],)))
    made = replace(book, rulesets={"intake": replace(ruleset, rules=tuple(rules))})
    return made, {rule.id: rule for rule in rules}


def a_random_leaf_of_numbers(random_: random.Random) -> Leaf:
    return Leaf("order.int_1", random_.choice(("lt", "gt")), random_.randint(-3, 3))


def of_valid_dates(node: Node) -> bool:
    return not any(isinstance(each, Leaf) and ".date_" in each.fact and each.value is not None for each in walk(node))


@pytest.mark.parametrize("seed", range(25))
def test_witnesses_as_they_are_printed_are_examples_that_show_their_finding(seed):
    book, by_id = generated_book(seed)
    found = analyse(book, wide.LISTS)
    assert {finding.name for finding in found} & {"contradiction", "duplicate-rule", "never-fires"}
    for finding in found:
        if finding.name == "not-analysed":
            continue
        context = Context(book.catalogue, EFFECTS, stage="fulfilment")
        (example,) = read_examples({"fires": [dict(finding.witness)]}, "", context).fires
        assert context.problems == []
        for identifier in (finding.rule, *finding.others):
            truth = holds(by_id[identifier].when, example.values, example.parts, example.lists) is True
            assert truth == (finding.name != "never-fires"), finding
