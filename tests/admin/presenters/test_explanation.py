from __future__ import annotations

import pytest

from admin.names import Names
from admin.presenters.explanation import stages
from admin.presenters.rule_texts import RuleTexts
from admin.values import Reader


def condition(depth, joiner, fact, is_, wanted, seen, result):
    return {"depth": depth, "joiner": joiner, "fact": fact, "is": is_, "wanted": wanted, "seen": seen, "result": result}


def row(rule="x.y", subject="order", outcome="fired", why_not=None, conditions=(), **more):
    return {"rule": rule, "title": {}, "subject": subject, "outcome": outcome, "why_not": why_not,
            "conditions": list(conditions), **more}  # fmt: skip


@pytest.fixture
def explained(reading):
    def explain(*rules, firings=(), code="zh_CN"):
        with reading(code):
            data = {"stages": [{"stage": "fraud", "reached": True, "rules": list(rules)}]}
            names = Names(lists={"vip": "贵宾"}, warehouses={"SH1": "上海仓"}, services={"SF": "顺丰"})
            return stages(data, firings, RuleTexts(None), {"1": "茶"}, Reader(names))[0]

    return explain


def conditions(stage):
    return stage.rules[0].judged[0].conditions


def test_rules_that_fired_come_first_and_are_counted(explained):
    stage = explained(row("a", outcome="not_considered", why_not="disabled"), row("b", outcome="not_fired"), row("c"))
    assert [rule.id for rule in stage.rules] == ["c", "b", "a"]
    assert (stage.fired, stage.not_fired, stage.not_considered) == (1, 1, 1)
    assert stage.rules[2].why_not == "规则已停用"


def test_a_rule_about_many_lines_is_one_with_many_subjects(explained):
    rows = [row(subject=f"line:{number}", outcome="fired" if number == 9 else "not_fired") for number in range(1, 11)]
    rule = explained(*rows).rules[0]
    assert rule.outcome.code == "fired"
    assert rule.judged[0].subject.startswith("第 9 行")
    assert (len(rule.judged), rule.more) == (6, 4)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("order", "订单"),
        ("line:1", "第 1 行 茶"),
        ("warehouse:SH1", "上海仓"),
        ("service:SH1/SF", "上海仓 → 顺丰"),
        ("coupon:TEN", "优惠券 TEN"),
        ("coupon_pair:A+B", "A + B"),
        ("shipment:jd.1-1-1", "发货单 jd.1-1-1"),
    ],
)
def test_subjects_have_names(explained, subject, said):
    assert explained(row(subject=subject)).rules[0].judged[0].subject == said


@pytest.mark.parametrize(("code", "told"), [("zh_CN", "没有照做"), ("en", "Not followed")])
def test_what_a_rule_asked_in_vain_is_told_at_it(explained, code, told):
    lost = {"sentence": {"zh": "没有照做", "en": "Not followed"}}
    assert explained(row(overruled=[lost]), code=code).rules[0].judged[0].overruled == (told,)
    assert explained(row(outcome="not_fired"), code=code).rules[0].judged[0].overruled == ()


def test_a_leaf_says_what_was_wanted_and_seen(explained):
    stage = explained(row(conditions=[condition(0, "all", "order.payable_cents", "gte", 500000, 520000, True)]))
    (leaf,) = conditions(stage)
    assert (leaf.mark, leaf.text, leaf.operator) == ("yes", "应付金额", "不低于")
    assert (leaf.wanted, leaf.seen) == ("¥5,000.00", "¥5,200.00")


@pytest.mark.parametrize(
    ("is_", "wanted", "said"),
    [
        ("between", [100, 200], "¥1.00 – ¥2.00"),
        ("eq", {"fact": "order.goods_cents", "value": 300}, "商品金额 (¥3.00)"),
        ("is_true", None, ""),
    ],
)
def test_what_was_wanted_takes_many_forms(explained, is_, wanted, said):
    stage = explained(row(conditions=[condition(0, "all", "order.payable_cents", is_, wanted, 1, False)]))
    assert conditions(stage)[0].wanted == said


def test_any_of_several_words_is_said_with_or(explained):
    stage = explained(row(conditions=[condition(0, "all", "payment.status", "in", ["paid", "unpaid"], "paid", True)]))
    assert conditions(stage)[0].wanted == "已付 或 未付"


def test_a_list_is_called_by_its_title(explained):
    leaf = condition(0, "all", "buyer.id", "in_list", {"list": "vip"}, None, None)
    found = conditions(explained(row(conditions=[leaf])))[0]
    assert (found.wanted, found.seen, found.mark) == ("「贵宾」", "无", "unknown")


def test_groups_have_no_values(explained):
    rows = [
        condition(0, "any", None, None, None, None, False),
        condition(1, "any", "order.remark", "present", None, None, False),
    ]
    group, leaf = conditions(explained(row(conditions=rows)))
    assert group.group and group.text == "以下至少一条成立" and not group.seen
    assert (leaf.depth, leaf.operator, leaf.mark) == (1, "不为空", "no")


def test_quantifiers_say_how_many_matched(explained):
    rows = [
        condition(0, "some", "line", None, None, 2, True),
        condition(1, "some", "line.quantity", "gte", 3, [5, 1, 3], True),
    ]
    some, leaf = conditions(explained(row(conditions=rows)))
    assert (some.text, some.seen) == ("至少一个 · 订单行", "2 个符合")
    assert leaf.seen == "5、1、3"


def test_sums_are_compared(explained):
    total = condition(0, "sum", "line.unit_cents", "gte", 1000, 1500, True)
    found = conditions(explained(row(conditions=[total])))[0]
    assert (found.text, found.wanted, found.seen) == ("合计 · 单价", "¥10.00", "¥15.00")


def test_what_fired_says_what_it_did(explained):
    effects = [{"do": "hold", "reason": "HIGH_VALUE", "queue": None}, {"do": "score", "points": 20}]
    firing = {"rule": "x.y", "subject": "order", "effects": effects}
    rule = explained(row(), firings=[firing], code="en").rules[0]
    assert [(each.name, each.detail) for each in rule.effects] == [
        ("Hold", "High value to confirm"), ("Add to risk score", "+20 points"),
    ]  # fmt: skip
    assert rule.decisive


def test_a_waived_rule_says_so(explained):
    assert explained(row(waived=True)).rules[0].waived
