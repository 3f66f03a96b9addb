"""What else a decision may know, as of one instant: reference data, stock, history, what stands of earlier decisions,
and what people decided.

A `World` is all that `run_stages` reads beside the order, the rulebook and the time, so it is what a replay needs. It
has a slow part (`Reference`: shared by thousands of orders, content-addressed, stored once per digest) and a quick
part (the rest: what this one order reads, such as its skus, their stock rows and its waivers, kept with its decision).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Channel:
    """One shop on one platform."""

    code: str
    name: str
    adapter: str
    enabled: bool = True
    payment_guaranteed: bool = False  # the platform holds the buyer's money, so "paid" is received
    pricing: str = "channel"  # who computes discounts: channel | gatehouse
    reserve_on: str = "paid"  # placed | paid
    release_after_minutes: int = 0
    cancel_unpaid: bool = False
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Component:
    """A sku inside a bundle."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Sku:
    """What can be sold."""

    code: str
    title: str
    category: str
    weight_g: int
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    attributes: frozenset[str] = frozenset()  # cold fragile hazardous oversize glass food clothing …
    floor_cents: int | None = None  # never sold for less
    limit_per_order: int | None = None
    limit_per_buyer_30d: int | None = None
    channels: tuple[str, ...] | None = None  # where it is for sale; None: everywhere
    release_on: dt.date | None = None  # presale until then
    restock_on: dt.date | None = None  # next delivery expected
    discontinued: bool = False
    substitutes: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class SkuAliases:
    """What a channel calls our skus."""

    code: str  # the channel's
    aliases: Mapping[str, str] = field(default_factory=dict)  # its code: our sku


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A place that ships (or a store that hands over)."""

    code: str
    name: str
    province: str
    city: str
    district: str | None = None
    lat: float | None = None
    lng: float | None = None
    kind: str = "warehouse"  # warehouse | store
    priority: int = 100  # the admin's own order, lower first
    enabled: bool = True
    capacity_per_day: int | None = None  # shipments
    cutoff: str = "16:00"  # local time by which an order still leaves the same day
    time_zone: str = "Asia/Shanghai"
    attributes: frozenset[str] = frozenset()  # what it can store: cold, hazardous, oversize …
    channels: tuple[str, ...] | None = None  # whom it serves; None: everyone
    handling_cents: int = 0  # a shipment


@dataclass(frozen=True, slots=True)
class Service:
    """One way a carrier moves parcels: how fast, how heavy, what it takes."""

    code: str  # "SF-AIR", unique over all carriers
    name: str
    service_level: str  # standard next_day same_day
    max_weight_g: int | None = None
    attributes: frozenset[str] = frozenset()  # what it takes: cod cold fragile hazardous …
    enabled: bool = True
    cutoff: str | None = None  # earlier than the warehouse's, where there is one


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who moves parcels."""

    code: str
    name: str
    services: tuple[Service, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """A weight step of a rate card: parcels up to `up_to_g` cost `cents`."""

    up_to_g: int
    cents: int


@dataclass(frozen=True, slots=True)
class Zone:
    """From where to where at what price; empty provinces mean everywhere."""

    from_provinces: tuple[str, ...]
    to_provinces: tuple[str, ...]
    steps: tuple[Step, ...]
    additional_g: int  # beyond the last step, each started `additional_g` …
    additional_cents: int  # … costs this
    surcharge_cents: int = 0
    days: int = 3  # transit, whole days


@dataclass(frozen=True, slots=True)
class RateCard:
    """What a service costs. The first zone that matches wins; no zone: not covered."""

    code: str  # the service's code
    zones: tuple[Zone, ...]
    volumetric_cm3_per_kg: int | None = None  # None: actual weight only


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Where a service delivers or does not; the most specific row wins, no row means served."""

    served: bool
    province: str | None = None
    city: str | None = None
    district: str | None = None
    town: str | None = None
    keyword: str | None = None  # found in the address
    from_date: dt.date | None = None
    until_date: dt.date | None = None  # half-open
    note: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """All coverage rows of one service."""

    code: str  # the service's code
    rows: tuple[CoverageRow, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedList:
    """Values that rules ask about, edited by admins."""

    code: str
    title: Mapping[str, str]  # {"zh": …, "en": …}
    items: tuple[str, ...] = ()
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """What a coupon asks for, as we know it ourselves; None: nothing. What the channel says of it counts too."""

    code: str
    title: str = ""
    min_spend_cents: int | None = None  # goods
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None  # half-open
    skus: tuple[str, ...] | None = None  # the order must have one of them
    channels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """What a notice says, in Chinese and English. What stands in braces is put in: {order_no}, {waybill_nos} …"""

    code: str
    text: Mapping[str, str]


@dataclass(frozen=True)
class Reference:
    """The slow part of a world, keyed by code. Shared by many decisions, so what follows from it is worked out once."""

    channels: Mapping[str, Channel] = field(default_factory=dict)
    warehouses: Mapping[str, Warehouse] = field(default_factory=dict)
    carriers: Mapping[str, Carrier] = field(default_factory=dict)
    rate_cards: Mapping[str, RateCard] = field(default_factory=dict)
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    lists: Mapping[str, NamedList] = field(default_factory=dict)

    @cached_property
    def list_items(self) -> Mapping[str, frozenset[str]]:
        """The items of every list."""
        return {code: frozenset(named.items) for code, named in self.lists.items()}

    @cached_property
    def derived(self) -> dict[Any, Any]:
        """Room for what others work out from this reference data alone, each under a key of its own."""
        return {}

    @cached_property
    def services(self) -> Mapping[str, tuple[Carrier, Service]]:
        """Every service by code, with its carrier."""
        return {
            service.code: (carrier, service) for carrier in self.carriers.values() for service in carrier.services
        }


@dataclass(frozen=True, slots=True)
class StockRow:
    """Units of a sku at a warehouse, as one order sees them.

    `reserved` leaves out what this order itself has reserved: its own units are available to it.
    """

    warehouse: str
    sku: str
    on_hand: int
    reserved: int = 0
    safety_stock: int = 0
    channel_shares: Mapping[str, int] = field(default_factory=dict)  # channel code: percent of what is promisable
    reserved_by_channel: int = 0  # by other orders of this order's channel
    freed: int = 0  # units that ever became free there: by that an order knows later whether any came since

    def available(self, channel: str) -> int:
        """Units that may still be promised to an order of `channel`; never negative."""
        free = max(0, self.on_hand - self.reserved - self.safety_stock)
        if channel not in self.channel_shares:
            return free
        share = max(0, self.on_hand - self.safety_stock) * self.channel_shares[channel] // 100
        return max(0, min(free, share - self.reserved_by_channel))


@dataclass(frozen=True, slots=True)
class History:
    """What the store knows of this buyer, phone and address before `placed_at`.

    Counts exclude this order and rejected ones. None: unknown (no buyer id, masked phone), which makes the fact absent.
    """

    paid_orders: int | None = None  # the buyer's, ever
    orders_1h: int | None = None
    orders_24h: int | None = None
    orders_30d: int | None = None
    refund_rate_percent: int | None = None  # None under five orders
    distinct_receivers_24h: int | None = None
    phone_orders_1h: int | None = None  # orders to the receiver's phone
    address_orders_1h: int | None = None
    units_30d: Mapping[str, int] = field(default_factory=dict)  # sku: units this buyer ordered
    similar_orders_10m: int | None = None  # to the same address with a sku in common, by the same buyer or receiver


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Another approved order of the same channel, buyer and receiver that has not left yet, in one shipment."""

    order_no: str
    warehouse: str
    ships_on: dt.date | None
    cod: bool  # to be paid on delivery
    cold: bool  # something of it is kept cold
    presale: bool  # some of it is not on sale yet


@dataclass(frozen=True, slots=True)
class Waiver:
    """A person's release: keeps one rule's hold off an order while the values the rule saw are equal."""

    rule: str
    reason: str  # of the hold
    subject: str
    seen: Mapping[str, Any]  # fact name: value, as the firing kept them
    by: str
    at: dt.datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class StandingLine:
    """Units in a shipment that stands, fewer where fewer were picked. The sku is that of then: an order may change."""

    line_no: str
    sku: str
    quantity: int
    gift: bool = False  # a rule added it


@dataclass(frozen=True, slots=True)
class Merged:
    """That a shipment goes in one parcel with those of other orders, under the number of one of them."""

    shipment_no: str  # the parcel's
    order_nos: tuple[str, ...]  # whose goods are in it, the one that the parcel is of first


@dataclass(frozen=True, slots=True)
class Standing:
    """A shipment of an earlier decision that its warehouse was asked for, and that neither the warehouse refused, nor
    we cancelled. What is in it is not planned again, and stays reserved until it has left."""

    shipment_no: str
    warehouse: str
    carrier: str | None
    service: str | None
    freight_cents: int
    weight_g: int
    distance_km: int | None
    ships_on: dt.date | None
    promised_on: dt.date | None
    lines: tuple[StandingLine, ...]
    parcels_g: tuple[int, ...] = ()  # weights, one a label
    cod_cents: int = 0  # what its courier collects
    receiver: str | None = None  # digest of whom it goes to; None: unknown
    status: str = "released"  # released accepted picked checked packed shipped signed lost damaged returned
    unstoppable: bool = False  # the warehouse was asked to stop it and said no
    merged: Merged | None = None  # asked for together with other orders' goods

    @property
    def asked_as(self) -> str:
        """The number under which its warehouse was asked for it."""
        return self.merged.shipment_no if self.merged else self.shipment_no

    @property
    def has_left(self) -> bool:
        """Whether it is out of the warehouse: no longer reserved, and no longer to be stopped there."""
        return self.status in ("shipped", "signed", "lost", "damaged", "returned")


@dataclass(frozen=True, slots=True)
class Along:
    """What of another order goes in this one's parcel, and what is to be known of it there."""

    order_no: str
    lines: tuple[StandingLine, ...]
    cod_cents: int = 0  # what the courier collects for it
    release_at: dt.datetime | None = None  # before then it does not leave
    captured_by: str | None = None  # the action that takes its authorised money first
    instructions: tuple[tuple[str, str | None], ...] = ()  # (text, number of the line it is for)
    labels: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """That an order goes in one parcel with others, because somebody wanted it so: `along` with the one that the parcel
    is of, `parcel` with the others. With neither it is only asked how the order would go."""

    order_nos: tuple[str, ...]  # the one that the parcel is of first
    along: tuple[Along, ...] = ()
    parcel: Standing | None = None
    release_at: dt.datetime | None = None  # of the parcel


@dataclass(frozen=True, slots=True)
class Transfer:
    """Goods on their way from a warehouse to the store where an order is picked up."""

    transfer_no: str
    source: str  # a warehouse
    store: str
    units: Mapping[str, int]  # by sku
    status: str = "asked"  # asked: still at the source, reserved there; shipped


@dataclass(frozen=True, slots=True)
class Refusal:
    """A warehouse would not ship an order, or had not picked all: for that order it is out, or has none of the sku."""

    warehouse: str
    sku: str | None  # None: the warehouse as a whole
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person's choice of warehouse or service, for a line or for all of an order. The last one for each counts.

    Where the assigned place cannot do it the order is held; it is never done elsewhere instead.
    """

    line_no: str | None  # None: the whole order
    warehouse: str | None
    service: str | None
    by: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Nothing of an order is wanted any more."""

    reason: str
    by: str
    at: dt.datetime
    paid_cents: int = 0  # by then; what comes in later was paid after cancelling
    rejected: bool = False  # a person found that it must not be shipped, rather than that nobody wants it


@dataclass(frozen=True, slots=True)
class ManualHold:
    """A person's hold, until a person lifts it."""

    reason: str  # of engine.holds
    note: str
    by: str
    at: dt.datetime
    due_at: dt.datetime | None = None
    recalls: bool = False  # what stands at warehouses is asked back too


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a decision about one order may read, as of one instant."""

    reference: Reference = field(default_factory=Reference)
    skus: Mapping[str, Sku] = field(default_factory=dict)  # those of the order's lines that exist, bundles opened
    stock: tuple[StockRow, ...] = ()  # of those skus, ordered by (warehouse, sku)
    history: History = field(default_factory=History)
    waivers: tuple[Waiver, ...] = ()
    sequence: int = 1  # this is the order's n-th decision; ids are derived from it
    time_zone: str = "Asia/Shanghai"  # BUSINESS_TIME_ZONE
    shipments_today: Mapping[str, int] = field(default_factory=dict)  # warehouse: already promised for today
    shipments_ahead: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # and for later days, by ISO date
    open_orders: tuple[OpenOrder, ...] = ()  # that this one might be merged with, by order number
    merge: Merge | None = None
    standing: tuple[Standing, ...] = ()  # by shipment number
    former: tuple[Standing, ...] = ()  # what its latest decision plans and has reserved, should this one fail
    transfers: tuple[Transfer, ...] = ()  # under way, by number
    refusals: tuple[Refusal, ...] = ()  # oldest first, as the following
    assignments: tuple[Assignment, ...] = ()
    manual_holds: tuple[ManualHold, ...] = ()  # those that nobody has lifted
    cancellation: Cancellation | None = None
    payment_answer: str | None = None  # what the provider said last of a payment that has not come
    aliases: Mapping[str, str] = field(default_factory=dict)  # of the codes that the order names: which sku is meant
    coupons: Mapping[str, CouponTerms] = field(default_factory=dict)  # what we know of the order's, by code
    crashed: bool = False  # deciding this order stopped a process twice: it is held, not judged

    def items(self, list_code: str) -> frozenset[str]:
        """The items of a list; empty when there is no such list."""
        return self.reference.list_items.get(list_code, frozenset())
