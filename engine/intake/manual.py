"""What a person sends along with a manual decision."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from engine.errors import OrderError
from engine.intake.fields import Choice, Items, Text
from engine.intake.problems import problems_of
from engine.intake.schema import Strict
from engine.tasks import OUTCOMES

MAX_HOLDS = 50


class ReleaseSchema(Strict):
    """Which holds to take off an order, and why."""

    holds = Items(
        Text(required=True, filled=True, longest=64),
        longest=MAX_HOLDS,
        filled=True,
        required=True,
        metadata={"description": "Reasons of holds that the order has.", "example": ["HIGH_VALUE"]},
    )
    reason = Text(required=True, filled=True, metadata={"description": "Kept with the order and in the audit log."})


class ReasonSchema(Strict):
    """Why something is done."""

    reason = Text(required=True, filled=True, metadata={"description": "Kept with it and in the audit log."})


class TaskAnswerSchema(Strict):
    """What came of a task."""

    outcome = Choice(OUTCOMES, required=True)
    note = Text(metadata={"description": "What was said; kept with the task and the order."})


_ANSWER = TaskAnswerSchema()
_RELEASE = ReleaseSchema()
_REASON = ReasonSchema()


def load_release(document: Any) -> dict[str, Any]:
    """`{holds, reason}` of a release. Raises OrderError naming every problem."""
    return _loaded(_RELEASE, document, "The release cannot be accepted as it is.")


def load_reason(document: Any) -> str:
    """The reason in `{reason}`. Raises OrderError naming every problem."""
    return _loaded(_REASON, document, "This needs a reason.")["reason"]


def load_answer(document: Any) -> dict[str, Any]:
    """`{outcome, note}` of a task. Raises OrderError naming every problem."""
    loaded = _loaded(_ANSWER, document, "The answer cannot be accepted as it is.")
    return {"outcome": loaded["outcome"], "note": loaded.get("note") or ""}


def _loaded(schema: Strict, document: Any, otherwise: str) -> dict[str, Any]:
    try:
        return schema.load(document)
    except ValidationError as error:
        raise OrderError(problems_of(error, schema), otherwise) from None
