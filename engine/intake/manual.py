"""What a person sends along with a manual decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from engine.errors import OrderError, Problem
from engine.intake.fields import Choice, Instant, Items, Text, Whole
from engine.intake.problems import problems_of
from engine.intake.schema import MAX_QUANTITY, Strict
from engine.tasks import OUTCOMES

MAX_HOLDS = 50


def _reason() -> Text:
    return Text(required=True, filled=True, metadata={"description": "Kept with the order and in the audit log."})


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


class HoldSchema(Strict):
    """Why an order is to wait, and until when somebody should have looked."""

    reason = Text(
        required=True,
        filled=True,
        metadata={"description": "That of a hold (then it waits in that queue), or why in words: then it is MANUAL."},
    )
    note = Text(metadata={"description": "Shown with the hold."})
    due_at = Instant(metadata={"description": "By when somebody should look; left out: as usual for the reason."})


class ReassignSchema(Strict):
    """Where a line, or all of an order, is to ship from, and with which service: one of both, or both."""

    reason = _reason()
    line_no = Text(filled=True, longest=64, metadata={"description": "Left out: the whole order."})
    warehouse = Text(filled=True, longest=64)
    service = Text(filled=True, longest=64)


class AdjustSchema(Strict):
    """How many units of a line are wanted."""

    line_no = Text(required=True, filled=True, longest=64)
    quantity = Whole(0, MAX_QUANTITY, required=True, metadata={"description": "0 takes the line out."})
    reason = _reason()


class SwapSchema(Strict):
    """Which sku a line is to hold, at the price of the one before."""

    line_no = Text(required=True, filled=True, longest=64)
    sku = Text(required=True, filled=True, longest=64)
    reason = _reason()


class ShipSchema(Strict):
    """A shipment that somebody has sent under a label of their own."""

    shipment_no = Text(required=True, filled=True, longest=200)
    service = Text(required=True, filled=True, longest=64)
    waybill_no = Text(required=True, filled=True, longest=64)


class MergeSchema(Strict):
    """Orders that go along in the parcel of another one."""

    others = Items(
        Text(required=True, filled=True, longest=200),
        longest=MAX_HOLDS,
        filled=True,
        required=True,
        data_key="with",
        metadata={"description": "Order numbers.", "example": ["taobao.TB20261111000123"]},
    )
    reason = Text(metadata={"description": "Kept with the orders and in the audit log."})


class UnmergeSchema(Strict):
    """Why orders do not go in one parcel after all."""

    reason = Text(metadata={"description": "Kept with the orders and in the audit log."})


class ClarifySchema(Strict):
    """Which reading of an unclear order is meant."""

    reading = Text(
        required=True, filled=True, longest=64,
        metadata={
            "description": "`address:text`, `address:fields`, `day:<date>`, or `day:soon`: as soon as it can. Of "
            "coupons that are not right: `coupon:refund` puts them right and gives the difference back, "
            "`coupon:as_paid` lets the order go at what was paid, `coupon:ask` has service talk to the buyer. Those "
            "that an order has are named where another one is refused.",
            "example": "day:2026-11-16",
        },
    )  # fmt: skip


class TaskAnswerSchema(Strict):
    """What came of a task."""

    outcome = Choice(OUTCOMES, required=True)
    note = Text(metadata={"description": "What was said; kept with the task and the order."})


_ANSWER = TaskAnswerSchema()
_MERGE = MergeSchema()
_UNMERGE = UnmergeSchema()
_RELEASE = ReleaseSchema()
_REASON = ReasonSchema()
_MANUAL: Mapping[str, Strict] = {
    "hold": HoldSchema(),
    "reject": _REASON,
    "cancel": _REASON,
    "return_to_audit": _REASON,
    "reassign": ReassignSchema(),
    "unassign": _REASON,
    "adjust": AdjustSchema(),
    "swap": SwapSchema(),
    "ship": ShipSchema(),
    "clarify": ClarifySchema(),
}


MANUAL_KINDS = tuple(_MANUAL)


def load_release(document: Any) -> dict[str, Any]:
    """`{holds, reason}` of a release. Raises OrderError naming every problem."""
    return _loaded(_RELEASE, document, "The release cannot be accepted as it is.")


def load_reason(document: Any) -> str:
    """The reason in `{reason}`. Raises OrderError naming every problem."""
    return _loaded(_REASON, document, "This needs a reason.")["reason"]


def load_manual(kind: str, document: Any) -> dict[str, Any]:
    """What is said along with a manual decision of that kind, every key present. Raises OrderError naming every
    problem."""
    schema = _MANUAL[kind]
    loaded = _loaded(schema, document, "The decision cannot be accepted as it is.")
    blank = [name for name, value in loaded.items() if isinstance(value, str) and name != "note" and not value.strip()]
    if blank:
        problems = [Problem(name, "required", "must say something") for name in blank]
        raise OrderError(problems, "The decision cannot be accepted as it is.")
    said = {name: loaded.get(name) for name in schema.fields}
    return {**said, "note": said["note"] or ""} if "note" in said else said


def load_merge(document: Any) -> dict[str, Any]:
    """`{with, reason}` of a merge. Raises OrderError naming every problem."""
    loaded = _loaded(_MERGE, document, "The orders cannot be merged as named.")
    return {"with": list(loaded["others"]), "reason": loaded.get("reason") or ""}


def load_unmerge(document: Any) -> str:
    """The reason, which may be empty, for taking orders apart. Raises OrderError naming every problem."""
    return _loaded(_UNMERGE, document, "The order cannot be taken out as asked.").get("reason") or ""


def load_answer(document: Any) -> dict[str, Any]:
    """`{outcome, note}` of a task. Raises OrderError naming every problem."""
    loaded = _loaded(_ANSWER, document, "The answer cannot be accepted as it is.")
    return {"outcome": loaded["outcome"], "note": loaded.get("note") or ""}


def _loaded(schema: Strict, document: Any, otherwise: str) -> dict[str, Any]:
    try:
        return schema.load(document)
    except ValidationError as error:
        raise OrderError(problems_of(error, schema), otherwise) from None
