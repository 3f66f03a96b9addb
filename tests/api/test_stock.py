"""Stock over HTTP."""

from __future__ import annotations

import pytest

from tests.api.conftest import sample


@pytest.fixture
def row(call):
    """A balance with units to spare."""
    return call("viewer").get("/v1/stock?sku=LAUNDRY-2L&limit=1").json["items"][0]


def adjustment(row, **changes):
    place = {"warehouse": row["warehouse"], "sku": row["sku"]}
    return {"adjustment_id": "a-1", "reason": "盘点", **place, **changes}


def test_a_count_is_kept_once(call, row):
    ops = call("ops")
    first = ops.post("/v1/stock/adjustments", adjustment(row, on_hand=77, safety_stock=7))
    assert first.status_code == 200
    assert (first.json["on_hand"], first.json["available"]) == (77, 70 - row["reserved"])
    ops.post("/v1/stock/adjustments", adjustment(row, adjustment_id="a-2", delta=-7))
    again = ops.post("/v1/stock/adjustments", adjustment(row, on_hand=77, safety_stock=7))
    assert (again.status_code, again.json) == (200, first.json)
    assert ops.get(f"/v1/stock?sku={row['sku']}&warehouse={row['warehouse']}").json["items"][0]["on_hand"] == 70
    other = ops.post("/v1/stock/adjustments", adjustment(row, on_hand=78))
    assert (other.status_code, other.json["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"on_hand": 1, "delta": 1}, 422),
        ({}, 422),
        ({"on_hand": -1}, 422),
        ({"on_hand": 1, "reason": ""}, 422),
        ({"on_hand": 1, "warehouse": "NOWHERE"}, 404),
        ({"on_hand": 1, "sku": "NOTHING"}, 404),
        ({"delta": -1_000_000}, 409),
    ],
)
def test_a_wrong_adjustment_changes_nothing(call, row, changes, status):
    assert call("ops").post("/v1/stock/adjustments", adjustment(row, **changes)).status_code == status
    after = call("viewer").get(f"/v1/stock?sku={row['sku']}&warehouse={row['warehouse']}").json["items"]
    assert after == [row]


def test_the_ledger_has_every_movement(call):
    decision = call("taobao").post("/v1/orders", sample()).json["decision"]
    newest = call("viewer").get("/v1/stock/ledger?sku=LAUNDRY-2L&limit=1").json
    (movement,) = newest["items"]
    assert (movement["kind"], movement["reserved_change"]) == ("reserved", 3)
    assert movement["decision_id"] == decision["id"]
    older = call("viewer").get(f"/v1/stock/ledger?sku=LAUNDRY-2L&cursor={newest['next_cursor']}").json["items"]
    assert older and all(each["kind"] == "adjusted" for each in older)


@pytest.mark.parametrize("path", ["/v1/stock", "/v1/stock/ledger"])
def test_a_wrong_query_is_refused_by_name(shared, path):
    cursors = ("x", "WzEsMl0", "WyJcdWQ4MDAiLCJ4Il0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTldCg")
    for query in ("limit=0", "foo=1", "sku=%00", *(f"cursor={each}" for each in cursors)):
        assert shared.caller("viewer").get(f"{path}?{query}").status_code == 422, query


def test_what_came_in_is_booked_as_received(call, row):
    ops = call("ops")
    assert ops.post("/v1/stock/adjustments", adjustment(row, kind="received", delta=4)).status_code == 200
    (newest,) = ops.get("/v1/stock/ledger?kind=received").json["items"]
    assert (newest["sku"], newest["on_hand_change"], newest["adjustment_id"]) == (row["sku"], 4, "a-1")
    for wrong in ({"kind": "received", "delta": -1}, {"kind": "received", "on_hand": 9}):
        (error,) = ops.post("/v1/stock/adjustments", adjustment(row, **wrong)).json["errors"]
        assert (error["path"], error["code"]) == ("delta", "out-of-range")
    (error,) = ops.post("/v1/stock/adjustments", adjustment(row, kind="shipped", delta=1)).json["errors"]
    assert (error["path"], error["code"]) == ("kind", "not-a-choice")


def test_fewer_than_promised_is_said_with_the_orders_that_lose_units(call, row):
    order_no = call("taobao").post("/v1/orders", sample()).json["order"]["order_no"]
    ops = call("ops")
    place = next(each for each in ops.get(f"/v1/stock?sku={row['sku']}").json["items"] if each["reserved"])
    answer = ops.post("/v1/stock/adjustments", adjustment(place, on_hand=1)).json
    assert answer["shortfall"] == {"units": 2, "order_nos": [order_no], "released_units": 0}
    (short,) = ops.get(f"/v1/stock?sku={row['sku']}&warehouse={place['warehouse']}").json["items"]
    assert (short["shortfall"], short["available"]) == (2, 0)


def test_the_ledger_of_one_order(call):
    order_no = call("taobao").post("/v1/orders", sample()).json["order"]["order_no"]
    found = call("viewer").get(f"/v1/stock/ledger?order_no={order_no}").json["items"]
    assert found and {each["order_no"] for each in found} == {order_no}
    assert call("viewer").get(f"/v1/stock/ledger?order_no={order_no}&kind=shipped").json["items"] == []
    assert call("viewer").get("/v1/stock/ledger?kind=stolen").status_code == 422
