"""The approved orders of the same channel, buyer and receiver that have not left yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.goods import contents, opened
from engine.order import Order
from engine.store import keys
from engine.store.models.decisions import FlagRow, ShipmentRow
from engine.store.models.orders import OrderRow
from engine.store.models.reference import SnapshotRow
from engine.world import OpenOrder, Sku

_MOST = 50


Read = Callable[[Sequence[str]], Mapping[str, Sku]]  # the skus of some codes, those that exist


def read_open_orders(
    connection: sa.Connection, order: Order, read: Read, aliases: Mapping[str, str] = MappingProxyType({})
) -> tuple[OpenOrder, ...]:
    """Those that go in one shipment, by order number; none for an order without a buyer id or a known receiver.

    `aliases`: what the channel calls our skus.
    """
    receiver_key = keys.receiver_key(order.receiver)
    if order.buyer.id is None or receiver_key is None:
        return ()
    rows = connection.execute(_OPEN, {
        "channel": order.channel, "buyer_id": order.buyer.id, "receiver_key": receiver_key, "order_no": order.order_no,
    }).all()  # fmt: skip
    shipments = [row.order_no for row in rows]
    found = [(row, canonical.load(Order, row.data)) for row in rows if shipments.count(row.order_no) == 1]
    named = {line.sku for _, each in found for line in each.lines}
    skus = opened({aliases.get(code, code) for code in named}, read)
    cold = {code for code in named if _is_cold(aliases.get(code, code), skus)}
    return tuple(_open_order(row, each, cold) for row, each in found)


def merge_candidates(connection: sa.Connection, limit: int) -> list[str]:
    """Approved orders that were told to fit one parcel with others, first placed first."""
    flagged = sa.exists().where(
        FlagRow.order_no == OrderRow.order_no, FlagRow.code == "MERGE_CANDIDATE", FlagRow.closed_at.is_(None)
    )
    wanted = sa.select(OrderRow.order_no).where(OrderRow.status == "approved", flagged)
    return list(connection.scalars(wanted.order_by(OrderRow.placed_at, OrderRow.order_no).limit(limit)))


def _open_order(row: Any, order: Order, cold: Iterable[str]) -> OpenOrder:
    return OpenOrder(
        order_no=order.order_no,
        warehouse=row.warehouse,
        ships_on=row.ships_on,
        cod=order.payment.method == "cod",
        cold=any(line.sku in cold for line in order.lines),
        presale=any(line.kind == "presale" for line in order.lines),
    )


def _is_cold(code: str, skus: Mapping[str, Sku]) -> bool:
    """Whether a sku, or anything in a bundle, is kept cold."""
    inside = contents(skus[code], skus) or (code,) if code in skus else ()
    return any("cold" in skus[each].attributes for each in inside if each in skus)


_OPEN = (
    sa.select(OrderRow.order_no, ShipmentRow.warehouse, ShipmentRow.ships_on, SnapshotRow.data)
    .join(ShipmentRow, ShipmentRow.order_no == OrderRow.order_no)
    .join(SnapshotRow, SnapshotRow.digest == OrderRow.digest)
    .where(
        OrderRow.channel == sa.bindparam("channel"), OrderRow.buyer_id == sa.bindparam("buyer_id"),
        OrderRow.receiver_key == sa.bindparam("receiver_key"), OrderRow.order_no != sa.bindparam("order_no"),
        OrderRow.status == "approved", ShipmentRow.approved.is_(True),
    )
    .order_by(OrderRow.order_no, ShipmentRow.shipment_no).limit(_MOST)
)  # fmt: skip
