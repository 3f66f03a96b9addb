"""On which day a buyer wishes to have it: "周一配送", "11月13日送", "明天送". A word for delivery must follow.

What names another thing than one day (周一至周五, 13号前, 每周一) is not understood and left for a person to read.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.language.hearing import negated_from

_DAY = (
    r"(?:(?P<year>20\d\d)\s*[年./-]\s*)?(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*[日号]?"
    r"|(?P<alone>\d{1,2})\s*[日号]"
    r"|(?P<ahead>今[天日]|明[天日]|大后天|后[天日])"
    r"|(?P<week>下下个?|下个?|本|这个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)
_ALONE = r"(?<![\d每至到年月、和或与./~—-])"  # not the end of a span, and none of several
_AHEAD = {"今": 0, "明": 1, "后": 2, "大": 3}
_WEEKDAYS = "一二三四五六日"
_LONG_PAST = dt.timedelta(days=180)  # a day of a month longer ago is next year's
_JUST_PAST = dt.timedelta(days=7)  # "13号", written on the 15th, may be a slip; on the 25th it is next month's


@dataclass(frozen=True, slots=True)
class WishedDay:
    """The day that is meant, or two days of which one is: the earlier is past already."""

    on: dt.date | None
    past: dt.date | None = None
    next: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text says of days, and where."""

    wish: WishedDay | None = None  # None: nothing, or different days
    spans: tuple[tuple[int, int], ...] = ()


def hear(text: str, words: Collection[str], placed_on: dt.date) -> Heard:
    """The wish in a text written on that day; `words` are those for delivery. A negated day is none."""
    if not text or not words:
        return Heard()
    found = [
        (match, wish)
        for match in _pattern(frozenset(words)).finditer(text)
        if negated_from(text, match.start()) is None and (wish := _wish(match, placed_on))
    ]
    if len({wish for _, wish in found}) != 1:
        return Heard()
    return Heard(found[0][1], tuple(match.span() for match, _ in found))


@functools.lru_cache(16)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    longest_first = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return re.compile(
        rf"{_ALONE}(?:{_DAY})\s*(?:再|才|请|给我|帮我)?\s*(?:{longest_first})(?!\s*(?:周|星期|礼拜|\d))"
    )


def _wish(match: re.Match[str], placed_on: dt.date) -> WishedDay | None:
    """None: there is no such day."""
    if match["weekday"]:
        return _weekday(match["week"] or "", match["weekday"], placed_on)
    if match["ahead"]:
        return WishedDay(placed_on + dt.timedelta(days=_AHEAD[match["ahead"][0]]))
    if match["alone"]:
        return _day_of_month(int(match["alone"]), placed_on)
    day = _date(int(match["year"] or placed_on.year), int(match["month"]), int(match["day"]))
    if day and not match["year"] and placed_on - day > _LONG_PAST:
        day = _date(day.year + 1, day.month, day.day)
    return WishedDay(day) if day else None


def _weekday(week: str, name: str, placed_on: dt.date) -> WishedDay:
    """Without a week, that of placing; a weekday that is past in it may mean the next one just as well."""
    index = _WEEKDAYS.find(name.replace("天", "日"))
    day = placed_on - dt.timedelta(days=placed_on.weekday() - index)
    if week:
        return WishedDay(day + dt.timedelta(weeks=week.count("下")))
    return WishedDay(day) if day >= placed_on else WishedDay(None, day, day + dt.timedelta(weeks=1))


def _day_of_month(number: int, placed_on: dt.date) -> WishedDay | None:
    """The next day of that number; where this month's is just past, either may be meant."""
    days = [day for day in _days_numbered(number, placed_on) if day]
    following = next((day for day in days if day >= placed_on), None)
    if days and days[0] < placed_on and placed_on - days[0] <= _JUST_PAST:
        return WishedDay(None, days[0], following)
    return WishedDay(following) if following else None


def _days_numbered(number: int, placed_on: dt.date) -> Iterator[dt.date | None]:
    """The day of that number in this month and the two after it."""
    for months in range(3):
        year, month = divmod(placed_on.year * 12 + placed_on.month - 1 + months, 12)
        yield _date(year, month + 1, number)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
