"""W8, K6, P2, P9, T1, T2, T3: what is reported about an order after it was posted, and what follows."""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest

from engine.errors import Conflict
from tests.scenarios.desk import OPS
from tests.scenarios.documents import (
    AUTHORIZED,
    FAILED,
    PROCESSING,
    SHANGHAI,
    UNPAID,
    WUHAN,
    a_coupon,
    a_document,
    a_line,
)

SKU = "LAUNDRY-2L"
MINUTE = dt.timedelta(minutes=1)


def paid(cents, **more):
    settled = {"transaction_no": "T-9", "settled_at": "2026-11-11T10:31:00+08:00"}
    return {"status": "paid", "paid_cents": cents, **settled, **more}


def li_at(place, **more):
    return {"name": "李四", "phone": "13911112222", **place, "address": "漕溪北路18号2号楼301室", **more}


def kinds(desk, sku=SKU):
    """Movements of a sku, oldest first: (kind, warehouse, change on hand, change reserved)."""
    rows = desk.gatehouse.stock.ledger(sku, None, None, 200)["items"]
    names = ("kind", "warehouse", "on_hand_change", "reserved_change")
    return [tuple(row[name] for name in names) for row in reversed(rows)]


# P2, P5, P9 payments that come later


def test_p2_money_that_comes_lets_the_order_go(desk):
    for posted in (UNPAID, PROCESSING, FAILED):
        case = desk.post(payment=posted)
        assert case.verdict == "hold"
        desk.report(case, "payment_updated", **paid(case.page["order"]["payable_cents"]))
        assert (case.status, case.holds) == ("approved", [])
        assert case.page["history"][-1]["trigger"] == "payment_updated"


def test_p5_another_amount_than_was_posted_last_is_held(desk):
    case = desk.post(payment=UNPAID)
    desk.report(case, "payment_updated", **paid(1))
    assert case.holds == ["PAYMENT_MISMATCH"]
    payable = case.page["order"]["payable_cents"]
    desk.report(case, "payment_updated", at=desk.clock() + MINUTE, **paid(payable))
    assert case.status == "approved"


def test_p5_what_a_correction_asked_for_is_what_must_be_paid(desk):
    case = desk.post(payment=UNPAID, coupons=[a_coupon("A", 500, applied=False)])
    asked = case.decision["payable_cents"]
    assert asked == case.page["order"]["payable_cents"] - 500
    desk.report(case, "payment_updated", **paid(asked))
    assert (case.status, case.holds, case.page["order"]["payable_cents"]) == ("approved", [], asked)
    assert [each["type"] for each in case.page["events"]] == ["payment_updated", "corrected"]


def test_p5_who_pays_what_was_posted_gets_the_correction_proposed(desk):
    case = desk.post(payment=UNPAID, coupons=[a_coupon("A", 500, applied=False)])
    desk.report(case, "payment_updated", **paid(case.page["order"]["payable_cents"]))
    assert case.holds == ["COUPON_MISMATCH"]


def test_p5_who_pays_neither_is_held(desk):
    case = desk.post(payment=UNPAID, coupons=[a_coupon("A", 500, applied=False)])
    desk.report(case, "payment_updated", **paid(case.decision["payable_cents"] - 100))
    assert "PAYMENT_MISMATCH" in case.holds


def test_p9_money_for_a_cancelled_order_waits_for_finance(desk):
    case = desk.post(payment=UNPAID)
    desk.report(case, "cancelled", reason="不要了")
    assert (case.status, case.reserved) == ("cancelled", {})
    desk.clock.advance(minutes=1)
    desk.report(case, "payment_updated", **paid(case.page["order"]["payable_cents"]))
    assert (case.status, case.holds, case.hold("PAID_AFTER_CANCEL")["queue"]) == (
        "held", ["PAID_AFTER_CANCEL"], "finance"
    )  # fmt: skip


def test_p9_money_for_an_order_that_was_given_up_waits_too(desk):
    desk.change("channels", "own-shop", cancel_unpaid=True)
    case = desk.post(payment=UNPAID)
    desk.sweep(hours=2)
    assert case.status == "cancelled"
    desk.report(case, "payment_updated", **paid(case.page["order"]["payable_cents"]))
    assert "PAID_AFTER_CANCEL" in case.holds


