"""Finding orders: which filters there are, and the summary that a list shows of each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine import canonical
from engine.errors import OrderError, Problem
from engine.store import keys, pages, sku_names
from engine.store.models.decisions import FlagRow, HoldRow, ShipmentRow
from engine.store.models.orders import OrderRow
from engine.store.models.vendors import WaybillRow
from engine.store.shipments import CURRENT

_SHOWN = (
    OrderRow.order_no, OrderRow.channel, OrderRow.channel_order_no, OrderRow.status, OrderRow.verdict,
    OrderRow.placed_at, OrderRow.received_at, OrderRow.payable_cents, OrderRow.currency, OrderRow.priority,
    OrderRow.buyer_name, OrderRow.receiver_name, OrderRow.receiver_phone, OrderRow.receiver_city,
    OrderRow.receiver_province, OrderRow.item_count, OrderRow.release_at, OrderRow.decision_id,
)  # fmt: skip
_AT_ONCE = 500  # numbers asked for in one statement


def search(
    connection: sa.Connection, filters: Mapping[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Summaries of the orders that pass every filter, newest received first, and the cursor of the next page.

    Filters: status verdict hold channel sku (also inside bundles, and under its channel's code) phone phone_last4
    waybill_no placed_from placed_to (half-open; instants or ISO text) q (part of an order number, or of a buyer's or
    receiver's name, or a whole phone). Empty ones are ignored.
    Raises OrderError for an unknown filter, an instant or a cursor that is none.
    """
    limit = pages.bounded(limit)
    found = sa.select(*_SHOWN).where(*_conditions(connection, filters), *_after(cursor))
    found = found.order_by(OrderRow.received_at.desc(), OrderRow.order_no.desc()).limit(limit + 1)
    rows, next_cursor = pages.cut(
        connection.execute(found).all(), limit, lambda row: (row.received_at.isoformat(), row.order_no)
    )
    return _summaries(connection, rows), next_cursor


