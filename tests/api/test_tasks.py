from __future__ import annotations

import pytest

from tests.api.conftest import of_high_value, sample
from workers import jobs


@pytest.fixture
def task(house, taobao):
    """The open task of an order that is held as HIGH_VALUE."""
    order = taobao.post("/v1/orders", of_high_value()).json["order"]["order_no"]
    jobs.bind(house.gatehouse)
    jobs.carry_out(order)
    (found,) = house.caller("ops").get(f"/v1/tasks?order={order}&status=open").json["items"]
    return found


def test_a_task_says_what_is_asked_of_whom_by_when(task, call):
    assert (task["queue"], task["rule"], task["status"], task["tries"]) == ("risk", "fraud.high-value", "open", 0)
    assert task["title"]["zh"] and task["title"]["en"] and task["due_at"]
    whole = call("viewer").get(f"/v1/tasks/{task['id']}").json
    assert (whole["lifts"], whole["answers"]) == (["HIGH_VALUE"], [])


def test_confirming_approves_the_order(task, call):
    answered = call("ops").post(f"/v1/tasks/{task['id']}/outcome", {"outcome": "confirmed", "note": "本人"})
    assert answered.status_code == 200
    assert (answered.json["task"]["status"], answered.json["order"]["status"]) == ("done", "approved")
    assert answered.json["task"]["answers"][0]["by"] == "ops-token"
    again = call("ops").post(f"/v1/tasks/{task['id']}/outcome", {"outcome": "confirmed"})
    assert again.status_code == 409


def test_an_answer_is_read_strictly(task, call):
    path = f"/v1/tasks/{task['id']}/outcome"
    for body, wrong in (({}, "outcome"), ({"outcome": "maybe"}, "outcome"), ({"outcome": "refused", "by": "x"}, "by")):
        answer = call("ops").post(path, body)
        assert (answer.status_code, answer.json["errors"][0]["path"]) == (422, wrong)
    assert call("ops").post("/v1/tasks/none/outcome", {"outcome": "refused"}).status_code == 404


def test_answering_takes_ops_and_looking_a_viewer(task, call):
    path = f"/v1/tasks/{task['id']}"
    for who in ("viewer", "taobao", "nobody"):
        assert call(who).post(f"{path}/outcome", {"outcome": "confirmed"}).status_code == 403
    assert call("taobao").get("/v1/tasks").status_code == call("nobody").get(path).status_code == 403


def test_who_only_watches_does_not_read_what_was_said(task, call):
    call("ops").post(f"/v1/tasks/{task['id']}/outcome", {"outcome": "no_answer", "note": "13900001111 无人接"})
    seen = call("viewer").get(f"/v1/tasks/{task['id']}").json
    assert (seen["note"], seen["answers"][0]["note"], seen["tries"]) == ("***", "***", 1)


def test_tasks_are_filtered(task, call, taobao):
    taobao.post("/v1/orders", sample())
    ops = call("ops")
    assert [each["id"] for each in ops.get("/v1/tasks?queue=risk").json["items"]] == [task["id"]]
    assert ops.get("/v1/tasks?queue=service").json["items"] == []
    assert ops.get("/v1/tasks?channel=jd").json["items"] == []
    assert ops.get("/v1/tasks?queue=nobody").status_code == 422
