"""Who is to be decided again because of stock: orders that wait for units which came, and orders whose units are gone.

Nothing is handed over by a message that could get lost: a wait is over when more units have become free than its
decision had seen, and a place is short while more is promised there than there is. Whoever asks gets the one order
whose turn it is, so that units go to waiting orders by when they were placed, and are lost by the youngest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.order import Order
from engine.standing import units_reserved
from engine.store.models.decisions import DecisionRow
from engine.store.models.orders import OrderRow
from engine.store.models.stock import ReservationRow, StockBalanceRow, StockWaitRow
from engine.store.shipments import Shipments
from engine.store.statements import insert
from engine.store.transfers import Transfers
from engine.transfers import units_in_transfer

Place = tuple[str, str]  # (warehouse, sku)

_LOSING = ("held", "awaiting_payment", "approved", "partially_shipped")  # some of it may not be at its warehouse yet
_WAITING = (*_LOSING, "released")  # what is on backorder follows


@dataclass(frozen=True, slots=True)
class Turn:
    """The order whose turn it is."""

    order_no: str
    after: str  # the decision that it has


class Reallocation:
    """Waits and shortfalls."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def wait(
        self, order: Order, skus: Iterable[str], stock: Iterable[Mapping[str, Any]], changes: Mapping[Place, int],
        first: bool,
    ) -> None:  # fmt: skip
        """Write down what an order waits for, by a decision that saw that `stock` and changed its reservation so.

        `stock` are rows of its world as plain data. What the order itself gave back is no reason to decide it again.
        `first`: it cannot have waited before.
        """
        row = StockWaitRow
        if not first:
            self._connection.execute(sa.delete(row).where(row.order_no == order.order_no))
        seen = dict.fromkeys(sorted(skus), 0)
        for each in stock:
            if each["sku"] in seen:
                seen[each["sku"]] += each["freed"]
        for (_, sku), change in changes.items():
            if sku in seen:
                seen[sku] += max(0, -change)
        insert(self._connection, row, [
            {"order_no": order.order_no, "sku": sku, "placed_at": order.placed_at, "seen": units}
            for sku, units in seen.items()
        ])  # fmt: skip

    def waiting(self, skus: Iterable[str]) -> dict[str, int]:
        """How many orders wait for each of some skus; those that nobody waits for are left out."""
        row = StockWaitRow
        counted = sa.select(row.sku, sa.func.count().label("orders")).where(row.sku.in_(list(skus))).group_by(row.sku)
        return {each.sku: each.orders for each in self._connection.execute(counted)}

    def waiting_orders(self) -> int:
        """How many orders wait for any sku."""
        return self._connection.execute(sa.select(sa.func.count(StockWaitRow.order_no.distinct()))).scalar_one()

    def arrived(self) -> list[str]:
        """Skus that are waited for, of which units came that some wait has not seen, and are still free."""
        waits = _EARLIEST.subquery()
        supply = _SUPPLY.where(StockBalanceRow.sku.in_(sa.select(waits.c.sku))).subquery()
        wanted = sa.select(waits.c.sku).join(supply, supply.c.sku == waits.c.sku)
        wanted = wanted.where(supply.c.freed > waits.c.seen, supply.c.free > 0)
        return list(self._connection.scalars(wanted.order_by(waits.c.sku)))

    def next_for(self, sku: str) -> Turn | None:
        """Of the orders that have not seen the newest units of a sku, the one placed first, while any are free."""
        supply = self._connection.execute(_SUPPLY.where(StockBalanceRow.sku == sku)).first()
        if supply is None or not supply.free:
            return None
        row, order = StockWaitRow, OrderRow
        waiting = sa.select(order.order_no, order.decision_id).join(row, row.order_no == order.order_no)
        waiting = waiting.where(row.sku == sku, row.seen < supply.freed, order.status.in_(_WAITING))
        found = self._connection.execute(waiting.order_by(row.placed_at, row.order_no).limit(1)).first()
        return Turn(found.order_no, found.decision_id) if found else None

    def short(self) -> list[Place]:
        """Places where more is promised than there is."""
        row = StockBalanceRow
        found = sa.select(row.warehouse, row.sku).where(row.reserved > row.on_hand)
        return [(each.warehouse, each.sku) for each in self._connection.execute(found.order_by(row.warehouse, row.sku))]

    def next_to_lose(self, place: Place) -> Turn | None:
        """Of the orders that hold units at a short place and can be shipped otherwise, the one placed last.

        Left out is whom that has been asked of already, in vain.
        """
        missing = self.missing(place)
        if not missing:
            return None
        losing = self._losing(place)
        return next((turn for turn, units in losing if not self._in_vain(turn, place, units - missing)), None)

    def _in_vain(self, turn: Turn, place: Place, room: int) -> bool:
        """Whether its latest decision was made because of missing units, and had no more room at the place than now."""
        row = DecisionRow
        latest = self._connection.execute(sa.select(row.trigger, row.world).where(row.id == turn.after)).one()
        seen = (each["on_hand"] - each["reserved"] for each in latest.world["stock"]
                if (each["warehouse"], each["sku"]) == place)  # fmt: skip
        return latest.trigger == "stock_short" and room >= next(seen, 0)

    def missing(self, place: Place) -> int:
        """Units that are promised at a place and not there."""
        row = StockBalanceRow
        here = sa.select(row.reserved - row.on_hand).where(row.warehouse == place[0], row.sku == place[1])
        return max(0, self._connection.execute(here).scalar() or 0)

    def shortfall(self, place: Place) -> dict[str, Any]:
        """`{units, order_nos, released_units}`: how many are missing, which orders will be decided again to make up for
        it, youngest first, and how many units cannot be made up for because they are on their way out."""
        missing = left = self.missing(place)
        order_nos = []
        for turn, units in self._losing(place) if missing else ():
            if left <= 0:
                break
            order_nos.append(turn.order_no)
            left -= units
        return {"units": missing, "order_nos": order_nos, "released_units": max(0, left)}

    def _losing(self, place: Place) -> Iterator[tuple[Turn, int]]:
        """Orders with units at a place that no warehouse was asked for, and how many, the one placed last first."""
        row, order = ReservationRow, OrderRow
        holding = sa.select(order.order_no, order.decision_id, row.units).join(row, row.order_no == order.order_no)
        here = (row.warehouse == place[0], row.sku == place[1], order.status.in_(_LOSING))
        youngest_first = holding.where(*here).order_by(order.placed_at.desc(), order.order_no.desc())
        for each in self._connection.execute(youngest_first).all():
            units = each.units - self._asked_for(each.order_no, place)
            if units > 0:
                yield Turn(each.order_no, each.decision_id), units

    def _asked_for(self, order_no: str, place: Place) -> int:
        """Units of an order at a place that it was asked to send off, to the buyer or to a store."""
        standing = units_reserved(Shipments(self._connection).standing(order_no))
        brought = units_in_transfer(Transfers(self._connection).under_way(order_no))
        return standing.get(place, 0) + brought.get(place, 0)


_FREE = StockBalanceRow.on_hand - StockBalanceRow.reserved - StockBalanceRow.safety_stock
_SUPPLY = sa.select(
    StockBalanceRow.sku, sa.func.sum(StockBalanceRow.freed).label("freed"),
    sa.func.sum(sa.case((_FREE > 0, _FREE), else_=0)).label("free"),
).group_by(StockBalanceRow.sku)  # fmt: skip
_EARLIEST = sa.select(StockWaitRow.sku, sa.func.min(StockWaitRow.seen).label("seen")).group_by(StockWaitRow.sku)

