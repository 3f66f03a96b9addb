"""The page of one rule, or table: what it says, what became of it, what it has done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_timedelta, gettext, lazy_gettext, ngettext

from admin import dates, labels
from admin.labels import Look
from admin.languages import said
from admin.presenters.exceptions import values_seen
from admin.presenters.versions import note
from admin.values import Reader
from engine.language.rules import Example, Rule, Table
from engine.language.sentences import Speech
from engine.service.rule_activity import Activity

_CHANGES: labels.Table = {
    "added": (lazy_gettext("新增"), "good"),
    "changed": (lazy_gettext("修改"), "busy"),
    "removed": (lazy_gettext("删除"), "bad"),
}
_WIDTH, _HEIGHT, _LEAST = 20, 100, 3  # of a bar, with the gap beside it; of the chart; of a bar that is not none


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the chart."""

    x: int
    y: int
    width: int
    height: int
    day: str
    count: int
    is_today: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Firings by day."""

    bars: tuple[Bar, ...]
    width: int
    most: int
    total: int


def chart(days: Iterable[tuple[dt.date, int]]) -> Chart:
    """The days as bars, the highest as high as the chart."""
    found = [*days]
    most = max((count for _, count in found), default=0)
    bars = []
    for place, (day, count) in enumerate(found):
        height = max(_LEAST, round(_HEIGHT * count / most)) if count else _LEAST
        is_today = place == len(found) - 1
        bars.append(Bar(place * _WIDTH + 2, _HEIGHT - height, _WIDTH - 4, height, f"{day:%m-%d}", count, is_today))
    return Chart(tuple(bars), len(found) * _WIDTH, most, sum(count for _, count in found))


@dataclass(frozen=True, slots=True)
class Version:
    """What a version made of the rule."""

    number: int
    look: Look
    ago: str
    exact: str
    by: str
    note: str
    sentence: str
    rows: int | None  # of a table


def versions(history: Iterable[Mapping[str, Any]]) -> list[Version]:
    """The versions in which it came, changed or went, the newest first."""
    return [
        Version(
            each["version"], labels.look(_CHANGES, each["change"]), dates.ago(each["published_at"]),
            dates.exact(each["published_at"]), each["published_by"], note(each["note"]),
            said(each["sentence"]), each["rows"],
        )
        for each in history
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldView:
    """An order that it held, or holds."""

    order_no: str
    number: str
    look: Look
    opened_ago: str
    opened_exact: str
    lasted: str
    is_open: bool
    due: str
    pressing: str


def held(activity: Activity, now: dt.datetime) -> list[HeldView]:
    """Its latest holds, the newest first."""
    return [_held(each, now) for each in activity.holds]


def _held(hold: Mapping[str, Any], now: dt.datetime) -> HeldView:
    opened, closed = hold["opened_at"], hold["closed_at"]
    until = dt.datetime.fromisoformat(closed) if closed else now
    due, pressing = dates.left(hold["due_at"]) if hold["due_at"] and not closed else ("", "")
    return HeldView(
        order_no=hold["order_no"],
        number=hold["order_no"].partition(".")[2],
        look=labels.hold(hold["reason"]),
        opened_ago=dates.ago(opened),
        opened_exact=dates.exact(opened),
        lasted=lasting(until - dt.datetime.fromisoformat(opened)),
        is_open=closed is None,
        due=due,
        pressing=pressing,
    )


def release(given: Mapping[str, Any]) -> dict[str, Any]:
    """A person's release of an order from it."""
    at, number = given["at"], given["order_no"].partition(".")[2]
    look = labels.hold(given["reason"], "info")
    return {**given, "number": number, "look": look, "ago": dates.ago(at), "exact": dates.exact(at)}


def lasting(span: dt.timedelta) -> str:
    """`3 hours`."""
    if span < dt.timedelta(minutes=1):
        return gettext("不到 1 分钟")
    return format_timedelta(span, granularity="minute", threshold=1.2)


def moment(at: dt.datetime | None) -> dict[str, str] | None:
    """An instant, roughly and exactly."""
    return {"ago": dates.ago(at.isoformat()), "exact": dates.exact(at.isoformat())} if at else None


def released_share(activity: Activity) -> str:
    """`12 %` of the orders that it held."""
    return f"{round(100 * activity.released / activity.held)}%" if activity.held else ""


def idle(activity: Activity, history: list[Version]) -> tuple[str, str]:
    """(headline, more) of a rule that did not fire in these days; empty for one that did."""
    if activity.total:
        return "", ""
    if activity.last:
        at = activity.last.isoformat()
        return (
            gettext("30 天没有命中"),
            gettext("上一次命中在 %(ago)s（%(exact)s）。", ago=dates.ago(at), exact=dates.exact(at)),
        )
    if not history:
        return gettext("从未命中"), ""
    since = gettext("从第 %(number)s 版（%(exact)s）到现在。", number=history[-1].number, exact=history[-1].exact)
    return gettext("从未命中"), since


@dataclass(frozen=True, slots=True)
class ExampleView:
    """What its author says of some facts."""

    fires: bool
    row: int | None
    facts: tuple[tuple[str, str], ...]


def examples(rule: Rule | Table, reader: Reader) -> list[ExampleView]:
    """Its examples, those that must fire first."""
    both = ((True, rule.examples.fires), (False, rule.examples.quiet))
    return [ExampleView(fires, each.row, tuple(_facts(each, reader))) for fires, some in both for each in some]


def _facts(example: Example, reader: Reader) -> Iterable[tuple[str, str]]:
    yield from values_seen(example.values, reader)
    for part, some in example.parts.items():
        for number, values in enumerate(some, 1):
            yield from ((f"{labels.word(labels.PARTS, part)} {number} · {label}", value) for label, value in
                        values_seen(values, reader))  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a table and how often it fired in these days."""

    number: int
    sentence: str
    count: int
    id: str


def table_rows(table: Table, counts: Mapping[str, int], speech: Speech) -> list[RowView]:
    """The rows in their order."""
    return [RowView(row.row or 0, speech.rule(row), counts.get(row.id, 0), row.id) for row in table.rows]


def again_told(marked: int, left_out: int) -> tuple[str, str]:
    """What to say once held orders are to be decided again: (text, tone)."""
    if not marked and not left_out:
        return gettext("没有被它挂起的订单"), "warn"
    done = ngettext("%(num)d 单将按现在的规则重审", "%(num)d 单将按现在的规则重审", marked)
    if not left_out:
        return done, "good"
    left = ngettext("%(num)d 单需要审批人", "%(num)d 单需要审批人", left_out)
    return f"{done}; {left}", "warn"
