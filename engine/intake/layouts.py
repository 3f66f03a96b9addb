"""Which columns a file of reference data has, by kind.

A part of a document (a zone, a service, a coverage row, an item) is a row of its own, on which what is said of the
whole document is said again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its value stands in the document, or in a part of it, and what its cells hold."""

    key: str  # in row 1 of the file; a dot leads inside: title.zh
    type: str = "text"  # of engine.intake.cells

    @property
    def path(self) -> tuple[str, ...]:
        """Where the value stands."""
        return tuple(self.key.split("."))


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a kind."""

    whole: tuple[Column, ...]  # of the document; the code is first
    parts: str | None = None  # the field that holds the parts
    part: tuple[Column, ...] = ()
    form: str = "objects"  # of the parts: objects, texts, or a mapping from the first column to the second

    @property
    def columns(self) -> tuple[Column, ...]:
        """All of them, in the order of a file."""
        return self.whole + self.part


def _columns(*said: str) -> tuple[Column, ...]:
    """Of "weight_g:whole": what comes without a type is text."""
    return tuple(Column(key, type_ or "text") for key, _, type_ in (each.partition(":") for each in said))


LAYOUTS: Mapping[str, Layout] = {
    "skus": Layout(_columns(
        "code", "title", "category", "weight_g:whole", "length_mm:whole", "width_mm:whole", "height_mm:whole",
        "attributes:names", "floor_cents:whole", "limit_per_order:whole", "limit_per_buyer_30d:whole", "channels:names",
        "release_on", "restock_on", "discontinued:flag", "substitutes:names", "components:components",
    )),
    "sku-aliases": Layout(_columns("code"), "aliases", _columns("channel_sku", "sku"), "mapping"),
    "warehouses": Layout(_columns(
        "code", "name", "kind", "province", "city", "district", "lat:number", "lng:number", "priority:whole",
        "enabled:flag", "capacity_per_day:whole", "cutoff", "time_zone", "attributes:names", "channels:names",
        "handling_cents:whole",
    )),
    "carriers": Layout(
        _columns("code", "name", "enabled:flag"), "services",
        _columns(
            "service.code", "service.name", "service.service_level", "service.max_weight_g:whole",
            "service.attributes:names", "service.enabled:flag", "service.cutoff",
        ),
    ),
    "rate-cards": Layout(
        _columns("code", "volumetric_cm3_per_kg:whole"), "zones",
        _columns(
            "zone.from_provinces:names", "zone.to_provinces:names", "zone.steps:steps", "zone.additional_g:whole",
            "zone.additional_cents:whole", "zone.surcharge_cents:whole", "zone.days:whole",
        ),
    ),
    "coverage": Layout(
        _columns("code"), "rows",
        _columns(
            "row.province", "row.city", "row.district", "row.town", "row.keyword", "row.served:flag", "row.from",
            "row.until", "row.note",
        ),
    ),
    "lists": Layout(_columns("code", "title.zh", "title.en", "kind"), "items", _columns("item"), "texts"),
    "channels": Layout(_columns(
        "code", "name", "adapter", "enabled:flag", "payment_guaranteed:flag", "pricing", "reserve_on",
        "release_after_minutes:whole", "cancel_unpaid:flag", "currency",
    )),
    "coupons": Layout(_columns(
        "code", "title", "min_spend_cents:whole", "valid_from", "valid_until", "skus:names", "channels:names",
    )),
    "templates": Layout(_columns("code", "text.zh", "text.en")),
}  # fmt: skip
