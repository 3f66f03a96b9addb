"""Whether the ledger, the balances, the reservations and the decisions tell the same story of the stock.

Everything is read in batches by key, so a check costs time in proportion to what there is, and little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.decision import Decision
from engine.order import Order
from engine.standing import units_reserved
from engine.store.models.decisions import DecisionRow
from engine.store.models.orders import OrderRow
from engine.store.models.reference import SnapshotRow
from engine.store.models.stock import ReservationRow, StockBalanceRow, StockMovementRow
from engine.store.shipments import Shipments
from engine.world import Standing

Place = tuple[str, str]  # (warehouse, sku)

_OVER = ("shipped", "delivered", "completed", "cancelled", "rejected", "returned")  # orders that promise nothing more
_MOVEMENTS, _ORDERS = 5000, 500  # read at once


@dataclass(frozen=True, slots=True)
class Difference:
    """Two records of the same thing that differ."""

    what: str  # on_hand, reserved: balance and ledger; movement: with those before; promised: balance and orders; …
    where: str  # "SH1/TEA", and the movement or the order
    is_: int
    should_be: int


def differences(connection: sa.Connection) -> Iterator[Difference]:
    """Every difference; none when all is well. Read in one transaction, or what others do meanwhile shows as one."""
    row = StockBalanceRow
    balances = {
        (each.warehouse, each.sku): each
        for each in connection.execute(sa.select(row.warehouse, row.sku, row.on_hand, row.reserved))
    }
    yield from _against_ledger(connection, balances)
    yield from _against_reservations(connection, balances)
    yield from _against_decisions(connection)


def _against_ledger(connection: sa.Connection, balances: Mapping[Place, Any]) -> Iterator[Difference]:
    unmoved = dict(balances)
    for place, movements in groupby(_movements(connection), lambda each: (each.warehouse, each.sku)):
        on_hand = reserved = 0
        for each in movements:
            on_hand, reserved = on_hand + each.on_hand_change, reserved + each.reserved_change
            where = f"{_at(place)} movement {each.id}"
            yield from _compare("movement", where, each.on_hand, on_hand)
            yield from _compare("movement", f"{where}, reserved", each.reserved, reserved)
        balance = unmoved.pop(place, None)
        yield from _compare("on_hand", _at(place), balance.on_hand if balance else 0, on_hand)
        yield from _compare("reserved", _at(place), balance.reserved if balance else 0, reserved)
    for place, balance in sorted(unmoved.items()):
        yield from _compare("on_hand", _at(place), balance.on_hand, 0)
        yield from _compare("reserved", _at(place), balance.reserved, 0)


def _movements(connection: sa.Connection) -> Iterator[Any]:
    """All of them, place by place, oldest first."""
    row = StockMovementRow
    key = sa.tuple_(row.sku, row.warehouse, row.id)
    wanted = sa.select(
        row.id, row.warehouse, row.sku, row.on_hand_change, row.reserved_change, row.on_hand, row.reserved
    ).order_by(row.sku, row.warehouse, row.id).limit(_MOVEMENTS)  # fmt: skip
    found = connection.execute(wanted).all()
    while found:
        yield from found
        last = found[-1]
        after = key > sa.tuple_(sa.literal(last.sku), sa.literal(last.warehouse), sa.literal(last.id))
        found = connection.execute(wanted.where(after)).all()


def _against_reservations(connection: sa.Connection, balances: Mapping[Place, Any]) -> Iterator[Difference]:
    row = ReservationRow
    sums = sa.select(row.warehouse, row.sku, sa.func.sum(row.units).label("units")).group_by(row.warehouse, row.sku)
    promised = {(each.warehouse, each.sku): int(each.units) for each in connection.execute(sums)}
    for place in sorted({*balances, *promised}):
        balance = balances.get(place)
        yield from _compare("promised", _at(place), balance.reserved if balance else 0, promised.get(place, 0))


def _against_decisions(connection: sa.Connection) -> Iterator[Difference]:
    """What each order has reserved is what is in its standing shipments, and what its latest decision plans beside."""
    shipments = Shipments(connection)
    for orders in _orders(connection):
        kept = _kept(connection, [each.order_no for each in orders])
        for each in orders:
            wanted = _wanted(each, shipments.standing(each.order_no))
            has = kept.get(each.order_no, {})
            for place in sorted({*wanted, *has}):
                yield from _compare(
                    "reservation", f"{_at(place)} order {each.order_no}", has.get(place, 0), wanted.get(place, 0)
                )


def _orders(connection: sa.Connection) -> Iterator[list[Any]]:
    """The orders that promise something, or have something reserved, in batches.

    Those that are to be decided again, because a warehouse refused or had fewer, are settled only by that.
    """
    order, decision = OrderRow, DecisionRow
    wanted = (
        sa.select(order.order_no, decision.document, SnapshotRow.data)
        .outerjoin(decision, decision.id == order.decision_id)
        .outerjoin(SnapshotRow, SnapshotRow.digest == decision.order_digest)
        .where(order.again_for.is_(None))
        .where(sa.or_(order.status.not_in(_OVER), sa.exists().where(ReservationRow.order_no == order.order_no)))
        .order_by(order.order_no)
        .limit(_ORDERS)
    )
    found = list(connection.execute(wanted))
    while found:
        yield found
        found = list(connection.execute(wanted.where(order.order_no > found[-1].order_no)))


def _wanted(row: Any, standing: Sequence[Standing]) -> dict[Place, int]:
    if row.document is None:
        return {}
    decision, stands = canonical.load(Decision, row.document), {each.shipment_no for each in standing}
    planned = tuple(each for each in decision.shipments if each.shipment_no not in stands)
    order = canonical.load(Order, row.data)
    return replace(decision, shipments=planned).reservations(order, units_reserved(standing))


def _kept(connection: sa.Connection, order_nos: Iterable[str]) -> dict[str, dict[Place, int]]:
    row = ReservationRow
    found = sa.select(row.order_no, row.warehouse, row.sku, row.units).where(row.order_no.in_(order_nos))
    kept: dict[str, dict[Place, int]] = {}
    for each in connection.execute(found):
        kept.setdefault(each.order_no, {})[each.warehouse, each.sku] = each.units
    return kept


def _compare(what: str, where: str, is_: int, should_be: int) -> Iterator[Difference]:
    if is_ != should_be:
        yield Difference(what, where, is_, should_be)


def _at(place: Place) -> str:
    return "/".join(place)
