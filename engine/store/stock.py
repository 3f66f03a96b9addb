"""Stock: balances, adjustments, and the reservation of units for orders without ever promising a unit twice.

Every change writes a movement in the same transaction. Whatever makes units free adds them to `freed` of the balance,
which only grows, so that whoever waits for units can tell whether anything came since it last looked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.errors import Conflict, NotFound, StockTaken
from engine.store import stock_check, stock_lists
from engine.store.models.orders import OrderRow
from engine.store.models.reference import ReferenceRow
from engine.store.models.stock import ReservationRow, StockAdjustmentRow, StockBalanceRow, StockMovementRow
from engine.store.reallocation import Reallocation
from engine.store.statements import insert, insert_new, table
from engine.store.stock_lists import BALANCE, FREE, free, shown

Place = tuple[str, str]  # (warehouse, sku), also the order in which balances are locked
Units = tuple[str, str, int]  # (warehouse, sku, units)

_CHANGE = sa.bindparam("change", type_=sa.BigInteger())
_HERE = (
    StockBalanceRow.warehouse == sa.bindparam("at_warehouse"), StockBalanceRow.sku == sa.bindparam("of_sku"),
)  # fmt: skip
_GIVE_BACK = (
    sa.update(table(StockBalanceRow)).where(*_HERE)
    .values(reserved=StockBalanceRow.reserved + _CHANGE, freed=StockBalanceRow.freed - _CHANGE).returning(*BALANCE)
)  # fmt: skip
_TAKE = (
    sa.update(table(StockBalanceRow)).where(*_HERE, FREE >= _CHANGE)
    .values(reserved=StockBalanceRow.reserved + _CHANGE).returning(*BALANCE)
)  # fmt: skip
_OPENING = "期初数 opening count"
_KEPT = (
    sa.select(ReservationRow.warehouse, ReservationRow.sku, ReservationRow.units)
    .where(ReservationRow.order_no == sa.bindparam("wanted"))
    .order_by(ReservationRow.warehouse, ReservationRow.sku)
)


class Stock:
    """Balances by (warehouse, sku)."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def rows(
        self, sku: str | None, warehouse: str | None, cursor: str | None, limit: int, text: str | None = None,
        state: str | None = None,
    ) -> tuple[list[dict[str, Any]], str | None]:  # fmt: skip
        """Balances by warehouse and sku; see `stock_lists`."""
        return stock_lists.rows(self._connection, sku, warehouse, cursor, limit, text, state)

    def of_skus(self, skus: Iterable[str]) -> list[dict[str, Any]]:
        """Every balance of some skus, as `rows` shows it, by warehouse and sku."""
        return stock_lists.of_skus(self._connection, skus)

    def is_kept(self, sku: str) -> bool:
        """Whether there are units of a sku anywhere, or were promised."""
        return stock_lists.is_kept(self._connection, sku)

    def ledger(
        self, sku: str | None, warehouse: str | None, cursor: str | None, limit: int, order_no: str | None = None,
        kind: str | None = None,
    ) -> tuple[list[dict[str, Any]], str | None]:  # fmt: skip
        """Movements, newest first, of all that is named; see `stock_lists`."""
        return stock_lists.ledger(self._connection, sku, warehouse, cursor, limit, order_no, kind)

    def counts(self) -> dict[str, int]:
        """How many balances there are: `{all, short, empty}`."""
        return stock_lists.counts(self._connection)

    def adjust(
        self, adjustment_id: str, warehouse: str, sku: str, on_hand: int | None, delta: int | None,
        safety_stock: int | None, channel_shares: Mapping[str, int] | None, reason: str, by: str, at: dt.datetime,
        kind: str = "adjusted",
    ) -> dict[str, Any]:  # fmt: skip
        """Count (`on_hand`) or correct (`delta`) a balance; the same id again answers the same and changes nothing.

        `kind`: adjusted, or received for goods that came in. The answer's `shortfall` says what comes of it when less
        is there than is promised; see `Reallocation.shortfall`. Raises NotFound for an unknown warehouse or sku,
        Conflict for a known id with other content and below zero.
        """
        asked = {
            "warehouse": warehouse, "sku": sku, "on_hand": on_hand, "delta": delta, "safety_stock": safety_stock,
            "channel_shares": channel_shares, "reason": reason, **({} if kind == "adjusted" else {"kind": kind}),
        }  # fmt: skip
        digest = canonical.digest(asked)
        values = {"adjustment_id": adjustment_id, "digest": digest, "by": by, "at": at, "answer": {}}
        if not insert_new(self._connection, StockAdjustmentRow, values):
            return self._adjusted_before(adjustment_id, digest)
        self._require("warehouses", warehouse)
        if self._require("skus", sku).get("components"):
            raise Conflict(f"{sku} is a bundle: what is in it is counted, not the bundle.")
        changes = {"safety_stock": safety_stock, "channel_shares": channel_shares}
        answer = self._change(warehouse, sku, on_hand, delta, changes, {
            "kind": kind, "at": at, "by": by, "reason": reason, "adjustment_id": adjustment_id,
        })  # fmt: skip
        short = Reallocation(self._connection).shortfall((warehouse, sku))
        answer = {"adjustment_id": adjustment_id, **answer, "shortfall": short}
        mine = StockAdjustmentRow.adjustment_id == adjustment_id
        self._connection.execute(sa.update(StockAdjustmentRow).where(mine).values(answer=answer))
        return answer

    def set(
        self, warehouse: str, sku: str, on_hand: int, safety_stock: int = 0, at: dt.datetime | None = None
    ) -> None:
        """Load a balance in bulk, without checking that the warehouse and the sku exist."""
        movement = {"kind": "adjusted", "at": at or dt.datetime.now(dt.UTC), "by": None, "reason": _OPENING}
        self._change(warehouse, sku, on_hand, None, {"safety_stock": safety_stock}, movement)

    def differences(self) -> Iterator[stock_check.Difference]:
        """Where ledger, balances, reservations and decisions disagree; see `stock_check`."""
        return stock_check.differences(self._connection)

    def lock(self, skus: Iterable[str]) -> None:
        """Keep others from reserving these skus until the transaction ends, so that a decision made now still holds."""
        if self._connection.dialect.name == "sqlite":
            return  # a write transaction there is alone anyway
        row = StockBalanceRow
        wanted = sa.select(row.sku).where(row.sku.in_(sorted(set(skus))))
        self._connection.execute(wanted.order_by(row.warehouse, row.sku).with_for_update())

    def reservations(self, order_no: str) -> dict[Place, int]:
        """Units that an order has reserved, by (warehouse, sku)."""
        kept = self._connection.execute(_KEPT, {"wanted": order_no})
        return {(each.warehouse, each.sku): each.units for each in kept}

    def reserve(
        self, order_no: str, wanted: Mapping[Place, int], decision_id: str, at: dt.datetime, lock: bool = False
    ) -> dict[Place, int]:
        """Make the order's reservation exactly `wanted`: release what it no longer needs, take what is missing.

        Gives the changes by place. Balances are touched in (warehouse, sku) order, so two orders never wait for each
        other in a circle. Raises StockTaken when units are missing; then nothing of this transaction may be committed.
        """
        kept = self.reservations(order_no)
        changes = {place: wanted.get(place, 0) - kept.get(place, 0) for place in sorted({*kept, *wanted})}
        changes = {place: change for place, change in changes.items() if change}
        if not changes:
            return changes
        if lock:
            self._lock_places(changes)
        channel = self._channel(order_no)
        movements = []
        for place, change in changes.items():
            balance = self._move(place, change, channel)
            movements.append(_reserving(place, change, balance, order_no, decision_id, at))
        insert(self._connection, StockMovementRow, movements)
        self._rewrite(order_no, channel, {place: wanted.get(place, 0) for place in changes}, kept, decision_id, at)
        return changes

    def ship(
        self, order_no: str, shipment_no: str, lines: Iterable[Units], at: dt.datetime, promised: bool = True
    ) -> bool:
        """The units of a shipment have left: on hand and what the order had reserved fall together.

        `promised`: whether units were still reserved for that shipment; what the order has reserved may be for others.
        False, and nothing done, when that is known of the shipment already. What leaves was there, whatever was
        counted: units that were not are written down as found first. Raises NotFound for an unknown order.
        """
        row, order = StockMovementRow, self._locked_order(order_no)
        if self._known(row.shipment_no == shipment_no, row.kind == "shipped"):
            return False
        kept, caused = self.reservations(order), {"order_no": order, "shipment_no": shipment_no, "at": at}
        for place, units in _by_place(lines).items():
            held = min(units, kept.get(place, 0)) if promised else 0
            before = self._locked(place)
            if units > before.on_hand:
                found = {**caused, "kind": "adjusted", "reason": "shipped, though not counted"}
                before = self._post(place, before, units - before.on_hand, 0, found)
            self._post(place, before, -units, -held, {**caused, "kind": "shipped", "reason": ""})
            self._lower(order, place, held)
        return True

    def take_back(
        self, order_no: str, return_id: str, lines: Iterable[Units], at: dt.datetime, reason: str = ""
    ) -> bool:
        """Units of an order are back on the shelf; False, and nothing done, when that return is known already.

        Raises NotFound for an unknown order.
        """
        row, order = StockMovementRow, self._locked_order(order_no)
        if self._known(row.return_id == return_id):
            return False
        caused = {"order_no": order, "return_id": return_id, "at": at, "kind": "returned", "reason": reason}
        for place, units in _by_place(lines).items():
            self._post(place, self._locked(place), units, 0, caused)
        return True

    def _locked_order(self, order_no: str) -> str:
        """The order's number, and nobody else changes the order until the transaction ends. Raises NotFound."""
        found = sa.select(OrderRow.order_no).where(OrderRow.order_no == order_no).with_for_update()
        if self._connection.execute(found).first() is None:
            raise NotFound(f"There is no order {order_no}.")
        return order_no

    def _known(self, *conditions: Any) -> bool:
        known = sa.select(StockMovementRow.id).where(*conditions).limit(1)
        return self._connection.execute(known).first() is not None

    def _lower(self, order_no: str, place: Place, units: int) -> None:
        """Take units off what an order has reserved at a place."""
        row = ReservationRow
        here = sa.and_(row.order_no == order_no, row.warehouse == place[0], row.sku == place[1])
        self._connection.execute(sa.delete(row).where(here, row.units <= units))
        self._connection.execute(sa.update(row).where(here).values(units=row.units - units))

    def _move(self, place: Place, change: int, channel: str) -> Any:
        """Change what is reserved at a place; the balance afterwards. Raises StockTaken."""
        moved = {"at_warehouse": place[0], "of_sku": place[1], "change": change}
        balance = self._connection.execute(_TAKE if change > 0 else _GIVE_BACK, moved).first()
        if balance is None:
            raise StockTaken(f"{change} × {place[1]} can no longer be had at {place[0]}.")
        if change > 0 and channel in balance.channel_shares:
            self._check_share(place, change, channel, balance)
        return balance

    def _check_share(self, place: Place, change: int, channel: str, balance: Any) -> None:
        """Raise StockTaken unless the channel stays within its share. Nobody can change that now: we hold the row."""
        row = ReservationRow
        mine = sa.select(sa.func.coalesce(sa.func.sum(row.units), 0)).where(
            row.warehouse == place[0], row.sku == place[1], row.channel == channel
        )
        share = max(0, balance.on_hand - balance.safety_stock) * balance.channel_shares[channel] // 100
        if int(self._connection.execute(mine).scalar_one()) + change > share:
            raise StockTaken(f"{change} × {place[1]} at {place[0]} would exceed the share of {channel}.")

    def _rewrite(
        self, order_no: str, channel: str, units: Mapping[Place, int], kept: Mapping[Place, int], decision_id: str,
        at: dt.datetime,
    ) -> None:  # fmt: skip
        row = ReservationRow
        for warehouse, sku in units.keys() & kept.keys():
            self._connection.execute(
                sa.delete(row).where(row.order_no == order_no, row.warehouse == warehouse, row.sku == sku)
            )
        fresh = [
            {"order_no": order_no, "warehouse": warehouse, "sku": sku, "channel": channel, "units": count,
             "decision_id": decision_id, "at": at}
            for (warehouse, sku), count in units.items() if count
        ]  # fmt: skip
        insert(self._connection, row, fresh)

    def _lock_places(self, places: Iterable[Place]) -> None:
        if self._connection.dialect.name == "sqlite":
            return
        row = StockBalanceRow
        for warehouse, sku in places:
            self._connection.execute(
                sa.select(row.sku).where(row.warehouse == warehouse, row.sku == sku).with_for_update()
            )

    def _channel(self, order_no: str) -> str:
        channel = self._connection.execute(sa.select(OrderRow.channel).where(OrderRow.order_no == order_no)).scalar()
        if channel is None:
            raise NotFound(f"There is no order {order_no}.")
        return channel

    def _change(
        self, warehouse: str, sku: str, on_hand: int | None, delta: int | None, changes: Mapping[str, Any],
        movement: Mapping[str, Any],
    ) -> dict[str, Any]:  # fmt: skip
        """Set a balance and write down the movement; the balance as `rows` shows it. Raises Conflict below zero."""
        place = (warehouse, sku)
        before = self._locked(place)
        counted = before.on_hand + (delta or 0) if on_hand is None else on_hand
        if counted < 0:
            raise Conflict(f"{sku} at {warehouse} would have {counted} units on hand.")
        return shown(self._post(place, before, counted - before.on_hand, 0, movement, _given(changes)))

    def _locked(self, place: Place) -> Any:
        """The balance of a place, a new one of nothing where there is none; nobody else changes it until we end."""
        empty = {"on_hand": 0, "reserved": 0, "safety_stock": 0, "channel_shares": {}, "freed": 0}
        insert_new(self._connection, StockBalanceRow, {"warehouse": place[0], "sku": place[1], **empty})
        here = _at(StockBalanceRow, place)
        return self._connection.execute(sa.select(*BALANCE, StockBalanceRow.freed).where(here).with_for_update()).one()

    def _post(
        self, place: Place, before: Any, on_hand: int, reserved: int, movement: Mapping[str, Any],
        changes: Mapping[str, Any] = MappingProxyType({}),
    ) -> Any:  # fmt: skip
        """Move a locked balance and write that down; the balance afterwards."""
        counts = {"on_hand": before.on_hand + on_hand, "reserved": before.reserved + reserved}
        after = {**before._mapping, **changes, **counts}
        after["freed"] += _freed(before._mapping, after)
        row = StockBalanceRow
        moved = sa.update(row).where(_at(row, place)).values(**after).returning(*BALANCE, row.freed)
        insert(self._connection, StockMovementRow, {
            **movement, "warehouse": place[0], "sku": place[1], "on_hand_change": on_hand, "reserved_change": reserved,
            "on_hand": after["on_hand"], "reserved": after["reserved"],
        })  # fmt: skip
        return self._connection.execute(moved).one()

    def _adjusted_before(self, adjustment_id: str, digest: str) -> dict[str, Any]:
        known = self._connection.execute(
            sa.select(StockAdjustmentRow).where(StockAdjustmentRow.adjustment_id == adjustment_id)
        ).one()
        if known.digest != digest:
            raise Conflict(f"Adjustment {adjustment_id} is known with other content.")
        return known.answer

    def _require(self, kind: str, code: str) -> Mapping[str, Any]:
        row = ReferenceRow
        known = self._connection.execute(sa.select(row.document).where(row.kind == kind, row.code == code)).scalar()
        if known is None:
            raise NotFound(f"There is no {code} among the {kind}.")
        return known


def _given(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if value is not None}


def _freed(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How many units became free, at least one where shares may have let a channel have more."""
    shared = before["channel_shares"] or after["channel_shares"]
    return max(0, free(after) - free(before), 1 if shared else 0)


def _by_place(lines: Iterable[Units]) -> dict[Place, int]:
    """Units by place, in the order in which balances are locked."""
    units: dict[Place, int] = {}
    for warehouse, sku, count in lines:
        units[warehouse, sku] = units.get((warehouse, sku), 0) + count
    return {place: units[place] for place in sorted(units) if units[place]}


def _at(row: Any, place: Place) -> Any:
    return sa.and_(row.warehouse == place[0], row.sku == place[1])


def _reserving(
    place: Place, change: int, balance: Any, order_no: str, decision_id: str, at: dt.datetime
) -> dict[str, Any]:
    return {
        "warehouse": place[0], "sku": place[1], "kind": "reserved" if change > 0 else "released", "on_hand_change": 0,
        "reserved_change": change, "on_hand": balance.on_hand, "reserved": balance.reserved, "order_no": order_no,
        "decision_id": decision_id, "at": at, "reason": "",
    }  # fmt: skip
