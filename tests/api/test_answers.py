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