def by_numbers(connection: sa.Connection, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Summaries of these orders, in their order; unknown numbers are left out."""
    rows = connection.execute(sa.select(*_SHOWN).where(OrderRow.order_no.in_(numbers)))
    found = {row.order_no: row for row in rows}
    return _summaries(connection, [found[number] for number in numbers if number in found])


def placed_between(
    connection: sa.Connection, channel: str, placed_from: dt.datetime, placed_to: dt.datetime
) -> list[str]:
    """The channel's own numbers of its orders placed then (half-open), by when they were placed."""
    row = OrderRow
    placed = sa.select(row.channel_order_no).where(
        row.channel == channel, row.placed_at >= placed_from, row.placed_at < placed_to
    )
    return list(connection.scalars(placed.order_by(row.placed_at, row.channel_order_no)))


def known(connection: sa.Connection, channel: str, numbers: Sequence[str]) -> set[str]:
    """Which of these numbers of a channel's are known."""
    row = OrderRow
    found: set[str] = set()
    for start in range(0, len(numbers), _AT_ONCE):
        some = row.channel_order_no.in_(numbers[start : start + _AT_ONCE])
        found.update(connection.scalars(sa.select(row.channel_order_no).where(row.channel == channel, some)))
    return found


def _after(cursor: str | None) -> list[Any]:
    key = pages.decode(cursor, str, str)
    if key is None:
        return []
    received_at = _instant("cursor", key[0])
    return [sa.tuple_(OrderRow.received_at, OrderRow.order_no) < sa.tuple_(
        sa.literal(received_at, OrderRow.received_at.type), sa.literal(key[1], OrderRow.order_no.type)
    )]  # fmt: skip


def _conditions(connection: sa.Connection, filters: Mapping[str, Any]) -> list[Any]:
    wanted = f"one of {', '.join(_FILTERS)}"
    problems = [Problem(name, "unknown-field", wanted) for name in filters if name not in _FILTERS]
    problems += [Problem(name, "invalid-type", "text") for name, value in filters.items() if not _is_asked(value)]
    if problems:
        raise OrderError(problems)
    return [_FILTERS[name](connection, value) for name, value in filters.items() if value not in (None, "")]


def _is_asked(value: Any) -> bool:
    """Whether a database can be asked for it."""
    return value is None or isinstance(value, dt.datetime) or isinstance(value, str) and pages.storable(value)


def _instant(name: str, value: Any) -> dt.datetime:
    try:
        at = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None:
        raise OrderError([Problem(name, "invalid-type", "an instant with an offset, like 2026-11-11T00:00:00+08:00")])
    return at


def _by_phone(_: sa.Connection, phone: str) -> Any:
    return _has_phone(OrderRow, phone)


def _has_phone(order: Any, phone: str) -> Any:
    key = keys.phone_key(phone) or ""
    return sa.or_(order.phone_key == key, order.buyer_phone_key == key)


def _labelled(_: sa.Connection, waybill_no: str) -> Any:
    """Its label, or that of the parcel in which its goods go along with another order's."""
    labels = sa.select(WaybillRow.shipment_no).where(WaybillRow.waybill_no == waybill_no)
    own = sa.select(WaybillRow.order_no).where(WaybillRow.waybill_no == waybill_no)
    along = sa.select(ShipmentRow.order_no).where(ShipmentRow.sent_as.in_(labels))
    return OrderRow.order_no.in_(own.union(along))


def _by_anything(_: sa.Connection, text: str) -> Any:
    """What matches is looked for in the order of the table, which is several times as quick as in that of the page."""
    row = aliased(OrderRow)
    columns = (row.order_no, row.buyer_name, row.receiver_name)
    matches = [column.icontains(text.strip(), autoescape=True) for column in columns]
    if keys.phone_key(text):
        matches.append(_has_phone(row, text))
    return OrderRow.order_no.in_(sa.select(row.order_no).where(sa.or_(*matches)))


_FILTERS: Mapping[str, Callable[[sa.Connection, Any], Any]] = {
    "status": lambda _, value: OrderRow.status == value,
    "verdict": lambda _, value: OrderRow.verdict == value,
    "hold": lambda _, value: OrderRow.order_no.in_(
        sa.select(HoldRow.order_no).where(HoldRow.closed_at.is_(None), HoldRow.reason == value)
    ),
    "channel": lambda _, value: OrderRow.channel == value,
    "sku": sku_names.asks_for,
    "phone": _by_phone,
    "phone_last4": lambda _, value: OrderRow.phone_last4 == value,
    "waybill_no": _labelled,
    "placed_from": lambda _, value: OrderRow.placed_at >= _instant("placed_from", value),
    "placed_to": lambda _, value: OrderRow.placed_at < _instant("placed_to", value),
    "q": _by_anything,
}


def _summaries(connection: sa.Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    numbers = [row.order_no for row in rows]
    holds = _open(connection, HoldRow, numbers, (HoldRow.reason, HoldRow.severity, HoldRow.due_at))
    flags = _open(connection, FlagRow, numbers, (FlagRow.code, FlagRow.severity))
    warehouses = _grouped(connection.execute(
        sa.select(ShipmentRow.order_no, ShipmentRow.warehouse).where(ShipmentRow.order_no.in_(numbers), CURRENT)
        .order_by(ShipmentRow.shipment_no)
    ))  # fmt: skip
    return [
        {
            **canonical.dump(row._mapping),
            "holds": _distinct(hold.reason for hold in holds[row.order_no]),
            "open_holds": [_hold(hold) for hold in holds[row.order_no]],
            "flags": [{"code": flag.code, "severity": flag.severity} for flag in flags[row.order_no]],
            "warehouses": _distinct(shipment.warehouse for shipment in warehouses[row.order_no]),
        }
        for row in rows
    ]


def _hold(row: Any) -> dict[str, Any]:
    return canonical.dump({"reason": row.reason, "severity": row.severity, "due_at": row.due_at})


def _open(connection: sa.Connection, row: Any, numbers: Sequence[str], columns: Sequence[Any]) -> Mapping[str, Any]:
    current = sa.select(row.order_no, *columns).where(row.closed_at.is_(None), row.order_no.in_(numbers))
    return _grouped(connection.execute(current.order_by(row.opened_at, row.id)))


def _grouped(rows: Iterable[Any]) -> Mapping[str, list[Any]]:
    groups = defaultdict(list)
    for row in rows:
        groups[row.order_no].append(row)
    return groups


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
