from __future__ import annotations

import pytest

from admin import amounts, labels
from admin.names import Names
from admin.values import Reader, fact_label, shown
from engine.decision import Verdict
from engine.holds import FLAGS, HOLD_REASONS
from engine.language.catalogue import CATALOGUE
from engine.language.facts import STAGES, SUBJECTS, Catalogue, Fact

READER = Reader(Names(warehouses={"SH1": "上海嘉定仓"}, channels={"jd": "京东旗舰店"}))


@pytest.mark.parametrize(
    ("fact", "value", "zh", "en"),
    [
        ("order.payable_cents", 520000, "¥5,200.00", "¥5,200.00"),
        ("order.payable_cents", 0, "¥0.00", "¥0.00"),
        ("payment.paid_minus_posted_cents", -1, "-¥0.01", "-¥0.01"),
        ("order.weight_g", 850, "850 g", "850 g"),
        ("order.weight_g", 2350, "2.35 kg", "2.35 kg"),
        ("order.deliver_on", 20261113, "2026-11-13", "2026-11-13"),
        ("buyer.age_days", 3, "3 天", "3 days"),
        ("buyer.refund_rate_percent", 40, "40%", "40%"),
        ("order.ship_together", True, "是", "yes"),
        ("payment.status", "paid", "已付", "Paid"),
        ("warehouse.code", "SH1", "上海嘉定仓", "上海嘉定仓"),
        ("warehouse.code", "XX9", "XX9", "XX9"),
        ("order.channel", "jd", "京东旗舰店", "京东旗舰店"),
        ("line.attributes", ["cold", "fragile"], "冷链、易碎", "Cold chain, Fragile"),
        ("line.attributes", [], "空", "nothing"),
        ("receiver.city", None, "无", "none"),
        ("line.quantity", [1, None, 3], "1、无、3", "1, none, 3"),
    ],
)
def test_values_are_told_as_people_say_them(reading, fact, value, zh, en):
    for code, said in (("zh_CN", zh), ("en", en)):
        with reading(code):
            assert shown(fact, value, READER) == said


def test_long_sets_are_counted(reading):
    with reading("en"):
        assert shown("order.tags", [f"tag{number}" for number in range(20)], READER).endswith("tag11 … 20 in all")


@pytest.mark.parametrize(
    ("cents", "currency", "said"),
    [
        (123456, "USD", "$1,234.56"),
        (1234, "JPY", "¥1,234"),
        (-5, "CNY", "-¥0.05"),
        (None, "CNY", ""),
        (99, "XYZ", "XYZ"),
    ],
)
def test_money_has_its_currencys_sign_and_minor_units(reading, cents, currency, said):
    with reading("en"):
        assert (
            amounts.money(cents, currency).startswith(said)
            if currency == "XYZ"
            else amounts.money(cents, currency) == said
        )


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_every_fact_has_a_label(reading, code):
    with reading(code):
        assert all(fact_label(fact.name) != fact.name for fact in CATALOGUE)


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_every_code_that_the_engine_gives_has_a_word(reading, code):
    with reading(code):
        for stage in STAGES:
            assert labels.word(labels.STAGES, stage) != stage
        for subject in SUBJECTS:
            assert labels.word(labels.PARTS, subject) != subject
        for verdict in Verdict:
            assert labels.look(labels.VERDICTS, verdict.value).text != verdict.value
        for reason in HOLD_REASONS:
            assert labels.hold(reason).text != reason
        for flag in FLAGS:
            assert labels.flag(flag, "yellow").text != flag
        for unit in {fact.unit for fact in CATALOGUE} - {None, "cents", "g", "%"}:
            assert labels.word(labels.UNITS, unit) != unit or code == "en", unit


@pytest.mark.parametrize("code", ["zh_CN", "en"])
def test_every_operator_has_a_word(reading, code):
    with reading(code):
        for fact in CATALOGUE:
            for operator in fact.operators:
                assert "_" not in labels.operator(operator, fact.name), (fact.name, operator)


def test_a_declared_fact_is_called_as_its_admin_called_it(reading):
    count = Fact("order.attributes.n", "int", "盒数", "Boxes", lambda scene, part: None, unit="盒")
    reader = Reader(catalogue=Catalogue((*CATALOGUE, count)))
    with reading("zh_CN"):
        assert fact_label(count.name, reader.catalogue) == "盒数"
        assert labels.operator("gte", count.name, reader.catalogue) == "不低于"
        assert shown(count.name, 3, reader) == "3 盒"
        assert fact_label(count.name) == count.name


def test_a_hold_has_the_colour_of_its_severity(reading):
    with reading("en"):
        assert labels.hold("HIGH_VALUE").tone == "bad"
        assert labels.hold("AWAITING_PAYMENT").tone == "warn"
        assert labels.hold("AWAITING_PAYMENT", "info").tone == "info"


def test_an_unknown_code_stands_for_itself(reading):
    with reading("zh_CN"):
        assert labels.look(labels.ORDER_STATUSES, "teleported").text == "teleported"
        assert labels.hold("NEW_REASON").text == "NEW_REASON"
