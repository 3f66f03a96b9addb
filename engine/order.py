"""What was asked for: an order as Gatehouse knows it, whatever channel it came from.

Frozen and slotted; money is integer minor units (cents) of `currency`, instants are aware, text is NFC. Everything
here has passed `engine.intake.schema`, the one place that distrusts; contradictory *content* is allowed and is judged
by rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import canonical


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who pays."""

    id: str | None = None  # the channel's own buyer id; absent at a till or on the phone
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    registered_at: dt.datetime | None = None
    level: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who receives, and where."""

    name: str | None = None
    phone: str | None = None
    phone_extension: str | None = None
    country: str = "CN"  # ISO 3166-1 alpha-2
    province: str | None = None
    city: str | None = None
    district: str | None = None
    town: str | None = None
    address: str | None = None
    postcode: str | None = None
    lat: float | None = None  # WGS-84 degrees
    lng: float | None = None
    masked: bool = False  # name, phone and address are stars; the carrier is asked by `token`
    token: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sku and how many of it."""

    line_no: str
    sku: str  # "" is accepted and held as UNKNOWN_SKU
    quantity: int
    unit_cents: int
    channel_line_no: str | None = None
    title: str = ""
    kind: str = "normal"  # normal gift presale service virtual
    discount_cents: int = 0  # off the whole line, before coupons
    refund_status: str = "none"  # none requested refunded
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Coupon:
    """One discount that the buyer holds for this order; `applied` says whether the channel took it off."""

    code: str
    kind: str = "amount"  # amount percent shipping
    group: str | None = None  # two of one group exclude each other
    stackable: bool = True
    discount_cents: int = 0  # what the channel took off, or would have
    applied: bool = True
    percent_bp: int | None = None  # basis points off, for percent coupons
    min_spend_cents: int | None = None
    max_discount_cents: int | None = None
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    skus: tuple[str, ...] | None = None
    funded_by: str | None = None

    def off_cents(self, base_cents: int) -> int:
        """What it takes off, as stated; a percent coupon without a stated discount is reckoned half up."""
        if self.discount_cents or self.percent_bp is None:
            return self.discount_cents
        reckoned = (base_cents * self.percent_bp + 5_000) // 10_000
        return min(reckoned, self.max_discount_cents) if self.max_discount_cents is not None else reckoned


@dataclass(frozen=True, slots=True)
class Payment:
    """What is known of the money."""

    status: str  # unpaid processing authorized deposit_paid paid partially_refunded refunded failed
    method: str = "none"  # alipay wechat unionpay card bank_transfer cash balance gift_card cod none
    transaction_no: str | None = None
    paid_cents: int = 0
    settled_at: dt.datetime | None = None
    cod_cents: int = 0  # to collect on delivery


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the buyer wants it."""

    method: str  # ship pickup rider none
    service_level: str = "standard"  # standard next_day same_day
    deliver_on: dt.date | None = None
    ship_not_before: dt.date | None = None
    pickup_store: str | None = None  # code of a warehouse of kind store


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one channel."""

    channel: str
    channel_order_no: str
    placed_at: dt.datetime
    currency: str  # ISO 4217
    buyer: Buyer
    receiver: Receiver | None  # None only for pickup and none
    lines: tuple[Line, ...]
    payment: Payment
    delivery: Delivery
    payable_cents: int
    coupons: tuple[Coupon, ...] = ()
    priority: str = "normal"  # normal urgent
    ship_by: dt.datetime | None = None
    remark: str = ""  # the buyer's
    seller_memo: str = ""  # the shop's own; outranks the remark
    invoice: Mapping[str, Any] | None = None
    shipping_cents: int = 0
    tax_cents: int = 0
    adjustment_cents: int = 0
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order_no(self) -> str:
        """`<channel>.<channel_order_no>`, unique everywhere."""
        return f"{self.channel}.{self.channel_order_no}"

    @property
    def goods_cents(self) -> int:
        """What the lines cost after their own discounts, before coupons."""
        return sum(line.quantity * line.unit_cents - line.discount_cents for line in self.lines)

    @property
    def shipping_paid_cents(self) -> int:
        """What the buyer pays for shipping, coupons on it taken off; never negative."""
        coupons = (each for each in self.coupons if each.applied and each.kind == "shipping")
        return max(0, self.shipping_cents - sum(each.off_cents(self.shipping_cents) for each in coupons))

    @property
    def stated_total_cents(self) -> int:
        """What the parts add up to; the contract's identity says that it equals `payable_cents`."""
        coupons = sum(coupon.discount_cents for coupon in self.coupons if coupon.applied)
        extras = self.shipping_cents + self.tax_cents + self.adjustment_cents
        return self.goods_cents - coupons + extras

    @property
    def refunded(self) -> bool:
        """Whether everything was given back already."""
        return self.payment.status == "refunded" or all(line.refund_status == "refunded" for line in self.lines)

    def document(self) -> dict[str, Any]:
        """The canonical order of the contract, every key present, without what the server adds."""
        document = canonical.dump(self)
        del document["channel"]
        return document


def order_digest(order: Order) -> str:
    """Equal for equal content, however it was spelled; decides between 200 and 409 on a repeated number."""
    return canonical.digest(order)