def test_p9_what_had_been_paid_before_it_was_cancelled_is_given_back(desk):
    case = desk.post()
    desk.report(case, "cancelled")
    assert case.status == "cancelled" and ("finance", "engine.rejected") in case.tasks()


@pytest.mark.parametrize("opened", [True, False])
def test_p9_what_the_platform_has_given_back_nobody_gives_back_again(desk, opened):
    case = desk.post(channel="taobao")
    desk.report(case, "cancelled")
    if opened:
        desk.carry_out(case)
    desk.clock.advance(minutes=1)
    desk.report(case, "payment_updated", status="refunded")
    desk.carry_out(case)
    assert [each["status"] for each in case.page["tasks"]] == (["dropped"] if opened else [])
    assert case.status == "cancelled"


def test_p9_what_is_given_back_in_part_is_still_to_be_given_back(desk):
    case = desk.post()
    desk.report(case, "cancelled")
    desk.carry_out(case)
    desk.clock.advance(minutes=1)
    desk.report(case, "payment_updated", status="partially_refunded")
    assert [each["status"] for each in case.page["tasks"]] == ["open"]


def test_p9_a_payment_that_only_comes_late_was_made_before(desk):
    case = desk.post(payment=UNPAID)
    now = desk.clock()
    desk.report(case, "cancelled", at=now + 2 * MINUTE)
    desk.report(case, "payment_updated", at=now + MINUTE, **paid(case.page["order"]["payable_cents"]))
    assert case.status == "cancelled" and ("finance", "engine.rejected") in case.tasks()


# T3 changes before and after shipping


def test_t3_another_receiver_is_routed_anew(desk):
    case = desk.post()
    desk.stock(SKU, {"SH1": 20, "BJ1": 20})
    first = case.routes
    desk.report(case, "receiver_changed", **li_at(SHANGHAI))
    assert case.routes != first and case.routes[0][0] == "SH1"
    assert sum(case.reserved.values()) == 2 and {warehouse for warehouse, _ in case.reserved} == {"SH1"}


def test_t3_other_lines_are_reserved_instead(desk):
    case = desk.post(payment=AUTHORIZED)
    lines = [{"line_no": "1", **a_line(SKU, 1)}, {"line_no": "2", **a_line("SOCKS-5", 2)}]
    desk.report(case, "lines_changed", lines=lines, payable_cents=sum(x["quantity"] * x["unit_cents"] for x in lines))
    by_sku = {sku: units for (_, sku), units in case.reserved.items()}
    assert by_sku == {SKU: 1, "SOCKS-5": 2}
    assert desk.gatehouse.orders.search({"sku": "SOCKS-5"})["items"][0]["order_no"] == case.order_no


def test_t3_a_change_after_release_asks_the_warehouse_first(desk):
    case = desk.post()
    desk.hand_over(case)
    assert case.status == "released"
    desk.report(case, "receiver_changed", **li_at(WUHAN))
    assert case.status == "recalling" and "cancel_outbound" in [each["type"] for each in case.actions()]
    desk.carry_out(case)
    desk.gatehouse.orders.sweep()
    desk.hand_over(case)
    assert case.status == "released" and sum(case.reserved.values()) == 2
    (outbound,) = (
        each for each in case.page["vendors"]["outbounds"] if each["shipment_no"] == case.shipments[0]["shipment_no"]
    )
    assert outbound["cancelled_at"] is None


def test_t3_a_change_after_shipping_is_for_people(desk):
    case = desk.post()
    desk.hand_over(case)
    desk.tell(case.shipments[0], "shipped")
    decided = case.decision["id"]
    for type_, data in (("receiver_changed", li_at(WUHAN)), ("cancelled", {}), ("refund_requested", {})):
        answer = desk.report(case, type_, **data)
        assert (answer["applied"], answer["why_not"]) == (False, "shipped")
    assert case.status == "shipped" and case.decision["id"] == decided
    assert case.page["order"]["receiver"]["name"] == "张伟"
    asked = {rule for queue, rule in case.tasks() if queue == "service"}
    assert asked >= {"engine.receiver-changed", "engine.cancelled", "engine.refund-requested"}


