"""What a reader narrows the list of orders by: between the query of an address and the service's filters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import lazy_gettext

from admin import dates

PERIODS: Mapping[str, str] = {
    "today": lazy_gettext("今天"),
    "yesterday": lazy_gettext("昨天"),
    "7d": lazy_gettext("近 7 天"),
    "30d": lazy_gettext("近 30 天"),
    "days": lazy_gettext("自选日期"),
}
_CHOICES = ("verdict", "status", "hold", "channel")
_LAST_4 = re.compile(r"\d{4}")
_WAYBILL = re.compile(r"[A-Za-z0-9-]{8,40}")
_SKU = re.compile(r"[A-Za-z0-9._-]{1,64}")
_READINGS = ("q", "phone_last4", "waybill_no", "sku")


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything that narrows the list, as the reader put it; empty text is no filter."""

    choices: Mapping[str, str] = field(default_factory=dict)  # verdict status hold channel
    text: str = ""  # an order number, name, phone, last four digits, waybill or sku
    period: str = ""
    first: dt.date | None = None  # of a period of days, both included
    last: dt.date | None = None
    by: str = ""  # what the text turned out to be, kept over pages, of _READINGS

    @property
    def query(self) -> dict[str, str]:
        """The same as parts of an address."""
        days = {"from": self.first.isoformat() if self.first else "", "to": self.last.isoformat() if self.last else ""}
        parts = {**self.choices, "q": self.text, "period": self.period, **(days if self.period == "days" else {})}
        return {name: value for name, value in parts.items() if value}

    @property
    def count(self) -> int:
        """How many there are beside the text."""
        return len(self.choices) + bool(self.period)

    def having(self, **choices: str) -> dict[str, str]:
        """The query with some choices changed; an empty one is taken off."""
        changed = {**self.choices, **choices}
        return replace(self, choices={name: value for name, value in changed.items() if value}).query

    def readings(self) -> list[str]:
        """What the text may be, in the order in which to try."""
        if self.by:
            return [self.by]
        found = ["q"]
        if _LAST_4.fullmatch(self.text):
            found.append("phone_last4")
        if _WAYBILL.fullmatch(self.text):
            found.append("waybill_no")
        return [*found, "sku"] if _SKU.fullmatch(self.text) else found

    def for_service(self, reading: str, today: dt.date) -> dict[str, Any]:
        """What `gatehouse.orders.search` takes, the text read as `reading`."""
        wanted: dict[str, Any] = dict(self.choices)
        if self.text:
            wanted[reading] = self.text
        first, last = self._days(today)
        if first:
            wanted["placed_from"] = _midnight(first)
        if last:
            wanted["placed_to"] = _midnight(last + dt.timedelta(days=1))
        return wanted

    def instants(self, today: dt.date) -> dict[str, dt.datetime]:
        """`since` and `until` as logs take them, as far as a period is asked for."""
        first, last = self._days(today)
        since = {"since": _midnight(first)} if first else {}
        return since | ({"until": _midnight(last + dt.timedelta(days=1))} if last else {})

    def _days(self, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
        if self.period == "days":
            return self.first, self.last
        back = {"today": 0, "yesterday": 1, "7d": 6, "30d": 29}.get(self.period)
        if back is None:
            return None, None
        first = today - dt.timedelta(days=back)
        return first, first if self.period == "yesterday" else today


def filters_of(query: Mapping[str, str]) -> Filters:
    """The filters that an address asks for; what is none is ignored."""
    by = query.get("by", "")
    return Filters(
        choices={name: value for name in _CHOICES if (value := query.get(name, "").strip())},
        text=query.get("q", "").strip()[:100],
        period=query.get("period", "") if query.get("period") in PERIODS else "",
        first=_date(query.get("from")),
        last=_date(query.get("to")),
        by=by if by in _READINGS else "",
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dates.zone())


def _date(text: str | None) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year > 2000 and day.year < 9000 else None
