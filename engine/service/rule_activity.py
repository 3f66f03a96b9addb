"""What rules have been doing, for those who keep them: how often they fired, what they held, what people released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from engine.language.rules import Ruleset

DAYS = 30
_SPANS = {"day": dt.timedelta(hours=24), "week": dt.timedelta(days=7)}
_LATEST = 10  # orders shown of each kind
_MEASURED = 200  # holds of which the usual length is taken


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a rule, or all rows of a table together, fired in the last 24 hours and in the last 7 days."""

    day: int = 0
    week: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """What one rule, or table, has done."""

    days: tuple[tuple[dt.date, int], ...]  # firings by day of the business time zone, the oldest first, today last
    rows: Mapping[str, int]  # of a table: firings in these days by row
    last: dt.datetime | None  # when it fired last; None: never
    held_now: int
    held: int  # orders, ever
    released: int  # of these, by people
    usual_hold: dt.timedelta | None  # how long half of its latest holds lasted at most; None: none is over
    holds: tuple[Mapping[str, Any], ...] = field(default=())
    releases: tuple[Mapping[str, Any], ...] = field(default=())
    firings: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def total(self) -> int:
        """Firings in these days."""
        return sum(count for _, count in self.days)


class RuleActivity:
    """What is counted and listed of firings, by rule."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], time_zone: str):
        self._database = database
        self._clock = clock
        self._zone = ZoneInfo(time_zone)

    def hits(self, rulesets: Iterable[Ruleset], spans: Iterable[str] = ("day", "week")) -> Mapping[str, Hits]:
        """By id of rule and table; one that is not named did not fire. A span that is not asked for is not counted."""
        all_of_them = list(rulesets)
        entries = [each.id for ruleset in all_of_them for each in ruleset.rules]
        entries += [each.id for ruleset in all_of_them for each in ruleset.tables]
        now = self._clock()
        since = {name: now - _SPANS[name] for name in spans}
        with self._database.read() as uow:
            counts = uow.firings.counts(entries, since)
        return {entry: Hits(each.get("day", 0), each.get("week", 0)) for entry, each in counts.items()}

    def of(self, entry: str) -> Activity:
        """What a rule or table has done; of one that there is not, nothing."""
        midnights = self._midnights()
        with self._database.read() as uow:
            counts = uow.firings.between(entry, midnights)
            figures, lengths = uow.rule_holds.figures(entry), uow.rule_holds.lengths(entry, _MEASURED)
            return Activity(
                days=tuple((at.date(), count) for at, count in zip(midnights, counts, strict=False)),
                rows=uow.firings.rows_of(entry, midnights[0]),
                last=uow.firings.last(entry),
                held_now=figures.open,
                held=figures.orders,
                released=figures.released,
                usual_hold=median(lengths) if lengths else None,
                holds=tuple(uow.rule_holds.recent(entry, _LATEST)),
                releases=tuple(uow.rule_holds.releases(entry, _LATEST)),
                firings=tuple(uow.firings.page({"rule": entry}, None, _LATEST)[0]),
            )

    def rows(self, table: str) -> Mapping[int, Hits]:
        """By number of a table's row, how often that row fired; one that is not named did not."""
        now = self._clock()
        with self._database.read() as uow:
            week = uow.firings.rows_of(table, now - _SPANS["week"])
            day = uow.firings.rows_of(table, now - _SPANS["day"])
        return {int(row.partition("#")[2]): Hits(day.get(row, 0), count) for row, count in week.items()}

    def _midnights(self) -> list[dt.datetime]:
        """When each of the days began, and when today ends."""
        today = self._clock().astimezone(self._zone).date()
        days = [today + dt.timedelta(days=number) for number in range(1 - DAYS, 2)]
        return [dt.datetime.combine(day, dt.time(), self._zone) for day in days]
