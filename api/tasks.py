"""Tasks: what people are asked to do, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from api.answers import answer, order_and_decision
from api.current import gatehouse, principal
from api.incoming import PageQuery, json_document
from api.logs import note
from api.openapi import Routes
from api.work_shapes import TASK_STATUSES
from engine.holds import QUEUES
from engine.intake.fields import Choice, Text
from engine.intake.manual import load_answer
from engine.service.masking import HIDDEN

routes = Routes("tasks", "What people are asked to do.")


class TaskQuery(PageQuery):
    """Which tasks; all conditions together."""

    queue = Choice(QUEUES)
    status = Choice(TASK_STATUSES)
    order = Text(longest=150, metadata={"description": "An order number."})
    channel = Text(longest=64)


@routes.route("/tasks", methods=["GET"])
@routes.query(TaskQuery)
@routes.gives(200, "TaskPage", "Tasks by when they are due, those without a due time last.")
@routes.refuses(403, 422)
def list_tasks(query: dict[str, Any]) -> Response:
    """Find tasks."""
    principal().require("viewer")
    cursor, limit = query.pop("cursor", None), query.pop("limit")
    found = gatehouse().tasks.list(query, cursor, limit)
    return answer({**found, "items": [_seen(each) for each in found["items"]]})


@routes.route("/tasks/<task_id>", methods=["GET"])
@routes.gives(200, "TaskWhole", "The task with every answer.")
@routes.refuses(403, 404)
def get_task(task_id: str) -> Response:
    """A task."""
    principal().require("viewer")
    return answer(_seen(gatehouse().tasks.task(task_id)))


@routes.route("/tasks/<task_id>/outcome", methods=["POST"])
@routes.body("TaskAnswer", example={"outcome": "confirmed", "note": "买家确认是本人下单"})
@routes.gives(200, "TaskAnswered", "The task, and the order as it stands now.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_outcome(task_id: str) -> Response:
    """Say what came of a task.

    `confirmed` takes off the holds of the rule that asked, and lets an order leave that waited for nothing else.
    `changed` and `refused` keep the order here until somebody has edited or cancelled it. `no_answer` asks again; after
    three of them tomorrow at nine, and the buyer gets a message.
    """
    principal().require("ops")
    said = load_answer(json_document())
    answered = gatehouse().tasks.answer(task_id, said["outcome"], said["note"], principal())
    note(order_no=answered["order"]["order_no"])
    return answer({"task": answered["task"], **order_and_decision(answered["order"], answered["decision"])})


def _seen(task: Mapping[str, Any]) -> dict[str, Any]:
    """The task as the caller may see it: what was said on the phone is for those who call."""
    if principal().sees_people():
        return dict(task)
    hidden = {"note": HIDDEN if task["note"] else ""}
    answers = {"answers": [{**each, **hidden} for each in task["answers"]]} if "answers" in task else {}
    return {**task, **hidden, **answers}
