"""Instants and days as people of the shop read them, in the business time zone."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from flask_babel import format_timedelta, gettext

from admin.wiring import console, now

_AN_HOUR = 3600


def zone() -> ZoneInfo:
    """The business time zone."""
    return ZoneInfo(console().settings.time_zone)


def instant(text: str | dt.datetime) -> dt.datetime:
    """An ISO instant in the business time zone."""
    at = dt.datetime.fromisoformat(text) if isinstance(text, str) else text
    return at.astimezone(zone())


def exact(text: str | None) -> str:
    """`2026-11-21 14:05:09`; empty for none."""
    return instant(text).strftime("%Y-%m-%d %H:%M:%S") if text else ""


def minute(text: str | None) -> str:
    """`11-21 14:05` this year, with the year otherwise; empty for none."""
    if not text:
        return ""
    at = instant(text)
    return at.strftime("%m-%d %H:%M" if at.year == instant(now()).year else "%Y-%m-%d %H:%M")


def ago(text: str | None) -> str:
    """`3 minutes ago`; empty for none."""
    if not text:
        return ""
    passed = instant(text) - now()
    if abs(passed) < dt.timedelta(minutes=1):
        return gettext("刚刚")
    said = format_timedelta(passed, granularity="minute", threshold=1.2, add_direction=True)
    return re.sub(r"(?<=\d)(?=[\u4e00-\u9fff])", " ", said)  # as everywhere between a number and Chinese


def left(text: str, red_within: dt.timedelta = dt.timedelta()) -> tuple[str, str]:
    """How long until an instant and how pressing that is: ("剩 1 小时 20 分", "late" | "soon" | "later").

    `red_within`: so long before it, it looks as if it were late already.
    """
    seconds = (instant(text) - now()).total_seconds()
    span = _span(abs(seconds))
    if seconds < 0:
        return gettext("已超时 %(span)s", span=span), "late"
    pressing = "late" if seconds <= red_within.total_seconds() else "soon" if seconds < _AN_HOUR else "later"
    return gettext("剩 %(span)s", span=span), pressing


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    days, hours = divmod(minutes // 60, 24)
    parts = [
        gettext("%(days)d 天", days=days) if days else "",
        gettext("%(hours)d 小时", hours=hours) if hours else "",
        gettext("%(minutes)d 分", minutes=minutes % 60) if not days and (minutes % 60 or not hours) else "",
    ]
    return " ".join(part for part in parts if part)


def day(number: int) -> str:
    """A date fact (20261113) as `2026-11-13`."""
    return f"{number // 10000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"
