"""The order of a caller, checked and made an `Order`: the one place that distrusts.

Every problem is named at once, each with the path of its field. Unknown fields are refused by name; absent and null
are the same. Missing or odd text of a receiver, an empty sku and amounts that do not add up are
accepted: rules judge content. Amounts are not below zero, the adjustment excepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, post_load

from engine import order
from engine.errors import OrderError, Problem
from engine.intake.fields import (
    NOT_AN_OBJECT,
    UNKNOWN,
    Cents,
    Choice,
    Day,
    Degrees,
    Flag,
    FreeObject,
    Instant,
    Items,
    Part,
    Pattern,
    Text,
    Whole,
    clean_text,
)
from engine.intake.problems import problems_of
from engine.world import Channel

MAX_LINES = 200
MAX_COUPONS = 20
MAX_QUANTITY = 100_000
MAX_ITEMS = 200  # tags, a coupon's skus

PAYMENT_STATUSES = (
    "unpaid", "processing", "authorized", "deposit_paid", "paid", "partially_refunded", "refunded", "failed",
)  # fmt: skip
PAYMENT_METHODS = (
    "alipay", "wechat", "unionpay", "card", "bank_transfer", "cash", "balance", "gift_card", "cod", "none",
)  # fmt: skip
DELIVERY_METHODS = ("ship", "pickup", "rider", "none")
SERVICE_LEVELS = ("standard", "next_day", "same_day")
LINE_KINDS = ("normal", "gift", "presale", "service", "virtual")
REFUND_STATUSES = ("none", "requested", "refunded")
COUPON_KINDS = ("amount", "percent", "shipping")
PRIORITIES = ("normal", "urgent")

ADAPTERS_WITHOUT_BUYER_ID = ("store", "phone")
METHODS_WITHOUT_RECEIVER = ("pickup", "none")

ORDER_NUMBER = Pattern(r"^[A-Za-z0-9._-]+$", "letters, digits, dots, underscores and hyphens")
CURRENCY = Pattern(r"^[A-Z]{3}$", "three capital letters, such as CNY")


def _about(description: str, **more: Any) -> dict[str, Any]:
    return {"description": description, **more}


class Strict(Schema):
    """A document of which every field is known; nulls are left out of what it loads."""

    shape: Callable[..., Any] = dict
    error_messages = {"unknown": UNKNOWN, "type": NOT_AN_OBJECT}

    class Meta:
        unknown = RAISE

    @post_load
    def shaped(self, values: dict[str, Any], **_: Any) -> Any:
        """The values as the schema's `shape`, whose defaults stand for what is absent."""
        return self.shape(**{name: value for name, value in values.items() if value is not None})


class BuyerSchema(Strict):
    """Who pays."""

    shape = order.Buyer
    id = Text(metadata=_about("The channel's own buyer id. Required, except at a till and on the phone."))
    name = Text()
    phone = Text()
    email = Text()
    registered_at = Instant(metadata=_about("When the buyer's account was opened."))
    level = Text()
    tags = Items(Text(required=True), longest=MAX_ITEMS)


class ReceiverSchema(Strict):
    """Who receives, and where. Odd or missing text is judged by rules."""

    shape = order.Receiver
    name = Text()
    phone = Text()
    phone_extension = Text()
    country = Text(metadata=_about("ISO 3166-1 alpha-2; CN when absent."))
    province = Text()
    city = Text()
    district = Text()
    town = Text()
    address = Text()
    postcode = Text()
    lat = Degrees(90, metadata=_about("WGS-84 degrees."))
    lng = Degrees(180, metadata=_about("WGS-84 degrees."))
    masked = Flag(metadata=_about("Name, phone and address are stars; the carrier is asked by `token`."))
    token = Text()
    fingerprint = Text()


class LineSchema(Strict):
    """A sku and how many of it."""

    shape = order.Line
    line_no = Text(required=True, filled=True, metadata=_about("Unique in the order."))
    channel_line_no = Text()
    sku = Text(required=True, metadata=_about("An unknown or empty sku is held as UNKNOWN_SKU."))
    title = Text()
    kind = Choice(LINE_KINDS)
    quantity = Whole(1, MAX_QUANTITY, required=True)
    unit_cents = Cents(required=True)
    discount_cents = Cents(metadata=_about("Off the whole line, before coupons."))
    refund_status = Choice(REFUND_STATUSES)
    remark = Text()


class CouponSchema(Strict):
    """A discount that the buyer holds for this order."""

    shape = order.Coupon
    code = Text(required=True, filled=True)
    kind = Choice(COUPON_KINDS)
    group = Text(metadata=_about("Two coupons of one group exclude each other."))
    stackable = Flag()
    discount_cents = Cents(metadata=_about("What the channel took off, or would have."))
    applied = Flag(metadata=_about("Whether the channel took it off."))
    percent_bp = Whole(0, 10_000, metadata=_about("Basis points off, for percent coupons."))
    min_spend_cents = Cents()
    max_discount_cents = Cents()
    valid_from = Instant()
    valid_until = Instant()
    skus = Items(Text(required=True), longest=MAX_ITEMS)
    funded_by = Text()


