"""I7b: what buyers and the shop write that no rule has understood."""

from __future__ import annotations

import pytest

from tests.scenarios.documents import a_line
from tests.scenarios.test_delivery_days import seen


@pytest.mark.parametrize("where", ["remark", "seller_memo"])
def test_i7b_what_is_left_after_wishes_and_harmless_words_is_held_in_yellow(desk, where):
    said = {"一起发, 多放一个袋子, 谢谢": "多放一个袋子", "颜色随机": "颜色随机", "周一至周五送": "周一至周五送"}
    for words, left in said.items():
        case = desk.post(**{where: words})
        hold = case.hold("REMARK_NEEDS_REVIEW")
        assert (case.holds, hold["queue"], hold["severity"]) == (["REMARK_NEEDS_REVIEW"], "service", "yellow"), words
        fact = "order.remark_leftover" if where == "remark" else "order.memo_leftover"
        assert seen(case, "intake.remark-not-understood")[fact] == left
        assert (sum(case.reserved.values()), case.actions("outbound")) == (2, [])


@pytest.mark.parametrize(
    "words",
    [
        "谢谢", "尽快", "好评", "请尽快发货, 谢谢老板！", "麻烦亲发顺丰哦~ 谢谢", "不要发顺丰", "放前台就行",
        "周五送, 放前台, 加急, 谢谢", '刻"生日快乐"', "写祝福: 妈妈生日快乐, 身体健康! 爱你的女儿", "Thanks!", "🙏🙏",
        "。", "11月13日送达",
    ],
)  # fmt: skip
def test_i7b_known_wishes_thanks_and_the_buyers_own_text_leave_nothing(desk, words):
    assert desk.post(remark=words).verdict == "approve"


def test_i7b_a_negated_day_is_no_wish_and_is_read_by_a_person(desk):
    for words in ("不要周五送", "周五别送", "别明天送"):
        case = desk.post(remark=words)
        assert (case.holds, case.hold("REMARK_NEEDS_REVIEW")["severity"]) == (["REMARK_NEEDS_REVIEW"], "yellow"), words


def test_i7b_what_says_stop_is_held_once_and_in_red(desk):
    case = desk.post(remark="先别发, 颜色我再想想", seller_memo="等买家回复")
    assert [(hold["reason"], hold["severity"]) for hold in case.decision["holds"]] == [("REMARK_NEEDS_REVIEW", "red")]


def test_i7b_a_words_place_is_its_list_for_rules_and_for_what_is_left(desk):
    assert desk.post(remark="拜托用丰巢").holds == ["REMARK_NEEDS_REVIEW"]
    desk.list_items("harmless-remarks", "用丰巢")
    assert desk.post(remark="拜托用丰巢").verdict == "approve"
    assert desk.post(remark="搁前台").holds == ["REMARK_NEEDS_REVIEW"]
    desk.list_items("wish-front-desk", "搁前台")
    case = desk.post(remark="搁前台")
    assert (case.verdict, case.instructions) == ("approve", [("放前台 / Leave at the front desk", None)])


def test_i7b_a_list_of_wishes_of_ones_own_is_known_too(desk):
    desk.create("lists", "wish-bag", title={"zh": "要袋子", "en": "Wants a bag"}, items=["多放一个袋子"])
    assert desk.post(remark="多放一个袋子, 谢谢").verdict == "approve"


def test_i7b_a_release_stands_while_the_words_are_the_same(desk):
    case = desk.post(remark="颜色随机", delivery={"ship_not_before": "2026-11-13"})
    desk.release(case, "REMARK_NEEDS_REVIEW")
    assert case.holds == ["SHIP_DATE_NOT_DUE"]
    desk.sweep(hours=48)
    assert case.verdict == "approve"


def test_i7b_what_stands_on_a_line_goes_to_the_picker_and_is_not_asked_about(desk):
    case = desk.post(a_line("MASK-20", remark="要蓝色包装"))
    assert (case.verdict, case.instructions) == ("approve", [("要蓝色包装", "1")])
