"""Orders that are held, by why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.store.models.decisions import HoldRow
from engine.store.models.orders import OrderRow

_HELD = ("held", "awaiting_payment")


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """A held order and all that it is held for."""

    order_no: str
    reasons: tuple[str, ...]


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
