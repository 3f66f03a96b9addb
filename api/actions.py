"""Actions: the work that decisions asked of workers, and what to do where it failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from api.answers import about, answer
from api.current import gatehouse, principal
from api.incoming import PageQuery, json_document
from api.openapi import Routes
from api.work_shapes import ACTION_STATUSES, ACTION_TYPES
from engine.intake.fields import Choice, Text
from engine.intake.manual import load_reason

routes = Routes("actions", "Work for the workers, and what came of it.")

_FIELDS = (
    "id", "order_no", "decision_id", "type", "payload", "not_before", "status", "attempt", "sent_at", "retry_at",
    "done_at", "receipt", "error", "after",
)  # fmt: skip


class ActionQuery(PageQuery):
    """Which actions; all conditions together."""

    status = Choice(ACTION_STATUSES)
    type = Choice(ACTION_TYPES)
    order = Text(longest=150, metadata={"description": "An order number."})


@routes.route("/actions", methods=["GET"])
@routes.query(ActionQuery)
@routes.gives(200, "ActionPage", "Actions, newest first.")
@routes.refuses(403, 422)
def list_actions(query: dict[str, Any]) -> Response:
    """Find actions."""
    principal().require("viewer")
    cursor, limit = query.pop("cursor", None), query.pop("limit")
    found = gatehouse().actions.list(query, cursor, limit)
    return answer({**found, "items": [_seen(each) for each in found["items"]]})


@routes.route("/actions/<action_id>/retry", methods=["POST"])
@routes.gives(200, "Action", "The action, which is open again.")
@routes.refuses(403, 404, 409)
def post_retry(action_id: str) -> Response:
    """Try a dead action again, from the start."""
    principal().require("ops")
    return answer(_seen(gatehouse().actions.retry(action_id, principal())))


@routes.route("/actions/<action_id>/skip", methods=["POST"])
@routes.body("Reason")
@routes.gives(200, "Action", "The action, which is left undone.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_skip(action_id: str) -> Response:
    """Leave an action undone; what waited for it goes on."""
    principal().require("ops")
    reason = load_reason(json_document())
    return answer(_seen(gatehouse().actions.skip(action_id, reason, principal())))


def _seen(action: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: action[name] for name in _FIELDS}
    if principal().sees_people():
        return shown
    return about(gatehouse().orders.order(action["order_no"]), shown)
