"""Rules read as sentences, in Chinese and English."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.language.catalogue import CATALOGUE
from engine.language.conditions import All, AnyOf, Leaf, Not
from engine.language.effects import EFFECTS
from engine.language.facts import OPERATORS, Subject
from engine.language.sentences import Speech, explain_row, sentence
from engine.matching.evaluate import trace
from tests.engine.language.cases import a_rule, a_table, load_rule, load_table, when

LISTS = {"high-risk-regions": frozenset({"西藏自治区"})}
TITLES = {"high-risk-regions": {"zh": "高风险地区", "en": "High-risk regions"}}


def both(thing) -> list[str]:
    return [sentence(thing, CATALOGUE, language, EFFECTS, TITLES) for language in ("zh", "en")]


def condition(document, stage="fraud", about="order"):
    return both(load_rule(when(document, stage, about)).when)


def test_a_rule():
    document = a_rule(
        when={
            "all": [
                {"fact": "buyer.paid_orders", "is": "eq", "value": 0},
                {"fact": "order.payable_cents", "is": "gte", "value": 300000},
                {
                    "any": [
                        {"fact": "receiver.province", "is": "in_list", "value": "high-risk-regions"},
                        {"some": "line", "where": {"fact": "line.category", "is": "eq", "value": "gift_card"}},
                    ]
                },
            ]
        },
        then=[{"do": "hold", "reason": "HIGH_RISK_OF_FRAUD", "queue": "risk", "due_minutes": 120}],
    )
    assert both(load_rule(document)) == [
        "当历史已付订单数 等于 0，且应付金额 不低于 ¥3,000.00，"
        "且（省份 属于 名单「高风险地区」，或有订单行满足（品类 是 “gift_card”））时："
        "挂起（原因：风控，队列：风控，时限（工作分钟）：120）。",
        "When Paid orders before is 0, and Payable is at least ¥3,000.00, "
        "and (Province is on the list “High-risk regions”, or some line has (Category is “gift_card”)): "
        "Hold (Reason: High risk of fraud, Queue: Risk, Due in working minutes: 120).",
    ]


def test_a_webhook():
    assert both(load_rule(a_rule(when=None, then=[{"do": "webhook", "name": "crm"}]))) == [
        "始终：回调外部系统（名称：crm）。", "Always: Call webhook (Name: crm).",
    ]  # fmt: skip


def test_a_rule_without_conditions_and_with_a_fact_as_parameter():
    document = a_rule(
        when=None, then=[{"do": "instruct", "text": {"fact": "order.remark"}}, {"do": "tag", "name": "x"}]
    )
    assert both(load_rule(document)) == [
        "始终：作业指示（内容：买家留言）；打标签（标签：x）。",
        "Always: Instruct (Text: Buyer's remark); Tag (Tag: x).",
    ]


def test_a_table_row():
    assert both(load_table(a_table()).rows[0])[1] == (
        "When Shipment weight is between 0 g and 1 kg, and Service level is Standard, and Service is “ZTO-STD”: "
        "Prefer (Rank (lower first): 1)."
    )


@pytest.mark.parametrize(
    "document, zh, en",
    [
        ({"fact": "order.deliver_on", "is": "lt", "value": "2026-11-13"}, "期望送达日 早于 2026-11-13",
         "Wished delivery day is before 2026-11-13"),
        ({"fact": "order.weight_g", "is": "gt", "value": 1500}, "重量 超过 1.5 kg", "Weight is over 1.5 kg"),
        ({"fact": "buyer.refund_rate_percent", "is": "gt", "value": 40}, "退款率 超过 40%", "Refund rate is over 40%"),
        ({"fact": "order.tags", "is": "includes_none", "value": ["a", "b"]}, "标签 不含 “a” 或 “b”",
         "Tags includes none of “a” or “b”"),
        ({"fact": "order.remark", "is": "contains_any", "value": ["退款"]}, "买家留言 提到 “退款”",
         "Buyer's remark mentions “退款”"),
        ({"fact": "order.payable_cents", "is": "lt", "other": "order.goods_cents"}, "应付金额 低于 商品金额",
         "Payable is below Goods"),
        ({"fact": "receiver.same_as_buyer", "is": "is_false"}, "并非收货人即买家", "not “Receiver is the buyer”"),
        ({"fact": "order.remark", "is": "absent"}, "买家留言为空", "“Buyer's remark” is unknown"),
        ({"not": {"fact": "order.channel", "is": "eq", "value": "jd"}}, "并非（渠道 是 “jd”）",
         "not (Channel is “jd”)"),
        ({"no": "coupon"}, "没有优惠券", "there is no coupon"),
        ({"count": "line", "is": "gte", "value": 3}, "订单行数 不低于 3", "the number of lines is at least 3"),
        ({"sum": "line", "of": "line.quantity", "where": {"fact": "line.kind", "is": "eq", "value": "gift"}, "is": "lt",
          "value": 3}, "满足（行类型 是 赠品）的订单行的数量合计 低于 3",
         "the sum of Quantity over lines with (Kind is Gift) is below 3"),
    ],
)  # fmt: skip
def test_conditions(document, zh, en):
    assert condition(document) == [zh, en]


def test_groups_inside_groups_stand_in_brackets():
    one = Leaf("payment.settled", "is_true")
    assert sentence(AnyOf((All((one, one)), Not(one), All((one,)))), CATALOGUE, "en") == (
        "(Settled, and Settled), or not (Settled), or Settled"
    )


@pytest.mark.parametrize("fact", list(CATALOGUE), ids=lambda fact: fact.name)
def test_every_fact_and_operator_has_words(fact):
    for op in (*OPERATORS[fact.type], "present", "absent"):
        value = 1 if fact.type in ("int", "money", "weight") else 20261113 if fact.type == "date" else "x"
        value = (
            (value, value)
            if op in ("between", "in", "not_in", "contains_any") or op[-4:] in ("_all", "none")
            else value
        )
        leaf = Leaf(fact.name, op, value)
        assert fact.zh in sentence(leaf, CATALOGUE, "zh") and fact.en in sentence(leaf, CATALOGUE, "en")
        assert op in ("between", "includes") or op not in sentence(leaf, CATALOGUE, "en").split()


def test_an_unknown_fact_or_effect_keeps_its_code():
    rule = load_rule(a_rule())
    assert sentence(Leaf("order.gone", "eq", 3), CATALOGUE, "en") == "order.gone is 3"
    assert sentence(rule.then[0], CATALOGUE, "en") == "hold (reason: HIGH_VALUE)"


@pytest.mark.parametrize(
    "name, value, zh",
    [
        ("order.payable_cents", 300000, "¥3,000.00"),
        ("order.payable_cents", -5, "-¥0.05"),
        ("order.weight_g", 999, "999 g"),
        ("order.weight_g", 12000, "12 kg"),
        ("order.weight_g", 1234567, "1,234.567 kg"),
        ("order.deliver_on", 20261101, "2026-11-01"),
        ("order.service_level", "next_day", "次日达"),
        ("order.tags", frozenset({"b", "a"}), "“a”、“b”"),
        ("order.tags", [], "空"),
        ("payment.settled", False, "否"),
        ("order.short_restock_days", 3, "3 天"),
        ("order.remark", None, "无"),
    ],
)
def test_values(name, value, zh):
    assert Speech(CATALOGUE).value(value, CATALOGUE[name]) == zh


def _rows(document, values, language, **parts):
    rule = load_rule(when(document))
    subject = Subject("order", "order", values, {name: tuple(each) for name, each in parts.items()})
    return [explain_row(row, CATALOGUE, language, TITLES) for row in trace(rule, subject, LISTS)]


EXPLAINED = {
    "any": [
        {"fact": "order.payable_cents", "is": "gte", "value": 300000},
        {"fact": "receiver.province", "is": "in_list", "value": "high-risk-regions"},
        {"fact": "order.payable_cents", "is": "gt", "other": "order.goods_cents"},
        {"count": "line", "where": {"fact": "line.category", "is": "eq", "value": "food"}, "is": "gte", "value": 2},
        {"sum": "line", "of": "line.unit_cents", "is": "gte", "value": 100000},
        {"some": "line", "where": {"fact": "line.attributes", "is": "includes", "value": "cold"}},
    ]
}
VALUES = {"order.payable_cents": 100, "order.goods_cents": 200}
LINES = [
    {"line.category": "food", "line.unit_cents": 250, "line.attributes": frozenset({"cold"})},
    {"line.unit_cents": 150},
]


def test_explained_rows():
    assert _rows(EXPLAINED, VALUES, "zh", line=LINES) == [
        "以下至少一条成立：成立",
        "应付金额 不低于 ¥3,000.00；实际 ¥1.00：不成立",
        "省份 属于 名单「高风险地区」；实际 无数据：无法判断",
        "应付金额 超过 商品金额（¥2.00）；实际 ¥1.00：不成立",
        "订单行数 不低于 2；实际 1：无法判断",
        "品类 是 “food”；实际 “food”、无：成立",
        "订单行的单价合计 不低于 ¥1,000.00；实际 ¥4.00：不成立",
        "有订单行满足；实际 1：成立",
        "商品属性 包含 “cold”；实际 “cold”、无：成立",
    ]


def test_explained_rows_without_data_in_english():
    assert _rows(EXPLAINED, {}, "en")[3:6] == [
        "Payable is over Goods; seen no data: unknown",
        "the number of lines is at least 2; seen no data: unknown",
        "Category is “food”; seen nothing: does not hold",
    ]


def test_every_effect_has_words():
    rule = load_rule(a_rule())
    for spec in EFFECTS.values():
        effect = replace(rule.then[0], do=spec.name, params={})
        assert both(effect) == [spec.zh, spec.en]
