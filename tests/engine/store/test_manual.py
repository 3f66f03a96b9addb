from __future__ import annotations

from engine.order import order_digest
from engine.store.database import Database
from engine.world import Waiver
from tests.engine.store.samples import NOON, an_order


def test_waivers_and_manual_decisions_are_kept_in_order(database: Database) -> None:
    order = an_order()
    seen = {"order.payable_cents": 600000}
    waivers = [Waiver(rule, "HIGH_VALUE", "order", seen, "li", NOON, "熟客") for rule in ("rule-2", "rule-1")]
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        for waiver in waivers:
            uow.waivers.add(order.order_no, waiver)
        uow.manual.record(order.order_no, "release", "li", NOON, {"holds": ["HIGH_VALUE"]})
        uow.manual.record(order.order_no, "hold", "wang", NOON, {"reason": "MANUAL"})
        uow.commit()
    with database.read() as uow:
        assert uow.waivers.of(order.order_no) == tuple(waivers) and uow.waivers.of("own-shop.A2") == ()
        assert [(each["kind"], each["by"]) for each in uow.manual.of(order.order_no)] == [
            ("release", "li"), ("hold", "wang")
        ]  # fmt: skip
        assert uow.manual.of(order.order_no)[0]["data"] == {"holds": ["HIGH_VALUE"]}
