"""Rules that another one shadows: what is sure is found, with an order for which both fire; what is not sure is not."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from engine.analysis import Finding, analyse
from engine.matching.evaluate import holds
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

WIDE, NARROW = leaf("order.cents", "gte", 1000), leaf("order.cents", "gte", 5000)
HOLD = [{"do": "hold", "reason": "HIGH_VALUE"}]
EARLY = {"from": "2026-11-01T00:00:00+08:00", "until": "2026-11-11T00:00:00+08:00"}
LONGER = {"from": "2026-10-01T00:00:00+08:00", "until": "2026-12-01T00:00:00+08:00"}


def priority(value: str) -> list[dict[str, Any]]:
    return [{"do": "set_priority", "priority": value}]


def of_warehouse(identifier: str, when: Any, **effect: Any) -> dict[str, Any]:
    return a_rule(f"warehouse.{identifier}", when, [effect], about="warehouse")


def test_a_rule_that_does_what_one_of_a_wider_condition_does_changes_nothing():
    wide, narrow = a_rule("fraud.large", WIDE, HOLD), a_rule("fraud.larger", NARROW, HOLD)
    finding = the_finding(wide, narrow)
    assert (finding.name, finding.severity, finding.path) == ("always-shadowed", "warning", "fraud.rules.1")
    assert (finding.rule, finding.others, finding.witness) == (
        "fraud.larger", ("fraud.large",), {"order.cents": 5000}
    )  # fmt: skip
    assert "changes nothing" in finding.message["en"] and "做同样的事" in finding.message["zh"]
    assert the_finding(narrow, wide).rule == "fraud.larger"  # however they stand


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (leaf("order.c", "in", ["a", "b"]), leaf("order.c", "eq", "a")),
        (leaf("order.n", "between", [1, 3]), leaf("order.n", "eq", 2)),
        (leaf("order.m", "present"), leaf("order.m", "gte", 2)),
        (leaf("order.text", "in", ["x", "y"]), {"all": [leaf("order.text", "eq", "x"), NARROW]}),
        (leaf("order.text", "contains_any", ["x"]), {"all": [leaf("order.text", "contains_any", ["x"]), NARROW]}),
        (leaf("order.set", "includes", "x"), leaf("order.set", "includes_all", ["x", "y"])),
        ({"some": "line"}, {"count": "line", "is": "gte", "value": 3}),
        ({"some": "line", "where": leaf("line.q", "gt", 3)},
         {"count": "line", "where": leaf("line.q", "gt", 3), "is": "gte", "value": 2}),
        ({"any": [leaf("order.n", "lte", 1), leaf("order.c", "eq", "a")]},
         {"all": [leaf("order.f", "is_true"), leaf("order.n", "eq", 0)]}),
        (None, NARROW),
    ],
)  # fmt: skip
def test_a_wider_condition_is_known_however_it_is_written(wide, narrow):
    assert the_finding(a_rule("fraud.a", wide, HOLD), a_rule("fraud.b", narrow, HOLD)).rule == "fraud.b"


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (leaf("order.n", "gte", 2), leaf("order.n", "lte", 3)),
        (leaf("order.m", "lte", 2), leaf("order.n", "lte", 1)),
        ({"all": [WIDE, leaf("order.f", "is_true")]}, NARROW),
        (leaf("order.text", "contains_any", ["x"]), leaf("order.text", "eq", "x")),  # not looked into
        ({"every": "line", "where": leaf("line.q", "gt", 3)}, {"some": "line", "where": leaf("line.q", "gt", 3)}),
    ],
)
def test_what_is_not_wider_for_sure_is_not_said(wide, narrow):
    assert "always-shadowed" not in names(a_rule("fraud.a", wide, HOLD), a_rule("fraud.b", narrow, HOLD))


@pytest.mark.parametrize(
    "other",
    [
        a_rule("fraud.b", NARROW, [{"do": "hold", "reason": "HIGH_VALUE", "due_minutes": 30}]),
        a_rule("fraud.b", NARROW, [*HOLD, {"do": "score", "points": 1}]),
        a_rule("audit.b", NARROW, HOLD),
        a_rule("fraud.b", NARROW, HOLD, about="line"),
        a_rule("fraud.b", NARROW, HOLD, enabled=False),
        a_rule("fraud.b", NARROW),
    ],
)
def test_a_rule_that_does_or_judges_something_else_is_not_shadowed(other):
    assert names(a_rule("fraud.a", WIDE, HOLD), other) == []


def test_the_other_rule_has_to_be_in_force_whenever_this_one_is():
    def shadowed(of_wide, of_narrow):
        return names(
            a_rule("fraud.a", WIDE, HOLD, **of_wide), a_rule("fraud.b", NARROW, HOLD, **of_narrow)
        ) == ["always-shadowed"]  # fmt: skip

    assert shadowed({}, {"effective": EARLY}) and shadowed({"effective": LONGER}, {"effective": EARLY})
    assert shadowed({"effective": EARLY}, {"effective": EARLY})
    assert not shadowed({"effective": EARLY}, {}) and not shadowed({"effective": EARLY}, {"effective": LONGER})
    assert not shadowed({"effective": {**LONGER, "by": "now"}}, {"effective": EARLY})


def test_points_and_gifts_add_up_so_that_none_is_in_vain():
    score = [{"do": "score", "points": 10}]
    assert names(a_rule("fraud.a", WIDE, score), a_rule("fraud.b", NARROW, score)) == []
    gift = [{"do": "add_gift", "sku": "G"}]
    assert names(a_rule("coupon.a", WIDE, gift), a_rule("coupon.b", NARROW, gift)) == []


@pytest.mark.parametrize(
    ("stronger", "weaker", "first_only"),
    [
        ({"do": "prefer", "rank": 1}, {"do": "prefer", "rank": 2}, False),
        ({"do": "exclude"}, {"do": "prefer", "rank": 2}, False),
        ({"do": "pin"}, {"do": "pin"}, True),
    ],
)
def test_a_stronger_effect_on_the_same_candidate_settles_it(stronger, weaker, first_only):
    wide, narrow = of_warehouse("a", WIDE, **stronger), of_warehouse("b", NARROW, **weaker)
    finding = the_finding(wide, narrow)
    assert (finding.name, finding.rule, finding.others) == ("always-shadowed", "warehouse.b", ("warehouse.a",))
    later = {**of_warehouse("z", WIDE, **stronger), "priority": 60}
    assert names(later, narrow) == ([] if first_only else ["always-shadowed"])
    if stronger != weaker:
        assert names(of_warehouse("a", WIDE, **weaker), of_warehouse("b", NARROW, **stronger)) == []


def test_a_pin_of_what_is_excluded_still_says_that_nothing_else_may_ship():
    assert names(
        {**of_warehouse("a", WIDE, do="exclude"), "priority": 1}, of_warehouse("b", NARROW, do="pin")
    ) == []  # fmt: skip


def test_the_later_of_two_priorities_counts_and_the_first_of_two_wishes():
    last = {**a_rule("intake.z", WIDE, priority("normal")), "priority": 90}
    assert the_finding(a_rule("intake.a", NARROW, priority("urgent")), last).rule == "intake.a"
    first = {**a_rule("intake.a", WIDE, priority("normal")), "priority": 1}
    assert names(first, a_rule("intake.b", NARROW, priority("urgent"))) == []
    sf, jd = ([{"do": "require", "carrier": carrier}] for carrier in ("SF", "JD"))
    assert the_finding(a_rule("intake.a", WIDE, sf, priority=1), a_rule("intake.b", NARROW, jd)).rule == "intake.b"
    fact = [{"do": "require", "carrier": {"fact": "order.text"}}]
    assert names({**a_rule("intake.a", WIDE, fact), "priority": 1}, a_rule("intake.b", NARROW, jd)) == []


def test_a_priority_that_was_set_before_is_in_vain_unless_another_comes_between():
    rules = [a_rule("intake.a", WIDE, priority("urgent")), a_rule("intake.c", NARROW, priority("urgent"), priority=70)]
    assert the_finding(*rules).rule == "intake.c"
    between = a_rule("intake.b", leaf("order.f", "is_true"), priority("normal"), priority=60)
    assert names(*rules, between) == []


def test_longer_waits_and_tighter_limits_outdo_others():
    waits = [[{"do": "release_after", "minutes": minutes}] for minutes in (30, 10)]
    finding = the_finding(a_rule("audit.a", WIDE, waits[0]), a_rule("audit.b", NARROW, waits[1]))
    assert finding.rule == "audit.b" and "30" in finding.message["en"] and "做得更强" in finding.message["zh"]
    assert names(a_rule("audit.a", WIDE, waits[1]), a_rule("audit.b", NARROW, waits[0])) == []
    limits = [[{"do": "limit_shipments", "max": most}] for most in (1, 2)]
    assert the_finding(a_rule("warehouse.a", WIDE, limits[0]), a_rule("warehouse.b", NARROW, limits[1])).rule == (
        "warehouse.b"
    )


def test_rows_of_which_one_counts_shadow_no_rule_but_rows_that_all_count_do():
    table = a_table("fraud.t", "first", [("order.cents", "between")], [[[1000, None], "x"], ["-", "y"]])
    rule = a_rule("fraud.z", NARROW, [{"do": "instruct", "text": "x"}])
    assert names(table, rule) == []
    assert the_finding({**table, "hit": "collect"}, rule).others == ("fraud.t#1",)


def test_rules_of_one_condition_are_duplicates_and_told_once():
    same = {"all": [WIDE]}
    assert names(a_rule("fraud.a", WIDE, HOLD), a_rule("fraud.b", same, HOLD)) == ["duplicate-rule"]


def test_whenever_a_shadowed_rule_fires_the_other_does():
    facts = ("order.n", "order.c", "order.g", "order.m")
    orders = list(every_order(facts))
    tried = 0
    for seed in range(60):
        random_ = random.Random(seed)
        book = a_rulebook(*(a_rule(f"fraud.r{number}", WIDE, HOLD) for number in range(8)))
        ruleset = book.rulesets["fraud"]
        rules = tuple(replace(rule, when=a_random_condition(random_, facts, 1)) for rule in ruleset.rules)
        by_id = {rule.id: rule for rule in rules}
        for each in analyse(replace(book, rulesets={"fraud": replace(ruleset, rules=rules)})):
            if each.name == "always-shadowed":
                tried += 1
                _shown(each, by_id)
                for values in orders:
                    if holds(by_id[each.rule].when, values, {}, {}) is True:
                        assert holds(by_id[each.others[0]].when, values, {}, {}) is True
    assert tried > 60


def _shown(finding: Finding, by_id: dict[str, Any]) -> None:
    for identifier in (finding.rule, *finding.others):
        assert holds(by_id[identifier].when, finding.witness, {}, {}) is True


def test_it_is_said_in_both_languages():
    (finding,) = findings(a_rule("fraud.a", WIDE, HOLD), a_rule("fraud.b", NARROW, HOLD))
    for said in (finding.message, finding.suggestion):
        assert said["zh"] and said["en"] and said["zh"] != said["en"] and "{" not in said["zh"] + said["en"]
