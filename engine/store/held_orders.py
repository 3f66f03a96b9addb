"""Orders that are held, by why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.store import sku_names
from engine.store.models.decisions import HoldRow
from engine.store.models.orders import OrderRow

_HELD = ("held", "awaiting_payment")


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """A held order and all that it is held for."""

    order_no: str
    reasons: tuple[str, ...]


def mark_again(
    connection: sa.Connection, reasons: Collection[str], trigger: str, sku: str | None, channel: str | None
) -> None:
    """Have those decided again that are held for one of the reasons: all, or those that ask for a sku, or a channel's.

    What is being decided about them at this moment does not count.
    """
    order, hold = OrderRow, aliased(HoldRow)
    held = sa.exists().where(
        hold.order_no == order.order_no, hold.closed_at.is_(None), hold.reason.in_(sorted(reasons))
    )
    some = sa.select(order.order_no).where(order.status.in_(_HELD), order.again_for.is_(None), held)
    if sku is not None:
        some = some.where(sku_names.asks_for(connection, sku))
    if channel is not None:
        some = some.where(order.channel == channel)
    one_after_another = some.order_by(order.order_no).with_for_update()  # as everybody who locks several
    again = sa.update(order).where(order.order_no.in_(one_after_another))
    connection.execute(again.values(again_for=trigger, changes=order.changes + 1))


def held_orders(connection: sa.Connection, reasons: Collection[str] | None, rule: str | None) -> list[HeldOrder]:
    """Those held for one of the reasons and by the rule (or a row of the table), where these are given; in the order of
    placing."""
    hold = aliased(HoldRow)
    meant = sa.select(hold.id).where(hold.order_no == OrderRow.order_no, hold.closed_at.is_(None))
    if reasons is not None:
        meant = meant.where(hold.reason.in_(sorted(reasons)))
    if rule is not None:
        meant = meant.where(sa.or_(hold.rule == rule, hold.rule.startswith(f"{rule}#", autoescape=True)))
    every = sa.select(OrderRow.order_no, HoldRow.reason).join(HoldRow, HoldRow.order_no == OrderRow.order_no)
    wanted = every.where(OrderRow.status.in_(_HELD), HoldRow.closed_at.is_(None), meant.exists())
    rows = connection.execute(wanted.order_by(OrderRow.placed_at, OrderRow.order_no, HoldRow.reason))
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row.order_no, {})[row.reason] = None
    return [HeldOrder(order_no, tuple(each)) for order_no, each in found.items()]
