"""Stock as people look at it: balances, and the ledger line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from admin import dates, labels
from admin.labels import Look
from admin.names import Names


@dataclass(frozen=True, slots=True)
class Balance:
    """What is of a sku at a warehouse."""

    warehouse: str
    warehouse_name: str
    sku: str
    title: str
    on_hand: int
    reserved: int
    safety_stock: int
    available: int
    shortfall: int
    waiting: int  # orders that wait for the sku, wherever it may come
    shares: tuple[tuple[str, int], ...]  # (channel, percent)
    used_percent: int  # of what is on hand, how much is promised; for a bar


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger."""

    exact: str
    ago: str
    kind: Look
    warehouse: str
    warehouse_name: str
    sku: str
    on_hand_change: str  # with its sign; empty: unchanged
    reserved_change: str
    on_hand: int
    reserved: int
    order_no: str
    by: str
    note: str


def balances(rows: Iterable[Mapping[str, Any]], names: Names, titles: Mapping[str, str]) -> list[Balance]:
    """Rows of the list."""
    return [_balance(row, names, titles.get(row["sku"], "")) for row in rows]


def movements(rows: Iterable[Mapping[str, Any]], names: Names) -> list[Movement]:
    """Lines of the ledger."""
    return [_movement(row, names) for row in rows]


def _balance(row: Mapping[str, Any], names: Names, title: str) -> Balance:
    on_hand, reserved = row["on_hand"], row["reserved"]
    return Balance(
        warehouse=row["warehouse"],
        warehouse_name=names.warehouse(row["warehouse"]),
        sku=row["sku"],
        title=title,
        on_hand=on_hand,
        reserved=reserved,
        safety_stock=row["safety_stock"],
        available=row["available"],
        shortfall=row["shortfall"],
        waiting=row.get("waiting", 0),
        shares=tuple((names.channel(code), percent) for code, percent in sorted(row["channel_shares"].items())),
        used_percent=min(100, reserved * 100 // on_hand) if on_hand else 100 * bool(reserved),
    )


def _movement(row: Mapping[str, Any], names: Names) -> Movement:
    reference = row["shipment_no"] or row["return_id"] or row["adjustment_id"] or ""
    return Movement(
        exact=dates.exact(row["at"]),
        ago=dates.ago(row["at"]),
        kind=labels.look(labels.STOCK_MOVEMENTS, row["kind"]),
        warehouse=row["warehouse"],
        warehouse_name=names.warehouse(row["warehouse"]),
        sku=row["sku"],
        on_hand_change=_signed(row["on_hand_change"]),
        reserved_change=_signed(row["reserved_change"]),
        on_hand=row["on_hand"],
        reserved=row["reserved"],
        order_no=row["order_no"] or "",
        by=row["by"] or "",
        note=row["reason"] or reference,
    )


def _signed(change: int) -> str:
    return f"{change:+,}".replace("-", "−") if change else ""