def test_t3_what_has_left_of_a_cancelled_order_is_somebodys_to_stop(desk):
    desk.stock(SKU, {"BJ1": 1, "SH1": 1})
    case = desk.post()
    desk.hand_over(case)
    desk.tell(case.shipments[0], "shipped")
    assert case.status == "partially_shipped"
    desk.report(case, "cancelled", reason="不要了")
    desk.carry_out(case)
    desk.sweep()
    assert (case.status, sum(case.reserved.values())) == ("cancelled", 0)
    assert [each["title"]["zh"] for each in case.page["tasks"] if each["queue"] == "service"] == [
        "发货后取消：看能否拦截",
    ]  # fmt: skip


def test_t3_money_that_is_reported_after_shipping_is_kept(desk):
    case = desk.post()
    desk.hand_over(case)
    desk.tell(case.shipments[0], "shipped")
    answer = desk.report(case, "payment_updated", status="refunded")
    assert answer["applied"] and case.page["order"]["payment"]["status"] == "refunded" and case.status == "shipped"


def test_t4_a_wish_to_return_is_a_task_for_service(desk):
    case = desk.post()
    desk.report(case, "return_requested", kind="return", lines=[{"line_no": "1", "quantity": 1}], reason="破了")
    assert ("service", "engine.return-requested") in case.tasks()


# W8 refused and short


def test_w8_a_refusing_warehouse_is_left_out_and_the_reservation_moves(desk):
    desk.stock(SKU, {"BJ1": 5, "SH1": 5})
    case = desk.post()
    desk.hand_over(case)
    (first,) = case.shipments
    desk.tell(first, "refused", reason="爆仓")
    (second,) = case.shipments
    assert second["warehouse"] != first["warehouse"] and case.verdict == "approve"
    assert case.reserved == {(second["warehouse"], SKU): 2}
    assert desk.available(SKU) == {first["warehouse"]: 5, second["warehouse"]: 3}
    assert case.page["history"][-1]["trigger"] == "shipment_updated"
    desk.hand_over(case)
    assert case.status == "released" and sum(case.reserved.values()) == 2
    (label,) = (
        each for each in case.page["vendors"]["waybills"] if each["shipment_no"] == first["shipment_no"]
    )
    assert label["voided_at"] is not None


def test_w8_no_label_is_ordered_for_what_was_refused_however_often_the_order_was_decided_since(desk):
    case = desk.post()
    (outbound,), (waybill,) = case.actions("outbound"), case.actions("waybill")
    desk.gatehouse.actions.claim(outbound["id"], 1, "a worker that dies")
    first = case.shipments[0]
    desk.report(case, "payment_updated", **paid(2 * 3_990))
    assert [each["shipment_no"] for each in case.shipments] == [first["shipment_no"]]
    desk.tell(first, "refused")
    assert [each["status"] for each in case.actions("waybill") if each["id"] == waybill["id"]] == ["skipped"]


def test_w8_refused_everywhere_it_waits_for_people(desk):
    desk.stock(SKU, {"BJ1": 5})
    case = desk.post()
    desk.hand_over(case)
    desk.tell(case.shipments[0], "refused")
    assert case.verdict == "hold" and case.reserved == {}
    assert desk.available(SKU) == {"BJ1": 5}


def test_w8_what_is_short_ships_from_elsewhere_and_nothing_twice(desk):
    desk.stock(SKU, {"BJ1": 5, "SH1": 5})
    case = desk.post(a_line(SKU, 4))
    desk.hand_over(case)
    (first,) = case.shipments
    desk.tell(first, "short_picked", lines=[{"line_no": "1", "picked": 3}])
    other = "SH1" if first["warehouse"] == "BJ1" else "BJ1"
    assert case.units == {first["warehouse"]: {"1": 3}, other: {"1": 1}}
    assert case.reserved == {(first["warehouse"], SKU): 3, (other, SKU): 1}
    assert ("warehouse", "engine.short-picked") in case.tasks()
    desk.hand_over(case)
    for shipment in case.shipments:
        desk.tell(shipment, "shipped")
    assert case.status == "shipped" and case.reserved == {}
    left = [each for each in kinds(desk) if each[0] == "shipped"]
    assert sorted(left) == sorted([("shipped", first["warehouse"], -3, -3), ("shipped", other, -1, -1)])


