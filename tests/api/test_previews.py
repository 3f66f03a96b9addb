"""Previews over HTTP, worked out by the workers' job."""

from __future__ import annotations

import pytest

from tests.api.conftest import sample
from workers import jobs


@pytest.fixture
def draft(call):
    """The fraud rules with the high-value rule from CNY 1."""
    editor = call("editor")
    draft = editor.post("/v1/rulesets/fraud/drafts").json
    document = {name: draft[name] for name in ("stage", "note", "rules", "tables")}
    rule = next(each for each in document["rules"] if each["id"] == "fraud.high-value")
    rule["when"]["all"][0]["any"][0]["value"] = 100
    where = f"/v1/rulesets/fraud/drafts/{draft['id']}"
    return editor.put(where, document, headers={"If-Match": f'"{draft["revision"]}"'}).json


def finish(house, preview_id):
    jobs.bind(house.gatehouse)
    while jobs.preview(preview_id):
        pass


def test_a_preview_tells_which_orders_the_draft_would_hold(house, call, taobao, draft):
    order = taobao.post("/v1/orders", sample()).json["order"]
    house.gatehouse.clock.advance(minutes=1)
    started = call("editor").post("/v1/preview", {"draft": draft["id"], "days": 1})
    assert started.status_code == 202
    assert started.headers["Location"] == started.json["status_url"]
    waiting = call("viewer").get(started.json["status_url"]).json
    assert (waiting["state"], waiting["done"], waiting["total"]) == ("queued", 0, 1)
    finish(house, started.json["id"])

    done = call("viewer").get(started.json["status_url"]).json
    assert (done["state"], done["done"]) == ("done", 1)
    assert done["impact"]["verdicts"] == {"approve>hold": 1}
    assert done["impact"]["holds"]["HIGH_VALUE"] == [0, 1]
    assert [top["order_no"] for top in done["impact"]["top"]] == [order["order_no"]]
    assert "taken" not in done["impact"]["top"][0]
    seen = call("editor").get(f"{started.json['status_url']}/orders/{order['order_no']}").json
    assert seen["draft"]["verdict"] == "hold"
    assert "HIGH_VALUE" in [hold["reason"] for hold in seen["draft"]["holds"]]
    assert call("viewer").get("/v1/preview").json["items"][0]["id"] == started.json["id"]


def test_it_can_be_cancelled_once(call, draft):
    started = call("editor").post("/v1/preview", {"draft": draft["id"]}).json
    assert call("editor").post(f"{started['status_url']}/cancel").json["state"] == "cancelled"
    assert call("editor").post(f"{started['status_url']}/cancel").status_code == 409


@pytest.mark.parametrize(
    ("body", "path"),
    [({}, "draft"), ({"draft": 7}, "draft"), ({"draft": "x", "days": 0}, "days"), ({"draft": "x", "dyas": 1}, "dyas")],
)
def test_what_is_wrong_with_it_is_named(call, body, path):
    answer = call("editor").post("/v1/preview", body)
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json["errors"]] == [path]


def test_who_may_not_write_rules_may_not_try_them(call, draft):
    assert call("ops").post("/v1/preview", {"draft": draft["id"]}).status_code == 403
    assert call("editor").post("/v1/preview", {"draft": "fraud-999"}).status_code == 404
    assert call("viewer").get("/v1/preview/preview-999").status_code == 404
