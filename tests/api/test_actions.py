from __future__ import annotations

import pytest

from tests.api.conftest import sample


@pytest.fixture
def dead(house, taobao):
    """The outbound of an approved order, given up."""
    order = taobao.post("/v1/orders", sample()).json["order"]["order_no"]
    (action,) = house.caller("ops").get(f"/v1/actions?order={order}&type=outbound").json["items"]
    claimed = house.gatehouse.actions.claim(action["id"], 1, "w")
    house.gatehouse.actions.fail(claimed, "no such warehouse", final=True)
    return action["id"]


def test_dead_actions_are_found_and_tried_again(dead, call):
    (found,) = call("viewer").get("/v1/actions?status=dead").json["items"]
    assert (found["id"], found["error"]) == (dead, "no such warehouse")
    assert call("ops").post(f"/v1/actions/{dead}/retry").json["status"] == "pending"
    again = call("ops").post(f"/v1/actions/{dead}/retry")
    assert (again.status_code, again.json["code"]) == (409, "conflict")


def test_an_action_is_left_undone_for_a_reason(dead, call, house):
    path = f"/v1/actions/{dead}/skip"
    assert call("ops").post(path, {}).status_code == 422
    assert call("ops").post(path, {"reason": "已手工下发"}).json["status"] == "skipped"
    assert call("ops").post(path, {"reason": "已手工下发"}).status_code == 409
    with house.gatehouse.database.read() as uow:
        entry = uow.audit.list(None, 1)[0][0]
    assert (entry["action"], entry["by"], entry["after"]["reason"]) == ("action.skip", "ops-token", "已手工下发")


def test_both_take_ops_and_an_action_that_there_is(dead, call):
    for who in ("viewer", "taobao"):
        assert call(who).post(f"/v1/actions/{dead}/retry").status_code == 403
    assert call("ops").post("/v1/actions/none/retry").status_code == 404
    assert call("ops").post("/v1/actions/none/skip", {"reason": "x"}).status_code == 404
    assert call("taobao").get("/v1/actions").status_code == 403


def test_pages_are_newest_first(dead, call):
    whole = call("ops").get("/v1/actions?limit=200").json["items"]
    first = call("ops").get("/v1/actions?limit=1").json
    second = call("ops").get(f"/v1/actions?limit=1&cursor={first['next_cursor']}").json
    assert [*first["items"], *second["items"]] == whole[:2]
    assert call("ops").get("/v1/actions?status=done").json["items"] == []
