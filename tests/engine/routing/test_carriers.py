from __future__ import annotations

import datetime as dt

import pytest

from engine.order import Receiver
from engine.routing import carriers
from engine.world import Coverage, CoverageRow

HERE = Receiver(
    province="浙江省", city="舟山市", district="普陀区", town="东极镇", address="庙子湖岛12号海关监管区内"
)
TODAY = dt.date(2026, 11, 20)


def row(served, **fields):
    return CoverageRow(served, **fields)


def test_no_row_means_served():
    assert carriers.served(None, HERE, TODAY) == (True, None)
    assert carriers.served(Coverage("X", (row(False, province="江苏"),)), HERE, TODAY) == (True, None)


def test_the_most_specific_row_wins_whatever_the_sequence():
    rows = [
        row(False),
        row(True, province="浙江"),
        row(False, province="浙江", city="舟山"),
        row(True, province="浙江", city="舟山市", district="普陀"),
        row(False, province="浙江", city="舟山市", district="普陀区", town="东极"),
        row(True, keyword="海关"),
    ]
    for count in range(1, len(rows) + 1):
        for chosen in (rows[:count], rows[:count][::-1]):
            best = rows[count - 1]
            assert carriers.served(Coverage("X", tuple(chosen)), HERE, TODAY) == (best.served, best)


@pytest.mark.parametrize(
    "fields",
    [
        {"province": "江苏"}, {"city": "宁波市"}, {"province": "浙江", "district": "定海区"},
        {"town": "沈家门街道"}, {"keyword": "大学"},
    ],
)  # fmt: skip
def test_a_row_of_another_place_does_not_count(fields):
    assert carriers.served(Coverage("X", (row(False, **fields),)), HERE, TODAY) == (True, None)


@pytest.mark.parametrize(
    ("day", "served"), [("2026-11-17", True), ("2026-11-18", False), ("2026-11-19", False), ("2026-11-20", True)]
)
def test_a_closure_is_half_open(day, served):
    closed = row(False, province="浙江", from_date=dt.date(2026, 11, 18), until_date=dt.date(2026, 11, 20))
    assert carriers.served(Coverage("X", (closed,)), HERE, dt.date.fromisoformat(day))[0] is served


def test_among_equals_the_dated_row_then_no():
    standing, closed = row(True, province="浙江"), row(False, province="浙江", until_date=dt.date(2026, 12, 1))
    assert carriers.served(Coverage("X", (standing, closed)), HERE, TODAY) == (False, closed)
    yes, no = row(True, province="浙江"), row(False, province="浙江省")
    assert carriers.served(Coverage("X", (yes, no)), HERE, TODAY) == (False, no)


def test_places_are_compared_not_spellings():
    there = Receiver(province="北京", city="市辖区", district="密云县")
    coverage = Coverage("X", (row(False, province="北京市", city="北京市", district="密云区"),))
    assert carriers.served(coverage, there, TODAY)[0] is False


def test_unknown_places_are_compared_as_written():
    there = Receiver(province="江苏", city="苏州", district="工业园区")
    assert carriers.served(Coverage("X", (row(False, district="高新区"),)), there, TODAY)[0] is True
    assert carriers.served(Coverage("X", (row(False, district="工业园区"),)), there, TODAY)[0] is False


def test_hong_kong_by_country():
    coverage = Coverage("X", (row(False, province="香港"),))
    assert carriers.served(coverage, Receiver(country="HK", city="油尖旺区"), TODAY)[0] is False
    assert carriers.served(coverage, Receiver(country="MO", city="大堂区"), TODAY)[0] is True
