"""The demo's reference data: as documents to load into a database, and as a world to decide in without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from engine import canonical, goods
from engine.demo.aliases import ALIASES, aliases_of
from engine.demo.carriers import CARRIERS, coverage
from engine.demo.channels import CHANNELS
from engine.demo.lists import LISTS
from engine.demo.rates import rate_cards
from engine.demo.skus import skus, stock_rows
from engine.demo.warehouses import WAREHOUSES
from engine.order import Order
from engine.world import NamedList, Reference, StockRow, World

_CONTRACT_NAMES = {"from_date": "from", "until_date": "until"}  # of a coverage row


def documents(today: dt.date) -> dict[str, list[dict[str, Any]]]:
    """Reference documents by kind, each with its code, as the API takes them. Dates in them are around `today`."""
    return {
        "channels": _dumped(CHANNELS),
        "warehouses": _dumped(WAREHOUSES),
        "carriers": _dumped(CARRIERS),
        "rate-cards": _dumped(rate_cards()),
        "coverage": [_coverage_document(each) for each in _dumped(coverage(today))],
        "lists": _dumped(LISTS),
        "skus": _dumped(skus(today)),
        "sku-aliases": _dumped(ALIASES),
    }


def stock() -> list[dict[str, Any]]:
    """Units to start with: `{warehouse, sku, on_hand, safety_stock}`, ordered by (warehouse, sku)."""
    return [
        {"warehouse": row.warehouse, "sku": row.sku, "on_hand": row.on_hand, "safety_stock": row.safety_stock}
        for row in stock_rows()
    ]


def world(
    order: Order,
    today: dt.date,
    lists: Mapping[str, Mapping[str, Any]] | None = None,
    also: Iterable[str] = (),
) -> World:
    """The demo as one order sees it: nothing reserved, nobody known.

    `lists` are list documents by code, such as those shipped with the rules; the demo's own win over them. `also`: skus
    beside the order's, such as gifts.
    """
    known = {sku.code: sku for sku in skus(today)}
    names = aliases_of(order.channel)
    aliases = {code: names[code] for code in sorted(goods.codes_in(order)) if code in names}
    wanted = {aliases.get(line.sku, line.sku) for line in order.lines} | set(also)
    opened = goods.opened(wanted, lambda codes: {code: known[code] for code in codes if code in known})
    return World(reference=reference(today, lists), skus=opened, stock=_stock_of(opened.keys()), aliases=aliases)


def reference(today: dt.date, lists: Mapping[str, Mapping[str, Any]] | None = None) -> Reference:
    """The slow part of the demo's world, with further lists."""
    shipped = (canonical.load(NamedList, {**document, "code": code}) for code, document in (lists or {}).items())
    return Reference(
        channels=_by_code(CHANNELS),
        warehouses=_by_code(WAREHOUSES),
        carriers=_by_code(CARRIERS),
        rate_cards=_by_code(rate_cards()),
        coverage=_by_code(coverage(today)),
        lists=_by_code((*shipped, *LISTS)),
    )


def _stock_of(wanted: Collection[str]) -> tuple[StockRow, ...]:
    return tuple(row for row in stock_rows() if row.sku in wanted)


def _by_code(values: Iterable[Any]) -> dict[str, Any]:
    return {value.code: value for value in sorted(values, key=lambda value: value.code)}


def _dumped(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [canonical.dump(value) for value in sorted(values, key=lambda value: value.code)]


def _coverage_document(data: dict[str, Any]) -> dict[str, Any]:
    rows = [{_CONTRACT_NAMES.get(name, name): value for name, value in row.items()} for row in data["rows"]]
    return {**data, "rows": rows}
