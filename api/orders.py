"""Orders: posting them, one by one or in a batch, trying one out, and finding them."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from flask import Response, current_app, request, url_for

from api.answers import answer, order_and_decision, order_no_of, order_seen, summaries
from api.auth import posting_channel
from api.batch import MAX_BATCH_BYTES, MAX_BATCH_LINES, batch_answer
from api.current import gatehouse, principal
from api.incoming import Moment, PageQuery, Query, body, json_document
from api.logs import note
from api.openapi import Routes
from api.shapes import ORDER_STATUSES
from engine.demo.orders import sample_orders
from engine.holds import HOLD_REASONS
from engine.intake.fields import Choice, Text
from engine.service.orders import Submission

routes = Routes("orders", "Orders come in, are decided, and are found again.")

_ASYNC = "respond-async"
_PREFER = {
    "in": "header",
    "name": "Prefer",
    "schema": {"type": "string"},
    "description": "`respond-async`: answer as soon as the order is kept, and decide it later.",
}
_EXAMPLE = sample_orders(dt.datetime(2026, 11, 11, 2, tzinfo=dt.UTC))[0].document
_NDJSON = "application/x-ndjson"
_BATCH = {
    "type": "string",
    "description": f"An order a line; up to {MAX_BATCH_LINES:,} lines and {MAX_BATCH_BYTES:,} bytes.",
}


class ChannelQuery(Query):
    """For whom an order is posted."""

    channel = Text(
        longest=64, filled=True, metadata={"description": "Required with a token; a channel's key has its own."}
    )


class SearchQuery(PageQuery):
    """Which orders; all conditions together."""

    status = Choice(ORDER_STATUSES)
    verdict = Choice(("approve", "hold", "reject"))
    hold = Choice(tuple(HOLD_REASONS), metadata={"description": "An open hold's reason."})
    channel = Text(longest=64)
    sku = Text(longest=64, metadata={"description": "Also inside bundles, and under the channel's code for it."})
    phone = Text(longest=64, metadata={"description": "The buyer's or receiver's whole phone."})
    waybill_no = Text(longest=64)
    placed_from = Moment()
    placed_to = Moment(metadata={"description": "Not included."})
    q = Text(longest=200, metadata={"description": "Part of an order number or a name, or a whole phone."})


@routes.route("/orders", methods=["POST"], parameters=[_PREFER])
@routes.query(ChannelQuery)
@routes.body("Order", example=_EXAMPLE)
@routes.gives(201, "OrderAndDecision", "Kept and decided.")
@routes.gives(200, "OrderAndDecision", "Known with the same content: nothing is done twice.")
@routes.gives(202, "OrderAccepted", "Kept, and not decided yet.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_order(query: dict[str, Any]) -> Response:
    """Post an order.

    It is durable before anything is decided. The same content again gives the order and its latest decision; the same
    number with other content is the conflict `order-changed`.
    """
    channel = posting_channel(query.get("channel"))
    document = json_document()
    began = time.perf_counter()
    submission = gatehouse().orders.submit(document, channel, wants_async())
    note(order_no=submission.order["order_no"], verdict=(submission.decision or {}).get("verdict"))
    if submission.created and submission.decision:
        current_app.extensions["gatehouse_metrics"].decided(submission.decision["verdict"], time.perf_counter() - began)
    return _submitted(submission)


@routes.route("/orders/batch", methods=["POST"], parameters=[_PREFER])
@routes.query(ChannelQuery)
@routes.body(_BATCH, _NDJSON)
@routes.gives(200, "BatchLine", "What became of each line, in their order.", _NDJSON)
@routes.refuses(400, 403, 413, 415, 422)
def post_batch(query: dict[str, Any]) -> Response:
    """Post up to a thousand orders, one a line.

    The answer has a line for each, as soon as it is decided; good ones are done whatever the bad ones are.
    """
    channel = posting_channel(query.get("channel"))
    return batch_answer(body(MAX_BATCH_BYTES), channel, wants_async())


class DecideQuery(ChannelQuery):
    """For whom, and by which rules."""

    draft = Text(
        longest=100, filled=True, metadata={"description": "Decide as if this draft of rules were live; not by a key."}
    )


@routes.route("/decide", methods=["POST"])
@routes.query(DecideQuery)
@routes.body("Order", example=_EXAMPLE)
@routes.gives(200, "DryRun", "What would be decided, and why.")
@routes.refuses(400, 403, 404, 413, 415, 422)
def post_decide(query: dict[str, Any]) -> Response:
    """Decide an order without keeping it.

    Nothing is stored and nothing reserved.
    """
    channel = posting_channel(query.get("channel"))
    document = json_document()
    if query.get("draft"):
        principal().require("viewer")  # a channel's key knows nothing of drafts
        with gatehouse().drafts.compiled(query["draft"]) as compiled:
            return answer(gatehouse().orders.dry_run(document, channel, compiled))
    began = time.perf_counter()
    dry_run = gatehouse().orders.dry_run(document, channel)
    current_app.extensions["gatehouse_metrics"].tried(time.perf_counter() - began)
    return answer(dry_run)


@routes.route("/orders", methods=["GET"])
@routes.query(SearchQuery)
@routes.gives(200, "OrderPage", "Orders, last received first.")
@routes.refuses(403, 422)
def list_orders(query: dict[str, Any]) -> Response:
    """Find orders.

    With a channel's key only its own.
    """
    who = principal()
    cursor, limit = query.pop("cursor", None), query.pop("limit")
    if who.kind == "channel":
        if query.get("channel") not in (None, who.channel):
            return answer({"items": [], "next_cursor": None})
        query["channel"] = who.channel
    else:
        who.require("viewer")
    return answer(summaries(gatehouse().orders.search(query, cursor, limit)))


@routes.route("/orders/<no>", methods=["GET"])
@routes.gives(200, "OrderAndDecision", "The order and its latest decision, null while there is none.")
@routes.refuses(403, 404)
def get_order(no: str) -> Response:
    """An order and its latest decision."""
    order = order_seen(order_no_of(no))
    decision = gatehouse().decisions.document(order["decision_id"]) if order["decision_id"] else None
    return answer(order_and_decision(order, decision))


def wants_async() -> bool:
    """Whether the caller does not want to wait for the decision (`Prefer: respond-async`)."""
    preferences = ",".join(request.headers.getlist("Prefer")).split(",")
    return any(each.split(";")[0].strip().lower() == _ASYNC for each in preferences)


def _submitted(submission: Submission) -> Response:
    number = "channel_order_no" if principal().kind == "channel" else "order_no"
    where = url_for("orders.get_order", no=submission.order[number])
    if submission.pending:
        applied = {"Preference-Applied": _ASYNC} if wants_async() else {}
        return answer({"order": submission.order, "status_url": where}, 202, {"Location": where, **applied})
    decided = {"order": submission.order, "decision": submission.decision}
    return answer(decided, 201, {"Location": where}) if submission.created else answer(decided)
