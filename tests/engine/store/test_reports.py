"""Reports are kept once, and what follows from them is found again; on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest

from engine.decision import ActionIntent, derived_id
from engine.order import Line, order_digest
from engine.reports import OrderEvent, VendorEvent
from engine.standing import planned_of
from engine.store.database import Database
from tests.engine.store.samples import NOON, RECEIVER, a_decision, an_order

PAID = OrderEvent("p-1", "payment_updated", NOON, {"status": "paid"})


@pytest.fixture
def order(shop: Database):
    """An accepted order whose one shipment its warehouse was asked for."""
    order = an_order()
    decision = a_decision(order)
    number = decision.shipments[0].shipment_no
    with shop.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.decisions.add(decision, {}, order_digest(order), "order_received", planned_of(order, decision))
        uow.actions.add(order.order_no, decision.id, [ActionIntent(derived_id("outbound", number), "outbound", {})])
        uow.actions.claim(derived_id("outbound", number), 1, "w", NOON, 60)
        uow.vendors.waybill(number, "SF-AIR", order.order_no, NOON)
        uow.orders.set_state(order.order_no, "released", decision.id)
        uow.commit()
    return order


def test_an_event_is_kept_with_what_became_of_it(shop: Database, order) -> None:
    with shop.write() as uow:
        assert uow.reports.order_event(order.order_no, "p-1") is None
        uow.reports.keep_order_event(order.order_no, PAID, "taobao", NOON, True, None)
        late = replace(PAID, event_id="p-0")
        uow.reports.keep_order_event(order.order_no, late, "taobao", NOON, False, "late")
        uow.commit()
    with shop.read() as uow:
        kept = uow.reports.order_event(order.order_no, "p-1")
        assert (kept.digest, kept.counts, kept.why_not, kept.answer) == (PAID.digest, True, None, None)
        assert uow.reports.order_event(order.order_no, "p-0").why_not == "late"
        assert uow.reports.counting(order.order_no) == [PAID]
        assert [each["event_id"] for each in uow.reports.of(order.order_no)] == ["p-0", "p-1"]


def test_the_first_answer_stays(shop: Database, order) -> None:
    with shop.write() as uow:
        uow.reports.keep_order_event(order.order_no, PAID, "taobao", NOON, True, None)
        assert uow.reports.answer(order.order_no, "p-1", {"applied": True}) == {"applied": True}
        assert uow.reports.answer(order.order_no, "p-1", {"applied": False}) == {"applied": True}


def test_a_shipment_is_found_by_its_number_and_by_its_waybill(shop: Database, order) -> None:
    with shop.read() as uow:
        found = uow.reports.shipment(f"{order.order_no}-S1", None)
        assert (found.status, found.picked, found.asked.warehouse) == ("released", {}, "SH1")
        assert [(line.sku, line.quantity) for line in found.asked.lines] == [("TEA", 2)]
        label = uow.vendors.of(order.order_no)["waybills"][0]["waybill_no"]
        assert uow.reports.shipment(None, label) == found
        assert uow.reports.shipment("none", None) is None and uow.reports.shipment(None, "none") is None


def test_how_far_a_shipment_has_come_is_what_stands(shop: Database, order) -> None:
    event = VendorEvent("v-1", "short_picked", NOON, {}, f"{order.order_no}-S1")
    with shop.write() as uow:
        shipment = uow.reports.shipment(event.shipment_no, None)
        uow.reports.keep_vendor_event("SH1", event, order.order_no, event.shipment_no, "key", NOON, "released", None)
        uow.reports.progress(shipment, "accepted", {}, NOON)
        uow.reports.progress(shipment, "picked", {"1": 1}, NOON)
        uow.commit()
    with shop.read() as uow:
        (standing,) = uow.shipments.standing(order.order_no)
        assert (standing.status, standing.lines[0].quantity) == ("picked", 1)
        assert uow.reports.states(order.order_no) == {event.shipment_no: "picked"}
        assert uow.vendors.shipment_states([event.shipment_no])[event.shipment_no]["status"] == "picked"
        kept = uow.reports.vendor_event("SH1", "v-1")
        assert (kept.digest, kept.status, kept.order_no) == (event.digest, "released", order.order_no)
        assert uow.reports.vendor_event("BJ1", "v-1") is None


def test_a_refused_shipment_stands_no_more(shop: Database, order) -> None:
    with shop.write() as uow:
        shipment = uow.reports.shipment(f"{order.order_no}-S1", None)
        uow.reports.progress(shipment, "refused", {}, NOON)
        assert uow.shipments.standing(order.order_no) == ()


def test_a_changed_order_keeps_what_was_posted(shop: Database, order) -> None:
    li = replace(RECEIVER, name="李四", phone="13911112222")
    moved = replace(order, receiver=li, lines=(Line("1", "MUG", 5, 1),))
    with shop.write() as uow:
        for content in (moved, replace(moved, remark="again")):
            uow.orders.change(order.order_no, content, order_digest(content))
        uow.commit()
    with shop.read() as uow:
        stored = uow.orders.get(order.order_no)
        assert stored.order.receiver.name == "李四" and stored.digest == order_digest(stored.order)
        assert stored.posted_digest == order_digest(order) and uow.orders.posted(order.order_no) == order
        for found in ({"phone": "13911112222"}, {"sku": "MUG"}, {"q": "李四"}):
            assert len(uow.orders.search(found, None, 10)[0]) == 1
        assert uow.orders.search({"sku": "TEA"}, None, 10)[0] == []


def test_what_has_come_about_has_an_order_decided_again(shop: Database, order) -> None:
    soon, long_ago = NOON + dt.timedelta(minutes=1), NOON - dt.timedelta(minutes=1)
    with shop.write() as uow:
        assert uow.orders.awaits_decision(order.order_no) is None
        before = uow.orders.get(order.order_no)
        uow.orders.again(order.order_no, "order_changed")
        after = uow.orders.get(order.order_no)
        assert after.changes == before.changes + 1
        waits = ("order_changed", before.decision_id)
        assert uow.orders.awaits_decision(order.order_no) == waits
        assert uow.orders.to_decide_again(long_ago, 10) == [(order.order_no, *waits)]
        assert uow.orders.begin(order.order_no, before.decision_id, NOON, long_ago)
        assert uow.orders.to_decide_again(long_ago, 10) == [], "somebody is at it"
        assert len(uow.orders.to_decide_again(soon, 10)) == 1, "who is dead by then"
        decision = a_decision(order, 2)
        uow.decisions.add(decision, {}, order_digest(order), "order_changed", ())
        assert uow.orders.awaits_decision(order.order_no) is None


def test_changes_are_found_from_where_one_left_off(shop: Database) -> None:
    for number in ("A1", "A2", "A3"):
        accept(shop, number)
    first, cursor = changed(shop, None)
    assert sorted(first) == ["own-shop.A1", "own-shop.A2", "own-shop.A3"] and changed(shop, cursor) == ([], cursor)
    with shop.write() as uow:
        uow.orders.set_state("own-shop.A2", "held", None)
        uow.commit()
    assert changed(shop, cursor)[0] == ["own-shop.A2"]
    with shop.read() as uow:
        assert uow.orders.changed_since("taobao", None, 10)[0] == []


@pytest.mark.postgres  # SQLite writes one after the other
def test_a_change_that_is_being_committed_is_not_missed(postgres_database: Database) -> None:
    """Whoever polls while another transaction is under way finds that change the next time."""
    shop = postgres_database
    for number in ("A1", "A2"):
        accept(shop, number)
    _, cursor = changed(shop, None)
    with shop.write() as slow:
        slow.orders.set_state("own-shop.A1", "held", None)
        with shop.write() as quick:
            quick.orders.set_state("own-shop.A2", "held", None)
            quick.commit()
        found, cursor = changed(shop, cursor)
        assert found == ["own-shop.A2"]
        slow.commit()
    assert changed(shop, cursor)[0] == ["own-shop.A1"]


def test_who_polls_at_once_misses_nothing(shop: Database) -> None:
    seen: list[set[str]] = []

    def poll() -> None:
        found, cursor = set(), None
        for _ in range(40):
            some, cursor = changed(shop, cursor)
            found.update(some)
        seen.append(found)

    pollers = [threading.Thread(target=poll) for _ in range(3)]
    for poller in pollers:
        poller.start()
    numbers = [f"B{number}" for number in range(30)]
    for number in numbers:
        accept(shop, number)
    for poller in pollers:
        poller.join(60)
    last, _ = changed(shop, None)
    assert {f"own-shop.{number}" for number in numbers} == set(last)
    assert all(found <= set(last) for found in seen)


def test_delivered_orders_are_found_unless_something_is_to_come_back(shop: Database, order) -> None:
    later = NOON + dt.timedelta(days=7)
    with shop.write() as uow:
        uow.orders.set_state(order.order_no, "delivered", None)
        uow.reports.delivered(order.order_no, NOON)
        assert uow.reports.delivered_before(NOON - dt.timedelta(seconds=1), 10) == []
        assert uow.reports.delivered_before(later, 10) == [order.order_no]
        back = OrderEvent("r-1", "return_requested", NOON, {"kind": "return"})
        uow.reports.keep_order_event(order.order_no, back, "taobao", NOON, False, None)
        assert uow.reports.delivered_before(later, 10) == []


def test_a_channels_numbers_are_compared_with_ours(shop: Database) -> None:
    for number in ("A1", "A2"):
        accept(shop, number)
    with shop.read() as uow:
        end = NOON + dt.timedelta(seconds=1)
        assert uow.orders.reconcile("own-shop", NOON, end, ["A2", "X", "X"]) == (["X"], ["A1"])
        assert uow.orders.reconcile("own-shop", end, end, []) == ([], [])
        many = [f"N{number}" for number in range(1_200)]
        assert uow.orders.reconcile("own-shop", NOON, end, [*many, "A1", "A2"]) == (many, [])


def accept(shop: Database, number: str) -> None:
    order = an_order(number)
    with shop.write() as uow:
        uow.orders.accept(order, order_digest(order), NOON)
        uow.commit()


def changed(shop: Database, cursor: str | None) -> tuple[list[str], str]:
    with shop.read() as uow:
        unplaced = uow.orders.has_unplaced_changes()
    if unplaced:
        shop.write_retrying(lambda uow: uow.orders.place_changes())
    with shop.read() as uow:
        items, cursor = uow.orders.changed_since(None, cursor, 1000)
    return [each["order_no"] for each in items], cursor
