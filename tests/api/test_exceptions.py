from __future__ import annotations

import pytest

from tests.api.conftest import changed, of_high_value, sample


def of_other_people(document, number):
    """The same order of somebody else, so that nothing looks like a repetition."""
    phone = f"1390000{number:04d}"
    document["buyer"] |= {"id": f"b-{number}", "phone": phone}
    document["receiver"] |= {"phone": phone, "address": f"大望路甲{number}号院3号楼2单元501", "fingerprint": None}
    return document


@pytest.fixture
def pool(taobao):
    """Order numbers: of high value; without a phone, and urgent; with a vague name, which is only flagged."""
    dear, urgent, vague, fine = (
        of_other_people(document, number)
        for number, document in enumerate((of_high_value(), sample(priority="urgent"), sample(), sample()))
    )
    posted = [dear, changed(urgent, "receiver.phone", "1"), changed(vague, "receiver.name", "张女士"), fine]
    return [taobao.post("/v1/orders", each).json["order"]["order_no"] for each in posted]


def numbers(call, query=""):
    return [each["order_no"] for each in call("ops").get(f"/v1/exceptions{query}").json["items"]]


def test_urgent_orders_come_first_and_those_without_a_fault_not_at_all(pool, call):
    dear, urgent, vague, fine = pool
    found = numbers(call)
    assert found[0] == urgent and set(found) == {dear, urgent, vague}
    assert fine not in found


def test_an_order_that_only_waits_to_be_paid_is_no_exception_whatever_it_is_flagged_for(call):
    unpaid = of_other_people(sample(payment={"status": "unpaid"}), 7)
    unpaid["receiver"]["name"] = "张女士"
    posted = call("taobao").post("/v1/orders", unpaid).json
    order_no = posted["order"]["order_no"]
    assert (posted["order"]["status"], posted["decision"]["flags"][0]["code"]) == ("awaiting_payment", "NAME_VAGUE")
    assert numbers(call) == []
    counts = call("ops").get("/v1/exceptions").json["counts"]
    assert (counts["orders"], counts["reasons"]) == (0, {})
    assert numbers(call, "?reason=NAME_VAGUE") == [order_no]
    paid = {"event_id": "p", "type": "payment_updated", "at": "2026-11-11T00:01:00+08:00"}
    data = {"status": "paid", "paid_cents": unpaid["payable_cents"], "settled_at": "2026-11-11T00:01:00+08:00"}
    path = f"/v1/orders/{unpaid['channel_order_no']}/events"
    assert call("taobao").post(path, {**paid, "data": data}).json["order"]["status"] == "approved"
    assert numbers(call) == [order_no]


def test_each_says_what_is_wrong_and_what_the_rule_saw(pool, call):
    (item,) = call("ops").get("/v1/exceptions?reason=HIGH_VALUE").json["items"]
    (hold,) = item["holds"]
    assert (hold["rule"], hold["queue"], item["due_at"]) == ("fraud.high-value", "risk", hold["due_at"])
    assert hold["seen"]["order.payable_base_cents"] == 600_000
    (item,) = call("ops").get("/v1/exceptions?reason=NAME_VAGUE").json["items"]
    assert (item["holds"], item["flags"][0]["code"]) == ([], "NAME_VAGUE")


def test_one_hold_has_to_meet_every_filter(pool, call, house):
    dear, urgent, vague, _ = pool
    assert numbers(call, "?queue=risk") == [dear]
    assert numbers(call, "?queue=service&reason=INVALID_PHONE") == [urgent]
    assert numbers(call, "?queue=risk&reason=INVALID_PHONE") == []
    assert numbers(call, "?severity=yellow") == [vague]
    assert numbers(call, "?channel=jd") == []
    assert numbers(call, "?overdue=1") == []
    house.gatehouse.clock.advance(hours=5)
    assert set(numbers(call, "?overdue=1")) == {dear, urgent}


def test_counts_are_of_the_whole_pool(pool, call):
    counts = call("ops").get("/v1/exceptions?queue=risk").json["counts"]
    assert (counts["orders"], counts["urgent"], counts["overdue"]) == (3, 1, 0)
    assert counts["queues"] == {"risk": 1, "service": 1}
    assert counts["reasons"] == {"HIGH_VALUE": 1, "INVALID_PHONE": 1, "NAME_VAGUE": 1}


def test_pages_go_on_where_the_last_one_ended(pool, call):
    whole, found, cursor = numbers(call), [], ""
    while cursor is not None:
        page = call("ops").get(f"/v1/exceptions?limit=1{cursor and '&cursor=' + cursor}").json
        found += [each["order_no"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert found == whole
    assert call("ops").get("/v1/exceptions?cursor=WzEsIm5vIiwibm8iLCJhIl0").status_code == 422


def test_who_only_watches_sees_no_people(pool, call):
    text = call("viewer").get("/v1/exceptions").text
    phone = "13900000000"
    assert phone not in text and phone in call("ops").get("/v1/exceptions").text
    assert call("taobao").get("/v1/exceptions").status_code == 403


def test_what_lifts_by_itself_is_shown_to_who_asks(taobao, call):
    waiting = changed(sample(), "delivery.ship_not_before", "2027-01-01")
    order = taobao.post("/v1/orders", waiting).json["order"]["order_no"]
    assert numbers(call) == []
    assert numbers(call, "?reason=SHIP_DATE_NOT_DUE") == [order]
