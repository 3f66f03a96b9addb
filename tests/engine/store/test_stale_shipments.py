"""Shipments of which nothing is heard are found on both databases."""

from __future__ import annotations

import datetime as dt

from engine.decision import ActionIntent, Flag, derived_id
from engine.order import order_digest
from engine.reports import VendorEvent
from engine.standing import planned_of
from engine.store.database import Database
from engine.store.stale_shipments import NO_SCAN, NOT_COLLECTED
from tests.engine.store.samples import NOON, a_decision, an_order

HOUR = dt.timedelta(hours=1)
LATER = dt.date(2199, 1, 1)


def released(shop: Database):
    """The shipment of an order that left the order desk at noon."""
    order = an_order()
    decision = a_decision(order)
    number = decision.shipments[0].shipment_no
    with shop.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.decisions.add(decision, {}, order_digest(order), "order_received", planned_of(order, decision))
        uow.actions.add(order.order_no, decision.id, [ActionIntent(derived_id("outbound", number), "outbound", {})])
        uow.actions.claim(derived_id("outbound", number), 1, "w", NOON, 60)
        uow.orders.set_state(order.order_no, "released", decision.id, NOON)
        uow.commit()
    return decision, number


def find(shop: Database, scanned=NOON, packed=NOON, day=LATER, order_no=None):
    with shop.read() as uow:
        return [(each.kind, each.since) for each in uow.stale_shipments.find(scanned, packed, day, order_no)]


def come_to(shop: Database, number: str, status: str, at: dt.datetime) -> None:
    with shop.write() as uow:
        uow.reports.progress(uow.reports.shipment(number, None), status, {}, at)
        uow.commit()


def test_what_nobody_collects_is_found_by_when_it_was_handed_over_or_packed(shop: Database) -> None:
    decision, number = released(shop)
    assert find(shop) == find(shop, order_no=decision.order_no) == [(NOT_COLLECTED, NOON)]
    assert find(shop, packed=NOON - HOUR) == find(shop, order_no="own-shop.other") == []
    assert find(shop, day=dt.date(2020, 1, 1)) == [], "it ships later than that"
    come_to(shop, number, "packed", NOON + HOUR)
    assert find(shop) == [] and find(shop, packed=NOON + HOUR) == [(NOT_COLLECTED, NOON + HOUR)]


def test_what_nobody_scans_is_found_by_its_last_scan(shop: Database) -> None:
    decision, number = released(shop)
    come_to(shop, number, "shipped", NOON)
    assert find(shop) == [(NO_SCAN, NOON)]
    with shop.write() as uow:
        for at in (NOON + HOUR, NOON - HOUR):
            event = VendorEvent(at.isoformat(), "scanned", at, {}, number)
            uow.reports.keep_vendor_event("SF", event, decision.order_no, number, "sf", NOON, "shipped", None)
        uow.commit()
    assert find(shop) == [] and find(shop, scanned=NOON + HOUR) == [(NO_SCAN, NOON + HOUR)]


def test_a_flag_is_taken_off_and_raised_again(shop: Database) -> None:
    decision, _ = released(shop)
    flag = Flag("TRACKING_STALE", "red", "engine.no-scan", {"zh": "停", "en": "stale"})
    for _ in range(2):
        with shop.write() as uow:
            uow.decisions.flag(decision, flag, NOON)
            assert uow.stale_shipments.flagged() == [decision.order_no]
            uow.stale_shipments.clear(decision.order_no, NOON)
            assert uow.stale_shipments.flagged() == []
            uow.commit()
