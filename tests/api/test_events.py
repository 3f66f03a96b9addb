"""What channels report about their orders, what has changed since they last asked, and what never came."""

from __future__ import annotations

import copy
import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.conftest import of_high_value, sample
from tests.scenarios.documents import SHANGHAI

AT = "2026-11-11T10:31:00+08:00"
EARLIER = "2026-11-11T10:30:30+08:00"
LATER = "2026-11-11T10:32:00+08:00"
PAID = {
    "status": "paid", "method": "alipay", "transaction_no": "T-1", "paid_cents": 6970, "settled_at": AT, "cod_cents": 0,
}  # fmt: skip
LI = {"name": "李四", "phone": "13911112222", **SHANGHAI, "address": "漕溪北路18号2号楼301室"}
_ids = itertools.count(1)


def unpaid():
    return sample(payment={"status": "unpaid", "method": "alipay"})


def event(type_: str, data: dict | None = None, at: str = AT, event_id: str | None = None):
    return {"event_id": event_id or f"e-{next(_ids)}", "type": type_, "at": at, "data": data or {}}


def posted(caller, document=None) -> str:
    """The path of an order's events."""
    document = document or sample()
    assert caller.post("/v1/orders", document).status_code == 201
    return f"/v1/orders/{document['channel_order_no']}/events"


def test_a_payment_that_came_has_the_order_decided_again(taobao):
    path = posted(taobao, unpaid())
    response = taobao.post(path, event("payment_updated", PAID))
    assert response.status_code == 200, response.json
    assert response.json["applied"] is True and response.json["why_not"] is None
    assert response.json["decision"]["verdict"] == "approve"
    order = response.json["order"]
    assert (order["status"], order["payment"]["status"]) == ("approved", "paid")
    assert order == taobao.get(path.removesuffix("/events")).json["order"]
    assert order["decision_id"] == response.json["decision"]["id"]


def test_the_same_event_is_answered_the_same_whatever_came_since(taobao):
    path, paid = posted(taobao, unpaid()), event("payment_updated", PAID)
    first = taobao.post(path, paid)
    assert taobao.post(path, event("receiver_changed", LI, LATER)).json["order"]["receiver"]["name"] == "李四"
    again = taobao.post(path, paid)
    assert again.status_code == 200 and again.json == first.json


def test_the_same_id_with_other_content_is_a_conflict(taobao):
    path, paid = posted(taobao, unpaid()), event("payment_updated", PAID)
    taobao.post(path, paid)
    for changed in ({"data": {**PAID, "paid_cents": 1}}, {"at": LATER}, {"type": "cancelled", "data": {}}):
        response = taobao.post(path, {**paid, **changed})
        assert (response.status_code, response.json["code"]) == (409, "conflict")


def test_an_id_is_the_orders_own(taobao):
    for path in (posted(taobao, unpaid()), posted(taobao, unpaid())):
        response = taobao.post(path, event("payment_updated", PAID, event_id="1"))
        assert (response.status_code, response.json["applied"]) == (200, True)


def test_one_that_comes_late_is_kept_and_not_applied(taobao):
    path = posted(taobao, unpaid())
    taobao.post(path, event("payment_updated", PAID))
    late = taobao.post(path, event("payment_updated", {"status": "failed"}, EARLIER))
    assert (late.status_code, late.json["applied"], late.json["why_not"]) == (200, False, "late")
    assert late.json["order"]["payment"]["status"] == "paid" and late.json["decision"]["verdict"] == "approve"


def test_of_another_kind_it_is_not_late(taobao):
    path = posted(taobao)
    taobao.post(path, event("payment_updated", PAID))
    moved = taobao.post(path, event("receiver_changed", LI, EARLIER))
    assert moved.json["applied"] is True and moved.json["order"]["receiver"]["city"] == "上海市"


