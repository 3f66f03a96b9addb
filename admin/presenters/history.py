"""What became of an order over time: each decision, and what people did in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from admin import dates, labels
from admin.labels import Look

_AFTER_PEOPLE = "waiver_added"  # a decision that somebody's doing set off


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


def entries(decisions: Iterable[Mapping[str, Any]], manual: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Decisions and people's doings together, newest first."""
    found = [*map(_decision, decisions), *map(_manual, manual)]
    return sorted(found, key=lambda entry: (dates.instant(entry.at), entry.rank), reverse=True)


def _decision(row: Mapping[str, Any]) -> Entry:
    at = row["decided_at"]
    return Entry(
        at=at,
        rank=2 if row["trigger"] == _AFTER_PEOPLE else 0,
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
        note=row["data"].get("reason", ""),
        holds=tuple(labels.hold(reason) for reason in row["data"].get("holds", ())),
    )
