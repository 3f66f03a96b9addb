"""What people look at of the stock: balances, searched and counted, and the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.store import pages
from engine.store.models.reference import ReferenceRow
from engine.store.models.stock import StockBalanceRow, StockMovementRow
from engine.store.statements import table

BALANCE = (
    StockBalanceRow.warehouse, StockBalanceRow.sku, StockBalanceRow.on_hand, StockBalanceRow.reserved,
    StockBalanceRow.safety_stock, StockBalanceRow.channel_shares,
)  # fmt: skip
FREE = StockBalanceRow.on_hand - StockBalanceRow.reserved - StockBalanceRow.safety_stock
_STATES: Mapping[str, Any] = {
    "short": StockBalanceRow.reserved > StockBalanceRow.on_hand, "empty": FREE <= 0,
}  # fmt: skip
_DESCRIPTION = sa.type_coerce(ReferenceRow.document, sa.Text())
_LITERALLY = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def rows(
    connection: sa.Connection, sku: str | None, warehouse: str | None, cursor: str | None, limit: int,
    text: str | None = None, state: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:  # fmt: skip
    """`{warehouse, sku, on_hand, reserved, safety_stock, available, shortfall, channel_shares}` by warehouse, sku.

    `shortfall`: units that are promised and not there. `text`: only skus whose code or description has it;
    `state`: only places that are `short` (of what is promised) or `empty` (nothing more to promise).
    """
    limit, key = pages.bounded(limit), pages.decode(cursor, str, str)
    row = StockBalanceRow
    wanted = _narrowed(sa.select(*BALANCE), row, sku, warehouse)
    if text:
        wanted = wanted.where(row.sku.in_(_named(text)))
    if state:
        wanted = wanted.where(_STATES[state])
    if key is not None:
        wanted = wanted.where(sa.tuple_(row.warehouse, row.sku) > sa.tuple_(*map(sa.literal, key)))
    found = connection.execute(wanted.order_by(row.warehouse, row.sku).limit(limit + 1)).all()
    page, next_cursor = pages.cut(found, limit, lambda each: (each.warehouse, each.sku))
    return [shown(each) for each in page], next_cursor


def of_skus(connection: sa.Connection, skus: Iterable[str]) -> list[dict[str, Any]]:
    """Every balance of some skus, as `rows` shows it, by warehouse and sku."""
    row = StockBalanceRow
    wanted = sa.select(*BALANCE).where(row.sku.in_(sorted(skus))).order_by(row.warehouse, row.sku)
    return [shown(each) for each in connection.execute(wanted)]


def is_kept(connection: sa.Connection, sku: str) -> bool:
    """Whether there are units of a sku anywhere, or were promised."""
    row = StockBalanceRow
    here = sa.and_(row.sku == sku, sa.or_(row.on_hand > 0, row.reserved > 0))
    return connection.execute(sa.select(sa.exists().where(here))).scalar_one()


def ledger(
    connection: sa.Connection, sku: str | None, warehouse: str | None, cursor: str | None, limit: int,
    order_no: str | None = None, kind: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:  # fmt: skip
    """Movements, newest first, of all that is named; `on_hand` and `reserved` are what each left behind."""
    limit, key = pages.bounded(limit), pages.decode(cursor, int)
    row = StockMovementRow
    wanted = _narrowed(sa.select(*table(row).c), row, sku, warehouse)
    named = ((row.order_no, order_no), (row.kind, kind))
    wanted = wanted.where(*(column == value for column, value in named if value))
    if key is not None:
        wanted = wanted.where(row.id < key[0])
    found = connection.execute(wanted.order_by(row.id.desc()).limit(limit + 1)).all()
    page, next_cursor = pages.cut(found, limit, lambda each: (each.id,))
    return [canonical.dump(each._mapping) for each in page], next_cursor


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many balances there are: `{all, short, empty}`."""
    counted = [sa.func.count().filter(condition).label(state) for state, condition in _STATES.items()]
    found = connection.execute(sa.select(sa.func.count().label("all"), *counted).select_from(StockBalanceRow))
    return dict(found.one()._mapping)


def shown(row: Any) -> dict[str, Any]:
    """A balance as people see it, with what follows from its counts."""
    values = {each.key: row._mapping[each.key] for each in BALANCE}
    return {
        **values, "channel_shares": dict(values["channel_shares"]), "available": max(0, free(values)),
        "shortfall": max(0, values["reserved"] - values["on_hand"]),
    }  # fmt: skip


def free(balance: Mapping[str, Any]) -> int:
    """Units that could be promised; below zero when more is promised or to be kept than there is."""
    return balance["on_hand"] - balance["reserved"] - balance["safety_stock"]


def _narrowed(statement: Any, row: Any, sku: str | None, warehouse: str | None) -> Any:
    if sku:
        statement = statement.where(row.sku == sku)
    return statement.where(row.warehouse == warehouse) if warehouse else statement


def _named(text: str) -> Any:
    """The skus whose code or description has a text, whatever its case."""
    row, pattern = ReferenceRow, f"%{text.lower().translate(_LITERALLY)}%"
    has = sa.or_(*(sa.func.lower(column).like(pattern, escape="\\") for column in (row.code, _DESCRIPTION)))
    return sa.select(row.code).where(row.kind == "skus", has)
