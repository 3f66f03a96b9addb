"""Posting orders and finding them again."""

from __future__ import annotations

import json

import pytest

from tests.api.conftest import changed, of_high_value, sample


def test_a_good_order_is_kept_and_decided(taobao):
    document = sample()
    response = taobao.post("/v1/orders", document)
    assert response.status_code == 201
    order, decision = response.json["order"], response.json["decision"]
    assert decision["verdict"] == "approve"
    assert decision["holds"] == []
    assert order["order_no"] == decision["order_no"] == f"taobao.{document['channel_order_no']}"
    assert order["decision_id"] == decision["id"]
    assert order["status"] == "approved"
    assert response.headers["Location"] == f"/v1/orders/{document['channel_order_no']}"
    assert taobao.get(response.headers["Location"]).json == response.json


def test_the_same_order_again_is_answered_and_nothing_done_twice(house, taobao):
    document = sample()
    first = taobao.post("/v1/orders", document)
    again = taobao.post("/v1/orders", changed(document, "placed_at", "2026-11-10T16:00:05Z"))  # the same instant
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert reserved(house) == {("LAUNDRY-2L", 3)}


def test_the_same_number_with_other_content_is_a_conflict(taobao):
    document = sample()
    taobao.post("/v1/orders", document)
    response = taobao.post("/v1/orders", changed(document, "remark", "加急"))
    assert response.status_code == 409
    assert response.json["code"] == "order-changed"
    assert taobao.get(f"/v1/orders/{document['channel_order_no']}").json["order"]["remark"] == ""


def test_whoever_does_not_want_to_wait_is_answered_before_the_decision(house, taobao):
    document = sample()
    response = taobao.post("/v1/orders", document, headers={"Prefer": "handling=lenient, respond-async; wait=5"})
    assert response.status_code == 202
    assert response.json["order"]["status"] == "received"
    assert response.headers["Preference-Applied"] == "respond-async"
    assert response.headers["Location"] == response.json["status_url"]
    assert taobao.get(response.json["status_url"]).json["decision"] is None
    house.gatehouse.decisions.decide(response.json["order"]["order_no"])
    assert taobao.get(response.json["status_url"]).json["decision"]["verdict"] == "approve"


def test_every_problem_of_an_order_is_named(taobao):
    document = changed(sample(provnce="x"), "lines.0.quantity", 0)
    del document["payable_cents"]
    response = taobao.post("/v1/orders", document)
    assert response.status_code == 422
    assert response.json["code"] == "invalid-document"
    found = {(each["path"], each["code"]) for each in response.json["errors"]}
    assert found == {("provnce", "unknown-field"), ("lines.0.quantity", "out-of-range"), ("payable_cents", "required")}


def test_a_near_miss_of_a_field_is_told(taobao):
    document = sample()
    document["receiver"]["provnce"] = "北京市"
    response = taobao.post("/v1/orders", document)
    assert response.json["errors"][0]["message"].endswith("did you mean province?")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
def test_the_body_is_json_whatever_it_is_called(taobao, content_type):
    assert taobao.post("/v1/orders", sample(), content_type=content_type).status_code == 201


def test_a_compressed_body_is_not_read(taobao):
    response = taobao.post("/v1/orders", sample(), headers={"Content-Encoding": "gzip"})
    assert response.status_code == 415
    assert "Content-Encoding" in response.json["detail"]


def test_a_channel_that_is_switched_off_takes_no_orders(call):
    document = call("admin").get("/v1/channels/taobao").json | {"enabled": False}
    assert call("admin").put("/v1/channels/taobao", document).status_code == 200
    assert call("taobao").post("/v1/orders", sample()).status_code == 403


def test_an_order_can_be_tried_without_being_kept(house, taobao):
    document = of_high_value()
    response = taobao.post("/v1/decide", document)
    assert response.status_code == 200
    assert [hold["reason"] for hold in response.json["decision"]["holds"]] == ["HIGH_VALUE"]
    assert [each["stage"] for each in response.json["explanation"]["stages"]][0] == "intake"
    assert taobao.get(f"/v1/orders/{document['channel_order_no']}").status_code == 404
    assert house.gatehouse.orders.counts()["status"] == {}
    assert reserved(house) == set()


