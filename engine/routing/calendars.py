"""Working hours, cut-offs and days, in the time zone where they are meant."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection
from zoneinfo import ZoneInfo

OPENS = dt.time(9)
CLOSES = dt.time(18)


@functools.lru_cache(maxsize=256)
def local(now: dt.datetime, time_zone: str) -> dt.datetime:
    """The instant as clocks in that time zone show it."""
    return now.astimezone(ZoneInfo(time_zone))


@functools.lru_cache(maxsize=256)
def business_date(now: dt.datetime, time_zone: str) -> dt.date:
    """The date that an instant falls on in that time zone."""
    return local(now, time_zone).date()


def day_start(day: dt.date, time_zone: str) -> dt.datetime:
    """The first instant of a day in that time zone."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(time_zone))


def working_due(now: dt.datetime, minutes: int, time_zone: str) -> dt.datetime:
    """The instant by which `minutes` of working time have passed; in the time zone of `now`.

    Work is from 09:00 to 18:00 on every day of the week. Counting starts at the next opening when nobody is there now,
    and a term that ends exactly at closing time is due then.
    """
    start = local(now, time_zone)
    if start.time() >= CLOSES:
        start = _opening(start, days=1)
    elif start.time() < OPENS:
        start = _opening(start, days=0)
    left = dt.timedelta(minutes=max(0, minutes))
    today = dt.datetime.combine(start.date(), CLOSES, start.tzinfo) - start
    if left <= today:
        return (start + left).astimezone(now.tzinfo)
    full_day = dt.timedelta(hours=CLOSES.hour - OPENS.hour)
    days, rest = divmod(left - today, full_day)
    if not rest:
        days, rest = days - 1, full_day
    return (_opening(start, days=days + 1) + rest).astimezone(now.tzinfo)


def _opening(start: dt.datetime, days: int) -> dt.datetime:
    return dt.datetime.combine(start.date() + dt.timedelta(days=days), OPENS, start.tzinfo)


@functools.lru_cache(maxsize=1_440)
def minute_of_day(clock: str) -> int:
    """Minutes since midnight of "16:00"; "24:00" is the end of the day. Raises ValueError for anything else."""
    hours, _, minutes = clock.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60 and int(hours) * 60 + int(minutes) <= 1440):
        raise ValueError(f"{clock!r} is not a time of day such as 16:00")
    return int(hours) * 60 + int(minutes)


@functools.lru_cache(maxsize=1_024)
def before_cutoff(now: dt.datetime, cutoff: str, time_zone: str) -> bool:
    """Whether an order still leaves today: up to the cut-off, its first second included."""
    clock = local(now, time_zone)
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return seconds <= minute_of_day(cutoff) * 60


def ships_on(
    now: dt.datetime, cutoff: str, time_zone: str, closed_days: Collection[dt.date] = frozenset()
) -> dt.date:
    """The day that something decided now leaves: today up to the cut-off, else tomorrow; never a closed day."""
    today = business_date(now, time_zone)
    day = today if before_cutoff(now, cutoff, time_zone) else today + dt.timedelta(days=1)
    return open_day(day, closed_days)


def open_day(day: dt.date, closed_days: Collection[dt.date] = frozenset()) -> dt.date:
    """That day, or the first one after it that is not closed."""
    while day in closed_days:
        day += dt.timedelta(days=1)
    return day


def promised_on(ships_on: dt.date, days: int) -> dt.date:
    """The day of arrival of something that leaves on `ships_on` and travels `days`."""
    return ships_on + dt.timedelta(days=days)
