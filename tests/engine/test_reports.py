"""Reports that overtake one another end in the same."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import reports
from engine.intake.schema import load_order
from engine.reports import OrderEvent
from engine.world import Channel
from tests.scenarios.documents import SHANGHAI, UNPAID, a_coupon, a_document, a_line

AT = dt.datetime(2026, 11, 11, 2, 30, tzinfo=dt.UTC)
PAID = {"status": "paid", "transaction_no": "T-9", "paid_cents": 9_000}


@pytest.fixture(scope="module")
def posted():
    lines = (a_line("LAUNDRY-2L"), a_line("RICE-10KG"))
    document = a_document(*lines, coupons=[a_coupon("A", 500)], payment=UNPAID)
    return load_order(document, Channel("own-shop", "自营", "canonical"))


def event(type_: str, minute: int, event_id: str = "", **data) -> OrderEvent:
    return OrderEvent(event_id or f"{type_}-{minute}", type_, AT + dt.timedelta(minutes=minute), data)


def to_shanghai(minute: int, name: str = "李四") -> OrderEvent:
    return event("receiver_changed", minute, name=name, country="CN", masked=False, **SHANGHAI)


def three_of_one(minute: int, **more) -> OrderEvent:
    lines = [{"line_no": "1", "sku": "LAUNDRY-2L", "quantity": 3, "unit_cents": 3_990}]
    return event("lines_changed", minute, lines=lines, payable_cents=11_470, **more)


def test_without_events_an_order_is_as_it_was_posted(posted):
    assert reports.changed(posted, []) == posted


def test_what_an_update_of_a_payment_leaves_out_is_as_it_was_posted(posted):
    payment = reports.changed(posted, [event("payment_updated", 1, **PAID)]).payment
    assert (payment.status, payment.method, payment.paid_cents) == ("paid", "alipay", 9_000)


def test_a_changed_receiver_replaces_the_whole_one(posted):
    receiver = reports.changed(posted, [to_shanghai(1)]).receiver
    assert (receiver.name, receiver.city, receiver.phone, receiver.address) == ("李四", "上海市", None, None)


def test_changed_lines_keep_the_coupons_unless_they_say_others(posted):
    assert reports.changed(posted, [three_of_one(1)]).coupons == posted.coupons
    order = reports.changed(posted, [three_of_one(1, coupons=[])])
    assert order.coupons == () and order.payable_cents == 11_470 and [line.quantity for line in order.lines] == [3]


def test_a_refund_is_asked_for_one_line_or_for_all(posted):
    one = reports.changed(posted, [event("refund_requested", 1, line_no="2")])
    assert [line.refund_status for line in one.lines] == ["none", "requested"]
    everything = reports.changed(posted, [event("refund_requested", 1)])
    assert {line.refund_status for line in everything.lines} == {"requested"}


def test_lines_that_came_before_a_refund_by_their_place_do_not_undo_it(posted):
    refund = event("refund_requested", 2, line_no="1")
    assert not reports.replaced(three_of_one(1), [refund])
    order = reports.changed(posted, [refund, three_of_one(1)])
    assert [(line.quantity, line.refund_status) for line in order.lines] == [(3, "requested")]


def test_only_what_says_the_same_later_replaces(posted):
    early, late = to_shanghai(1), to_shanghai(2, "王五")
    assert reports.replaced(early, [late, three_of_one(3)]) and not reports.replaced(late, [early, three_of_one(3)])
    assert reports.replaced(event("refund_requested", 1), [three_of_one(2)])


def test_of_two_at_the_same_instant_the_greater_id_is_the_later(posted):
    events = [event("payment_updated", 1, "b", **PAID), event("payment_updated", 1, "a", status="failed")]
    assert reports.changed(posted, events).payment.status == "paid"


def test_what_was_paid_before_a_cancellation(posted):
    events = [event("payment_updated", 3, **PAID), event("cancelled", 2), event("cancelled", 4)]
    first = reports.first_cancelled(events)
    assert first.place == events[1].place and reports.paid_before(posted, events, first.place) == 0
    assert reports.paid_before(posted, events, events[2].place) == 9_000


EVENTS = (
    to_shanghai(1), to_shanghai(4, "王五"), three_of_one(2), event("refund_requested", 3, line_no="1"),
    event("refund_requested", 1), event("payment_updated", 2, **PAID), event("payment_updated", 5, status="failed"),
    event("cancelled", 6),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.permutations(EVENTS))
def test_any_order_of_delivery_ends_in_the_same(posted, events):
    expected = reports.changed(posted, EVENTS)
    assert reports.changed(posted, events) == expected
    assert reports.changed(posted, [*events, *events]) == expected


def test_corrected_amounts_add_up(posted):
    class Dropped:
        kind, coupon, discount_cents = "dropped", "A", 500

    said = reports.corrected(posted, posted.payable_cents + 490, [Dropped])  # 10 cents less than the coupon was worth
    order = reports.changed(posted, [event(reports.CORRECTED, 1, **said)])
    assert not order.coupons[0].applied
    assert order.stated_total_cents == order.payable_cents == posted.payable_cents + 490


def test_every_status_says_what_comes_of_every_event():
    statuses = {status for row in reports.CONSEQUENCES.values() for status in row}
    assert all(set(row) == statuses for row in reports.CONSEQUENCES.values())


@pytest.mark.parametrize("reported", [*itertools.permutations(["accepted", "packed", "scanned", "shipped", "signed"])])
def test_a_shipment_never_goes_back(reported):
    status, seen = "released", ["released"]
    for type_ in reported:
        status = reports.progressed(status, type_)
        seen.append(status)
    order = ("released", "accepted", "packed", "shipped", "signed")
    assert status == "signed" and seen == sorted(seen, key=order.index)


def test_a_refused_shipment_is_none_any_more():
    assert reports.progressed("packed", "refused") == "refused"
    assert reports.progressed("shipped", "refused") == "shipped"
    assert reports.progressed("refused", "shipped") == "refused"


def test_what_was_lost_may_still_arrive_and_what_arrived_may_come_back():
    assert reports.progressed("lost", "signed") == "signed"
    assert reports.progressed("signed", "lost") == "signed"
    assert reports.progressed("signed", "returned") == "returned"