def test_w8_nothing_on_the_shelf_is_as_good_as_refused(desk):
    desk.stock(SKU, {"BJ1": 5, "SH1": 5})
    case = desk.post()
    desk.hand_over(case)
    (first,) = case.shipments
    assert desk.tell(first, "short_picked", lines=[{"line_no": "1", "picked": 0}])["status"] == "refused"
    assert [each["warehouse"] for each in case.shipments] == ["SH1" if first["warehouse"] == "BJ1" else "BJ1"]


def test_w8_what_somebody_asked_a_warehouse_for_by_hand_stands_and_is_not_asked_for_again(desk):
    case = desk.post()
    (outbound,), (first,) = case.actions("outbound"), case.shipments
    desk.gatehouse.actions.skip(outbound["id"], "已手工下发", OPS)
    desk.report(case, "payment_updated", **paid(2 * 3_990))
    assert (case.status, [each["shipment_no"] for each in case.shipments]) == ("released", [first["shipment_no"]])
    desk.carry_out(case)
    assert case.page["vendors"]["outbounds"] == []
    desk.tell(first, "shipped")
    assert (case.status, case.reserved) == ("shipped", {})


def test_w8_what_leaves_after_all_is_off_the_shelf_and_looked_into(desk):
    desk.stock(SKU, {"BJ1": 5, "SH1": 5})
    case = desk.post()
    desk.hand_over(case)
    (first,) = case.shipments
    desk.tell(first, "refused")
    assert desk.tell(first, "shipped")["why_not"] == "gone"
    assert ("warehouse", "engine.gone") in case.tasks()
    assert desk.available(SKU)[first["warehouse"]] == 3
    assert case.reserved == {(case.shipments[0]["warehouse"], SKU): 2}


# K6 shipped; T1, T2 on its way and there


def test_k6_shipped_is_confirmed_to_the_channel_and_told_to_the_buyer(desk):
    case = desk.post()
    desk.hand_over(case)
    desk.tell(case.shipments[0], "shipped")
    assert (case.status, case.reserved) == ("shipped", {})
    assert ("buyer", "order-shipped") in case.notices()
    desk.carry_out(case)
    (confirmed,) = case.page["vendors"]["confirmations"]
    assert confirmed["waybill_nos"] == [parcel["waybill_no"] for parcel in case.shipments[0]["parcels"]]
    desk.tell(case.shipments[0], "shipped")
    assert desk.carry_out(case) == 0 and len(case.page["vendors"]["confirmations"]) == 1


def test_k6_an_order_in_two_shipments_shows_the_least_advanced(desk):
    desk.stock(SKU, {"BJ1": 2, "SH1": 2})
    case = desk.post(a_line(SKU, 4))
    assert len(case.shipments) == 2
    desk.hand_over(case)
    one, other = case.shipments
    seen = []
    for shipment, type_ in ((one, "shipped"), (one, "signed"), (other, "shipped"), (other, "signed")):
        desk.tell(shipment, type_)
        seen.append(case.status)
    assert seen == ["partially_shipped", "partially_shipped", "shipped", "delivered"]


def test_t1_lost_damaged_and_returned_parcels_are_for_service(desk):
    for type_ in ("lost", "damaged", "returned"):
        case = desk.post()
        desk.hand_over(case)
        desk.tell(case.shipments[0], "shipped")
        desk.tell(case.shipments[0], type_)
        assert ("service", f"engine.{type_}") in case.tasks()
        assert case.status == ("returned" if type_ == "returned" else "shipped")
        assert case.shipments[0]["status"] == type_
        (summary,) = desk.gatehouse.orders.search({"q": case.order_no})["items"]
        assert summary["flags"] == [{"code": f"PARCEL_{type_.upper()}", "severity": "red"}]


