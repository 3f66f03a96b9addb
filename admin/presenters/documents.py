"""What is printed with an order: pick list, delivery note, return leaflet, invoice data; and pick lists of a wave.

There are no places on shelves in the reference data, so the path is that of the goods: by category, then by sku.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import amounts, dates
from admin.names import Names
from admin.presenters.effects import fired_effects

KINDS: Mapping[str, str] = {
    "pick": lazy_gettext("拣货单"),
    "wave": lazy_gettext("批量拣货单"),
    "delivery": lazy_gettext("送货单"),
    "return": lazy_gettext("退货说明"),
    "invoice": lazy_gettext("开票资料"),
}
WAVE = 10  # orders that are picked in one walk
CHECK_EVERY = 10  # items, then a scan check


@dataclass(frozen=True, slots=True)
class Good:
    """A line as those see it who pick and pack."""

    line_no: str
    sku: str
    title: str
    category: str
    quantity: int
    notes: tuple[str, ...]  # instructions for this line
    total: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A shipment on paper; of an order without one, the whole order."""

    order_no: str
    number: str
    channel: str
    shipment_no: str
    warehouse: str
    service: str
    waybills: tuple[str, ...]
    ships_on: str
    placed: str
    name: str
    phone: str
    address: str
    goods: tuple[Good, ...]  # in path order
    notes: tuple[str, ...]  # instructions for the whole parcel
    labels: tuple[str, ...]
    remark: str
    urgent: bool
    pick_mode: str
    invoice: tuple[tuple[str, str], ...]  # (what, value) as the channel sent it
    sums: tuple[tuple[str, str], ...]

    @property
    def units(self) -> int:
        """How many items there are in all."""
        return sum(good.quantity for good in self.goods)


@dataclass(frozen=True, slots=True)
class Paper:
    """What an order's sheets are made of."""

    order: Mapping[str, Any]
    decision: Mapping[str, Any] | None
    lines: Sequence[Mapping[str, Any]]  # ordered ones, bundles' components and gifts, under our skus
    skus: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # reference documents by code


def prints(status: str) -> bool:
    """Whether there is anything to print of an order of that status."""
    return status in _LEAVES


def sheets(paper: Paper, names: Names) -> list[Sheet]:
    """One for each shipment of the latest decision, in their order; none of a shipment that was taken back, nor of an
    order that may not leave."""
    if not prints(paper.order["status"]):
        return []
    shipments = [each for each in (paper.decision or {}).get("shipments", ()) if each["status"] not in _GONE]
    return [_sheet(paper, shipment, names) for shipment in shipments]


_LEAVES = ("approved", "released", "partially_shipped", "shipped", "delivered", "completed", "returned")
_GONE = ("cancelled", "refused")


def _sheet(paper: Paper, shipment: Mapping[str, Any], names: Names) -> Sheet:
    order, decision = paper.order, paper.decision or {}
    quantities = {each["line_no"]: each["quantity"] for each in shipment["lines"]}
    receiver = order["receiver"] or {}
    place = (receiver.get(part) for part in ("province", "city", "district", "town", "address"))
    firings = decision.get("firings", ())
    urgent = any(each["priority"] == "urgent" for each in fired_effects(firings, "set_priority"))
    return Sheet(
        order_no=order["order_no"],
        number=order["channel_order_no"],
        channel=names.channel(order["channel"]),
        shipment_no=shipment["shipment_no"],
        warehouse=names.warehouse(shipment["warehouse"]),
        service=" ".join(filter(None, (names.carrier(shipment["carrier"]), names.service(shipment["service"])))),
        waybills=tuple(each["waybill_no"] for each in shipment["parcels"] if each["waybill_no"]),
        ships_on=shipment["ships_on"] or "",
        placed=dates.minute(order["placed_at"]),
        name=receiver.get("name") or order["buyer"]["name"] or "",
        phone=receiver.get("phone") or "",
        address=" ".join(dict.fromkeys(part for part in place if part)),
        goods=tuple(_goods(paper, quantities)),
        notes=tuple(_notes(decision, None)),
        labels=tuple(_labels(firings, quantities)),
        remark=order["remark"],
        urgent=urgent or order["priority"] == "urgent",
        pick_mode=next((each["mode"] for each in fired_effects(firings, "pick_mode")), ""),
        invoice=tuple(_pairs(order["invoice"] or {})),
        sums=tuple(_sums(order, decision)),
    )


