"""A draft whose base is no longer live: what it becomes when what was published meanwhile is taken along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin import dates
from engine.errors import NotFound
from engine.intake.drafts import OF_DRAFT
from engine.language.upgrades import upgraded
from engine.service import Gatehouse


@dataclass(frozen=True, slots=True)
class Merged:
    """The draft with what was published meanwhile, and ids of what both have changed, where the draft's stays."""

    document: Mapping[str, Any]
    kept: tuple[str, ...]


def is_stale(gatehouse: Gatehouse, stage: str, draft: Mapping[str, Any]) -> bool:
    """Whether other rules were published since it was begun. One that follows a scheduled version is not."""
    return draft["state"] not in ("scheduled", "published") and _was_passed(gatehouse, stage, draft)


def is_left_behind(gatehouse: Gatehouse, stage: str, draft: Mapping[str, Any]) -> bool:
    """Whether it is scheduled and will not go live at its time, for other rules were published since it was begun."""
    return draft["state"] == "scheduled" and _was_passed(gatehouse, stage, draft)


def scheduled(gatehouse: Gatehouse, stage: str) -> list[dict[str, Any]]:
    """What is to go live by itself, the next first: `{id, version, at, base_version, live_version, left_behind}`; `at`
    in words."""
    found = sorted(gatehouse.drafts.of(stage, "scheduled"), key=lambda each: each["publish_at"])
    return [
        {name: each[name] for name in ("id", "version", "base_version", "live_version")}
        | {"at": dates.minute(each["publish_at"]), "left_behind": is_left_behind(gatehouse, stage, each)}
        for each in found
    ]


def _was_passed(gatehouse: Gatehouse, stage: str, draft: Mapping[str, Any]) -> bool:
    base = draft["base_version"]
    if base == draft["live_version"]:
        return False
    return base == 0 or gatehouse.rulebooks.version(stage, base)["state"] != "scheduled"


def own(draft: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a draft, without what is said of the draft."""
    return {name: each for name, each in draft.items() if name not in OF_DRAFT and name != "stage"}


def merged(gatehouse: Gatehouse, stage: str, draft: Mapping[str, Any]) -> Merged | None:
    """None where the two cannot be laid over each other: there was no base, or members have no ids yet."""
    live = gatehouse.rulebooks.live_documents()[0].get(stage)
    document = own(draft)
    try:
        base = gatehouse.rulebooks.version(stage, draft["base_version"])["document"]
    except NotFound:
        return None
    if live is None or not _is_named(document):
        return None
    made, kept = upgraded(base, live, document)
    return Merged(made, tuple(kept))


def _is_named(document: Mapping[str, Any]) -> bool:
    """Whether every member has an id of its own."""
    for kind, key in (("rules", "id"), ("tables", "id"), ("facts", "name")):
        members = document.get(kind) or []
        if not isinstance(members, list):
            return False
        ids = [each.get(key) for each in members if isinstance(each, Mapping)]
        if len(ids) < len(members) or not all(isinstance(each, str) and each for each in ids):
            return False
        if len(set(ids)) < len(ids):
            return False
    return True
