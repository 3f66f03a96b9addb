"""What became of an order over time: each decision, and what was reported and what people did in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from admin import dates, labels
from admin.labels import Look

_BY_THEMSELVES = ("order_received", "sweep", "timer")  # decisions that neither people nor reports set off
_BY_PEOPLE = ("adjusted", "swapped")  # kept like reports; the manual decision tells of them
_SAID = ("reason", "comment", "note")  # what a report may say in words


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened."""

    at: str  # ISO
    rank: int  # of several at the same instant: what came first
    exact: str
    title: str
    by: str = ""  # a person's name
    note: str = ""  # what they said
    verdict: Look | None = None
    holds: tuple[Look, ...] = ()
    decision_id: str = ""
    about: str = ""  # a shipment's number
    why_not: str = ""  # it changed nothing, because


def entries(
    decisions: Iterable[Mapping[str, Any]], manual: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]]
) -> list[Entry]:
    """Decisions, people's doings and what was reported together, newest first."""
    reported = (each for each in events if each["type"] not in _BY_PEOPLE)
    found = [*map(_decision, decisions), *map(_manual, manual), *map(_event, reported)]
    return sorted(found, key=lambda entry: (dates.instant(entry.at), entry.rank), reverse=True)


def _decision(row: Mapping[str, Any]) -> Entry:
    at = row["decided_at"]
    return Entry(
        at=at,
        rank=0 if row["trigger"] in _BY_THEMSELVES else 2,
        exact=dates.exact(at),
        title=labels.word(labels.TRIGGERS, row["trigger"]),
        verdict=labels.look(labels.VERDICTS, row["verdict"]),
        holds=tuple(labels.hold(reason) for reason in row["holds"]),
        decision_id=row["id"],
    )


def _manual(row: Mapping[str, Any]) -> Entry:
    return Entry(
        at=row["at"],
        rank=1,
        exact=dates.exact(row["at"]),
        title=labels.word(labels.MANUAL_KINDS, row["kind"]),
        by=row["by"],
        note=row["data"].get("note") or row["data"].get("reason") or "",
        holds=tuple(labels.hold(reason) for reason in row["data"].get("holds") or ()),  # null: whatever the holds
    )


def _event(row: Mapping[str, Any]) -> Entry:
    at = row["received_at"]
    return Entry(
        at=at,
        rank=1,
        exact=dates.exact(at),
        title=labels.word(labels.EVENTS, row["type"]),
        by=row["by"],
        note=next((row["data"][name] for name in _SAID if row["data"].get(name)), ""),
        about=row["shipment_no"] or "",
        why_not=labels.word(labels.WHY_NOT_APPLIED, row["why_not"]) if row["why_not"] else "",
    )