def test_what_was_first_posted_may_be_posted_again_and_nothing_else(taobao):
    document = sample()
    path = posted(taobao, document)
    moved = taobao.post(path, event("receiver_changed", LI)).json
    again = taobao.post("/v1/orders", document)
    assert again.status_code == 200 and again.json["order"] == moved["order"]
    other = copy.deepcopy(document)
    other["receiver"]["name"] = "王五"
    assert taobao.post("/v1/orders", other).status_code == 409


def test_a_cancelled_order_is_cancelled(taobao):
    path = posted(taobao)
    response = taobao.post(path, event("cancelled", {"reason": "买家不要了"}))
    assert (response.json["order"]["status"], response.json["decision"]["verdict"]) == ("cancelled", "reject")
    again = taobao.post(path, event("cancelled", at=LATER))
    assert (again.json["applied"], again.json["why_not"]) == (False, "ended")


def test_refunds_and_lines_change_what_is_decided(taobao):
    path = posted(taobao)
    lines = [{"line_no": "1", "sku": "LAUNDRY-2L", "quantity": 1, "unit_cents": 3990}]
    changed = taobao.post(path, event("lines_changed", {"lines": lines, "coupons": [], "payable_cents": 3990}))
    assert changed.json["order"]["payable_cents"] == 3990
    assert [hold["reason"] for hold in changed.json["decision"]["holds"]] == ["PAYMENT_MISMATCH"]
    refund = taobao.post(path, event("refund_requested", at=LATER))
    assert "REFUND_REQUESTED" in [hold["reason"] for hold in refund.json["decision"]["holds"]]
    assert refund.json["order"]["lines"][0]["refund_status"] == "requested"


def test_a_refund_of_a_line_that_there_is_not_is_refused(taobao):
    path = posted(taobao)
    response = taobao.post(path, event("refund_requested", {"line_no": "9"}))
    assert response.status_code == 422
    assert [each["path"] for each in response.json["errors"]] == ["data.line_no"]


def test_feedback_and_wishes_to_return_are_kept_and_decide_nothing(taobao, call):
    path = posted(taobao)
    before = taobao.get(path.removesuffix("/events")).json["decision"]["id"]
    back = {"kind": "return", "lines": [{"line_no": "1", "quantity": 1}], "reason": "破了", "evidence": ["https://x/1"]}
    for each in (event("feedback_received", {"rating": 5, "comment": "好"}), event("return_requested", back)):
        response = taobao.post(path, each)
        assert response.json["applied"] is True and response.json["decision"]["id"] == before


def test_of_many_at_once_each_event_happens_once(house):
    taobao = house.caller("taobao")
    path, paid = posted(taobao, unpaid()), event("payment_updated", PAID)
    headers = {**taobao.headers, "Content-Type": "application/json"}

    def post(_):
        return house.app.test_client().post(path, data=json.dumps(paid), headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = [answer.json for answer in pool.map(post, range(8))]
    assert all(answer == answers[0] for answer in answers)
    number = answers[0]["order"]["order_no"]
    assert [each["trigger"] for each in house.gatehouse.orders.page(number)["history"]] == [
        "order_received", "payment_updated"
    ]  # fmt: skip


def test_an_order_that_waits_for_nobody_is_changed_too(taobao, house):
    document = unpaid()
    accepted = taobao.post("/v1/orders", document, headers={"Prefer": "respond-async"})
    assert accepted.status_code == 202
    response = taobao.post(f"/v1/orders/{document['channel_order_no']}/events", event("payment_updated", PAID))
    assert response.json["decision"]["verdict"] == "approve" and house.gatehouse.orders.sweep() == 0


def test_only_the_channel_itself_and_ops_report(call):
    path = posted(call("taobao"))
    order_no = "taobao." + path.split("/")[3]
    assert call("own-shop").post(path, event("cancelled")).status_code == 404
    for who in ("viewer", "nobody"):
        assert call(who).post(f"/v1/orders/{order_no}/events", event("cancelled")).status_code == 403
    asked = {**event("cancelled"), "identity": {"phone_last4": "8000", "name": "张伟"}}
    assert call("ops").post(f"/v1/orders/{order_no}/events", asked).json["order"]["status"] == "cancelled"
    assert call("ops").post("/v1/orders/taobao.none/events", event("cancelled")).status_code == 404


@pytest.mark.parametrize("type_", ["cancelled", "receiver_changed", "lines_changed"])
def test_who_speaks_for_the_buyer_shows_that_they_do(call, type_):
    """T3: the channel's key, or the last four digits of the phone and the name."""
    document = sample()
    order_no = "taobao." + posted(call("taobao"), document).split("/")[3]
    data = {"receiver_changed": LI, "lines_changed": {"lines": document["lines"], "payable_cents": 6970}}.get(type_, {})
    path = f"/v1/orders/{order_no}/events"

    def said(**more):
        return call("ops").post(path, {**event(type_, data, event_id="e"), **more})

    assert [each["path"] for each in said().json["errors"]] == ["identity"]
    for wrong in ({"phone_last4": "8001", "name": "张伟"}, {"phone_last4": "8000", "name": "张三"}):
        refused = said(identity=wrong)
        assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "identity")
    odd = said(identity={"phone_last4": "800"})
    assert {each["path"] for each in odd.json["errors"]} == {"identity.phone_last4", "identity.name"}
    assert call("ops").get(f"/v1/orders/{order_no}").json["order"]["status"] == "approved"
    assert said(identity={"phone_last4": "8000", "name": " 张伟"}).json["applied"] is True
    assert said().json["applied"] is True  # the same again is answered the same


