"""The approved orders of the same channel, buyer and receiver that have not left yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.order import Order
from engine.store import keys
from engine.store.models.decisions import ShipmentRow
from engine.store.models.orders import OrderRow
from engine.store.models.reference import ReferenceRow, SnapshotRow
from engine.world import OpenOrder

_MOST = 50


def read_open_orders(connection: sa.Connection, order: Order) -> tuple[OpenOrder, ...]:
    """Those that go in one shipment, by order number; none for an order without a buyer id or a known receiver."""
    receiver_key = keys.receiver_key(order.receiver)
    if order.buyer.id is None or receiver_key is None:
        return ()
    rows = connection.execute(_OPEN, {
        "channel": order.channel, "buyer_id": order.buyer.id, "receiver_key": receiver_key, "order_no": order.order_no,
    }).all()  # fmt: skip
    shipments = [row.order_no for row in rows]
    single = [row for row in rows if shipments.count(row.order_no) == 1]
    found = [(row, canonical.load(Order, row.data)) for row in single]
    cold = _cold(connection, {line.sku for _, each in found for line in each.lines})
    return tuple(_open_order(row, each, cold) for row, each in found)


def _open_order(row: Any, order: Order, cold: Iterable[str]) -> OpenOrder:
    return OpenOrder(
        order_no=order.order_no,
        warehouse=row.warehouse,
        ships_on=row.ships_on,
        cod=order.payment.method == "cod",
        cold=any(line.sku in cold for line in order.lines),
        presale=any(line.kind == "presale" for line in order.lines),
    )


def _cold(connection: sa.Connection, skus: Iterable[str]) -> set[str]:
    """Those of the skus that are kept cold."""
    wanted = sorted(skus)
    if not wanted:
        return set()
    rows = connection.execute(_SKUS, {"codes": wanted})
    return {row.code for row in rows if _is_cold(row.document)}


def _is_cold(document: Mapping[str, Any]) -> bool:
    return "cold" in document.get("attributes", ())


_OPEN = (
    sa.select(OrderRow.order_no, ShipmentRow.warehouse, ShipmentRow.ships_on, SnapshotRow.data)
    .join(ShipmentRow, ShipmentRow.order_no == OrderRow.order_no)
    .join(SnapshotRow, SnapshotRow.digest == OrderRow.digest)
    .where(
        OrderRow.channel == sa.bindparam("channel"), OrderRow.buyer_id == sa.bindparam("buyer_id"),
        OrderRow.receiver_key == sa.bindparam("receiver_key"), OrderRow.order_no != sa.bindparam("order_no"),
        OrderRow.status == "approved",
    )
    .order_by(OrderRow.order_no, ShipmentRow.shipment_no).limit(_MOST)
)  # fmt: skip
_SKUS = sa.select(ReferenceRow.code, ReferenceRow.document).where(
    ReferenceRow.kind == "skus", ReferenceRow.code.in_(sa.bindparam("codes", expanding=True))
)
