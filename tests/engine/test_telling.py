"""Explanations in sentences: why each rule fired or not, and what would have changed the outcome, in two languages."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine import stages
from engine.explain import explain
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook
from engine.language.effects import EFFECTS
from engine.language.personal import is_personal
from engine.matching.judge import Judge
from engine.stages import run_stages
from engine.telling import error_said
from tests.engine.test_stages import APPROVE, HOLD_BIG, NOW, ORDER, WORLD, rulebook

NEVER = {"fact": "order.payable_cents", "is": "lt", "value": 0}
FLAG = [{"do": "flag", "code": "NAME_VAGUE"}]


def explained(order=ORDER, world=WORLD, **rules):
    """The explanation of an order decided by these rules."""
    book = rulebook(**rules)
    judge = Judge(book, "evaluator")
    return explain(run_stages(order, world, book, NOW, judge), order, world, book, judge)


def sentences(explanation):
    """The sentences of rules by id, of the last subject that each judged."""
    return {row["rule"]: row["sentence"] for stage in explanation["stages"] for row in stage["rules"]}


def told(order=ORDER, **rule):
    """The sentence of one rule of the fraud stage, beside one that approves."""
    return sentences(explained(order, audit__ok=APPROVE, fraud__x={"then": FLAG, **rule}))["fraud.x"]


def test_a_rule_that_fired_says_what_it_wanted_and_saw():
    assert told(when=HOLD_BIG["when"]) == {
        "zh": "「x」命中：应付金额 不低于 ¥100.00（实际 ¥100.00）。",
        "en": "“x” fired: Payable is at least ¥100.00 (seen ¥100.00).",
    }


def test_a_rule_that_did_not_fire_says_what_was_in_the_way():
    when = {"all": [HOLD_BIG["when"], NEVER, {"fact": "receiver.town", "is": "eq", "value": "x"}]}
    assert told(when=when)["en"] == (
        "“x” did not fire: Payable is below ¥0.00 (seen ¥100.00); Town is “x” (no data)."
    )


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ({"enabled": False}, "未参与：规则已停用", "was not considered: the rule is disabled"),
        ({"effective": {"until": "2026-11-01T00:00:00+08:00"}},
         "未参与：不在生效时间内（… 至 2026-11-01T00:00:00+08:00）",
         "was not considered: outside its time window (… to 2026-11-01T00:00:00+08:00)"),
        ({"about": "coupon"}, "未参与：没有它要判断的对象", "was not considered: there is nothing of what it judges"),
        ({"about": "coupon", "enabled": False}, "未参与：规则已停用", "was not considered: the rule is disabled"),
        ({}, "命中：它没有条件", "fired: it has no conditions"),
    ],
)  # fmt: skip
def test_why_a_rule_was_not_considered_is_told_of_every_rule(rule, zh, en):
    stage = "coupon" if rule.get("about") == "coupon" else "fraud"
    said = sentences(explained(audit__ok=APPROVE, **{f"{stage}__x": {"then": FLAG, **rule}}))[f"{stage}.x"]
    assert zh in said["zh"] and en in said["en"]


def test_what_a_rule_asks_in_vain_is_told_with_the_rule_that_is_followed():
    """Two effects that contradict are settled by priority, then id, and the decision says so."""
    explanation = explained(
        intake__a={"priority": 50, "then": [{"do": "set_priority", "priority": "normal"}]},
        intake__b={"priority": 10, "then": [{"do": "set_priority", "priority": "urgent"}, *FLAG]},
        intake__c={"priority": 60, "then": [{"do": "set_priority", "priority": "urgent"}]},
        audit__ok=APPROVE,
    )
    rows = {row["rule"]: row.get("overruled") for stage in explanation["stages"] for row in stage["rules"]}
    asked, kept = {"do": "set_priority", "priority": "normal"}, {"do": "set_priority", "priority": "urgent"}
    (lost,) = rows["intake.a"]
    assert (lost["asked"], lost["by"], lost["kept"]) == (asked, "intake.b", kept)
    assert rows["intake.b"] == rows["intake.c"] == rows["audit.ok"] == []
    assert lost["sentence"]["zh"].startswith("没有照做：") and "「b」" in lost["sentence"]["zh"]
    assert lost["sentence"]["en"].startswith("Not followed: ") and "“b” was followed" in lost["sentence"]["en"]


def test_after_a_rejection_later_stages_say_that_they_were_not_reached():
    reject = {"then": [{"do": "reject", "reason": "no"}]}
    far = {"about": "warehouse", "then": FLAG}
    said = sentences(explained(fraud__no=reject, audit__ok=APPROVE, warehouse__far=far))
    assert said["audit.ok"]["zh"] == "「ok」未参与：未走到此环节。"
    assert said["warehouse.far"]["en"] == "“far” (warehouse) was not considered: the stage was not reached."


def test_every_rule_of_the_rulebook_has_a_sentence_in_both_languages(gatehouse, samples):
    rulebook_ids = {
        rule.id for ruleset in gatehouse.rulebooks.live().rulebook.rulesets.values() for rule in ruleset.all_rules
    }
    for sample in samples[:6]:
        explanation = gatehouse.orders.dry_run(sample.document, sample.channel)["explanation"]
        rows = [row for stage in explanation["stages"] for row in stage["rules"]]
        assert {row["rule"] for row in rows} == rulebook_ids
        for said in (explanation["summary"], *(row["sentence"] for row in rows)):
            assert said["zh"].endswith("。") and said["en"].endswith(".") and said["zh"] != said["en"]
        assert all(row["why_not"] for row in rows if row["outcome"] != "fired")


def test_quantifiers_and_negations_say_what_they_are_about():
    line = {"some": "line", "where": {"fact": "line.quantity", "is": "gte", "value": 2}}
    assert told(when=line)["en"] == "“x” fired: some line has (Quantity is at least 2) (seen 1)."
    assert told(when={"not": NEVER})["zh"] == "「x」命中：并非（应付金额 低于 ¥0.00）（实际 ¥100.00）。"


BIG, PAID = HOLD_BIG["when"], {"fact": "payment.status", "is": "eq", "value": "paid"}
UNPAID = {"fact": "payment.status", "is": "eq", "value": "unpaid"}
NOT_BIG = "not (Payable is at least ¥100.00) (seen ¥100.00)"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"not": BIG}, f"did not fire: {NOT_BIG}."),
        ({"not": {"not": BIG}}, "fired: Payable is at least ¥100.00 (seen ¥100.00)."),
        ({"not": {"any": [BIG, NEVER]}}, f"did not fire: {NOT_BIG}."),
        ({"all": [PAID, {"not": BIG}]}, f"did not fire: {NOT_BIG}."),
        ({"all": [{"not": BIG}, UNPAID]}, f"did not fire: {NOT_BIG}; Payment status is Unpaid (seen Paid)."),
        ({"any": [{"not": BIG}, PAID]}, "fired: Payment status is Paid (seen Paid)."),
        ({"not": {"fact": "order.payable_cents", "is": "absent"}}, "fired: not (“Payable” is unknown): holds."),
        ({"not": {"fact": "payment.settled", "is": "is_true"}}, "did not fire: not (Settled): does not hold."),
        ({"all": [{"any": [NEVER, PAID]}, {"any": [UNPAID, {"not": BIG}]}]},
         f"did not fire: Payment status is Unpaid (seen Paid); {NOT_BIG}."),
        ({"all": [{"no": "line", "where": {"fact": "line.quantity", "is": "gte", "value": 9}}, {"any": [UNPAID]}]},
         "did not fire: Payment status is Unpaid (seen Paid)."),
    ],
)  # fmt: skip
def test_what_is_told_is_what_decided_and_a_negation_is_said(when, said):
    assert told(when=when)["en"] == f"“x” {said}"


def test_amounts_are_said_in_the_order_s_currency():
    dollars = replace(ORDER, currency="USD")
    assert "USD 100.00" in told(dollars, when=HOLD_BIG["when"])["en"]
    assert "JPY 10,000" in told(replace(ORDER, currency="JPY"), when=HOLD_BIG["when"])["en"]


def test_why_rules_could_not_be_judged_is_told_to_who_has_to_mend_them():
    table = {
        "id": "fraud.t", "title": {"zh": "表", "en": "T"}, "why": "x", "hit": "unique",
        "inputs": [{"fact": "order.payable_cents", "is": "between"}], "outputs": [{"do": "score", "points": "int"}],
        "rows": [[[0, 99_999], 1], ["-", 2]],
    }  # fmt: skip
    documents = {"pipeline": rulebook().pipeline.document, "fraud": {"stage": "fraud", "tables": [table]}}
    book = load_rulebook(documents, CATALOGUE, EFFECTS)
    judge = Judge(book, "evaluator")
    explanation = explain(run_stages(ORDER, WORLD, book, NOW, judge), ORDER, WORLD, book, judge)
    assert explanation["error"] == {
        "zh": "规则出错：决策表 fraud.t 的第 1, 2 行同时命中，而只能有一行。",
        "en": "Rule error: Rows 1, 2 of fraud.t fired together; only one may.",
    }
    assert explanation["summary"]["zh"].endswith(explanation["error"]["zh"])
    assert explained(audit__ok=APPROVE)["error"] is None


@pytest.mark.parametrize(
    "error",
    ["Rows 1, 2 of a.t fired together and say different things",
     "rule a.b: hold.until has no value, its fact is absent",
     "tags of stage audit do not settle within 8 rounds", "Stage fraud was matched differently: a for 0 (matcher only)",
     stages.CRASHED],
)  # fmt: skip
def test_every_such_reason_is_told_in_chinese(error):
    said = error_said(error)
    assert error in said["en"] and not any(word in said["zh"] for word in ("fired", "value", "settle", "deciding"))


def test_the_summary_says_the_verdict_its_reasons_and_how_many_rules_fired():
    held = explained(audit__ok=APPROVE, fraud__big=HOLD_BIG)
    assert held["summary"] == {
        "zh": "挂起：大额待确认（big）。命中规则 2 条次。",
        "en": "Held: High value to confirm (big). 2 firings of rules.",
    }
    assert explained(audit__ok=APPROVE)["summary"]["en"] == "Approved. 1 firing of rules."
    assert "No rule matched" in explained()["summary"]["en"]


def test_the_nearest_change_is_a_sentence_that_says_what_would_come_of_it():
    (one,) = explained(audit__ok=APPROVE, fraud__big=HOLD_BIG)["nearest"]
    assert one["sentence"] == {
        "zh": "如果「应付金额」不是 ¥100.00 而是 ¥99.99，订单会通过。",
        "en": "Were “Payable” ¥99.99 instead of ¥100.00, it would be approved.",
    }
    both = explained(audit__ok=APPROVE, fraud__big=HOLD_BIG, intake__also={**HOLD_BIG, "when": None})["nearest"]
    assert "would still be held (“big” would differ)" in both[0]["sentence"]["en"]


@pytest.mark.parametrize("fact", ["receiver.name", "receiver.address", "order.remark"])
def test_what_tells_of_people_is_never_spelled_out(fact):
    order = replace(ORDER, remark="给李四的")
    value = {"receiver.name": "张伟", "receiver.address": "世纪大道100号2楼", "order.remark": "给李四的"}[fact]
    hold = {"when": {"fact": fact, "is": "eq", "value": value}, "then": [{"do": "hold", "reason": "HIGH_VALUE"}]}
    unlike = {"when": {"fact": fact, "is": "eq", "value": "x"}, "then": FLAG}
    explanation = explained(order, audit__ok=APPROVE, fraud__x=hold, fraud__y=unlike)
    said = [row["sentence"] for stage in explanation["stages"] for row in stage["rules"] if row["rule"] == "fraud.y"]
    said += [each["sentence"] for each in explanation["nearest"]] + [explanation["summary"]]
    assert value not in json.dumps(said, ensure_ascii=False)
    if fact != "order.remark":  # a rule's own words about a remark are no secret
        assert value not in json.dumps(sentences(explanation)["fraud.x"], ensure_ascii=False)


def test_of_declared_facts_nobody_knows_what_they_tell():
    assert is_personal("order.attributes.note") and not is_personal("order.payable_cents")