def test_an_administrator_s_system_reports_for_channels_and_is_held_to_what_it_shows(call):
    order_no = "taobao." + posted(call("taobao")).split("/")[3]
    path = f"/v1/orders/{order_no}/events"
    wrong = {**event("cancelled", event_id="e-1"), "identity": {"phone_last4": "8001", "name": "张伟"}}
    assert call("admin").post(path, wrong).status_code == 422
    assert call("admin").post(path, event("cancelled", event_id="e-2")).json["order"]["status"] == "cancelled"


def test_nothing_is_changed_for_callers_while_an_order_is_held_for_risk(call):
    call("admin").put("/v1/lists/blacklist-phones", {"title": "x", "items": ["13800138000"]})
    path = posted(call("taobao"))
    order_no = "taobao." + path.split("/")[3]
    asked = {**event("receiver_changed", LI), "identity": {"phone_last4": "8000", "name": "张伟"}}
    refused = call("ops").post(f"/v1/orders/{order_no}/events", asked)
    assert (refused.status_code, "BLACKLISTED" in refused.json["detail"]) == (409, True)
    assert call("ops").post(f"/v1/orders/{order_no}/events", event("payment_updated", PAID)).status_code == 200
    assert call("taobao").post(path, event("receiver_changed", LI)).status_code == 200


