"""What a carrier charges and how long it takes, and where it delivers at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from engine.order import Receiver
from engine.routing import geo
from engine.routing.divisions import plain, stem
from engine.routing.parcels import Load
from engine.world import Coverage, CoverageRow, RateCard, Zone


@dataclass(frozen=True, slots=True)
class Quote:
    """What a service costs for something, and its transit time."""

    freight_cents: int
    days: int
    billable_g: int  # the larger of actual and volumetric weight, over all parcels
    zone: int  # index in the rate card, from 0


def freight(
    card: RateCard, from_province: str, to_province: str, weight_g: int, volume_cm3: int | None = None
) -> Quote | None:
    """The price of one parcel. None: the card has no zone from there to there, or the zone no price for the weight."""
    return freight_of(card, from_province, to_province, (Load(weight_g, volume_cm3 or 0),))


def freight_of(card: RateCard, from_province: str, to_province: str, loads: Iterable[Load]) -> Quote | None:
    """The price of several parcels together. None as for `freight`."""
    index = zone_index(card, from_province, to_province)
    return None if index is None else quote(card, index, loads)


def zone_index(card: RateCard, from_province: str, to_province: str) -> int | None:
    """The first zone that goes from there to there, provinces compared by code; None: not covered."""
    return Zones(card).index(place_key(from_province), place_key(to_province))


class Zones:
    """The zones of a rate card, to be found by the keys of two places, and of each whether more weight costs more."""

    def __init__(self, card: RateCard):
        self._ends = [(_keys(zone.from_provinces), _keys(zone.to_provinces)) for zone in card.zones]
        self.rise = [rises_with_weight(zone) for zone in card.zones]

    def index(self, from_key: str, to_key: str) -> int | None:
        """The first zone that goes from there to there; None: not covered."""
        for index, (starts, ends) in enumerate(self._ends):
            if (not starts or from_key in starts) and (not ends or to_key in ends):
                return index
        return None


def place_key(province: str) -> str:
    """The code of a province; anything else (a country's code) stands for itself."""
    return geo.province_code(province) or province


def _keys(provinces: Iterable[str]) -> frozenset[str]:
    return frozenset(map(place_key, provinces))


def quote(card: RateCard, index: int, loads: Iterable[Load]) -> Quote | None:
    """The price of parcels within one zone of a card. None: the zone has no price beyond its last step."""
    zone = card.zones[index]
    cents, grams = 0, 0
    for load in loads:
        billable = billable_g(card, load)
        price = _price(zone, billable)
        if price is None:
            return None
        cents, grams = cents + price, grams + billable
    return Quote(cents, zone.days, grams, index)


def billable_g(card: RateCard, load: Load) -> int:
    """Actual or volumetric weight, whichever is more. `volumetric_cm3_per_kg` is the volume that is charged as 1 kg."""
    if not card.volumetric_cm3_per_kg:
        return load.weight_g
    return max(load.weight_g, _ceil(load.volume_cm3 * 1000, card.volumetric_cm3_per_kg))


def _price(zone: Zone, grams: int) -> int | None:
    """By the smallest step that holds so much, else by what is beyond the largest; steps may come in any order."""
    fitting = last = None
    for step in zone.steps:
        if grams <= step.up_to_g and (fitting is None or step.up_to_g < fitting.up_to_g):
            fitting = step
        if last is None or step.up_to_g >= last.up_to_g:
            last = step
    if fitting is not None:
        return fitting.cents + zone.surcharge_cents
    if zone.additional_g <= 0:
        return None
    base_g, base_cents = (last.up_to_g, last.cents) if last else (0, 0)
    return base_cents + _ceil(grams - base_g, zone.additional_g) * zone.additional_cents + zone.surcharge_cents


def weight_limit(card: RateCard, index: int, max_weight_g: int | None) -> int | None:
    """The heaviest parcel: the service's limit, or the last step of a zone without a price beyond. None: no limit."""
    zone = card.zones[index]
    ends = max((step.up_to_g for step in zone.steps), default=0) if zone.additional_g <= 0 else None
    return min((limit for limit in (max_weight_g, ends) if limit is not None), default=None)


def _ceil(amount: int, part: int) -> int:
    return -(-amount // part)


def rises_with_weight(zone: Zone) -> bool:
    """Whether more weight never costs less; a card with a typing error may say otherwise."""
    cents = [step.cents for step in sorted(zone.steps, key=lambda step: step.up_to_g)]
    return cents == sorted(cents) and zone.additional_cents >= 0


def served(coverage: Coverage | None, receiver: Receiver, on_date: dt.date) -> tuple[bool, CoverageRow | None]:
    """Whether a service delivers there on that day, and the row that says so; no row at all means yes.

    The most specific row wins: keyword, town, district, city, province, in that order of weight. Among equals a dated
    row beats a standing one, then no beats yes, then the earlier row wins.
    """
    if coverage is None:
        return True, None
    rows = [(row, index) for index, row in enumerate(coverage.rows) if _applies(row, receiver, on_date)]
    if not rows:
        return True, None
    row, _ = min(rows, key=lambda each: (_specificity(each[0]), each[1]))
    return row.served, row


def _specificity(row: CoverageRow) -> tuple[bool, ...]:
    undated = row.from_date is None and row.until_date is None
    return (not row.keyword, not row.town, not row.district, not row.city, not row.province, undated, row.served)


def _applies(row: CoverageRow, receiver: Receiver, on_date: dt.date) -> bool:
    if on_date < (row.from_date or dt.date.min) or on_date >= (row.until_date or dt.date.max):
        return False
    if row.keyword and row.keyword not in (receiver.address or ""):
        return False
    if row.town and _town(row.town) != _town(receiver.town):
        return False
    return _same_divisions(row, receiver)


def _town(name: str | None) -> str:
    return plain(name).removesuffix("街道").removesuffix("镇").removesuffix("乡")


def _same_divisions(row: CoverageRow, receiver: Receiver) -> bool:
    """Compared as places where both are known, so that 内蒙古 and 内蒙古自治区 are one; else as written."""
    province = geo.province_of(receiver.country, receiver.province)
    there = geo.locate(province, receiver.city, receiver.district)
    here = geo.locate(row.province or province, row.city or receiver.city, row.district)
    if row.province and not _equal(row.province, province, geo.province(row.province), there.province):
        return False
    if row.city and not _equal(row.city, receiver.city, here.city, there.city):
        return False
    return not row.district or _equal(row.district, receiver.district, here.district, there.district)


def _equal(wanted: str, stated: str | None, wanted_place: object, stated_place: object) -> bool:
    if wanted_place is not None and stated_place is not None:
        return wanted_place == stated_place
    return stem(plain(wanted)) == stem(plain(stated))