def test_t1_what_went_amiss_is_still_shown_when_the_rest_is_decided_again(desk):
    desk.stock(SKU, {"BJ1": 2, "SH1": 2})
    case = desk.post(a_line(SKU, 4))
    desk.hand_over(case)
    one, other = case.shipments
    desk.tell(one, "lost")
    desk.stock(SKU, {one["warehouse"]: 0, other["warehouse"]: 2, "XA1": 9})
    desk.tell(other, "refused")
    assert case.status == "partially_shipped" and case.flags == ["PARCEL_LOST"]
    assert {each["warehouse"] for each in case.shipments} == {one["warehouse"], "XA1"}


def test_t1_what_comes_back_sound_is_on_the_shelf_again(desk):
    desk.stock(SKU, {"BJ1": 5})
    case = desk.post()
    desk.hand_over(case)
    desk.tell(case.shipments[0], "shipped")
    desk.tell(case.shipments[0], "returned", sellable=True, reason="拒收")
    desk.tell(case.shipments[0], "returned", sellable=True)
    assert [each for each in kinds(desk) if each[0] == "returned"] == [("returned", "BJ1", 2, 0)]
    assert desk.available(SKU) == {"BJ1": 5} and case.status == "returned"


def test_t2_a_week_after_it_was_signed_for_an_order_is_completed(desk):
    case, disputed = desk.post(), desk.post()
    for each in (case, disputed):
        desk.hand_over(each)
        desk.tell(each.shipments[0], "signed", by="门卫", proof="https://x/sign.png")
        assert each.status == "delivered"
    desk.report(disputed, "return_requested", kind="return")
    desk.clock.advance(days=6)
    assert desk.gatehouse.vendor_events.complete() == 0
    desk.clock.advance(days=1, hours=1)
    assert desk.gatehouse.vendor_events.complete() == 1
    assert (case.status, disputed.status) == ("completed", "delivered")
    signed = next(each for each in case.page["events"] if each["type"] == "signed")
    assert signed["data"] == {"by": "门卫", "proof": "https://x/sign.png"}


# Whatever order reports come in


def outcome(case):
    """What an order has come to, but for how it came there."""
    page = case.page
    order = {name: value for name, value in page["order"].items() if name not in (
        "channel_order_no", "order_no", "received_at", "decision_id", "release_at", "buyer", "placed_at"
    )}  # fmt: skip
    order["payment"] = {**order["payment"], "transaction_no": None}
    shipped = [(each["warehouse"], each["service"], each["lines"]) for each in case.shipments]
    return order, case.verdict, case.holds, shipped, sorted(page["reservations"].items())


def reported(now, payable):
    lines = [{"line_no": "1", **a_line(SKU, 3)}, {"line_no": "2", **a_line("SOCKS-5")}]
    total = sum(each["quantity"] * each["unit_cents"] for each in lines)
    return [
        ("payment_updated", now + 1 * MINUTE, {"status": "processing"}),
        ("receiver_changed", now + 2 * MINUTE, li_at(SHANGHAI)),
        ("lines_changed", now + 3 * MINUTE, {"lines": lines, "payable_cents": total}),
        ("payment_updated", now + 4 * MINUTE, paid(total)),
        ("refund_requested", now + 5 * MINUTE, {"line_no": "1"}),
        ("receiver_changed", now + 6 * MINUTE, li_at(WUHAN)),
    ]


@pytest.mark.parametrize("cancelled_at", [None, 2, 7])
def test_any_order_of_delivery_and_repetition_ends_in_the_same(desk, cancelled_at):
    """Twelve deliveries of the same reports, each in another order and with repetitions."""
    chance = random.Random(f"events-{cancelled_at}")
    ends = []
    for turn in range(12):
        document = a_document(a_line(SKU, 3), a_line("SOCKS-5"), payment=UNPAID, buyer={"id": f"b-{turn}"})
        case = desk.submit(document, "own-shop")
        events = reported(desk.clock(), document["payable_cents"])
        if cancelled_at is not None:
            events.append(("cancelled", desk.clock() + cancelled_at * MINUTE - MINUTE / 2, {"reason": "不要了"}))
        events = [(f"n-{number}", *each) for number, each in enumerate(events)]
        delivered = [*events, *chance.sample(events, 3)]
        if turn:
            chance.shuffle(delivered)
        for event_id, type_, at, data in delivered:
            desk.report(case, type_, event_id=event_id, at=at, **data)
        ends.append(outcome(case))
        desk.report(case, "cancelled", event_id="over", at=desk.clock() + dt.timedelta(hours=1))  # frees its stock
    assert all(end == ends[0] for end in ends)


