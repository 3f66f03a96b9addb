"""Rows of the list of orders, and the counts above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from admin import amounts, dates, labels
from admin.labels import Look
from admin.names import Names
from admin.presenters.effects import flag_texts


@dataclass(frozen=True, slots=True)
class HoldChip:
    """A hold on a row: its reason, and how long is left."""

    look: Look
    left: str
    pressing: str  # late soon later, or empty


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order of the list."""

    order_no: str
    number: str  # the channel's own
    channel: str
    channel_code: str
    placed_ago: str
    placed_exact: str
    buyer: str
    receiver: str
    place: str
    amount: str
    item_count: int
    urgent: bool
    verdict: Look | None
    status: Look
    holds: tuple[HoldChip, ...]
    flags: tuple[Look, ...]
    warehouses: str


def rows(items: Iterable[Mapping[str, Any]], names: Names) -> list[OrderRow]:
    """The orders of a page, in the order in which they came."""
    return [_row(item, names) for item in items]


def _row(item: Mapping[str, Any], names: Names) -> OrderRow:
    return OrderRow(
        order_no=item["order_no"],
        number=item["channel_order_no"],
        channel=names.channel(item["channel"]),
        channel_code=item["channel"],
        placed_ago=dates.ago(item["placed_at"]),
        placed_exact=dates.minute(item["placed_at"]),
        buyer=item["buyer_name"] or "",
        receiver=item["receiver_name"] or "",
        place=_place(item["receiver_province"], item["receiver_city"]),
        amount=amounts.money(item["payable_cents"], item["currency"]),
        item_count=item["item_count"],
        urgent=item["priority"] == "urgent",
        verdict=labels.look(labels.VERDICTS, item["verdict"]) if item["verdict"] else None,
        status=labels.look(labels.ORDER_STATUSES, item["status"]),
        holds=tuple(_hold_chip(hold) for hold in _worst_by_reason(item["open_holds"])),
        flags=tuple(flag_texts(item["flags"])),
        warehouses=" + ".join(names.warehouse(code) for code in item["warehouses"]),
    )


def _place(province: str | None, city: str | None) -> str:
    """`浙江省 杭州市`, and a municipality once."""
    return " ".join(dict.fromkeys(part for part in (province, city) if part))


def _worst_by_reason(holds: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of several rules' holds with one reason, the one due first."""
    chosen: dict[str, Mapping[str, Any]] = {}
    for hold in sorted(holds, key=lambda hold: hold["due_at"] or "~"):
        chosen.setdefault(hold["reason"], hold)
    return list(chosen.values())


def _hold_chip(hold: Mapping[str, Any]) -> HoldChip:
    left, pressing = dates.left(hold["due_at"]) if hold["due_at"] else ("", "")
    return HoldChip(labels.hold(hold["reason"], hold["severity"]), left, pressing)


@dataclass(frozen=True, slots=True)
class Count:
    """How many orders there are of a kind, and the filter that shows them."""

    look: Look
    number: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The strip above the list."""

    total: int
    verdicts: tuple[Count, ...]
    statuses: tuple[Count, ...]


_ALWAYS = ("held", "awaiting_payment", "approved", "released")  # shown even when there are none


def counts(numbers: Mapping[str, Mapping[str, int]]) -> Counts:
    """The counts that `gatehouse.orders.counts` gives, in the order of an order's life."""
    statuses = numbers.get("status", {})
    shown = [code for code in labels.ORDER_STATUSES if code in _ALWAYS or statuses.get(code)]
    shown.sort(key=lambda code: code != "held")
    return Counts(
        total=sum(statuses.values()),
        verdicts=tuple(_count(labels.VERDICTS, code, numbers.get("verdict", {})) for code in labels.VERDICTS),
        statuses=tuple(_count(labels.ORDER_STATUSES, code, statuses) for code in shown),
    )


def _count(table: labels.Table, code: str, numbers: Mapping[str, int]) -> Count:
    return Count(labels.look(table, code), numbers.get(code, 0))
