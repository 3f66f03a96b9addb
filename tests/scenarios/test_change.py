"""An approved order changes: what stands at a warehouse stays or is asked back, the rest is planned again, and no unit is
promised twice (W8, T3)."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, Forbidden, OrderError
from engine.service.principals import Principal
from tests.scenarios.desk import APPROVER, OPS
from tests.scenarios.documents import SHANGHAI, UNPAID, WUHAN, a_line

VIEWER = Principal("person", "zhou", frozenset({"viewer"}))


def said(**more):
    return {"reason": "买家要求", **more}


def released(desk, *lines, **changes):
    """An order whose warehouses have been asked."""
    case = desk.post(*lines, **changes)
    assert case.status == "approved"
    desk.carry_out(case)
    assert case.status == "released"
    return case


def statuses(case):
    return {each["shipment_no"]: each["status"] for each in case.shipments}


def test_a_released_order_that_is_cancelled_asks_its_warehouse_first(desk):
    before = desk.available("LAUNDRY-2L")
    case = released(desk)
    (number,) = statuses(case)
    answer = desk.gatehouse.manual.cancel(case.order_no, said(), OPS)
    assert answer["order"]["status"] == "recalling"
    assert [each["shipment_no"] for each in answer["decision"]["shipments"]] == [number], "it stands until they say so"
    assert sum(case.reserved.values()) == 2
    assert [each["type"] for each in answer["decision"]["actions"]][:2] == ["cancel_outbound", "void_waybill"]
    desk.carry_out(case)
    assert desk.sweep() == 1
    assert (case.status, case.shipments, case.reserved) == ("cancelled", [], {})
    assert desk.available("LAUNDRY-2L") == before
    kept = case.page["vendors"]
    assert kept["outbounds"][0]["cancelled_at"] and kept["waybills"][0]["voided_at"]
    assert case.tasks()[-1] == ("finance", "engine.rejected"), "what was paid is to be given back"
    assert desk.differences() == {}


def test_a_warehouse_that_has_packed_says_no_and_the_parcel_is_to_be_caught(desk):
    case = released(desk)
    (number,) = statuses(case)
    report(desk, "packed", number)
    desk.gatehouse.manual.cancel(case.order_no, said(), OPS)
    desk.carry_out(case)
    desk.sweep()
    assert (case.status, statuses(case)) == ("cancelled", {number: "packed"})
    assert ("logistics", "engine.intercept") in case.tasks()
    assert [each["status"] for each in case.actions("void_waybill")] == ["skipped"], "its label is still good"
    assert sum(case.reserved.values()) == 2, "until it has left"
    desk.carry_out(case)
    assert desk.sweep() == 0, "nothing is asked again"
    report(desk, "shipped", number)
    assert (case.status, case.reserved) == ("cancelled", {})
    assert desk.differences() == {}


def test_an_unreleased_order_is_cancelled_at_once_and_nobody_is_asked(desk):
    case = desk.post(channel="taobao")
    assert case.status == "approved"
    desk.gatehouse.manual.cancel(case.order_no, said(), OPS)
    assert (case.status, case.shipments, case.reserved) == ("cancelled", [], {})
    assert {each["type"]: each["status"] for each in case.actions() if each["type"] != "task"} == {
        "outbound": "skipped", "waybill": "skipped", "notify": "skipped",
    }  # fmt: skip
    desk.clock.advance(minutes=30)
    desk.carry_out(case)
    assert case.page["vendors"]["outbounds"] == []


def test_money_that_comes_in_after_cancelling_waits_for_finance(desk):
    case = desk.post(payment=UNPAID)
    desk.gatehouse.manual.cancel(case.order_no, said(), OPS)
    assert (case.status, case.tasks()) == ("cancelled", [])
    pay(desk, case)
    assert (case.status, case.holds) == ("held", ["PAID_AFTER_CANCEL"])
    with pytest.raises(Forbidden):
        desk.release(case, "PAID_AFTER_CANCEL", by=OPS)
    desk.release(case, "PAID_AFTER_CANCEL", by=APPROVER)
    assert case.status == "approved"


def test_money_that_comes_in_after_cancelling_may_be_given_back(desk):
    case = desk.post(payment=UNPAID)
    desk.gatehouse.manual.cancel(case.order_no, said(), OPS)
    pay(desk, case)
    desk.gatehouse.manual.cancel(case.order_no, said(), OPS)
    assert (case.status, case.tasks()) == ("cancelled", [("finance", "engine.rejected")])


def pay(desk, case):
    order = desk.gatehouse.orders.order(case.order_no)
    data = {
        "status": "paid", "method": "alipay", "transaction_no": "T-late", "paid_cents": order["payable_cents"],
        "settled_at": "2026-11-11T11:00:00+08:00",
    }  # fmt: skip
    desk.clock.advance(minutes=30)
    event = {"event_id": "e-pay", "type": "payment_updated", "at": desk.clock().isoformat(), "data": data}
    desk.gatehouse.order_events.report(case.order_no, event, OPS)


def report(desk, type_, shipment_no, **data):
    """What a warehouse says of a shipment."""
    desk.clock.advance(minutes=1)
    event = {"event_id": f"{type_}-{shipment_no}", "type": type_, "at": desk.clock().isoformat()}
    document = {**event, "shipment_no": shipment_no, "data": data}
    desk.gatehouse.vendor_events.report("wms", document, OPS)