def test_reports_of_a_shipment_end_in_the_same_whatever_order_they_come_in(desk):
    types = ("accepted", "picked", "packed", "shipped", "scanned", "signed")
    for delivered in itertools.islice(itertools.permutations(types), 0, 720, 72):
        case = desk.post()
        desk.hand_over(case)
        for type_ in delivered:
            desk.tell(case.shipments[0], type_)
        assert (case.status, case.shipments[0]["status"], case.reserved) == ("delivered", "signed", {})
        shipped = [each for each in case.page["actions"] if each["type"] == "channel_confirm"]
        assert len(shipped) == 1


def test_a_parcel_of_several_orders_moves_all_of_them(desk):
    buyer = {"id": "b-one", "phone": "13712340000"}
    here = {"phone": "13712340000", "address": "大望路甲18号院9号楼2单元501"}
    desk.stock("MASK-20", {"BJ1": 9})
    desk.stock("SOCKS-5", {"BJ1": 9, "SH1": 9})
    first, second = (desk.post(sku, buyer=buyer, receiver=here) for sku in ("MASK-20", "SOCKS-5"))
    desk.gatehouse.merging.merge(second.order_no, [first.order_no], "同一买家", OPS, False)
    desk.clock.advance(minutes=31)
    desk.carry_out(second), desk.carry_out(first)
    (parcel,) = second.shipments
    desk.tell(parcel, "packed")
    assert [case.shipments[0]["status"] for case in (first, second)] == ["packed", "packed"]
    desk.tell(parcel, "shipped")
    assert [case.status for case in (first, second)] == ["shipped", "shipped"]
    assert [case.reserved for case in (first, second)] == [{}, {}]
    assert [kind for kind, *_ in kinds(desk, "MASK-20")][-1] == kinds(desk, "SOCKS-5")[-1][0] == "shipped"
    desk.carry_out(first), desk.carry_out(second)
    labels = [case.page["vendors"]["confirmations"][0]["waybill_nos"] for case in (first, second)]
    assert labels[0] == labels[1] != []
    assert [each["type"] for each in first.page["events"]] == ["packed", "shipped"]


def test_what_is_short_in_a_parcel_of_several_orders_is_the_order_s_that_is_named(desk):
    buyer = {"id": "b-two", "phone": "13712340001"}
    here = {"phone": "13712340001", "address": "大望路甲18号院9号楼2单元502"}
    for sku in ("MASK-20", "SOCKS-5"):
        desk.stock(sku, {"BJ1": 9, "SH1": 9})
    first, second = (desk.post(a_line(sku, 2), buyer=buyer, receiver=here) for sku in ("MASK-20", "SOCKS-5"))
    desk.gatehouse.merging.merge(second.order_no, [first.order_no], "同一买家", OPS, False)
    desk.clock.advance(minutes=31)
    desk.carry_out(second), desk.carry_out(first)
    (parcel,) = second.shipments
    desk.tell(parcel, "short_picked", lines=[{"order_no": first.order_no, "line_no": "1", "picked": 1}])
    assert len(second.shipments) == 1 and second.units == {parcel["warehouse"]: {"1": 2}}
    assert sum(line["1"] for line in first.units.values()) == 2 and len(first.shipments) == 2


# W7 brought to the store


def pick_up(desk, *lines, **changes):
    return desk.post(*lines, receiver=None, delivery={"method": "pickup", "pickup_store": "ST-SH"}, **changes)


def asked_transfer(case):
    """As a shipment that can be told of, and its lines."""
    (action,) = [each for each in case.actions("transfer") if each["status"] != "skipped"]
    payload = action["payload"]
    told = {"shipment_no": payload["transfer_no"], "warehouse": payload["from"]}
    return told, payload["lines"]


