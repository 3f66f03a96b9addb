"""Manual decisions over HTTP."""

from __future__ import annotations

import pytest

from tests.api.conftest import changed, sample


def an_order(call):
    """The number of an approved order that has not left yet."""
    posted = call("taobao").post("/v1/orders", changed(sample(), "remark", "")).json
    assert posted["order"]["status"] == "approved"
    return posted["order"]["order_no"]


BODIES = {
    "hold": {"reason": "MANUAL", "note": "wait for the buyer"},
    "reject": {"reason": "fraud"},
    "cancel": {"reason": "not wanted"},
    "return_to_audit": {"reason": "look again"},
    "reassign": {"reason": "nearer", "warehouse": "SH1"},
    "adjust": {"reason": "one less", "line_no": "1", "quantity": 1},
    "swap": {"reason": "out of it", "line_no": "1", "sku": "TISSUE-24"},
}
AFTER = {"hold": "held", "reject": "rejected", "cancel": "cancelled", "return_to_audit": "held"}


@pytest.mark.parametrize("kind", BODIES)
def test_each_is_tried_out_then_done_and_written_down(call, house, kind):
    order_no = an_order(call)
    path = f"/v1/orders/{order_no}/{kind}"
    tried = call("ops").post(f"{path}?dry_run=1", BODIES[kind])
    assert tried.status_code == 200
    assert call("ops").get(f"/v1/orders/{order_no}").json["order"]["status"] == "approved"
    done = call("ops").post(path, BODIES[kind])
    assert (done.status_code, done.json["order"]["status"]) == (200, AFTER.get(kind, "approved"))
    assert tried.json["order"]["status"] == done.json["order"]["status"]
    assert tried.json["decision"]["shipments"] == done.json["decision"]["shipments"]
    (manual,) = house.gatehouse.orders.page(order_no)["manual"]
    assert (manual["kind"], manual["by"], manual["data"]["reason"]) == (kind, "ops-token", BODIES[kind]["reason"])
    with house.gatehouse.database.read() as uow:
        (entry,) = uow.audit.list(None, 5, order_no)[0]
    assert (entry["action"], entry["by"]) == (f"order.{kind}", "ops-token")


def test_a_reassignment_is_taken_back(call):
    order_no = an_order(call)
    before = call("ops").get(f"/v1/orders/{order_no}").json["decision"]["shipments"][0]["warehouse"]
    path, body = f"/v1/orders/{order_no}/unassign", {"reason": "a slip"}
    nothing = call("ops").post(path, body)
    assert (nothing.status_code, nothing.json["detail"]) == (
        409, f"order {order_no} is not reassigned; there is nothing to take back",
    )  # fmt: skip
    chosen = call("ops").post(f"/v1/orders/{order_no}/reassign", {"reason": "x", "warehouse": "SH1"})
    assert chosen.json["decision"]["shipments"][0]["warehouse"] == "SH1" != before
    assert call("viewer").post(path, body).status_code == 403
    back = call("ops").post(path, body)
    assert (back.status_code, back.json["decision"]["shipments"][0]["warehouse"]) == (200, before)


def test_a_shipment_is_shipped_by_hand(call):
    order_no = an_order(call)
    decision = call("ops").get(f"/v1/orders/{order_no}").json["decision"]
    body = {"shipment_no": decision["shipments"][0]["shipment_no"], "service": "SF-STD", "waybill_no": "SF0001"}
    shipped = call("ops").post(f"/v1/orders/{order_no}/ship", body)
    assert (shipped.status_code, shipped.json["order"]["status"]) == (200, "shipped")
    found = call("ops").get("/v1/orders?waybill_no=SF0001").json["items"]
    assert [each["order_no"] for each in found] == [order_no]
    refused = call("ops").post(f"/v1/orders/{order_no}/ship", body)
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")


def test_what_is_wrong_is_named_and_who_may_not_is_refused(call):
    order_no = an_order(call)
    for kind, body, paths in (
        ("hold", {"note": "x"}, ["reason"]),
        ("hold", {"reason": "MANUAL", "due_at": "tomorrow", "until": "x"}, ["due_at", "until"]),
        ("cancel", {"reason": " "}, ["reason"]),
        ("reassign", {"reason": "x"}, ["warehouse"]),
        ("adjust", {"line_no": "9", "quantity": 1, "reason": "x"}, ["line_no"]),
        ("adjust", {"line_no": "1", "quantity": -1, "reason": "x"}, ["quantity"]),
        ("swap", {"line_no": "1", "sku": "NOPE", "reason": "x"}, ["sku"]),
        ("ship", {"shipment_no": "x", "service": "SF-STD", "waybill_no": "1"}, ["shipment_no"]),
    ):
        refused = call("ops").post(f"/v1/orders/{order_no}/{kind}", body)
        assert (refused.status_code, sorted(each["path"] for each in refused.json["errors"])) == (422, paths), kind
    for kind, body in BODIES.items():
        assert call("viewer").post(f"/v1/orders/{order_no}/{kind}", body).status_code == 403
        assert call("taobao").post(f"/v1/orders/{order_no.partition('.')[2]}/{kind}", body).status_code == 403
        assert call("ops").post(f"/v1/orders/taobao.nothing/{kind}", body).status_code == 404


def test_a_status_that_does_not_allow_it_is_a_conflict_with_a_sentence(call):
    order_no = an_order(call)
    call("ops").post(f"/v1/orders/{order_no}/cancel", {"reason": "x"})
    refused = call("ops").post(f"/v1/orders/{order_no}/reassign", BODIES["reassign"])
    assert refused.status_code == 409
    assert "is cancelled; a warehouse" in refused.json["detail"]
