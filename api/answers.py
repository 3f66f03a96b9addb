"""Answers, and what of an order the caller may see. What is not theirs does not exist for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Response, current_app

from api.current import gatehouse, principal
from api.logs import note
from engine.errors import NotFound, OrderError, Problem
from engine.service import masking

_NUMBER = re.compile(r"[A-Za-z0-9._-]{1,150}")
_DECISION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The data as JSON."""
    response = cast(Response, current_app.json.response(data))
    response.status_code = status
    response.headers.update(headers or {})
    return response


def part_of(items: Sequence[Mapping[str, Any]], key: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """`{items, next_cursor}` of a list that is known whole: what follows the item that the cursor names by its `key`.

    Raises OrderError where there is no such item, or not any more.
    """
    after, keys = query.get("cursor"), [str(each[key]) for each in items]
    if after and after not in keys:
        raise OrderError([Problem("cursor", "invalid-type", "a next_cursor of an earlier answer of this list")])
    left = items[keys.index(after) + 1 if after else 0 :]
    page = left[: query.get("limit")]
    return {"items": page, "next_cursor": str(page[-1][key]) if len(page) < len(left) else None}


def order_no_of(number: str) -> str:
    """The order number of a path, in which a channel's key puts its own number. Raises NotFound, Forbidden."""
    who = principal()
    if not _NUMBER.fullmatch(number):
        raise NotFound(f"there is no order {number}")
    if who.kind == "channel":
        return f"{who.channel}.{number}"
    who.require("viewer")
    return number


def order_seen(order_no: str) -> dict[str, Any]:
    """The order in full. Raises NotFound, also where it is another channel's."""
    order = gatehouse().orders.order(order_no)
    if not principal().sees(order["channel"]):
        raise NotFound(f"there is no order {order_no}")
    note(order_no=order_no)
    return order


def order_decided(decision_id: str) -> dict[str, Any]:
    """The order, in full, that a decision is about. Raises NotFound, also where it is another channel's; Forbidden."""
    if principal().kind != "channel":
        principal().require("viewer")
    if not _DECISION_ID.fullmatch(decision_id):
        raise NotFound(f"there is no decision {decision_id}")
    order_no = gatehouse().decisions.order_no_of(decision_id)
    try:
        return order_seen(order_no)
    except NotFound:
        raise NotFound(f"there is no decision {decision_id}") from None


def order_and_decision(order: Mapping[str, Any], decision: Mapping[str, Any] | None) -> dict[str, Any]:
    """`{order, decision}` as the caller may see them."""
    if principal().sees_people():
        return {"order": order, "decision": decision}
    return {"order": masking.mask_order(order), "decision": masking.mask_about(order, decision)}


def about(order: Mapping[str, Any], data: Any) -> Any:
    """What there is about an order, as the caller may see it."""
    return data if principal().sees_people() else masking.mask_about(order, data)


def summaries(page: Mapping[str, Any]) -> dict[str, Any]:
    """A page of orders as the caller may see it."""
    if principal().sees_people():
        return dict(page)
    return {**page, "items": [masking.mask_summary(each) for each in page["items"]]}
