"""Stock adjustments: what was counted, or moved, at a warehouse."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from engine.errors import OrderError, Problem
from engine.intake.fields import Choice, Text, Whole
from engine.intake.problems import problems_of
from engine.intake.reference import MAX_UNITS, Shares, code_text, sku_text
from engine.intake.schema import Strict

ADJUSTMENTS = ("adjusted", "received")


class AdjustmentSchema(Strict):
    """Units counted (`on_hand`) or moved (`delta`) at a warehouse; idempotent by id."""

    adjustment_id = Text(required=True, filled=True, longest=64)
    warehouse = code_text(required=True)
    sku = sku_text(required=True)
    on_hand = Whole(0, MAX_UNITS)
    delta = Whole(-MAX_UNITS, MAX_UNITS)
    safety_stock = Whole(0, MAX_UNITS)
    channel_shares = Shares()
    kind = Choice(ADJUSTMENTS)
    reason = Text(required=True, filled=True)


_SCHEMA = AdjustmentSchema()


def load_adjustment(document: Any) -> dict[str, Any]:
    """The stock adjustment, every key present. Exactly one of `on_hand` and `delta` is given. Raises OrderError."""
    try:
        values = _SCHEMA.load(document)
    except ValidationError as error:
        raise _refused(*problems_of(error, _SCHEMA)) from None
    if ("on_hand" in values) == ("delta" in values):
        code = "not-a-choice" if "delta" in values else "required"
        raise _refused(Problem("on_hand", code, "give either on_hand, the units counted, or delta, the units moved"))
    values.setdefault("kind", ADJUSTMENTS[0])
    if values["kind"] == "received" and values.get("delta", 0) < 1:
        raise _refused(Problem("delta", "out-of-range", "say how many units were received: 1 or more"))
    return {name: values.get(name) for name in _SCHEMA.load_fields}


def _refused(*problems: Problem) -> OrderError:
    return OrderError(list(problems), "The document cannot be accepted as it is.")
