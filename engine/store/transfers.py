"""Goods that are brought from a warehouse to the store where an order is picked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from engine.store.models.transfers import TransferRow
from engine.store.statements import insert_new
from engine.world import Transfer

_UNDER_WAY = ("asked", "shipped")


class Transfers:
    """The transfers."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def under_way(self, order_no: str) -> tuple[Transfer, ...]:
        """What an order's store waits for, by number."""
        row = TransferRow
        wanted = _TRANSFERS.where(row.order_no == order_no, row.status.in_(_UNDER_WAY)).order_by(row.transfer_no)
        return tuple(Transfer(**each._mapping) for each in self._connection.execute(wanted))

    def get(self, transfer_no: str) -> tuple[str, Transfer] | None:
        """The order that a transfer is for, and the transfer."""
        row = TransferRow
        found = self._connection.execute(
            _TRANSFERS.add_columns(row.order_no).where(row.transfer_no == transfer_no)
        ).first()
        if found is None:
            return None
        values = dict(found._mapping)
        return values.pop("order_no"), Transfer(**values)

    def keep(self, order_no: str, wanted: Sequence[Transfer], at: dt.datetime) -> None:
        """Keep what a decision wants to be brought; what was only asked for before and is not wanted any more is
        dropped."""
        row = TransferRow
        still = row.transfer_no.in_([each.transfer_no for each in wanted])
        unwanted = sa.update(row).where(row.order_no == order_no, row.status == "asked", ~still)
        self._connection.execute(unwanted.values(status="dropped"))
        for each in wanted:
            insert_new(self._connection, row, {
                "transfer_no": each.transfer_no, "order_no": order_no, "source": each.source, "store": each.store,
                "units": each.units, "status": each.status, "at": at,
            })  # fmt: skip

    def progress(self, transfer_no: str, status: str) -> None:
        """How far it has come."""
        row = TransferRow
        self._connection.execute(sa.update(row).where(row.transfer_no == transfer_no).values(status=status))


_TRANSFERS = sa.select(
    TransferRow.transfer_no, TransferRow.source, TransferRow.store, TransferRow.units, TransferRow.status
)
