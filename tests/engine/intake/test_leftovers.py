"""What of a remark is not understood."""

from __future__ import annotations

import pytest

from engine.intake.leftovers import leftover, stops, words_of

LISTS = {
    "wish-ship-together": frozenset({"一起发", "不要拆单"}),
    "wish-sf": frozenset({"发顺丰"}),
    "wish-text-greeting-card": frozenset({"写祝福", "贺卡"}),
    "wish-delivery-day": frozenset({"送"}),
    "counter-front-desk": frozenset({"送货上门"}),
    "stop-words": frozenset({"退款"}),
    "harmless-remarks": frozenset({"谢谢", "尽快"}),
    "remark-fillers": frozenset({"请", "我", "的", "thanks"}),
    "place-words": frozenset({"学校"}),
}
WORDS = words_of(LISTS)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "!!!", "谢谢~", "请一起发, 谢谢！", "请尽快的", "不要拆单一起发", "发顺丰🙏", "不要发顺丰",
        "别给我发顺丰", "不要退款", "送货上门", "Thanks", "写祝福: 生日快乐! 永远爱你 by 小明", "不要贺卡",
    ],
)  # fmt: skip
def test_wishes_negated_or_not_and_harmless_words_leave_nothing(text):
    assert leftover(text, WORDS) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("换个红色", "换个红色"),
        ("一起发, 送个袋子, 谢谢", "送个袋子"),
        ("一起发给我妈妈", "一起发给我妈妈"),
        ("袋子要大的；多放两个", "袋子要大的 多放两个"),
        ("送", "送"),
        ("学校", "学校"),
        ("不要送货上门", "不要送货上门"),
        ("13号要用, 写祝福: 生日快乐", "13号要用"),
        ("不要贺卡, 要大红包", "要大红包"),
        ("别忘了小样", "别忘了小样"),
        ("打8折 50%", "打8折 50%"),
    ],
)
def test_a_clause_with_anything_else_is_left_as_it_is_written(text, left):
    assert leftover(text, WORDS) == left


def test_where_a_day_is_named_is_known():
    assert leftover("周五送, 谢谢", WORDS, [(0, 3)]) is None
    assert leftover("周五送小样", WORDS, [(0, 3)]) == "周五送小样"


def test_without_lists_everything_is_left():
    assert leftover("谢谢", words_of({})) == "谢谢"


def test_a_stop_word_stops_unless_it_is_negated():
    assert stops("我要退款", WORDS)
    assert not stops("不要退款", WORDS)
    assert not stops("", WORDS)


@pytest.mark.parametrize("text", ["用顺丰寄", "最好发顺丰快递", "不发顺丰快递"])
def test_words_that_overlap_are_known_together(text):
    wishes = frozenset({"发顺丰", "用顺丰", "顺丰寄", "顺丰快递"})
    sf = words_of({"wish-sf": wishes, "remark-fillers": frozenset({"最好"})})
    assert leftover(text, sf) is None


def test_a_negated_text_wish_claims_nothing_of_what_follows_however_its_words_overlap():
    card = words_of({"wish-text-card": frozenset({"写祝福", "祝福卡"})})
    assert leftover("不写祝福卡, 换个红色", card) == "换个红色"
