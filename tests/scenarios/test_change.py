"""An approved order changes: what stands at a warehouse stays or is asked back, the rest is planned again, and no unit
is promised twice (W8, T3)."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, Forbidden, OrderError
from engine.service.principals import Principal
from tests.scenarios.desk import APPROVER, OPS, channel_of
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


def test_a_shipment_that_leaves_although_it_was_stopped_takes_nothing_from_what_goes_in_its_place(desk):
    case = released(desk)
    (number,) = statuses(case)
    desk.gatehouse.manual.adjust(case.order_no, said(line_no="1", quantity=1), OPS)
    desk.carry_out(case)
    desk.sweep()
    assert sum(case.reserved.values()) == 1
    report(desk, "shipped", number)
    assert sum(case.reserved.values()) == 1
    assert list(desk.gatehouse.stock.differences()) == []


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
    desk.gatehouse.order_events.report(case.order_no, event, channel_of(case.order_no))


def report(desk, type_, shipment_no, **data):
    """What a warehouse says of a shipment."""
    desk.clock.advance(minutes=1)
    event = {"event_id": f"{type_}-{shipment_no}", "type": type_, "at": desk.clock().isoformat()}
    document = {**event, "shipment_no": shipment_no, "data": data}
    desk.gatehouse.vendor_events.report("wms", document, OPS)


def test_an_order_that_is_returned_to_audit_waits_until_a_person_lets_it_go(desk):
    case = released(desk)
    (number,) = statuses(case)
    desk.gatehouse.manual.return_to_audit(case.order_no, said(), OPS)
    assert (case.status, case.holds) == ("recalling", ["MANUAL"])
    with pytest.raises(Conflict, match="recalling"):
        desk.release(case, "MANUAL")
    desk.carry_out(case)
    desk.sweep()
    assert (case.status, case.holds, list(case.reserved.values())) == ("held", ["MANUAL"], [2])
    desk.release(case, "MANUAL")
    assert case.status == "approved"
    assert number not in statuses(case), "another number: the warehouse has thrown that one away"
    desk.carry_out(case)
    assert case.status == "released"
    assert [each["cancelled_at"] is None for each in case.page["vendors"]["outbounds"]] == [False, True]
    assert desk.differences() == {}


def test_who_waits_for_a_person_keeps_its_stock_and_is_not_sent_off(desk):
    case = desk.post(channel="taobao")
    desk.gatehouse.manual.hold(case.order_no, {"reason": "等客户回电", "note": "", "due_at": None}, OPS)
    hold = case.hold("MANUAL")
    assert (case.status, hold["queue"], hold["rule"]) == ("held", "service", "engine.manual")
    assert list(case.reserved.values()) == [2]
    desk.sweep(hours=3)
    desk.carry_out(case)
    assert (case.status, case.page["vendors"]["outbounds"]) == ("held", [])
    desk.release(case, "MANUAL")
    assert case.status == "approved"
    desk.gatehouse.manual.hold(case.order_no, {"reason": "HIGH_VALUE", "note": "再看看", "due_at": None}, OPS)
    assert case.hold("HIGH_VALUE")["queue"] == "risk", "a hold that was lifted once can be made again"
    assert desk.differences() == {}


def test_a_person_cannot_hold_for_what_comes_and_goes_by_itself(desk):
    case = desk.post()
    with pytest.raises(OrderError):
        desk.gatehouse.manual.hold(case.order_no, {"reason": "AWAITING_PAYMENT", "note": "", "due_at": None}, OPS)


def test_what_stands_stays_and_only_the_rest_is_planned_again(desk):
    desk.stock("LAUNDRY-2L", {"SH1": 2})
    desk.stock("TISSUE-24", {"BJ1": 1, "GZ1": 5})
    case = released(desk, a_line("LAUNDRY-2L", 2), a_line("TISSUE-24", 1))
    first = {each["warehouse"]: each["shipment_no"] for each in case.shipments}
    assert set(first) == {"SH1", "BJ1"}
    report(desk, "accepted", first["SH1"])
    report(desk, "refused", first["BJ1"], reason="货架空了")
    assert {each["warehouse"]: each["status"] for each in case.shipments} == {"SH1": "accepted", "GZ1": "planned"}
    assert first["SH1"] in statuses(case) and first["BJ1"] not in statuses(case)
    assert case.reserved == {("SH1", "LAUNDRY-2L"): 2, ("GZ1", "TISSUE-24"): 1}
    assert case.exclusions("warehouse")["BJ1"][0] == "DISABLED"
    assert case.status == "approved"
    desk.carry_out(case)
    assert case.status == "released"
    outbounds = [each["warehouse"] for each in case.page["vendors"]["outbounds"]]
    assert sorted(outbounds) == ["BJ1", "GZ1", "SH1"], "nobody was asked twice"
    assert desk.differences() == {}


def test_a_new_receiver_has_the_parcel_stopped_and_sent_anew(desk):
    case = released(desk)
    (number,) = statuses(case)
    receiver = {**desk.gatehouse.orders.order(case.order_no)["receiver"], **SHANGHAI, "address": "漕溪北路88号2单元501"}
    told(desk, case, "receiver_changed", receiver)
    assert (case.status, list(statuses(case))) == ("recalling", [number])
    desk.carry_out(case)
    desk.sweep()
    (fresh,) = statuses(case)
    assert (case.status, fresh == number, sum(case.reserved.values())) == ("approved", False, 2)
    assert desk.differences() == {}


def test_fewer_units_than_stand_have_the_shipment_stopped_and_planned_anew(desk):
    case = released(desk)
    desk.gatehouse.manual.adjust(case.order_no, said(line_no="1", quantity=1), OPS)
    assert (case.status, sum(case.reserved.values())) == ("recalling", 2)
    assert ("finance", "engine.adjusted") in case.tasks(), "it had been paid"
    assert "AMOUNTS_INCONSISTENT" not in case.holds
    desk.carry_out(case)
    desk.sweep()
    assert (case.status, sum(case.reserved.values())) == ("approved", 1)
    assert desk.differences() == {}


def test_more_units_than_stand_are_sent_after_it(desk):
    case = released(desk)
    (number,) = statuses(case)
    desk.gatehouse.manual.adjust(case.order_no, said(line_no="1", quantity=3), OPS)
    assert [sum(line["quantity"] for line in each["lines"]) for each in case.shipments] == [2, 1]
    assert (case.shipments[0]["shipment_no"], sum(case.reserved.values())) == (number, 3)
    desk.carry_out(case)
    assert case.status == "released"


def test_a_line_of_an_unpaid_order_that_gets_fewer_units_costs_less(desk):
    case = desk.post(payment=UNPAID)
    before = desk.gatehouse.orders.order(case.order_no)["payable_cents"]
    desk.gatehouse.manual.adjust(case.order_no, said(line_no="1", quantity=1), OPS)
    after = desk.gatehouse.orders.order(case.order_no)
    assert after["payable_cents"] == before - after["lines"][0]["unit_cents"]
    assert case.status == "awaiting_payment"
    assert [each for each in case.tasks() if each[1] == "engine.adjusted"] == []


def test_another_sku_in_a_line_is_reserved_in_place_of_the_first_and_stays_there(desk):
    case = desk.post(a_line("LAUNDRY-2L", 2), channel="taobao")
    desk.gatehouse.manual.swap(case.order_no, said(line_no="1", sku="TISSUE-24"), OPS)
    assert case.status == "approved"
    assert {sku for _, sku in case.reserved} == {"TISSUE-24"}
    receiver = {**desk.gatehouse.orders.order(case.order_no)["receiver"], **WUHAN, "address": "珞喻路1037号3栋201"}
    told(desk, case, "receiver_changed", receiver)
    assert {sku for _, sku in case.reserved} == {"TISSUE-24"}, "what the channel reports later keeps it"
    assert desk.gatehouse.orders.order(case.order_no)["receiver"]["city"] == "武汉市"


def test_the_chosen_warehouse_ships_it_or_nobody_does(desk):
    desk.stock("LAUNDRY-2L", {"SH1": 9, "GZ1": 9})
    case = desk.post(channel="taobao", receiver=SHANGHAI)
    assert [each["warehouse"] for each in case.shipments] == ["SH1"]
    desk.gatehouse.manual.reassign(case.order_no, chosen(warehouse="GZ1"), OPS)
    assert ([each["warehouse"] for each in case.shipments], case.status) == (["GZ1"], "approved")
    assert case.reserved == {("GZ1", "LAUNDRY-2L"): 2}
    desk.gatehouse.manual.reassign(case.order_no, chosen(warehouse="CD1"), OPS)
    assert (case.status, case.holds, case.reserved) == ("held", ["INVENTORY_OUT_OF_STOCK"], {})
    assert case.exclusions("warehouse")["SH1"][0] == "RULE"
    reasons = {each["code"]: each["reasons"] for each in case.explanation()["candidates"]}
    assert reasons["SH1"][0]["detail"] == {"assigned": ["CD1"]}
    assert desk.differences() == {}


def test_the_chosen_service_carries_it(desk):
    case = desk.post(channel="taobao")
    (_, usual), *_ = case.routes
    services = (each for each in case.explanation()["candidates"] if each["kind"] == "service" and not each["excluded"])
    other = next(code for code in (each["code"].split("/")[1] for each in services) if code != usual)
    desk.gatehouse.manual.reassign(case.order_no, chosen(service=other), OPS)
    assert ([service for _, service in case.routes], case.status) == ([other], "approved")


def test_one_line_can_be_sent_from_elsewhere(desk):
    desk.stock("LAUNDRY-2L", {"SH1": 9, "GZ1": 9})
    desk.stock("TISSUE-24", {"SH1": 9, "GZ1": 9})
    case = desk.post(a_line("LAUNDRY-2L"), a_line("TISSUE-24"), channel="taobao", receiver=SHANGHAI)
    assert case.units == {"SH1": {"1": 1, "2": 1}}
    desk.gatehouse.manual.reassign(case.order_no, chosen(line_no="2", warehouse="GZ1"), OPS)
    assert case.units["GZ1"]["2"] == 1


def test_what_cannot_be_chosen_is_said_all_at_once(desk):
    case = desk.post(channel="taobao")
    with pytest.raises(OrderError) as caught:
        desk.gatehouse.manual.reassign(case.order_no, chosen(line_no="9", warehouse="MARS", service="ROCKET"), OPS)
    assert [each.path for each in caught.value.problems] == ["line_no", "warehouse", "service"]


def test_a_shipment_can_be_sent_by_hand(desk):
    case = desk.post(channel="taobao")
    (number,) = statuses(case)
    sent = {"shipment_no": number, "service": "SF-STD", "waybill_no": "SF8888"}
    desk.gatehouse.manual.ship(case.order_no, sent, OPS)
    (shipment,) = case.shipments
    assert (case.status, shipment["status"], shipment["service"]) == ("shipped", "shipped", "SF-STD")
    assert [each["waybill_no"] for each in shipment["parcels"]] == ["SF8888"]
    assert case.reserved == {}
    desk.clock.advance(minutes=30)
    desk.carry_out(case)
    assert case.page["vendors"]["outbounds"] == [], "no warehouse is asked for it"
    assert [each["status"] for each in case.actions("channel_confirm")] == ["done"]
    with pytest.raises(Conflict):
        desk.gatehouse.manual.ship(case.order_no, sent, OPS)
    assert desk.differences() == {}


def test_a_rejected_order_frees_its_stock_and_asks_for_the_refund(desk):
    case = desk.post(channel="taobao")
    desk.gatehouse.manual.reject(case.order_no, said(), OPS)
    assert (case.status, case.verdict, case.reserved) == ("rejected", "reject", {})
    assert case.tasks() == [("finance", "engine.rejected")]


def test_trying_it_out_changes_nothing(desk):
    case = released(desk)
    before = case.page
    for kind, words in (
        ("cancel", said()), ("return_to_audit", said()), ("hold", {"reason": "等", "note": "", "due_at": None}),
        ("adjust", said(line_no="1", quantity=1)), ("swap", said(line_no="1", sku="TISSUE-24")),
        ("ship", {"shipment_no": case.shipments[0]["shipment_no"], "service": "SF-STD", "waybill_no": "SF1"}),
    ):  # fmt: skip
        answer = getattr(desk.gatehouse.manual, kind)(case.order_no, words, OPS, dry_run=True)
        expected = {"hold": "held", "ship": "shipped"}.get(kind, "recalling")
        assert answer["order"]["status"] == expected, kind
    assert case.page == before


def test_every_manual_decision_asks_for_ops_and_a_status_that_allows_it(desk):
    case = desk.post()
    with pytest.raises(Forbidden):
        desk.gatehouse.manual.cancel(case.order_no, said(), VIEWER)
    desk.gatehouse.manual.cancel(case.order_no, said(), OPS)
    for kind in ("cancel", "reject", "hold", "return_to_audit", "reassign", "adjust", "swap", "ship"):
        with pytest.raises(Conflict, match="is cancelled; "):
            getattr(desk.gatehouse.manual, kind)(case.order_no, {**chosen(), "note": "", "due_at": None}, OPS)


def chosen(**more):
    return {"reason": "就近", "line_no": None, "warehouse": None, "service": None, **more}


def told(desk, case, type_, data):
    """What the channel says of an order."""
    desk.clock.advance(minutes=1)
    event = {"event_id": f"e-{type_}", "type": type_, "at": desk.clock().isoformat(), "data": data}
    desk.gatehouse.order_events.report(case.order_no, event, channel_of(case.order_no))
