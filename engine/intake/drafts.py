"""What is sent along with drafts of rules. The rules themselves are read elsewhere, for a draft may be unfinished."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from engine.errors import OrderError, Problem
from engine.intake.fields import Flag, Instant, Items, Text, Whole
from engine.intake.manual import MAX_HOLDS
from engine.intake.problems import MAX_PROBLEMS, problems_of, shown
from engine.intake.schema import Strict

# What a draft has beside its document; a draft that was read may be sent back as it is.
OF_DRAFT = (
    "id", "base_version", "live_version", "author", "editors", "state", "revision", "created_at", "updated_at",
    "updated_by", "approved_by", "publish_at", "version", "findings",
)  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")
_LARGEST = 10**39  # read_json makes larger whole numbers 10^40


class PublishSchema(Strict):
    """When something goes live, and why."""

    at = Instant(metadata={"description": "Then and not before; left out: at once."})
    note = Text(required=True, filled=True, metadata={"description": "Why; kept with the version."})


class NoteSchema(Strict):
    """What is said along with it."""

    note = Text(metadata={"description": "Kept in the history of the draft."})


class RedecideSchema(Strict):
    """Which held orders are decided again."""

    holds = Items(
        Text(required=True, filled=True, longest=64), longest=MAX_HOLDS, filled=True,
        metadata={"description": "Reasons, any of which an order is held for.", "example": ["HIGH_VALUE"]},
    )  # fmt: skip
    rule = Text(filled=True, longest=128, metadata={"description": "A rule that the orders are held by."})
    dry_run = Flag(load_default=True, metadata={"description": "Only tell what would come of it."})


class PreviewSchema(Strict):
    """Which draft is tried out on which orders."""

    draft = Text(required=True, filled=True, longest=64, metadata={"description": "Its id."})
    days = Whole(1, 90, load_default=7, metadata={"description": "Orders last decided within so many days."})
    channel = Text(filled=True, longest=64, metadata={"description": "Only orders of this channel."})


class _BaseSchema(Strict):
    base_version = Whole(0, 10**9)


_PUBLISH, _NOTE, _REDECIDE, _BASE = PublishSchema(), NoteSchema(), RedecideSchema(), _BaseSchema()
_PREVIEW = PreviewSchema()


def load_publish(document: Any) -> dict[str, Any]:
    """`{at, note}`; `at` is None for at once. Raises OrderError naming every problem."""
    loaded = _loaded(_PUBLISH, document, "This cannot be published so.")
    return {"at": loaded.get("at"), "note": loaded["note"]}


def load_note(document: Any) -> str:
    """The note in `{note?}`. Raises OrderError."""
    return _loaded(_NOTE, document, "This cannot be accepted as it is.").get("note") or ""


def load_redecide(document: Any) -> dict[str, Any]:
    """`{holds, rule, dry_run}`, None for what is not said. Raises OrderError naming every problem."""
    loaded = _loaded(_REDECIDE, document, "This cannot be accepted as it is.")
    return {"holds": loaded.get("holds"), "rule": loaded.get("rule"), "dry_run": loaded.get("dry_run", True)}


def load_preview(document: Any) -> dict[str, Any]:
    """`{draft, days, channel}`; `channel` is None for all. Raises OrderError naming every problem."""
    loaded = _loaded(_PREVIEW, document, "This cannot be previewed.")
    return {"draft": loaded["draft"], "days": loaded.get("days") or 7, "channel": loaded.get("channel")}


def load_draft(stage: str, document: Any) -> tuple[dict[str, Any] | None, int | None]:
    """The document of a draft, None where it says nothing but its base; and the version that it is based on, if said.

    Raises OrderError for what could not be kept: no object, another stage's, text that is no text.
    """
    if not isinstance(document, Mapping):
        raise OrderError([Problem("", "invalid-type", "must be an object")], _REFUSED)
    said = {key: each for key, each in document.items() if key == "base_version"}
    base = _loaded(_BASE, said, _REFUSED).get("base_version")
    own = {key: each for key, each in document.items() if key not in OF_DRAFT}
    problems = [*_unkeepable(own, "")][:MAX_PROBLEMS]
    if own.get("stage") not in (None, stage):
        problems.append(Problem("stage", "not-a-choice", f"must be {stage}, which it is drafted for"))
    if problems:
        raise OrderError(problems, _REFUSED)
    own.pop("stage", None)
    return own or None, base


_REFUSED = "The draft cannot be kept as it is."


def _unkeepable(value: Any, path: str) -> Iterator[Problem]:
    """What cannot be stored; everything else is told when the draft is checked."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if _SURROGATE.search(key):
                yield Problem(f"{path}.{shown(key)}".lstrip("."), "out-of-range", "must hold no lone surrogates")
            else:
                yield from _unkeepable(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unkeepable(each, f"{path}.{index}" if path else str(index))
    elif isinstance(value, str) and _SURROGATE.search(value):
        yield Problem(path, "out-of-range", "must hold no lone surrogates")
    elif isinstance(value, (int, float)) and not (math.isfinite(value) and abs(value) < _LARGEST):
        yield Problem(path, "out-of-range", "is too large a number")


def _loaded(schema: Strict, document: Any, otherwise: str) -> dict[str, Any]:
    try:
        return schema.load(document)
    except ValidationError as error:
        raise OrderError(problems_of(error, schema), otherwise) from None
