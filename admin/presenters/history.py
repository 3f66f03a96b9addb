"""What became of an order over time: each decision, and what people did in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from admin import dates, labels
from admin.labels import Look


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened."""

    at: str  # ISO, to sort by
    exact: str
    ago: str
    title: str
    by: str  # a person's name, or empty
    note: str  # what they said
    verdict: Look | None
    holds: tuple[Look, ...]
    decision_id: str  # empty: no decision


def entries(decisions: Iterable[Mapping[str, Any]], manual: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Decisions and people's doings together, newest first."""
    found = [*map(_decision, decisions), *map(_manual, manual)]
    return sorted(found, key=lambda entry: dates.instant(entry.at), reverse=True)


def _decision(row: Mapping[str, Any]) -> Entry:
    return Entry(
        row["decided_at"], dates.exact(row["decided_at"]), dates.ago(row["decided_at"]),
        labels.word(labels.TRIGGERS, row["trigger"]), "", "", labels.look(labels.VERDICTS, row["verdict"]),
        tuple(labels.hold(reason) for reason in row["holds"]), row["id"],
    )  # fmt: skip


def _manual(row: Mapping[str, Any]) -> Entry:
    return Entry(
        row["at"], dates.exact(row["at"]), dates.ago(row["at"]), labels.word(labels.MANUAL_KINDS, row["kind"]),
        row["by"], row["data"].get("reason", ""), None,
        tuple(labels.hold(reason) for reason in row["data"].get("holds", ())), "",
    )  # fmt: skip
