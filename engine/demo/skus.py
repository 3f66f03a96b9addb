"""The demo's goods: the skus of `skus.csv`, what they cost, and where how many of them lie."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from engine.world import Component, Sku, StockRow

_SPREADS = {
    "everywhere": "SH1:240 BJ1:180 GZ1:200 WH1:140 CD1:120 XA1:90",
    "cold": "SH1:60 GZ1:48",
    "hazardous": "GZ1:90 WH1:64",
    "nowhere": "",
}
_SAFETY_STOCK = 2  # where there are at least ten times as many


def _more(today: dt.date) -> Mapping[str, Mapping[str, Any]]:
    """What only a few skus have: limits, dates, substitutes, parts. Dates are around `today`."""

    def day(days: int) -> dt.date:
        return today + dt.timedelta(days=days)

    return {
        "AIRFRYER-5L": {"restock_on": day(10)},
        "BAIJIU-500": {"limit_per_order": 2, "limit_per_buyer_30d": 6},
        "BUNDLE-CARE": {"components": (Component("LAUNDRY-2L", 1), Component("SOFTENER-1L", 2))},
        "BUNDLE-HOME": {"components": (Component("BUNDLE-CARE", 1), Component("TISSUE-24", 2))},
        "FORMULA-900": {"limit_per_order": 12},
        "GIFTCARD-500": {"limit_per_order": 10, "limit_per_buyer_30d": 20},
        "ICECREAM-8": {"restock_on": day(2)},
        "LAPTOP-14": {"limit_per_order": 5, "restock_on": day(20)},
        "MP3-CLASSIC": {"discontinued": True, "substitutes": ("EARBUDS-PRO",)},
        "OOLONG-500": {"channels": ("own-shop", "taobao", "jd", "douyin", "store", "phone")},
        "PHONE-2027": {"release_on": day(20), "limit_per_order": 1},
        "PHONE-X": {"limit_per_order": 2, "substitutes": ("PHONE-2027",)},
        "TSHIRT-M-WHITE": {"substitutes": ("TSHIRT-L-BLACK",)},
    }


def _rows() -> list[dict[str, str]]:
    text = resources.files("engine.demo").joinpath("skus.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


_ROWS = _rows()
PRICES: Mapping[str, int] = {row["code"]: int(row["price_cents"]) for row in _ROWS}  # what a shop asks for one


def skus(today: dt.date) -> tuple[Sku, ...]:
    """Every sku, by code."""
    more = _more(today)
    return tuple(sorted((_sku(row, more.get(row["code"], {})) for row in _ROWS), key=lambda sku: sku.code))


def _sku(row: Mapping[str, str], more: Mapping[str, Any]) -> Sku:
    return Sku(
        code=row["code"],
        title=row["title"],
        category=row["category"],
        weight_g=int(row["weight_g"]),
        length_mm=int(row["length_mm"]),
        width_mm=int(row["width_mm"]),
        height_mm=int(row["height_mm"]),
        attributes=frozenset(row["attributes"].split()),
        floor_cents=int(row["floor_cents"] or 0) or None,
        **more,
    )


def stock_rows() -> tuple[StockRow, ...]:
    """Units on hand, ordered by (warehouse, sku); a sku without a row at a warehouse has none there."""
    rows = [each for row in _ROWS for each in _stock_of(row["code"], row["stock"])]
    return tuple(sorted(rows, key=lambda row: (row.warehouse, row.sku)))


def _stock_of(sku: str, said: str) -> Iterator[StockRow]:
    """Reads "everywhere ST-SH:20": spreads by name, and units by warehouse."""
    for word in said.split():
        for place in _SPREADS.get(word, word).split():
            warehouse, _, units = place.partition(":")
            safety = _SAFETY_STOCK if int(units) >= 10 * _SAFETY_STOCK else 0
            yield StockRow(warehouse, sku, int(units), safety_stock=safety)