class PaymentSchema(Strict):
    """What is known of the money."""

    shape = order.Payment
    status = Choice(PAYMENT_STATUSES, required=True)
    method = Choice(PAYMENT_METHODS)
    transaction_no = Text()
    paid_cents = Cents()
    settled_at = Instant()
    cod_cents = Cents(metadata=_about("To collect on delivery."))


class DeliverySchema(Strict):
    """How the buyer wants it."""

    shape = order.Delivery
    method = Choice(DELIVERY_METHODS, required=True)
    service_level = Choice(SERVICE_LEVELS)
    deliver_on = Day()
    ship_not_before = Day()
    pickup_store = Text(metadata=_about("Code of a warehouse of kind store."))


class OrderSchema(Strict):
    """One order of one channel, as the channel posts it."""

    channel_order_no = Text(required=True, filled=True, longest=64, validate=ORDER_NUMBER)
    placed_at = Instant(required=True)
    currency = Text(required=True, validate=CURRENCY, metadata=_about("ISO 4217.", example="CNY"))
    priority = Choice(PRIORITIES)
    ship_by = Instant()
    buyer = Part(BuyerSchema)
    receiver = Part(ReceiverSchema, metadata=_about("Required, except for delivery methods pickup and none."))
    lines = Items(Part(LineSchema, required=True), longest=MAX_LINES, filled=True, required=True)
    coupons = Items(Part(CouponSchema, required=True), longest=MAX_COUPONS)
    payment = Part(PaymentSchema, required=True)
    delivery = Part(DeliverySchema, required=True)
    remark = Text(metadata=_about("The buyer's."))
    seller_memo = Text(metadata=_about("The shop's own; it outranks the remark."))
    invoice = FreeObject()
    shipping_cents = Cents()
    tax_cents = Cents()
    adjustment_cents = Cents(signed=True, metadata=_about("Any other difference; may be below zero."))
    payable_cents = Cents(required=True)
    attributes = FreeObject(metadata=_about(
        "Whatever else the channel wants to keep with the order. `platform_forbids_shipping: true` holds it."
    ))  # fmt: skip


_ORDER = OrderSchema()


def load_order(document: Any, channel: Channel) -> order.Order:
    """The order of a document that a channel posted. Raises OrderError naming every problem."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    try:
        values = _ORDER.load(_with_parts(document))
    except ValidationError as error:
        problems = problems_of(error, _ORDER)
    if isinstance(document, dict):
        problems += _problems_across(document, channel)
    if problems:
        raise OrderError(problems, "The order cannot be accepted as it is.")
    return order.Order(channel=channel.code, receiver=values.pop("receiver", None), **values)


def _with_parts(document: Any) -> Any:
    """The document with an empty object for each absent part, so that what is missing *in* it is named."""
    if not isinstance(document, dict):
        return document
    return document | {name: {} for name in ("buyer", "payment", "delivery") if document.get(name) is None}


def _problems_across(document: dict[str, Any], channel: Channel) -> Iterator[Problem]:
    """What no single field can tell. The document is still untrusted."""
    if channel.adapter not in ADAPTERS_WITHOUT_BUYER_ID and _text_at(document, "buyer", "id") in (None, ""):
        yield Problem("buyer.id", "required", f"is required on channel {channel.code}: the channel's own buyer id")
    method = _text_at(document, "delivery", "method")
    if document.get("receiver") is None and method not in METHODS_WITHOUT_RECEIVER:
        yield Problem("receiver", "required", "is required unless the delivery method is pickup or none: an object")
    yield from repeated_lines(document.get("lines"))


def _text_at(document: dict[str, Any], part: str, name: str) -> Any:
    inside = document.get(part)
    if isinstance(inside, dict):
        return inside.get(name)
    return None if inside is None else "?"  # of another type: its own problem, not a missing field


def repeated_lines(lines: Any) -> Iterator[Problem]:
    """Lines of a document, still untrusted, whose number stands before."""
    if not isinstance(lines, list) or len(lines) > MAX_LINES:
        return
    seen: set[str] = set()
    for at, line in enumerate(lines):
        number = line.get("line_no") if isinstance(line, dict) else None
        if not isinstance(number, str):
            continue
        try:
            number = clean_text(number)
        except ValidationError:
            continue
        if number in seen:
            yield Problem(f"lines.{at}.line_no", "duplicate-key", "must be another than that of the lines before it")
        seen.add(number)
