"""Merging over HTTP: one parcel for several orders."""

from __future__ import annotations

import pytest

from tests.api.conftest import changed, sample

ONE_BUYER = {"id": "b-merge", "name": "张伟", "phone": "13712345678"}


@pytest.fixture
def two(call):
    """The numbers of two orders that fit one parcel."""
    documents = [changed(changed(sample(), "remark", ""), "buyer", ONE_BUYER) for _ in range(2)]
    documents[1]["lines"][0]["sku"] = "SHAMPOO-750"
    posted = [call("taobao").post("/v1/orders", each).json for each in documents]
    assert [each["order"]["status"] for each in posted] == ["approved", "approved"]
    return [each["order"]["order_no"] for each in posted]


def test_orders_are_merged_shown_and_taken_apart(call, two):
    first, second = two
    ops = call("ops")
    tried = ops.post(f"/v1/orders/{second}/merge?dry_run=1", {"with": [first]})
    assert tried.status_code == 200 and tried.json["merge"]["order_nos"] == [second, first]
    assert "merged" not in ops.get(f"/v1/orders/{second}").json["decision"]["shipments"][0]
    done = ops.post(f"/v1/orders/{second}/merge", {"with": [first], "reason": "same buyer"})
    assert done.json["merge"] == tried.json["merge"]
    parcel = {"shipment_no": done.json["merge"]["shipment_no"], "order_nos": [second, first]}
    for order_no in two:
        decision = ops.get(f"/v1/orders/{order_no}").json["decision"]
        assert decision["shipments"][0]["merged"] == parcel
        assert ops.post(f"/v1/decisions/{decision['id']}/replay").json["identical"]
        assert ops.get(f"/v1/decisions/{decision['id']}/explanation").status_code == 200
    assert ops.post(f"/v1/orders/{first}/unmerge", {}).status_code == 200
    assert "merged" not in ops.get(f"/v1/orders/{second}").json["decision"]["shipments"][0]


def test_taking_apart_needs_no_body(call, two):
    first, second = two
    assert call("ops").post(f"/v1/orders/{second}/merge", {"with": [first]}).status_code == 200
    assert call("ops").post(f"/v1/orders/{first}/unmerge").status_code == 200


def test_what_does_not_fit_or_exist_is_told(call, two):
    first, second = two
    ops = call("ops")
    other = call("taobao").post("/v1/orders", sample()).json["order"]["order_no"]
    refused = ops.post(f"/v1/orders/{first}/merge", {"with": [other]})
    assert (refused.status_code, refused.json["code"]) == (409, "not-mergeable")
    wrong = ops.post(f"/v1/orders/{first}/merge", {"with": ["taobao.NOBODY"]})
    assert (wrong.status_code, wrong.json["errors"][0]["path"]) == (422, "with.0")
    assert ops.post(f"/v1/orders/{first}/merge", {"with": []}).status_code == 422
    assert ops.post(f"/v1/orders/{first}/merge", {"with": [second], "by": "me"}).status_code == 422
    assert ops.post("/v1/orders/taobao.NOBODY/merge", {"with": [first]}).status_code == 404
    assert ops.post(f"/v1/orders/{first}/unmerge", {}).status_code == 409


@pytest.mark.parametrize("who", ["viewer", "nobody", "taobao"])
def test_only_ops_merge(call, two, who):
    first, second = two
    assert call(who).post(f"/v1/orders/{second}/merge", {"with": [first]}).status_code == 403
    assert call(who).post(f"/v1/orders/{second}/unmerge", {}).status_code == 403
