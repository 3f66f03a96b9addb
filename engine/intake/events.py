"""What channels, warehouses and carriers report: one schema a type, and the envelope that all reports come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import ValidationError

from engine import canonical
from engine.errors import OrderError, Problem
from engine.intake.fields import Cents, Choice, Flag, FreeObject, Instant, Items, Part, Pattern, Text, Whole
from engine.intake.problems import problems_of
from engine.intake.schema import (
    MAX_COUPONS,
    MAX_LINES,
    MAX_QUANTITY,
    CouponSchema,
    LineSchema,
    PaymentSchema,
    ReceiverSchema,
    Strict,
    repeated_lines,
)
from engine.reports import OrderEvent, VendorEvent

MAX_EVIDENCE = 20
MAX_NUMBERS = 10_000
_REFUSED = "The event cannot be accepted as it is."


def _about(description: str, **more: Any) -> dict[str, Any]:
    return {"description": description, **more}


class PaymentUpdateSchema(PaymentSchema):
    """What is known of the money now; what is left out is as it was posted."""

    shape = dict  # type: ignore[assignment]  # not a whole payment


class LinesChangedSchema(Strict):
    """What is ordered now, instead of what was: whole lines, and what is to be paid for them."""

    lines = Items(Part(LineSchema, required=True), longest=MAX_LINES, filled=True, required=True)
    coupons = Items(
        Part(CouponSchema, required=True), longest=MAX_COUPONS, metadata=_about("Left out: those there were.")
    )
    payable_cents = Cents(required=True)


class ReasonGivenSchema(Strict):
    """Why."""

    reason = Text()


class RefundRequestedSchema(Strict):
    """Money is asked back for a line, or for all of them."""

    line_no = Text(filled=True, metadata=_about("Left out: every line."))


class ReturnedLineSchema(Strict):
    """Units of a line that come back."""

    line_no = Text(required=True, filled=True)
    quantity = Whole(1, MAX_QUANTITY, required=True)


class ReturnRequestedSchema(Strict):
    """The buyer wants to send something back, to have it exchanged, mended or sent again."""

    kind = Text(required=True, filled=True, longest=64, metadata=_about("Such as `return`, `exchange` or `repair`."))
    lines = Items(Part(ReturnedLineSchema, required=True), longest=MAX_LINES)
    reason = Text()
    evidence = Items(Text(required=True), longest=MAX_EVIDENCE, metadata=_about("Addresses of pictures."))


class FeedbackSchema(Strict):
    """How satisfied the buyer is."""

    rating = Whole(1, 5, required=True)
    comment = Text()


@dataclass(frozen=True, slots=True)
class PickedLine:
    """How many units of a line were there."""

    line_no: str
    picked: int
    order_no: str | None = None


class PickedLineSchema(Strict):
    """How many units of a line were there."""

    shape = PickedLine

    order_no = Text(filled=True, longest=200, metadata=_about("Of which order, in a parcel of several."))
    line_no = Text(required=True, filled=True)
    picked = Whole(0, MAX_QUANTITY, required=True, metadata=_about("Units that were found; 0 where there were none."))


class ShortPickedSchema(Strict):
    """Less was on the shelf than was counted."""

    lines = Items(
        Part(PickedLineSchema, required=True), longest=MAX_LINES, filled=True, required=True,
        metadata=_about("The lines that are short; the others were found whole."),
    )  # fmt: skip
    reason = Text()


class ReturnedSchema(Strict):
    """It came back."""

    sellable = Flag(metadata=_about("True: the units are on the shelf again."))
    reason = Text()


class SignedSchema(Strict):
    """Who took it, and what shows that."""

    by = Text()
    proof = Text(metadata=_about("Address of a picture or a signature."))


class RemarkSchema(Strict):
    """Whatever the reporter adds."""

    note = Text()
    details = FreeObject()


ORDER_EVENTS: Mapping[str, Strict] = {
    "payment_updated": PaymentUpdateSchema(),
    "receiver_changed": ReceiverSchema(),
    "lines_changed": LinesChangedSchema(),
    "cancelled": ReasonGivenSchema(),
    "refund_requested": RefundRequestedSchema(),
    "return_requested": ReturnRequestedSchema(),
    "feedback_received": FeedbackSchema(),
}
VENDOR_EVENTS: Mapping[str, Strict] = {
    "accepted": RemarkSchema(),
    "refused": ReasonGivenSchema(),
    "picked": RemarkSchema(),
    "short_picked": ShortPickedSchema(),
    "checked": RemarkSchema(),
    "packed": RemarkSchema(),
    "shipped": RemarkSchema(),
    "scanned": RemarkSchema(),
    "signed": SignedSchema(),
    "returned": ReturnedSchema(),
    "lost": ReasonGivenSchema(),
    "damaged": ReasonGivenSchema(),
}


# What the parts of an envelope are called in the API's description, the receiver of an order apart.
DATA_SCHEMAS: Mapping[str, type[Strict]] = {
    type(schema).__name__.removesuffix("Schema"): type(schema)
    for schema in (*ORDER_EVENTS.values(), *VENDOR_EVENTS.values())
    if not isinstance(schema, ReceiverSchema)
}


class Data(FreeObject):
    """The part of an envelope that its type says how to read."""

    def __init__(self, types: Mapping[str, Strict]):
        names = dict.fromkeys(type(schema).__name__.removesuffix("Schema") for schema in types.values())
        choices = [{"$ref": f"#/components/schemas/{name}"} for name in names]
        super().__init__(metadata=_about("What happened, as `type` says.", anyOf=choices))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if type(value) is not dict:
            raise self.make_error("invalid")
        return value


class IdentitySchema(Strict):
    """What somebody on the phone knows of the order."""

    phone_last4 = Text(
        required=True, filled=True, validate=Pattern(r"[0-9]{4}", "four digits"),
        metadata=_about("The last four digits of the receiver's phone."),
    )  # fmt: skip
    name = Text(required=True, filled=True, longest=200, metadata=_about("The receiver's."))


class OrderEventSchema(Strict):
    """Something that a channel reports about an order it has posted."""

    event_id = Text(required=True, filled=True, longest=128, metadata=_about("Unique for the order."))
    type = Choice(tuple(ORDER_EVENTS), required=True)
    at = Instant(required=True, metadata=_about("When it happened: events are ordered by it, then by event_id."))
    data = Data(ORDER_EVENTS)
    identity = Part(IdentitySchema, metadata=_about("Of who speaks for the buyer; a channel's key needs none."))


class VendorEventSchema(Strict):
    """Something that a warehouse or carrier reports about a shipment: name the shipment or a waybill of it."""

    event_id = Text(required=True, filled=True, longest=128, metadata=_about("Unique for the vendor."))
    type = Choice(tuple(VENDOR_EVENTS), required=True)
    at = Instant(required=True, metadata=_about("When it happened."))
    shipment_no = Text(filled=True, longest=200)
    waybill_no = Text(filled=True, longest=64)
    data = Data(VENDOR_EVENTS)


class ReconcileSchema(Strict):
    """Which orders the channel has, of those placed in a while."""

    placed_from = Instant(data_key="from", required=True, metadata=_about("Placed then or later."))
    placed_to = Instant(data_key="to", required=True, metadata=_about("Placed before that."))
    channel_order_nos = Items(
        Text(required=True, filled=True, longest=64), longest=MAX_NUMBERS, required=True,
        metadata=_about("The channel's own numbers, all of them."),
    )  # fmt: skip


_ORDER_EVENT, _VENDOR_EVENT, _RECONCILE = OrderEventSchema(), VendorEventSchema(), ReconcileSchema()


def load_order_event(document: Any) -> tuple[OrderEvent, Mapping[str, str] | None]:
    """The event that a channel posted, and the identity that was shown with it. Raises OrderError naming every
    problem."""
    values, problems = _read(document, _ORDER_EVENT, ORDER_EVENTS)
    data = document.get("data") if isinstance(document, dict) else None
    if values.get("type") == "lines_changed" and isinstance(data, dict):
        problems += [_below_data(each) for each in repeated_lines(data.get("lines"))]
    _raise_if(problems)
    identity = values.pop("identity", None)
    return OrderEvent(**values), identity


def load_vendor_event(document: Any) -> VendorEvent:
    """The event that a warehouse or carrier posted. Raises OrderError naming every problem."""
    values, problems = _read(document, _VENDOR_EVENT, VENDOR_EVENTS)
    if isinstance(document, dict) and (document.get("shipment_no") is None) == (document.get("waybill_no") is None):
        code = "required" if document.get("shipment_no") is None else "not-a-choice"
        problems.append(Problem("shipment_no", code, "name the shipment: either shipment_no or waybill_no"))
    _raise_if(problems)
    return VendorEvent(**values)


def load_reconciliation(document: Any) -> dict[str, Any]:
    """`{placed_from, placed_to, channel_order_nos}`. Raises OrderError naming every problem."""
    values, problems = _loaded(_RECONCILE, document)
    if not problems and values["placed_to"] <= values["placed_from"]:
        problems.append(Problem("to", "out-of-range", "must be after from"))
    _raise_if(problems)
    return values


def _read(
    document: Any, envelope: Strict, types: Mapping[str, Strict]
) -> tuple[dict[str, Any], list[Problem]]:
    """The values of an envelope, its data read by its type, and all that is wrong with both."""
    values, problems = _loaded(envelope, document)
    if not isinstance(document, dict):
        return values, problems
    type_, data = document.get("type"), document.get("data")
    schema = types.get(type_) if isinstance(type_, str) else None
    if schema is None or not isinstance(data, (dict, type(None))):
        return values, problems
    inner, within = _loaded(schema, {} if data is None else data)
    return {**values, "data": canonical.dump(inner)}, problems + [_below_data(each) for each in within]


def _loaded(schema: Strict, document: Any) -> tuple[Any, list[Problem]]:
    try:
        return schema.load(document), []
    except ValidationError as error:
        return {}, problems_of(error, schema)


def _below_data(problem: Problem) -> Problem:
    return replace(problem, path=f"data.{problem.path}" if problem.path else "data")


def _raise_if(problems: Sequence[Problem]) -> None:
    if problems:
        raise OrderError(problems, _REFUSED)
