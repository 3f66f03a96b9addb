"""Decisions: reading, explaining and replaying them, and what of people a viewer sees of them."""

from __future__ import annotations

import pytest

from tests.api.conftest import changed, of_high_value, sample


@pytest.fixture
def held(call):
    """A decision that holds an order as HIGH_VALUE."""
    return call("taobao").post("/v1/orders", of_high_value()).json["decision"]


def test_a_decision_is_read_as_it_was_answered(call, held):
    assert call("admin").get(f"/v1/decisions/{held['id']}").json == held


def test_an_explanation_names_every_stage_and_what_would_have_changed_it(call, held):
    explanation = call("admin").get(f"/v1/decisions/{held['id']}/explanation").json
    rules = {each["rule"]: each for stage in explanation["stages"] for each in stage["rules"]}
    (hold,) = held["holds"]
    assert rules[hold["rule"]]["outcome"] == "fired"
    assert {each["outcome"] for each in rules.values()} >= {"fired", "not_fired"}
    assert any(each["outcome"] == "approve" for each in explanation["nearest"])
    assert {each["kind"] for each in explanation["candidates"]} == {"warehouse", "service"}


@pytest.mark.parametrize("name", ["00000000-0000-0000-0000-000000000000", "x", "%00", "1" * 36])
@pytest.mark.parametrize("what", ["", "/explanation"])
def test_a_decision_that_is_not_there_is_not_found(shared, name, what):
    assert shared.caller("admin").get(f"/v1/decisions/{name}{what}").status_code == 404
    assert shared.caller("taobao").get(f"/v1/decisions/{name}{what}").status_code == 404
    assert shared.caller("admin").post(f"/v1/decisions/{name}/replay").status_code == 404


def test_a_replay_is_the_same_whatever_has_changed_since(call, house):
    taobao, admin = call("taobao"), call("admin")
    split = sample(coupons=[], payable_cents=3 * 3990)
    split["payment"]["paid_cents"] = 3 * 3990
    decisions = [taobao.post("/v1/orders", each).json["decision"] for each in (sample(), split, of_high_value())]
    used = decisions[0]["shipments"][0]
    for row in admin.get("/v1/stock?sku=LAUNDRY-2L").json["items"]:
        body = {"adjustment_id": f"gone-{row['warehouse']}", "reason": "火灾", "on_hand": row["reserved"]}
        answered = admin.post("/v1/stock/adjustments", body | {"warehouse": row["warehouse"], "sku": "LAUNDRY-2L"})
        assert answered.status_code == 200
    card = admin.get(f"/v1/rate-cards/{used['service']}").json
    for zone in card["zones"]:
        zone["additional_cents"] += 100
    assert admin.put(f"/v1/rate-cards/{used['service']}", card).status_code == 200
    warehouse = admin.get(f"/v1/warehouses/{used['warehouse']}").json | {"enabled": False}
    assert admin.put(f"/v1/warehouses/{used['warehouse']}", warehouse).status_code == 200
    people = admin.get("/v1/lists/blacklist-phones").json
    people["items"].append("13800138000")
    assert admin.put("/v1/lists/blacklist-phones", people).status_code == 200

    for decision in decisions:
        replay = admin.post(f"/v1/decisions/{decision['id']}/replay").json
        assert (replay["identical"], replay["differences"]) == (True, [])
    # What has changed does matter to who comes now.
    now = taobao.post("/v1/orders", sample()).json["decision"]
    assert "BLACKLISTED" in [hold["reason"] for hold in now["holds"]]


PERSONAL = ("张伟", "13800138000", "大望路甲18号院3号楼2单元501", "zhang@example.com", "13912345678", "021-62345678")


@pytest.fixture
def personal(call):
    """An order full of people, and its decision."""
    document = of_high_value() | {"remark": "请打 13912345678 或 021-62345678 找张伟", "seller_memo": "张伟"}
    document["buyer"]["email"] = "zhang@example.com"
    document["invoice"] = {"title": "张伟"}
    document["attributes"] = {"contact": "13912345678"}
    document = changed(document, "lines.0.remark", "刻 13800138000")
    return call("taobao").post("/v1/orders", document).json


@pytest.mark.parametrize("role", ["ops", "admin"])
def test_who_works_on_orders_sees_the_people(call, personal, role):
    seen = call(role).get(f"/v1/orders/{personal['order']['order_no']}").json
    assert seen == personal
    assert call(role).get("/v1/orders").json["items"][0]["receiver_phone"] == "13800138000"


def test_a_viewer_sees_no_personal_data(call, personal):
    viewer, number, decision = call("viewer"), personal["order"]["order_no"], personal["decision"]["id"]
    order = viewer.get(f"/v1/orders/{number}").json["order"]
    assert order["receiver"]["name"] == order["buyer"]["name"] == "张*"
    assert order["receiver"]["phone"] == "138****8000"
    assert order["receiver"]["address"] == "大望路***"
    assert order["receiver"]["city"] == "北京市"
    assert (order["receiver"]["lat"], order["invoice"], order["attributes"]) == (None, None, {})
    (row,) = viewer.get("/v1/orders").json["items"]
    assert (row["buyer_name"], row["receiver_name"], row["receiver_phone"]) == ("张*", "张*", "138****8000")
    for path in (f"/v1/orders/{number}", f"/v1/decisions/{decision}", f"/v1/decisions/{decision}/explanation"):
        said = viewer.get(path).text
        assert number in said or "stages" in said
        assert not [each for each in PERSONAL if each in said], path


def test_a_viewer_sees_no_personal_data_in_a_release_either(call):
    document = changed(sample(), "receiver.phone", "17000000000")
    order_no = call("taobao").post("/v1/orders", document).json["order"]["order_no"]
    body = {"holds": ["BLACKLISTED"], "reason": "是张伟本人, 17000000000"}
    call("approver").post(f"/v1/orders/{order_no}/release", body)
    answered = call("viewer").get(f"/v1/orders/{order_no}")
    assert answered.json["decision"]["waivers"]
    assert "17000000000" not in answered.text
    assert "张伟" not in answered.text


def test_the_mask_leaves_names_of_things_alone(call, personal):
    decision = call("viewer").get(f"/v1/decisions/{personal['decision']['id']}").json
    full = call("ops").get(f"/v1/decisions/{personal['decision']['id']}").json
    assert {key: decision[key] for key in ("id", "order_no", "rulebook", "holds", "shipments", "actions")} == {
        key: full[key] for key in ("id", "order_no", "rulebook", "holds", "shipments", "actions")
    }


def test_one_may_ask_what_would_have_turned_a_rule_round(shared):
    posted = shared.caller("taobao").post("/v1/orders", sample()).json
    path = f"/v1/decisions/{posted['decision']['id']}/explanation?rule="
    nearest = shared.caller("viewer").get(path + "fraud.high-value").json["nearest"]
    assert {"rule": "fraud.high-value", "fact": "order.payable_base_cents"}.items() <= nearest[0]["change"].items()
    assert (nearest[0]["change"]["to"], nearest[0]["outcome"]) == (500_000, "hold")
    assert shared.caller("viewer").get(path + "fraud.no-such-rule").status_code == 404