def test_trying_out_refuses_what_posting_refuses(taobao):
    assert taobao.post("/v1/decide", sample(foo=1)).status_code == 422
    assert taobao.post("/v1/decide", b"{").status_code == 400


def test_a_token_posts_for_the_channel_it_names(call):
    response = call("ops").post("/v1/orders?channel=own-shop", sample())
    assert response.status_code == 201
    assert response.json["order"]["channel"] == "own-shop"
    assert response.headers["Location"] == f"/v1/orders/{response.json['order']['order_no']}"
    assert call("viewer").get(response.headers["Location"]).status_code == 200


def test_a_token_has_to_name_a_channel_that_there_is(call):
    nameless = call("admin").post("/v1/orders", sample())
    assert (nameless.status_code, nameless.json["errors"][0]["path"]) == (422, "channel")
    assert call("admin").post("/v1/orders?channel=ebay", sample()).status_code == 404


def test_orders_are_found_by_what_they_have(call):
    taobao, ops = call("taobao"), call("ops")
    plain, dear = sample(), of_high_value()
    taobao.post("/v1/orders", plain)
    taobao.post("/v1/orders", dear)
    call("own-shop").post("/v1/orders", sample())

    def found(query: str) -> set[str]:
        response = ops.get(f"/v1/orders?{query}")
        assert response.status_code == 200, response.json
        return {each["channel_order_no"] for each in response.json["items"]}

    assert len(found("")) == 3
    assert found("hold=HIGH_VALUE") == found("verdict=hold&channel=taobao") == {dear["channel_order_no"]}
    assert found("channel=taobao&status=approved") == {plain["channel_order_no"]}
    assert found(f"q={plain['channel_order_no']}") >= {plain["channel_order_no"]}
    assert len(found("phone=138 0013 8000&sku=LAUNDRY-2L")) == 3
    assert found("phone=13900000000") == found("sku=TOWEL") == found("waybill_no=SF1") == set()
    assert len(found("placed_from=2026-11-11T00:00:05+08:00&placed_to=2026-11-11T00:00:06%2B08:00")) == 3
    assert found("placed_to=2026-11-11T00:00:05+08:00") == set()


