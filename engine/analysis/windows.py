"""Which rules come into force and go out of it in the next hours, and where one ends long before the like begins.

Works on documents as they are written, so that a draft can be looked at while it is unfinished.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

HOURS = 72


@dataclass(frozen=True, slots=True)
class Span:
    """When a rule or table is in force within the hours looked at."""

    rule: str
    title: Mapping[str, str]
    starts: dt.datetime | None  # None: before
    ends: dt.datetime | None  # None: after
    enabled: bool
    does: tuple[str, ...]  # its effects, by which rules are alike


@dataclass(frozen=True, slots=True)
class Gap:
    """Time between two alike rules in which neither is in force."""

    before: Span
    after: Span


def spans(document: Mapping[str, Any], start: dt.datetime, hours: int = HOURS) -> list[Span]:
    """Of the rules and tables of a ruleset that switch on or off in that time; first come first."""
    found = [_span(each, start, start + dt.timedelta(hours=hours)) for each in _written(document)]
    return sorted((each for each in found if each), key=lambda each: (each.starts or start, each.rule))


def gaps(found: Iterable[Span]) -> list[Gap]:
    """Between one that ends and the next alike that begins later, both switched on, when no other is in force."""
    alike: dict[tuple[str, ...], list[Span]] = {}
    for each in found:
        if each.enabled:
            alike.setdefault(each.does, []).append(each)
    return [gap for group in alike.values() for gap in _gaps(group)]


def _gaps(group: list[Span]) -> Iterable[Gap]:
    last: Span | None = None  # that ends last of those that began
    for each in group:
        if last is not None and last.ends is not None and each.starts is not None and each.starts > last.ends:
            yield Gap(last, each)
        if last is None or last.ends is not None and (each.ends is None or each.ends > last.ends):
            last = each


def _written(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rules = [each for name in ("rules", "tables") for each in document.get(name) or ()]
    return [each for each in rules if isinstance(each, Mapping) and isinstance(each.get("effective"), Mapping)]


def _span(rule: Mapping[str, Any], start: dt.datetime, end: dt.datetime) -> Span | None:
    from_, until = (_instant(rule["effective"].get(name)) for name in ("from", "until"))
    if from_ is not None and from_ >= end or until is not None and until <= start:
        return None
    starts, ends = (from_ if from_ and from_ > start else None), (until if until and until < end else None)
    if starts is None and ends is None:
        return None
    title = rule.get("title") if isinstance(rule.get("title"), Mapping) else {}
    return Span(str(rule.get("id")), dict(title or {}), starts, ends, rule.get("enabled") is not False, _does(rule))


def _does(rule: Mapping[str, Any]) -> tuple[str, ...]:
    said = rule.get("then") or rule.get("outputs") or ()
    return tuple(sorted(str(each.get("do")) for each in said if isinstance(each, Mapping)))


def _instant(text: Any) -> dt.datetime | None:
    try:
        instant = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None  # unfinished
    return instant if instant.tzinfo else None
