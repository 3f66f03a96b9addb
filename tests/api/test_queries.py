"""A parameter of the query that nobody reads is refused by name: it might have been meant to hold something back."""

from __future__ import annotations

import re

import pytest

from tests.api.conftest import sample

VALUES = {
    "no": "taobao.NOBODY", "code": "NOTHING", "stage": "fraud", "draft_id": "fraud-1", "version": "1",
    "rule": "fraud.high-value", "decision_id": "00000000-0000-0000-0000-000000000000", "preview_id": "preview-1",
    "order_no": "taobao.NOBODY", "task_id": "t", "action_id": "a", "username": "nobody", "vendor": "SF",
    "channel": "taobao",
}  # fmt: skip


def operations(document):
    """Each as (method, address)."""
    for path, said in document["paths"].items():
        if path.startswith("/v1/"):
            address = re.sub(r"\{(\w+)\}", lambda name: VALUES[name[1]], path)
            yield from ((method.upper(), address) for method in said if method != "parameters")


def test_no_route_passes_over_a_parameter_that_it_does_not_know(shared):
    """The answer is held against its description too: each says that there may be a 422."""
    admin = shared.caller("admin")
    for method, address in operations(shared.described.document):
        refused = admin(method, f"{address}?zzz=1", {} if method in ("POST", "PUT") else None)
        assert refused.status_code == 422, (method, address)
        problems = [(each["path"], each["code"]) for each in refused.json["errors"]]
        assert ("zzz", "unknown-field") in problems, (method, address)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_head_is_asked_like_get(shared, method):
    for address in ("/v1/skus", "/v1/skus/LAUNDRY-2L"):
        assert shared.caller("admin")(method, f"{address}?format=json").status_code == 200
        answer = shared.client.open(f"{address}?zzz=1", method=method, headers=shared.caller("admin").headers)
        assert answer.status_code == 422


def test_nothing_is_done_where_a_trial_run_was_asked_for_that_is_not_known(house, call):
    admin = call("admin")
    number = call("taobao").post("/v1/orders", sample()).json["order"]["channel_order_no"]
    cancelled = {"event_id": "1", "type": "cancelled", "at": "2026-11-11T00:00:09+08:00", "data": {}}
    assert call("taobao").post(f"/v1/orders/{number}/events?dry_run=1", cancelled).status_code == 422
    assert call("taobao").get(f"/v1/orders/{number}").json["order"]["status"] == "approved"
    assert admin("PUT", "/v1/lists/tried?dry_run=1", {"title": "x"}).status_code == 422
    assert admin.get("/v1/lists/tried").status_code == 404
    assert admin("DELETE", "/v1/lists/stop-words?dry_run=1").status_code == 422
    assert admin.get("/v1/lists/stop-words").status_code == 200


def test_who_may_not_come_in_is_told_that_first(shared):
    assert shared.caller(None).get("/v1/users?zzz=1").status_code == 401
