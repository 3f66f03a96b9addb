from __future__ import annotations

import datetime as dt
import threading

from engine.decision import ActionIntent
from engine.order import order_digest
from engine.store.database import Database
from tests.engine.store.samples import NOON, a_decision, an_order

DESK = "order_desk_digest"
HALF_HOUR = dt.timedelta(minutes=30)


def told(database: Database, number: str, at: dt.datetime) -> str:
    """An order that the desk is told of with others, decided then."""
    order = an_order(number)
    decision = a_decision(order, decided_at=at)
    told = ActionIntent(f"tell-{number}", "notify", {"to": DESK, "template": "orders-accepted"})
    alone = ActionIntent(f"alone-{number}", "notify", {"to": "order_desk", "template": "order-urgent"})
    with database.write() as uow:
        uow.orders.accept(order, order_digest(order), at)
        uow.decisions.add(decision, {}, order_digest(order), "order_received")
        uow.actions.add(order.order_no, decision.id, (told, alone))
        uow.commit()
    return order.order_no


def gather(database: Database, before: dt.datetime) -> int:
    with database.write() as uow:
        gathered = uow.digests.gather(DESK, f"{DESK}@{before.isoformat()}", before)
        uow.commit()
    return gathered


def test_what_waits_for_others_is_no_workers_business(shop: Database) -> None:
    order_no = told(shop, "A1", NOON)
    later = NOON + dt.timedelta(days=1)
    with shop.read() as uow:
        assert [each["id"] for each in uow.actions.due(later, 60, 10)] == ["alone-A1"]
        assert [each["id"] for each in uow.actions.ready(order_no, later)] == ["alone-A1"]
        assert uow.actions.open_count() == 1
        assert not uow.digests.waits(DESK, NOON) and uow.digests.waits(DESK, NOON + HALF_HOUR)


def test_a_digest_is_made_once_and_never_changes(shop: Database) -> None:
    told(shop, "A1", NOON)
    told(shop, "A2", NOON + dt.timedelta(minutes=1))
    first, second = NOON + HALF_HOUR, NOON + 2 * HALF_HOUR
    assert (gather(shop, first), gather(shop, first)) == (2, 0)
    told(shop, "A3", NOON + dt.timedelta(minutes=2))  # recorded late
    assert gather(shop, first) == 0
    assert gather(shop, second) == 1
    with shop.read() as uow:
        unsent = uow.digests.unsent()
    assert [(each["by_channel"], each["template"]) for each in unsent] == [
        ({"自营商城": 2}, "orders-accepted"), ({"自营商城": 1}, "orders-accepted"),
    ]  # fmt: skip
    with shop.write() as uow:
        uow.digests.finish(unsent[0]["digest"], {"to": "order_desk"}, second)
        uow.commit()
    with shop.read() as uow:
        assert [each["digest"] for each in uow.digests.unsent()] == [unsent[1]["digest"]]
        states = {each["id"]: each["status"] for each in uow.actions.of("own-shop.A1")}
    assert states == {"tell-A1": "done", "alone-A1": "pending"}


def test_of_several_who_gather_at_once_one_does(shop: Database) -> None:
    for number in range(4):
        told(shop, f"A{number}", NOON)
    gathered: list[int] = []
    threads = [threading.Thread(target=lambda: gathered.append(gather(shop, NOON + HALF_HOUR))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(gathered) == [0, 0, 0, 0, 4]
