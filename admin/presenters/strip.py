"""The next 72 hours of a ruleset as a strip: what switches on and off when, and where a gap is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from admin import dates
from admin.languages import said
from engine.analysis.windows import HOURS, Span, gaps, spans


@dataclass(frozen=True, slots=True)
class Bar:
    """One rule's time in force, in hundredths of an hour from now."""

    rule: str
    title: str
    left: int
    width: int
    enabled: bool
    when: str  # in words


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a day begins."""

    left: int
    label: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The strip; without bars there is nothing to show."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    warnings: tuple[str, ...]
    scheduled: tuple[str, ...]  # versions that go live in that time
    since: str  # when it begins
    width: int = HOURS * 100


def strip(document: Mapping[str, Any], drafts: Iterable[Mapping[str, Any]], now: dt.datetime) -> Strip:
    """Of a ruleset's document from now on. `drafts` are the stage's, of which some may be scheduled."""
    found = spans(document, now)
    return Strip(
        tuple(_bar(each, now) for each in found),
        tuple(_ticks(now)),
        tuple(_warning(each.before, each.after) for each in gaps(found)),
        tuple(_scheduled(drafts, now)),
        _minute(now),
    )


def _bar(span: Span, now: dt.datetime) -> Bar:
    left = _place(span.starts, now) if span.starts else 0
    right = _place(span.ends, now) if span.ends else HOURS * 100
    return Bar(span.rule, _title(span), left, max(right - left, 20), span.enabled, _when(span))


def _place(at: dt.datetime, now: dt.datetime) -> int:
    return round((at - now).total_seconds() / 36)


def _when(span: Span) -> str:
    if span.starts and span.ends:
        return gettext("%(start)s 开始，%(end)s 结束", start=_minute(span.starts), end=_minute(span.ends))
    if span.starts:
        return gettext("%(start)s 开始", start=_minute(span.starts))
    return gettext("%(end)s 结束", end=_minute(span.ends or dt.datetime.max))


def _warning(before: Span, after: Span) -> str:
    assert before.ends and after.starts
    return gettext(
        "「%(before)s」%(end)s 结束后，到「%(after)s」%(start)s 开始之前，没有同类规则生效。",
        before=_title(before), end=_minute(before.ends), after=_title(after), start=_minute(after.starts),
    )  # fmt: skip


def _scheduled(drafts: Iterable[Mapping[str, Any]], now: dt.datetime) -> Iterable[str]:
    for draft in drafts:
        if draft.get("publish_at") and dt.datetime.fromisoformat(draft["publish_at"]) < now + dt.timedelta(hours=HOURS):
            yield gettext("第 %(number)s 版 %(at)s 发布", number=draft["version"], at=dates.minute(draft["publish_at"]))


def _ticks(now: dt.datetime) -> Iterable[Tick]:
    midnight = now.astimezone(dates.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(1, HOURS // 24 + 1):
        at = midnight + dt.timedelta(days=number)
        yield Tick(_place(at, now), f"{at.month}-{at.day}")


def _minute(at: dt.datetime) -> str:
    return dates.minute(at.isoformat())


def _title(span: Span) -> str:
    return (said(span.title) if span.title else "") or span.rule
