"""What a person sends along with a manual decision."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from engine.errors import OrderError
from engine.intake.fields import Items, Text
from engine.intake.problems import problems_of
from engine.intake.schema import Strict

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


_RELEASE = ReleaseSchema()


def load_release(document: Any) -> dict[str, Any]:
    """`{holds, reason}` of a release. Raises OrderError naming every problem."""
    try:
        return _RELEASE.load(document)
    except ValidationError as error:
        raise OrderError(problems_of(error, _RELEASE), "The release cannot be accepted as it is.") from None
