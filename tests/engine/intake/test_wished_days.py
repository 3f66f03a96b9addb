"""Days in remarks, written on Wednesday, 11 November 2026."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.intake.wished_days import Heard, WishedDay, hear

WEDNESDAY = dt.date(2026, 11, 11)
WORDS = frozenset({"送", "配送", "送达", "送货", "到", "收到"})


def wished(text, placed_on=WEDNESDAY):
    return hear(text, WORDS, placed_on).wish


def november(day):
    return dt.date(2026, 11, day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11月13日送", november(13)),
        ("11月13号配送, 谢谢", november(13)),
        ("2026年11月13日送达", november(13)),
        ("2026-11-13送", november(13)),
        ("请于11.13送", november(13)),
        ("11/13 送", november(13)),
        ("13号送达", november(13)),
        ("１３号送", november(13)),
        ("11号送", november(11)),
        ("今天送", november(11)),
        ("明天再送", november(12)),
        ("后天送", november(13)),
        ("大后天送", november(14)),
        ("周五送", november(13)),
        ("周三送", november(11)),
        ("星期天配送", november(15)),
        ("礼拜日给我送", november(15)),
        ("本周一送", november(9)),
        ("这周五送", november(13)),
        ("下周一送", november(16)),
        ("下个星期三送", november(18)),
        ("下下周一送", november(23)),
        ("希望周五收到", november(13)),
        ("3号送", dt.date(2026, 12, 3)),
        ("1月5日送", dt.date(2027, 1, 5)),
        ("11月9日送", november(9)),
    ],
)
def test_a_day_before_a_word_for_delivery_is_a_wish(text, day):
    assert wished(text) == WishedDay(day)


@pytest.mark.parametrize(
    ("text", "past", "following"),
    [
        ("周一配送", november(9), november(16)),
        ("星期二送", november(10), november(17)),
        ("10号送", november(10), dt.date(2026, 12, 10)),
        ("4号送", november(4), dt.date(2026, 12, 4)),
    ],
)
def test_a_day_that_is_just_past_has_two_readings(text, past, following):
    assert wished(text) == WishedDay(None, past, following)


@pytest.mark.parametrize(
    "text",
    [
        "", "尽快送", "周一", "11月13日生日", "不要周一送", "周一别送", "别明天送", "周一至周五送", "周一到周五送",
        "11月13日-15日送", "每周一送", "周一或周二送", "13号前送到", "13号楼送", "送到13号楼", "2月30日送", "13月1日送",
        "周一下午送", "32号送", "周五送, 周六送",
    ],
)  # fmt: skip
def test_what_names_no_day_several_days_or_another_thing_is_no_wish(text):
    assert hear(text, WORDS, WEDNESDAY) == Heard()


def test_a_number_skips_months_that_lack_the_day():
    assert wished("31号送", dt.date(2026, 11, 11)) == WishedDay(dt.date(2026, 12, 31))
    assert wished("30号送", dt.date(2027, 1, 31)) == WishedDay(None, dt.date(2027, 1, 30), dt.date(2027, 3, 30))
    assert wished("29号送", dt.date(2027, 2, 20)) == WishedDay(dt.date(2027, 3, 29))


def test_the_same_day_twice_is_one_wish_and_its_places_are_told():
    text = "周五送, 一定周五送"
    heard = hear(text, WORDS, WEDNESDAY)
    assert heard.wish == WishedDay(november(13))
    assert [text[start:end] for start, end in heard.spans] == ["周五送", "周五送"]


def test_without_words_for_delivery_nothing_is_heard():
    assert hear("周五送", frozenset(), WEDNESDAY) == Heard()
