"""Stock: what is where, corrections of it, and every movement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from engine import goods
from engine.intake.adjustments import load_adjustment
from engine.service.principals import Principal

MOVEMENTS = ("received", "adjusted", "reserved", "released", "shipped", "returned")  # kinds of them


class Stock:
    """Balances and their ledger."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def rows(
        self, sku: str | None = None, warehouse: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> dict[str, Any]:
        """`{items: [{warehouse, sku, on_hand, reserved, safety_stock, available, shortfall}], next_cursor}`.

        Of a bundle, which lies nowhere, `available` is how many could be made of what is in it.
        """
        with self._database.read() as uow:
            if units := _contents(uow, sku):
                made = _bundles(sku or "", units, uow.stock.of_skus(units))
                return {"items": [each for each in made if warehouse in (None, each["warehouse"])], "next_cursor": None}
            items, next_cursor = uow.stock.rows(sku, warehouse, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def ledger(
        self, sku: str | None = None, warehouse: str | None = None, cursor: str | None = None, limit: int = 100,
        order_no: str | None = None, kind: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """`{items, next_cursor}` of the movements of all that is named, newest first."""
        with self._database.read() as uow:
            items, next_cursor = uow.stock.ledger(sku, warehouse, cursor, limit, order_no, kind)
        return {"items": items, "next_cursor": next_cursor}

    def search(
        self, text: str = "", warehouse: str = "", state: str = "", cursor: str | None = None, limit: int = 30
    ) -> dict[str, Any]:
        """`{items, next_cursor}` of balances whose sku has that text in its code or description, each with the number
        of orders that wait for the sku (`waiting`); `state` is `short`, `empty` or none."""
        with self._database.read() as uow:
            items, next_cursor = uow.stock.rows(None, warehouse or None, cursor, limit, text or None, state or None)
            waiting = uow.reallocation.waiting({each["sku"] for each in items})
        rows = [{**each, "waiting": waiting.get(each["sku"], 0)} for each in items]
        return {"items": rows, "next_cursor": next_cursor}

    def counts(self) -> dict[str, int]:
        """`{all, short, empty, waiting}`: balances, those short of what is promised, those with nothing left, and
        orders that wait for stock."""
        with self._database.read() as uow:
            return {**uow.stock.counts(), "waiting": uow.reallocation.waiting_orders()}

    def differences(self) -> Iterator[Any]:
        """Where ledger, balances, reservations and decisions disagree: nowhere, if all is well. Reads all of it."""
        with self._database.read() as uow:
            yield from uow.stock.differences()

    def adjust(self, document: Mapping[str, Any], by: Principal) -> dict[str, Any]:
        """Correct a balance; the same `adjustment_id` again changes nothing.

        Gives the row, its `shortfall` being `{units, order_nos, released_units}`: the orders that are decided again
        because they lose units, and how many units are on their way out already. Raises OrderError, Conflict, NotFound.
        """
        by.require("ops")
        adjustment = load_adjustment(document)
        with self._database.write() as uow:
            row = uow.stock.adjust(**adjustment, by=by.name, at=self._clock())
            uow.audit.write(
                self._clock(), by.name, "stock.adjust", f"{row['warehouse']}/{row['sku']}", None, adjustment
            )
            uow.commit()
        return row


def _contents(uow: Any, sku: str | None) -> dict[str, int]:
    """Units by sku of what is in a bundle; nothing where it is none."""
    skus = goods.opened([sku], uow.reference.skus) if sku else {}
    return goods.contents(skus[sku], skus) if sku in skus else {}


def _bundles(sku: str, units: Mapping[str, int], rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The balance of a bundle, at each warehouse that has some of what is in it."""
    for warehouse, here in groupby(rows, lambda row: row["warehouse"]):
        made = goods.bundles_of(units, {row["sku"]: row["available"] for row in here})
        nothing = {"on_hand": 0, "reserved": 0, "safety_stock": 0, "shortfall": 0, "channel_shares": {}}
        yield {"warehouse": warehouse, "sku": sku, **nothing, "available": made}
