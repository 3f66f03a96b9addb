from __future__ import annotations

import pytest

from admin import dates

NOW = "2026-11-11T02:30:00+00:00"


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (NOW, "刚刚", "just now"),
        ("2026-11-11T02:00:00+00:00", "30 分钟前", "30 minutes ago"),
        ("2026-11-08T02:30:00+00:00", "3 天前", "3 days ago"),
        (None, "", ""),
    ],
)
def test_how_long_ago(reading, at, zh, en):
    for code, said in (("zh_CN", zh), ("en", en)):
        with reading(code):
            assert dates.ago(at) == said


@pytest.mark.parametrize(
    ("at", "zh", "en", "pressing"),
    [
        ("2026-11-11T02:31:30+00:00", "剩 1 分", "1 min left", "soon"),
        ("2026-11-11T04:30:00+00:00", "剩 2 小时", "2 h left", "later"),
        ("2026-11-11T04:35:00+00:00", "剩 2 小时 5 分", "2 h 5 min left", "later"),
        ("2026-11-13T05:30:00+00:00", "剩 2 天 3 小时", "2 d 3 h left", "later"),
        ("2026-11-11T01:00:00+00:00", "已超时 1 小时 30 分", "1 h 30 min overdue", "late"),
        ("2026-11-11T02:29:59+00:00", "已超时 0 分", "0 min overdue", "late"),
    ],
)
def test_how_long_is_left(reading, at, zh, en, pressing):
    for code, said in (("zh_CN", zh), ("en", en)):
        with reading(code):
            assert dates.left(at) == (said, pressing)


def test_instants_are_told_in_the_business_time_zone(reading):
    with reading("en"):
        assert dates.exact("2026-11-10T16:00:00+00:00") == "2026-11-11 00:00:00"
        assert dates.minute("2026-11-10T16:00:00+00:00") == "11-11 00:00"
        assert dates.minute("2025-11-10T16:00:00+00:00") == "2025-11-11 00:00"


def test_a_date_fact_is_a_day():
    assert dates.day(20261103) == "2026-11-03"