def _goods(paper: Paper, quantities: Mapping[str, int]) -> list[Good]:
    goods = [
        _good(line, quantities[line["line_no"]], paper) for line in paper.lines if line["line_no"] in quantities
    ]
    return sorted(goods, key=lambda good: (good.category, good.sku, good.line_no))


def _good(line: Mapping[str, Any], quantity: int, paper: Paper) -> Good:
    sku = paper.skus.get(line["sku"], {})
    title = sku.get("title") or line.get("title") or line["sku"]
    cents = line["unit_cents"] * quantity if "unit_cents" in line else None
    return Good(
        line_no=line["line_no"],
        sku=line["sku"],
        title=line.get("title") or (title if isinstance(title, str) else next(iter(title.values()))),
        category=sku.get("category", ""),
        quantity=quantity,
        notes=tuple([*_notes(paper.decision or {}, line["line_no"]), *filter(None, (line.get("remark", ""),))]),
        total=amounts.money(cents, paper.order["currency"]),
    )


def _notes(decision: Mapping[str, Any], line_no: str | None) -> list[str]:
    return [each["text"] for each in decision.get("instructions", ()) if each["line_no"] == line_no]


def _labels(firings: Iterable[Mapping[str, Any]], inside: Mapping[str, int]) -> list[str]:
    """The words on the parcel: those for the whole order, and those for a line that is in it."""
    found = {
        str(effect["text"]): None
        for firing in firings
        for effect in firing["effects"]
        if effect["do"] == "label" and _concerns(firing["subject"], inside)
    }
    return list(found)


def _concerns(subject: str, inside: Mapping[str, int]) -> bool:
    about, _, line_no = subject.partition(":")
    return about != "line" or line_no in inside


def _pairs(data: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, str]]:
    """An object of a channel's, flat: (dotted name, value)."""
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _pairs(value, f"{before}{name}.")
        elif value not in (None, "", []):
            yield before + name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _sums(order: Mapping[str, Any], decision: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    goods = sum(line["quantity"] * line["unit_cents"] - line["discount_cents"] for line in order["lines"])
    coupons = sum(each["discount_cents"] for each in order["coupons"] if each["applied"])
    payable = decision.get("payable_cents", order["payable_cents"])
    rest = payable - (goods - coupons + order["shipping_cents"] + order["tax_cents"])
    parts = (
        (gettext("商品金额"), goods), (gettext("优惠券"), -coupons), (gettext("运费"), order["shipping_cents"]),
        (gettext("税费"), order["tax_cents"]), (gettext("调整"), rest), (gettext("应付"), payable),
    )  # fmt: skip
    for position, (label, cents) in enumerate(parts):
        if cents or position in (0, len(parts) - 1):
            yield label, amounts.money(cents, order["currency"])


@dataclass(frozen=True, slots=True)
class Stop:
    """A sku on the walk of a wave: how many in all, and for which order how many."""

    sku: str
    title: str
    category: str
    quantity: int
    shares: tuple[tuple[str, int], ...]  # (place of the order in the wave, units)
    notes: tuple[str, ...]
    check: bool  # a scan check follows


@dataclass(frozen=True, slots=True)
class Wave:
    """Shipments of one warehouse that are picked in one walk."""

    warehouse: str
    number: int
    of: tuple[Sheet, ...]
    stops: tuple[Stop, ...]


def waves(found: Iterable[Sheet]) -> list[Wave]:
    """The sheets by warehouse, ten to a walk, in their order."""
    by_warehouse: dict[str, list[Sheet]] = {}
    for sheet in found:
        by_warehouse.setdefault(sheet.warehouse, []).append(sheet)
    return [
        Wave(warehouse, start // WAVE + 1, tuple(own[start : start + WAVE]), tuple(_stops(own[start : start + WAVE])))
        for warehouse, own in by_warehouse.items()
        for start in range(0, len(own), WAVE)
    ]


def _stops(found: Sequence[Sheet]) -> Iterable[Stop]:
    by_sku: dict[tuple[str, str], list[tuple[str, Good]]] = {}
    for place, sheet in enumerate(found, start=1):
        for good in sheet.goods:
            by_sku.setdefault((good.category, good.sku), []).append((str(place), good))
    picked = 0
    for (category, sku), parts in sorted(by_sku.items()):
        units = sum(good.quantity for _, good in parts)
        before, picked = picked, picked + units
        notes = tuple(f"{place}: {note}" for place, good in parts for note in good.notes)
        shares = tuple((place, good.quantity) for place, good in parts)
        check = picked // CHECK_EVERY > before // CHECK_EVERY
        yield Stop(sku, parts[0][1].title, category, units, shares, notes, check)
