"""Reference documents: skus, channels' codes for them, warehouses, carriers, rate cards, coverage, lists, channels,
coupons, templates.

What loads is plain canonical data: `canonical.load(SCHEMAS[kind].shape, data)` gives the value of `engine.world`. The
document of a coverage row says `from` and `until`, the value `from_date` and `until_date`; `document_of` gives it back.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from engine import canonical, world
from engine.errors import NotFound, OrderError, Problem
from engine.intake.fields import (
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
from engine.intake.mistakes import mistakes
from engine.intake.problems import problems_of, refuse
from engine.intake.schema import CURRENCY, MAX_QUANTITY, SERVICE_LEVELS, Strict

MAX_GRAMS = 100_000_000
MAX_MILLIMETRES = 100_000
MAX_UNITS = 10**9
MAX_DAYS = 365
MAX_MINUTES = 60 * 24 * 30
MANY = 50_000  # items of a list, rows of a coverage: what fits in a body of 1 MB

CODE = Pattern(r"^[A-Za-z0-9._-]+$", "letters, digits, dots, underscores and hyphens")
# No dot: an order number is <channel>.<number>, and must be that of one channel only.
CHANNEL_CODE = Pattern(r"^[A-Za-z0-9_-]+$", "letters, digits, underscores and hyphens")
SKU_CODE = Pattern(r"^[^/\s]([^/\n\r]*[^/\s])?$", "text without slashes, and without blanks at its ends")
CLOCK = Pattern(r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "a time of day such as 16:00, at most 24:00")


def code_text(**options: Any) -> Text:
    return Text(longest=64, filled=True, validate=CODE, **options)


def sku_text(**options: Any) -> Text:
    return Text(longest=64, filled=True, validate=SKU_CODE, **options)


def _names(into: type = frozenset) -> Items:
    return Items(Text(required=True, filled=True, longest=200), longest=100, into=into)


class TimeZone(Text):
    """The name of a time zone."""

    wanted = "the name of a time zone, such as Asia/Shanghai"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        name = super()._deserialize(value)
        try:
            return zoneinfo.ZoneInfo(name).key
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            raise refuse("not-a-choice", f"must be {self.wanted}") from None


class Title(Text):
    """A title in Chinese and English; one text stands for both."""

    wanted = "text, or an object {zh, en} of texts"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if type(value) is str:
            return {"zh": clean_text(value), "en": clean_text(value)}
        if type(value) is not dict or not value or not set(value) <= {"zh", "en"}:
            raise self.make_error("invalid")
        texts = _read_each(value, Text(required=True), Text(required=True, filled=True))
        one = next(iter(texts.values()))
        return {"zh": texts.get("zh", one), "en": texts.get("en", one)}


class Shares(FreeObject):
    """Percent of what is promisable, by channel code."""

    wanted = "an object of whole percents by channel code"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if type(value) is not dict:
            raise self.make_error("invalid")
        return _read_each(value, code_text(required=True), Whole(0, 100, required=True))


class Aliases(FreeObject):
    """Our sku, by the code that a channel has for it."""

    wanted = "an object of our skus by the channel's codes"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if type(value) is not dict:
            raise self.make_error("invalid")
        if len(value) > MANY:
            raise refuse("too-long", f"must hold at most {MANY} codes")
        return _read_each(value, Text(required=True, filled=True), sku_text(required=True))


def _read_each(value: dict[str, Any], key: Text, item: Text | Whole) -> dict[Any, Any]:
    """The object with each key and item read. Raises ValidationError naming every fault by its key."""
    read: dict[Any, Any] = {}
    faults: dict[str, Any] = {}
    for name, each in value.items():
        try:
            read[key.deserialize(name)] = item.deserialize(each)
        except ValidationError as error:
            faults[name] = error.messages
    if faults:
        raise ValidationError(faults)
    return read


class ComponentSchema(Strict):
    """A sku inside a bundle."""

    shape = world.Component
    sku = sku_text(required=True)
    quantity = Whole(1, MAX_QUANTITY, required=True)


class SkuSchema(Strict):
    """What can be sold."""

    shape = world.Sku
    code = sku_text(required=True)
    title = Text(required=True, filled=True)
    category = Text(required=True, filled=True, longest=100)
    weight_g = Whole(0, MAX_GRAMS, required=True)
    length_mm = Whole(0, MAX_MILLIMETRES)
    width_mm = Whole(0, MAX_MILLIMETRES)
    height_mm = Whole(0, MAX_MILLIMETRES)
    attributes = _names()
    floor_cents = Cents()
    limit_per_order = Whole(1, MAX_QUANTITY)
    limit_per_buyer_30d = Whole(1, MAX_QUANTITY)
    channels = Items(code_text(required=True), longest=1_000)
    release_on = Day()
    restock_on = Day()
    discontinued = Flag()
    substitutes = Items(sku_text(required=True), longest=100)
    components = Items(Part(ComponentSchema, required=True), longest=100)


class SkuAliasesSchema(Strict):
    """What a channel calls our skus. Codes of its own that are left out are taken for ours."""

    shape = world.SkuAliases
    code = Text(required=True, filled=True, longest=64, validate=CHANNEL_CODE)
    aliases = Aliases(required=True, metadata={"example": {"TB-7718": "LAUNDRY-2L"}})


class WarehouseSchema(Strict):
    """A place that ships, or a store that hands over."""

    shape = world.Warehouse
    code = code_text(required=True)
    name = Text(required=True, filled=True)
    kind = Choice(("warehouse", "store"))
    province = Text(required=True, filled=True)
    city = Text(required=True, filled=True)
    district = Text()
    lat = Degrees(90)
    lng = Degrees(180)
    priority = Whole(0, 65_535)
    enabled = Flag()
    capacity_per_day = Whole(0, MAX_UNITS)
    cutoff = Text(validate=CLOCK)
    time_zone = TimeZone()
    attributes = _names()
    channels = Items(code_text(required=True), longest=1_000)
    handling_cents = Cents()


class ServiceSchema(Strict):
    """One way a carrier moves parcels."""

    shape = world.Service
    code = code_text(required=True)
    name = Text(required=True, filled=True)
    service_level = Choice(SERVICE_LEVELS, required=True)
    max_weight_g = Whole(1, MAX_GRAMS)
    attributes = _names()
    enabled = Flag()
    cutoff = Text(validate=CLOCK)


class CarrierSchema(Strict):
    """Who moves parcels."""

    shape = world.Carrier
    code = code_text(required=True)
    name = Text(required=True, filled=True)
    services = Items(Part(ServiceSchema, required=True), longest=100)
    enabled = Flag()


class StepSchema(Strict):
    """Parcels up to a weight, and what they cost."""

    shape = world.Step
    up_to_g = Whole(1, MAX_GRAMS, required=True)
    cents = Cents(required=True)


def _zone(**values: Any) -> world.Zone:
    return world.Zone(**{"from_provinces": (), "to_provinces": (), "steps": ()} | values)


class ZoneSchema(Strict):
    """From where to where at what price; empty provinces mean everywhere."""

    shape = staticmethod(_zone)
    from_provinces = _names(tuple)
    to_provinces = _names(tuple)
    steps = Items(Part(StepSchema, required=True), longest=100)
    additional_g = Whole(0, MAX_GRAMS, required=True, metadata={"description": "0: no price beyond the last step."})
    additional_cents = Cents(required=True)
    surcharge_cents = Cents()
    days = Whole(0, MAX_DAYS)


class RateCardSchema(Strict):
    """What a service costs; the first zone that matches wins."""

    shape = world.RateCard
    code = code_text(required=True)
    volumetric_cm3_per_kg = Whole(1, 1_000_000)
    zones = Items(Part(ZoneSchema, required=True), longest=5_000, required=True)


class CoverageRowSchema(Strict):
    """Where a service delivers or does not."""

    shape = world.CoverageRow
    province = Text()
    city = Text()
    district = Text()
    town = Text()
    keyword = Text()
    served = Flag(required=True)
    from_date = Day(data_key="from")
    until_date = Day(data_key="until")
    note = Text()


class CoverageSchema(Strict):
    """All coverage rows of one service; the most specific wins."""

    shape = world.Coverage
    code = code_text(required=True)
    rows = Items(Part(CoverageRowSchema, required=True), longest=MANY, required=True)


class ListSchema(Strict):
    """Values that rules ask about."""

    shape = world.NamedList
    code = code_text(required=True)
    title = Title(required=True)
    kind = Text(longest=64)
    items = Items(Text(required=True, filled=True), longest=MANY)


class ChannelSchema(Strict):
    """One shop on one platform."""

    shape = world.Channel
    code = Text(required=True, filled=True, longest=64, validate=CHANNEL_CODE)
    name = Text(required=True, filled=True)
    adapter = code_text(required=True)
    enabled = Flag()
    payment_guaranteed = Flag()
    pricing = Choice(("channel", "gatehouse"))
    reserve_on = Choice(("placed", "paid"))
    release_after_minutes = Whole(0, MAX_MINUTES)
    cancel_unpaid = Flag()
    currency = Text(validate=CURRENCY)


class CouponTermsSchema(Strict):
    """What a coupon asks for; what is left out it does not ask for. What an order says of its coupon counts too."""

    shape = world.CouponTerms
    code = Text(required=True, filled=True, longest=200, validate=SKU_CODE)
    title = Text()
    min_spend_cents = Cents()
    valid_from = Instant()
    valid_until = Instant(metadata={"description": "Not included."})
    skus = Items(sku_text(required=True), longest=1_000)
    channels = Items(code_text(required=True), longest=1_000)


class TemplateSchema(Strict):
    """What a notice says; {order_no} and the like are put in."""

    shape = world.Template
    code = code_text(required=True)
    text = Title(required=True)


SCHEMAS: Mapping[str, Strict] = {
    "skus": SkuSchema(),
    "sku-aliases": SkuAliasesSchema(),
    "warehouses": WarehouseSchema(),
    "carriers": CarrierSchema(),
    "rate-cards": RateCardSchema(),
    "coverage": CoverageSchema(),
    "lists": ListSchema(),
    "channels": ChannelSchema(),
    "coupons": CouponTermsSchema(),
    "templates": TemplateSchema(),
}
KINDS = tuple(SCHEMAS)


def load_reference(kind: str, code: str, document: Any) -> dict[str, Any]:
    """The canonical data of a reference document, its code included.

    A `code` inside the document is optional and must be the same; a coverage document may be the bare list of its rows.
    Raises OrderError naming every problem; NotFound when there is no such kind.
    """
    if kind not in SCHEMAS:
        raise NotFound(f"there is no reference data of kind {kind}; there are {', '.join(KINDS)}")
    if kind == "coverage" and isinstance(document, list):
        document = {"rows": document}
    value = _loaded(SCHEMAS[kind], _with_code(document, code))
    _raise_if(mistakes(kind, value))
    return canonical.dump(value)


def document_of(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The document that loads as this canonical data, every key present."""
    if kind != "coverage":
        return dict(data)
    keys = {"from_date": "from", "until_date": "until"}
    return {**data, "rows": [{keys.get(name, name): each for name, each in row.items()} for row in data["rows"]]}


def _loaded(schema: Strict, document: Any) -> Any:
    try:
        return schema.load(document)
    except ValidationError as error:
        raise OrderError(problems_of(error, schema), "The document cannot be accepted as it is.") from None


def _with_code(document: Any, code: str) -> Any:
    if not isinstance(document, dict):
        return document
    if document.get("code") not in (None, code):
        _raise_if([Problem("code", "not-a-choice", "must be the code in the address, or left out")])
    return document | {"code": code}


def _raise_if(problems: Any) -> None:
    found = list(problems)
    if found:
        raise OrderError(found, "The document cannot be accepted as it is.")
