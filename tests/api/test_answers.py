"""Answers tell how things stand at that moment."""

from __future__ import annotations

from tests.api.conftest import sample


def test_the_answer_to_a_decision_by_hand_has_the_label_that_it_brought(call):
    posted = call("taobao").post("/v1/orders", sample()).json
    order_no, (shipment,) = posted["order"]["order_no"], posted["decision"]["shipments"]
    label = {"shipment_no": shipment["shipment_no"], "service": "SF-STD", "waybill_no": "SF0099"}
    shipped = call("ops").post(f"/v1/orders/{order_no}/ship", label).json
    assert shipped["decision"]["shipments"][0]["parcels"][0]["waybill_no"] == "SF0099"
    assert shipped == call("ops").get(f"/v1/orders/{order_no}").json


def test_the_answer_to_a_decision_by_hand_has_the_states_of_what_was_done_before(call, house):
    posted = call("taobao").post("/v1/orders", sample(remark="看不懂的话")).json
    order_no = posted["order"]["order_no"]
    (notice,) = (each for each in posted["decision"]["actions"] if each["type"] == "notify")
    call("ops").post(f"/v1/actions/{notice['id']}/skip", {"reason": "told by hand"})
    again = call("ops").post(f"/v1/orders/{order_no}/hold", {"reason": "wait"}).json["decision"]["actions"]
    assert {"id": notice["id"], "type": "notify", "status": "skipped"} in again


def test_a_list_that_is_given_whole_is_given_in_parts_to_who_asks_for_them(call):
    admin = call("admin")
    for name in ("ada", "bob", "cyd"):
        assert admin.put(f"/v1/users/{name}", {"roles": ["ops"], "password": "four words and more"}).status_code == 201
    for note in ("one", "two", "three"):
        assert admin.post("/v1/rulesets/fraud/drafts", {"note": note}).status_code == 201
    for address in ("/v1/users", "/v1/rulesets/fraud/drafts"):
        whole = admin.get(address).json
        assert (len(whole["items"]) >= 3, whole["next_cursor"]) == (True, None)
        parts, cursor = [], ""
        while cursor is not None:
            part = admin.get(f"{address}?limit=2{cursor and f'&cursor={cursor}'}").json
            assert 0 < len(part["items"]) <= 2
            parts, cursor = parts + part["items"], part["next_cursor"]
        assert parts == whole["items"]
    for address in ("/v1/users", "/v1/rulesets/fraud/drafts", "/v1/rulesets/fraud/versions", "/v1/preview"):
        assert admin.get(f"{address}?limit=1").status_code == 200
        for wrong, path in (("limit=0", "limit"), ("cursor=nonsense", "cursor")):
            refused = admin.get(f"{address}?{wrong}")
            assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, path)