def test_pages_of_orders_follow_one_another(call):
    posted = [call("taobao").post("/v1/orders", sample()).json["order"]["order_no"] for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = call("viewer").get(f"/v1/orders?limit=2{cursor and '&cursor=' + cursor}").json
        assert len(page["items"]) <= 2
        seen += [each["order_no"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == sorted(posted)


@pytest.mark.parametrize(
    ("query", "path", "code"),
    [
        ("foo=1", "foo", "unknown-field"),
        ("limit=0", "limit", "out-of-range"),
        ("limit=201", "limit", "out-of-range"),
        ("limit=ten", "limit", "invalid-type"),
        ("limit=1&limit=2", "“limit”", "duplicate-key"),
        ("cursor=nonsense", "cursor", "invalid-type"),
        ("cursor=WyJcdWQ4MDAiLCAiXHUwMDAwIl0", "cursor", "invalid-type"),
        ("placed_from=yesterday", "placed_from", "invalid-type"),
        ("placed_from=2026-11-11T00:00:00", "placed_from", "invalid-type"),
        ("verdict=maybe", "verdict", "not-a-choice"),
        ("hold=NO_SUCH", "hold", "not-a-choice"),
        ("status=lost", "status", "not-a-choice"),
        ("q=%00", "q", "out-of-range"),
    ],
)  # fmt: skip
def test_a_wrong_query_is_refused_by_name(shared, query, path, code):
    response = shared.caller("viewer").get(f"/v1/orders?{query}")
    assert response.status_code == 422
    assert [(each["path"].strip("“”"), each["code"]) for each in response.json["errors"]] == [(path.strip("“”"), code)]


@pytest.mark.parametrize("number", ["nothing", "taobao.nothing", "x" * 300, "%00", "..", "a%2Fb", "单号"])
def test_an_order_that_is_not_there_is_not_found(shared, number):
    for name in ("taobao", "admin"):
        response = shared.caller(name).get(f"/v1/orders/{number}")
        assert response.status_code == 404
        assert response.mimetype == "application/problem+json"


def test_releasing_a_hold_decides_the_order_again(call):
    posted = call("taobao").post("/v1/orders", of_high_value()).json
    path = f"/v1/orders/{posted['order']['order_no']}/release"
    body = {"holds": ["HIGH_VALUE"], "reason": "电话确认"}
    tried = call("ops").post(f"{path}?dry_run=1", body)
    assert tried.json["decision"]["verdict"] == "approve"
    assert call("ops").get(path.removesuffix("/release")).json["order"]["status"] == "held"
    released = call("ops").post(path, body)
    assert released.status_code == 200
    assert released.json["decision"]["verdict"] == "approve"
    assert released.json["decision"]["id"] != posted["decision"]["id"]
    assert released.json["decision"]["waivers"][0]["by"] == "ops-token"
    assert released.json["order"]["status"] == "approved"
    assert call("ops").post(path, body).status_code == 409


def test_a_release_needs_its_role_a_reason_and_a_hold_that_is_there(call):
    held = call("taobao").post("/v1/orders", of_high_value()).json["order"]["order_no"]
    path = f"/v1/orders/{held}/release"
    good = {"holds": ["HIGH_VALUE"], "reason": "ok"}
    assert call("viewer").post(path, good).status_code == 403
    assert call("taobao").post(f"/v1/orders/{held.partition('.')[2]}/release", good).status_code == 403
    for body, field in (
        ({"holds": ["BLACKLISTED"], "reason": "ok"}, "holds.0"),
        ({"holds": [], "reason": "ok"}, "holds"),
        ({"holds": ["HIGH_VALUE"], "reason": " "}, "reason"),
        ({"holds": ["HIGH_VALUE"]}, "reason"),
        ({**good, "force": True}, "force"),
    ):
        response = call("ops").post(path, body)
        assert response.status_code == 422
        assert [each["path"] for each in response.json["errors"]] == [field]
    assert call("ops").post(f"{path}?dry_run=maybe", good).status_code == 422
    assert call("ops").post("/v1/orders/taobao.nothing/release", good).status_code == 404


def test_a_hold_for_approvers_is_not_lifted_by_ops(call):
    document = changed(sample(), "receiver.phone", "17000000000")
    held = call("taobao").post("/v1/orders", document).json
    assert "BLACKLISTED" in [hold["reason"] for hold in held["decision"]["holds"]]
    path, body = f"/v1/orders/{held['order']['order_no']}/release", {"holds": ["BLACKLISTED"], "reason": "known"}
    assert call("ops").post(path, body).status_code == 403
    assert call("approver").post(path, body).status_code == 200


def test_a_batch_does_the_good_ones_whatever_the_bad_ones_are(call):
    good, other = sample(), sample()
    lines = [good, changed(sample(), "lines.0.quantity", "3"), good, changed(good, "remark", "x"), other]
    body = "\n".join([*map(json.dumps, lines[:2]), "", "{", *map(json.dumps, lines[2:]), ""]).encode()
    response = call("taobao").post("/v1/orders/batch", body)
    assert response.status_code == 200
    told = [json.loads(line) for line in response.text.splitlines()]
    assert [(each["line"], each["status"]) for each in told] == [
        (1, 201), (2, 422), (4, 400), (5, 200), (6, 409), (7, 201),
    ]  # fmt: skip
    assert told[0]["order_no"] == f"taobao.{good['channel_order_no']}"
    assert told[3]["decision"] == told[0]["decision"]
    assert told[1]["problem"]["errors"][0]["path"] == "lines.0.quantity"
    assert call("taobao").get(f"/v1/orders/{other['channel_order_no']}").status_code == 200


def test_a_batch_may_have_a_thousand_lines_and_not_one_more(call):
    lines = b"{}\n" * 1_000
    assert len(call("taobao").post("/v1/orders/batch", lines).text.splitlines()) == 1_000
    refused = call("taobao").post("/v1/orders/batch", lines + b"{}")
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "too-long")
    assert call("taobao").post("/v1/orders/batch", b"\n \n").status_code == 422
    assert call("taobao").post("/v1/orders/batch", b" " * 10_000_001).status_code == 413


def reserved(house) -> set[tuple[str, int]]:
    rows = house.gatehouse.stock.rows(limit=1000)["items"]
    return {(row["sku"], row["reserved"]) for row in rows if row["reserved"]}
