from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from engine.routing import calendars

SHANGHAI = "Asia/Shanghai"


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(SHANGHAI))


@pytest.mark.parametrize(
    ("now", "minutes", "due"),
    [
        ("2026-11-20T10:00", 120, "2026-11-20T12:00"),
        ("2026-11-20T10:00", 480, "2026-11-20T18:00"),
        ("2026-11-20T10:00", 481, "2026-11-21T09:01"),
        ("2026-11-20T17:30", 60, "2026-11-21T09:30"),
        ("2026-11-20T03:00", 60, "2026-11-20T10:00"),
        ("2026-11-20T18:00", 60, "2026-11-21T10:00"),
        ("2026-11-20T23:59", 60, "2026-11-21T10:00"),
        ("2026-11-20T09:00", 540, "2026-11-20T18:00"),
        ("2026-11-20T09:00", 540 * 3, "2026-11-22T18:00"),
        ("2026-11-20T12:00", 360 + 540 * 2 + 1, "2026-11-23T09:01"),
        ("2026-11-20T12:00", 0, "2026-11-20T12:00"),
        ("2026-11-20T20:00", 0, "2026-11-21T09:00"),
        ("2026-12-31T17:59", 2, "2027-01-01T09:01"),
    ],
)
def test_working_minutes_count_from_nine_to_six(now, minutes, due):
    assert calendars.working_due(at(now), minutes, SHANGHAI) == at(due)


def test_working_minutes_agree_with_counting_one_by_one():
    now = at("2026-11-20T16:47")
    clock, counted = now, 0
    for minutes in range(1, 2000):
        while counted < minutes:
            clock += dt.timedelta(minutes=1)
            counted += dt.time(9) < clock.time() <= dt.time(18)
        assert calendars.working_due(now, minutes, SHANGHAI) == clock


def test_due_is_told_in_the_time_zone_of_now():
    due = calendars.working_due(dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC), 60, SHANGHAI)
    assert due.isoformat() == "2026-11-20T03:00:00+00:00"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-20T15:59:59", "2026-11-20"),
        ("2026-11-20T16:00:00", "2026-11-20"),
        ("2026-11-20T16:00:01", "2026-11-21"),
        ("2026-11-20T00:00:00", "2026-11-20"),
        ("2026-12-31T23:00:00", "2027-01-01"),
    ],
)
def test_ships_today_up_to_the_cutoff(now, day):
    assert calendars.ships_on(at(now), "16:00", SHANGHAI).isoformat() == day


def test_cutoff_is_in_the_warehouses_own_time_zone():
    now = at("2026-11-20T16:30")
    assert calendars.ships_on(now, "16:00", "Asia/Urumqi").isoformat() == "2026-11-20"  # 14:30 there
    assert calendars.ships_on(now, "16:00", "Asia/Tokyo").isoformat() == "2026-11-21"


def test_cutoff_at_midnight_is_the_end_of_the_day():
    assert calendars.ships_on(at("2026-11-20T23:59:59"), "24:00", SHANGHAI).isoformat() == "2026-11-20"


def test_closed_days_are_skipped():
    closed = {dt.date(2026, 11, 21), dt.date(2026, 11, 22)}
    assert calendars.ships_on(at("2026-11-20T17:00"), "16:00", SHANGHAI, closed).isoformat() == "2026-11-23"
    assert calendars.ships_on(at("2026-11-20T15:00"), "16:00", SHANGHAI, closed).isoformat() == "2026-11-20"


@pytest.mark.parametrize("clock", ["", "16", "16:60", "24:01", "-1:00", "4pm", "16:00:00"])
def test_what_is_no_time_of_day(clock):
    with pytest.raises(ValueError, match="16:00"):
        calendars.minute_of_day(clock)


def test_business_date_differs_from_utc():
    late = dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC)
    assert calendars.business_date(late, SHANGHAI).isoformat() == "2026-11-21"
    assert calendars.day_start(dt.date(2026, 11, 21), SHANGHAI).isoformat() == "2026-11-21T00:00:00+08:00"


def test_arrival_is_transit_days_after_leaving():
    assert calendars.promised_on(dt.date(2026, 12, 30), 3).isoformat() == "2027-01-02"
