"""Stock: what is where, corrections of it, and every movement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from engine.intake.reference import load_adjustment
from engine.service.principals import Principal


class Stock:
    """Balances and their ledger."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def rows(
        self, sku: str | None = None, warehouse: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> dict[str, Any]:
        """`{items: [{warehouse, sku, on_hand, reserved, safety_stock, available}], next_cursor}`."""
        with self._database.read() as uow:
            items, next_cursor = uow.stock.rows(sku, warehouse, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def ledger(
        self, sku: str | None = None, warehouse: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> dict[str, Any]:
        """`{items, next_cursor}` of movements, newest first."""
        with self._database.read() as uow:
            items, next_cursor = uow.stock.ledger(sku, warehouse, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def adjust(self, document: Mapping[str, Any], by: Principal) -> dict[str, Any]:
        """Correct a balance; the same `adjustment_id` again changes nothing. Gives the row. Raises OrderError,
        Conflict, NotFound."""
        by.require("ops")
        adjustment = load_adjustment(document)
        with self._database.write() as uow:
            row = uow.stock.adjust(**adjustment, by=by.name, at=self._clock())
            uow.audit.write(
                self._clock(), by.name, "stock.adjust", f"{row['warehouse']}/{row['sku']}", None, adjustment
            )
            uow.commit()
        return row
