"""The exception pool: orders that wait for people, the most pressing first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from api.answers import answer
from api.current import gatehouse, principal
from api.incoming import PageQuery, Switch
from api.openapi import Routes
from engine.holds import FLAGS, HOLD_REASONS, QUEUES, SEVERITIES
from engine.intake.fields import Choice, Text
from engine.service import masking

routes = Routes("exceptions", "Orders that wait for people.")


class ExceptionQuery(PageQuery):
    """Which orders; one hold or flag has to meet all conditions together."""

    queue = Choice(QUEUES)
    reason = Choice(
        tuple(dict.fromkeys((*HOLD_REASONS, *FLAGS))), metadata={"description": "A hold's reason or a flag's code."}
    )
    severity = Choice(SEVERITIES)
    channel = Text(longest=64)
    overdue = Switch(metadata={"description": "1: only what should have been looked at by now."})


@routes.route("/exceptions", methods=["GET"])
@routes.query(ExceptionQuery)
@routes.gives(200, "ExceptionPage", "Orders: urgent first, then by when they must have left, then the oldest.")
@routes.refuses(403, 422)
def list_exceptions(query: dict[str, Any]) -> Response:
    """The pool: orders with open holds and flags, and what the rules saw.

    Holds that lift by themselves (severity info) are listed only where `reason` or `severity` asks for them.
    """
    principal().require("viewer")
    cursor, limit = query.pop("cursor", None), query.pop("limit")
    found = gatehouse().exceptions.page(query, cursor, limit)
    gatehouse().reminders.pool_seen(principal())
    return answer({**found, "items": [_seen(each) for each in found["items"]]})


def _seen(item: Mapping[str, Any]) -> dict[str, Any]:
    if principal().sees_people():
        return dict(item)
    order = gatehouse().orders.order(item["order_no"])
    return masking.mask_about(order, masking.mask_summary(item))