ODD = {
    "not JSON": (b"{", 400, "malformed-json"),
    "nothing": (b"", 400, "malformed-json"),
    "NaN": (b'{"event_id": NaN}', 400, "malformed-json"),
    "twice the same key": (b'{"event_id": "1", "event_id": "2"}', 400, "duplicate-key"),
    "a list": ([], 422, "invalid-type"),
    "empty": ({}, 422, "required"),
    "null": (b"null", 422, "invalid-type"),
    "an unknown field": (event("cancelled") | {"note": "x"}, 422, "unknown-field"),
    "an unknown type": (event("paid"), 422, "not-a-choice"),
    "a type of another kind": (event("cancelled") | {"type": 1}, 422, "invalid-type"),
    "no offset": (event("cancelled", at="2026-11-11T10:31:00"), 422, "invalid-type"),
    "an empty id": (event("cancelled") | {"event_id": ""}, 422, "required"),
    "an endless id": (event("cancelled") | {"event_id": "x" * 129}, 422, "too-long"),
    "an id with NUL": (event("cancelled") | {"event_id": "a\0b"}, 422, "out-of-range"),
    "a lone surrogate": (
        b'{"event_id": "\\ud800", "type": "cancelled", "at": "%s"}' % AT.encode(), 422, "out-of-range"
    ),
    "data of a wrong type": (event("cancelled") | {"data": []}, 422, "invalid-type"),
    "no payment": (event("payment_updated"), 422, "required"),
    "cents as text": (event("payment_updated", {**PAID, "paid_cents": "1"}), 422, "invalid-type"),
    "too many cents": (event("payment_updated", {**PAID, "paid_cents": 10**13}), 422, "out-of-range"),
    "no lines": (event("lines_changed", {"lines": [], "payable_cents": 1}), 422, "required"),
    "six stars": (event("feedback_received", {"rating": 6}), 422, "out-of-range"),
    "a field of another type": (event("cancelled", {"rating": 5}), 422, "unknown-field"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_event_is_refused_with_its_reason_and_changes_nothing(shared, name):
    body, status, code = ODD[name]
    taobao = shared.caller("taobao")
    path = posted(taobao)
    before = taobao.get(path.removesuffix("/events")).json
    response = taobao.post(path, body)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert code in [each["code"] for each in response.json["errors"]]
    assert taobao.get(path.removesuffix("/events")).json == before
    assert shared.gatehouse.order_events.of(before["order"]["order_no"]) == []


def changes(caller, since=None, **query):
    query = {"since": since, **query} if since else query
    response = caller.get("/v1/orders/changes", query_string=query)
    assert response.status_code == 200, response.json
    return [each["channel_order_no"] for each in response.json["items"]], response.json["next_cursor"]


def test_a_channel_polls_what_has_changed(taobao, call):
    first, second = sample(), of_high_value()
    for document in (first, second):
        taobao.post("/v1/orders", document)
    call("own-shop").post("/v1/orders", sample())
    found, cursor = changes(taobao)
    assert sorted(found) == sorted([first["channel_order_no"], second["channel_order_no"]])
    assert changes(taobao, cursor) == ([], cursor)
    taobao.post(f"/v1/orders/{first['channel_order_no']}/events", event("receiver_changed", LI))
    found, later = changes(taobao, cursor)
    assert found == [first["channel_order_no"]] and changes(taobao, later) == ([], later)
    assert changes(taobao, cursor) == (found, later)  # who lost the answer asks again


def test_changes_come_page_by_page_and_each_order_once(taobao):
    numbers = [posted(taobao).split("/")[3] for _ in range(5)]
    cursor, found = None, []
    for _ in range(5):
        some, cursor = changes(taobao, cursor, limit=2)
        found += some
    assert sorted(found) == sorted(numbers)


def test_changes_are_for_who_may_see_orders(call):
    number = posted(call("taobao")).split("/")[3]
    assert number in changes(call("viewer"))[0] and changes(call("own-shop"))[0] == []
    assert call("nobody").get("/v1/orders/changes").status_code == 403
    refused = call("taobao").get("/v1/orders/changes?since=nonsense")
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "since")


def test_a_channel_compares_its_orders_with_what_came(taobao, call):
    one, two = sample(), sample(placed_at="2026-11-12T00:00:05+08:00")
    for document in (one, two):
        taobao.post("/v1/orders", document)
    day = {"from": "2026-11-11T00:00:00+08:00", "to": "2026-11-12T00:00:00+08:00"}
    body = day | {"channel_order_nos": [two["channel_order_no"], "LOST-1", "LOST-1"]}
    response = taobao.post("/v1/channels/taobao/reconcile", body)
    assert response.json == {"missing": ["LOST-1"], "unknown": [one["channel_order_no"]]}
    assert call("ops").post("/v1/channels/taobao/reconcile", body).json == response.json
    assert call("own-shop").post("/v1/channels/taobao/reconcile", body).status_code == 403
    assert call("viewer").post("/v1/channels/taobao/reconcile", body).status_code == 403
    assert call("ops").post("/v1/channels/none/reconcile", body).status_code == 404
    assert taobao.post("/v1/channels/taobao/reconcile", {**body, "to": body["from"]}).status_code == 422
    assert taobao.post("/v1/channels/taobao/reconcile", {"channel_order_nos": [1]}).status_code == 422