def test_w7_what_the_store_lacks_is_brought_from_the_nearest_warehouse_that_has_it(desk):
    desk.stock(SKU, {"ST-SH": 1, "SH1": 1, "BJ1": 9, "GZ1": 9})
    case = pick_up(desk, a_line(SKU, 3))
    transfer, lines = asked_transfer(case)
    assert (case.status, transfer["warehouse"], lines) == ("held", "BJ1", [{"sku": SKU, "quantity": 2}])
    assert case.reserved == {("ST-SH", SKU): 1, ("BJ1", SKU): 2}
    assert desk.available(SKU) == {"SH1": 1, "BJ1": 7, "GZ1": 9}
    desk.carry_out(case)
    assert desk.tell(transfer, "shipped")["status"] == "shipped"
    assert case.reserved == {("ST-SH", SKU): 1} and case.status == "held"
    arrived = desk.tell({**transfer, "warehouse": "ST-SH"}, "accepted")
    assert (arrived["status"], arrived["applied"]) == ("arrived", True)
    assert (case.status, case.routes, case.reserved) == ("approved", [("ST-SH", None)], {("ST-SH", SKU): 3})
    assert desk.available(SKU) == {"SH1": 1, "BJ1": 7, "GZ1": 9}, "nobody else was promised what came for it"
    assert len(case.actions("transfer")) == 1
    desk.hand_over(case)
    desk.tell(case.shipments[0], "shipped")
    assert (case.status, case.reserved) == ("shipped", {})


def test_w7_units_under_way_are_promised_once_however_often_it_is_decided(desk):
    desk.stock(SKU, {"BJ1": 2})
    case = pick_up(desk, a_line(SKU, 2))
    transfer, _ = asked_transfer(case)
    desk.stock("SOCKS-5", {"BJ1": 1, "SH1": 1})
    desk.report(case, "payment_updated", **paid(case.page["order"]["payable_cents"]))
    assert len(case.page["history"]) == 2 and case.reserved == {("BJ1", SKU): 2}
    assert asked_transfer(case)[0] == transfer
    assert desk.post(a_line(SKU, 1)).holds == ["INVENTORY_OUT_OF_STOCK"]
    desk.tell(transfer, "shipped")
    desk.report(case, "payment_updated", at=desk.clock() + MINUTE, **paid(case.page["order"]["payable_cents"]))
    assert case.reserved == {} and asked_transfer(case)[0] == transfer


def test_w7_a_warehouse_that_will_not_bring_it_is_replaced_by_the_next(desk):
    desk.stock(SKU, {"SH1": 5, "BJ1": 5})
    case = pick_up(desk, SKU)
    transfer, _ = asked_transfer(case)
    assert transfer["warehouse"] == "SH1"
    desk.carry_out(case)
    desk.tell(transfer, "refused", reason="无车")
    numbers = {each["payload"]["from"]: each["payload"]["transfer_no"] for each in case.actions("transfer")}
    assert set(numbers) == {"SH1", "BJ1"} and case.reserved == {("BJ1", SKU): 1}
    assert desk.tell(transfer, "shipped")["applied"] is False


def test_w7_what_is_sent_though_it_was_not_wanted_any_more_takes_nothing_from_what_is_reserved(desk):
    desk.stock(SKU, {"BJ1": 6})
    case = pick_up(desk, a_line(SKU, 2))
    desk.carry_out(case)
    transfer, _ = asked_transfer(case)
    fewer = {"line_no": "1", "quantity": 1, "reason": "少买"}
    desk.gatehouse.manual.adjust(case.order_no, fewer, OPS)
    assert case.reserved == {("BJ1", SKU): 1}, "a transfer of two was dropped for one of one"
    desk.tell(transfer, "shipped")
    assert list(desk.gatehouse.stock.differences()) == []


def transfer_task(desk, case):
    """The one open task."""
    desk.carry_out(case)
    (task,) = [each for each in case.page["tasks"] if each["status"] == "open"]
    assert (task["queue"], task["rule"]) == ("warehouse", "engine.transfer")
    return task


