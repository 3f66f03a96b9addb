"""What the stored orders say about the buyer, phone and address of an order, as of when it was placed.

Every count leaves out the order itself and rejected ones, and runs up to and including the instant it was placed at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from engine.order import Order
from engine.store import keys
from engine.store.models.orders import OrderLineRow, OrderRow
from engine.world import History

_LEAST_FOR_A_RATE = 5


def read_history(
    connection: sa.Connection, order: Order, skus: Iterable[str] = (), aliases: Mapping[str, str] = MappingProxyType({})
) -> History:
    """The history that rules may read about an order, stored or not, and about further skus of ours.

    `aliases`: the channel's codes of our skus; units ordered under any of them count.
    """
    receiver, ordered = order.receiver, {line.sku for line in order.lines}
    phone = None if receiver is None or receiver.masked else keys.phone_key(receiver.phone)
    asked = {
        "order_no": order.order_no, "channel": order.channel, "buyer_id": order.buyer.id, "phone_key": phone,
        "address_key": keys.address_key(receiver), "receiver_key": keys.receiver_key(receiver),
        "ordered": _codes(ordered, aliases), "skus": _codes(ordered | set(skus), aliases),
        **_windows(order.placed_at),
    }  # fmt: skip
    return History(
        phone_orders_1h=_count(connection, _PHONE, asked, "phone_key"),
        address_orders_1h=_count(connection, _ADDRESS, asked, "address_key"),
        similar_orders_10m=_count(connection, _SIMILAR, asked, "address_key"),
        **(_of_buyer(connection, asked, aliases) if order.buyer.id else {}),
    )


def _codes(codes: set[str], aliases: Mapping[str, str]) -> list[str]:
    """These codes, and every other one that stands for the same sku."""
    meant = {aliases.get(code, code) for code in codes} | codes
    return sorted(meant | {code for code, sku in aliases.items() if sku in meant})


def _windows(placed_at: dt.datetime) -> dict[str, dt.datetime]:
    """Where each window begins; half-open, so an order of exactly one hour ago is outside the hour."""
    return {
        "until": placed_at, "since_10m": placed_at - dt.timedelta(minutes=10),
        "since_1h": placed_at - dt.timedelta(hours=1),
        "since_24h": placed_at - dt.timedelta(hours=24), "since_30d": placed_at - dt.timedelta(days=30),
    }  # fmt: skip


def _count(connection: sa.Connection, statement: Any, asked: Mapping[str, Any], key: str) -> int | None:
    return None if asked[key] is None else connection.execute(statement, asked).scalar_one()


def _of_buyer(connection: sa.Connection, asked: Mapping[str, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    row = connection.execute(_BUYER, asked).one()
    rate = int(row.refunded) * 100 // row.orders if row.orders >= _LEAST_FOR_A_RATE else None
    units: dict[str, int] = {}
    for each in connection.execute(_UNITS, asked):
        sku = aliases.get(each.sku, each.sku)
        units[sku] = units.get(sku, 0) + int(each.units)
    return {
        "paid_orders": row.paid, "orders_1h": row.orders_1h, "orders_24h": row.orders_24h,
        "orders_30d": row.orders_30d, "refund_rate_percent": rate, "distinct_receivers_24h": row.receivers_24h,
        "units_30d": dict(sorted(units.items())),
    }  # fmt: skip


_AT = OrderRow.placed_at.type


def _since(name: str) -> Any:
    return OrderRow.placed_at > sa.bindparam(name, type_=_AT)


_COUNTED = sa.and_(
    OrderRow.placed_at <= sa.bindparam("until", type_=_AT), OrderRow.status != "rejected",
    OrderRow.order_no != sa.bindparam("order_no"),
)  # fmt: skip
_BY_BUYER = sa.and_(
    OrderRow.channel == sa.bindparam("channel"), OrderRow.buyer_id == sa.bindparam("buyer_id"), _COUNTED
)


def _counting(condition: Any) -> Any:
    return sa.func.count(sa.case((condition, 1)))


_BUYER = sa.select(
    sa.func.count().label("orders"),
    _counting(OrderRow.paid.is_(True)).label("paid"),
    _counting(OrderRow.refunded.is_(True)).label("refunded"),
    _counting(_since("since_1h")).label("orders_1h"),
    _counting(_since("since_24h")).label("orders_24h"),
    _counting(_since("since_30d")).label("orders_30d"),
    sa.func.count(sa.distinct(sa.case((_since("since_24h"), OrderRow.receiver_key)))).label("receivers_24h"),
).where(_BY_BUYER)
_PHONE = (
    sa.select(sa.func.count()).select_from(OrderRow)
    .where(OrderRow.phone_key == sa.bindparam("phone_key"), _COUNTED, _since("since_1h"))
)  # fmt: skip
_ADDRESS = (
    sa.select(sa.func.count()).select_from(OrderRow)
    .where(OrderRow.address_key == sa.bindparam("address_key"), _COUNTED, _since("since_1h"))
)  # fmt: skip
_UNITS = (
    sa.select(OrderLineRow.sku, sa.func.sum(OrderLineRow.quantity).label("units"))
    .join(OrderRow, OrderRow.order_no == OrderLineRow.order_no)
    .where(_BY_BUYER, _since("since_30d"), OrderLineRow.sku.in_(sa.bindparam("skus", expanding=True)))
    .group_by(OrderLineRow.sku)
)
_SIMILAR = (
    sa.select(sa.func.count()).select_from(OrderRow)
    .where(
        OrderRow.address_key == sa.bindparam("address_key"), _COUNTED, _since("since_10m"),
        OrderRow.status != "cancelled",
        sa.or_(
            sa.and_(OrderRow.channel == sa.bindparam("channel"), OrderRow.buyer_id == sa.bindparam("buyer_id")),
            OrderRow.receiver_key == sa.bindparam("receiver_key"),
        ),
        sa.exists().where(
            OrderLineRow.order_no == OrderRow.order_no, OrderLineRow.sku.in_(sa.bindparam("ordered", expanding=True))
        ),
    )
)  # fmt: skip
