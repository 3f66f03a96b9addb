"""Transfers are kept as decisions want them, and found again until they have arrived; on both databases."""

from __future__ import annotations

from dataclasses import replace

from engine.order import order_digest
from engine.store.database import Database
from engine.world import Transfer
from tests.engine.store.samples import NOON, an_order

ONE = Transfer("own-shop.A1-1-T1", "SH1", "ST-SH", {"TEA": 2, "MUG": 1})
OTHER = replace(ONE, transfer_no="own-shop.A1-1-T2", source="BJ1", units={"MUG": 1})


def test_transfers_are_kept_until_they_are_there_or_not_wanted(shop: Database) -> None:
    order = an_order()
    with shop.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.transfers.keep(order.order_no, [ONE, OTHER], NOON)
        uow.transfers.keep(order.order_no, [ONE, OTHER], NOON)
        uow.commit()
    with shop.write() as uow:
        assert uow.transfers.under_way(order.order_no) == (ONE, OTHER)
        assert uow.transfers.get(ONE.transfer_no) == (order.order_no, ONE) and uow.transfers.get("none") is None
        uow.transfers.progress(ONE.transfer_no, "shipped")
        uow.transfers.keep(order.order_no, [], NOON)
        assert uow.transfers.under_way(order.order_no) == (replace(ONE, status="shipped"),), "it is on its way"
        assert uow.transfers.get(OTHER.transfer_no)[1].status == "dropped"
        uow.transfers.progress(ONE.transfer_no, "arrived")
        assert uow.transfers.under_way(order.order_no) == ()