@pytest.mark.parametrize("underway", [False, True])
def test_w7_somebody_at_the_store_may_say_that_it_is_there(desk, underway):
    desk.stock(SKU, {"ST-SH": 1, "BJ1": 9})
    case = pick_up(desk, a_line(SKU, 3))
    task = transfer_task(desk, case)
    assert "BJ1" in task["title"]["zh"] and f"{SKU} × 2" in task["title"]["en"]
    if underway:
        desk.tell(asked_transfer(case)[0], "shipped")
    answered = desk.gatehouse.tasks.answer(task["id"], "confirmed", "到店了", OPS)
    assert (answered["task"]["status"], case.status) == ("done", "approved")
    assert case.reserved == {("ST-SH", SKU): 3} and case.backorders == {}
    assert desk.available(SKU) == {"BJ1": 7}
    assert desk.tell({**asked_transfer(case)[0], "warehouse": "ST-SH"}, "accepted")["applied"] is False
    assert list(desk.gatehouse.stock.differences()) == []


def test_w7_somebody_may_say_that_it_will_not_be_sent(desk):
    desk.stock(SKU, {"SH1": 5, "BJ1": 5})
    case = pick_up(desk, SKU)
    desk.gatehouse.tasks.answer(transfer_task(desk, case)["id"], "refused", "无车", OPS)
    assert case.reserved == {("BJ1", SKU): 1}
    assert "BJ1" in transfer_task(desk, case)["title"]["en"]


def test_w7_what_was_reported_needs_no_answer_any_more(desk):
    desk.stock(SKU, {"BJ1": 5})
    case = pick_up(desk, SKU)
    task = transfer_task(desk, case)
    desk.tell({**asked_transfer(case)[0], "warehouse": "ST-SH"}, "accepted")
    assert [each["status"] for each in case.page["tasks"]] == ["dropped"]
    with pytest.raises(Conflict):
        desk.gatehouse.tasks.answer(task["id"], "confirmed", "", OPS)


def test_w7_nothing_is_brought_for_an_order_that_waits_for_something_else(desk):
    desk.stock(SKU, {"SH1": 5})
    case = pick_up(desk, SKU, payment=UNPAID)
    assert case.actions("transfer") == [] and case.reserved == {}
    desk.report(case, "payment_updated", **paid(case.page["order"]["payable_cents"]))
    assert len(case.actions("transfer")) == 1


def test_w7_what_was_cancelled_meanwhile_stays_at_the_store(desk):
    desk.stock(SKU, {"SH1": 5})
    case = pick_up(desk, SKU)
    transfer, _ = asked_transfer(case)
    desk.carry_out(case)
    desk.report(case, "cancelled")
    assert (case.status, case.reserved, desk.available(SKU)) == ("cancelled", {}, {"SH1": 5})
    desk.tell({**transfer, "warehouse": "ST-SH"}, "signed")
    assert (case.status, desk.available(SKU)) == ("cancelled", {"SH1": 4, "ST-SH": 1})


def test_an_event_whose_process_died_before_deciding_is_decided_by_a_sweep(desk, monkeypatch):
    case = desk.post(payment=UNPAID)
    cents = case.page["order"]["payable_cents"]

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(desk.gatehouse.decisions, "decide", die)
        with pytest.raises(SystemExit):
            desk.report(case, "payment_updated", event_id="p", at=desk.clock(), **paid(cents))
    at = desk.clock()
    assert (case.status, case.page["order"]["payment"]["status"]) == ("awaiting_payment", "paid")
    assert desk.sweep(seconds=5) == 0, "it may still be at it"
    assert desk.sweep(seconds=15) == 1
    assert (case.status, case.page["history"][-1]["trigger"]) == ("approved", "payment_updated")
    answer = desk.report(case, "payment_updated", event_id="p", at=at, **paid(cents))
    assert (answer["applied"], answer["order"]["status"]) == (True, "approved")
    assert len(case.page["history"]) == 2


def test_a_refusal_whose_process_died_before_deciding_is_decided_by_a_sweep(desk, monkeypatch):
    desk.stock(SKU, {"BJ1": 5, "SH1": 5})
    case = desk.post()
    desk.hand_over(case)
    (first,) = case.shipments

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(desk.gatehouse.decisions, "decide", die)
        with pytest.raises(SystemExit):
            desk.tell(first, "refused")
    assert desk.sweep(seconds=20) == 1
    assert case.shipments[0]["warehouse"] != first["warehouse"] and sum(case.reserved.values()) == 2
