"""Reports: what channels, warehouses and carriers say about orders, and what has changed for those who ask."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import answer, order_and_decision, order_no_of, order_seen, summaries
from api.current import gatehouse, principal
from api.incoming import DEFAULT_LIMIT, MAX_LIMIT, Number, Query, json_document
from api.logs import note
from api.openapi import Routes
from engine.errors import Forbidden
from engine.intake.fields import Text

routes = Routes("events", "Channels, warehouses and carriers report what has happened.")

_PAID = {
    "event_id": "pay-1", "type": "payment_updated", "at": "2026-11-11T10:31:00+08:00",
    "data": {"status": "paid", "transaction_no": "2026111122001", "paid_cents": 6970,
             "settled_at": "2026-11-11T10:30:58+08:00"},
}  # fmt: skip
_PICKED_SHORT = {
    "event_id": "w-17", "type": "short_picked", "at": "2026-11-11T14:02:00+08:00",
    "shipment_no": "own-shop.A-1001-1-1", "data": {"lines": [{"line_no": "1", "picked": 1}], "reason": "货架无货"},
}  # fmt: skip
_TAKEN = {
    "from": "2026-11-11T00:00:00+08:00", "to": "2026-11-12T00:00:00+08:00", "channel_order_nos": ["A-1001", "A-1002"],
}  # fmt: skip


class ChangesQuery(Query):
    """What has changed since when."""

    since = Text(longest=500, metadata={"description": "The `next_cursor` of the answer before; left out: everything."})
    limit = Number(1, MAX_LIMIT, load_default=DEFAULT_LIMIT, metadata={"description": "Orders in one answer."})


@routes.route("/orders/<no>/events", methods=["POST"])
@routes.body("OrderEvent", example=_PAID)
@routes.gives(200, "EventAnswer", "The order as it stands, and whether the event changed it.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_order_event(no: str) -> Response:
    """Report what happened to an order.

    The same event_id with the same content is answered the same; with other content it is a conflict. Events are
    ordered by `at`, then event_id: one that comes late, after another that says all it says, is kept and not applied.
    """
    _require_reporter()
    order_no = order_no_of(no)
    order_seen(order_no)
    reported = gatehouse().order_events.report(order_no, json_document(), principal())
    note(verdict=(reported["decision"] or {}).get("verdict"))
    seen = order_and_decision(reported["order"], reported["decision"])
    return answer({**reported, **seen})


@routes.route("/vendors/<vendor>/events", methods=["POST"])
@routes.body("VendorEvent", example=_PICKED_SHORT)
@routes.gives(200, "VendorEventAnswer", "How far the shipment has come.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_vendor_event(vendor: str) -> Response:
    """Report what happened to a shipment.

    For the key of that vendor: a warehouse or a carrier by its code, or one who speaks for several. Reports may
    overtake one another; a shipment never goes back. What a warehouse refuses, or does not find, is decided again.
    """
    if principal().kind != "vendor":
        principal().require("ops")
    reported = gatehouse().vendor_events.report(vendor, json_document(), principal())
    note(order_no=reported["order_no"])
    return answer(reported)


@routes.route("/orders/changes", methods=["GET"])
@routes.query(ChangesQuery)
@routes.gives(200, "OrderChanges", "Orders that have changed since, each once and as it is now.")
@routes.refuses(403, 422)
def list_changes(query: dict[str, Any]) -> Response:
    """What has changed since the last time.

    Ask again with `next_cursor`, which is always there. With a channel's key only its own orders.
    """
    who = principal()
    if who.kind != "channel":
        who.require("viewer")
    return answer(summaries(gatehouse().orders.changes(who.channel, query.get("since"), query["limit"])))


@routes.route("/channels/<channel>/reconcile", methods=["POST"])
@routes.body("Reconciliation", example=_TAKEN)
@routes.gives(200, "Reconciled", "Which orders never came, and which the channel does not have.")
@routes.refuses(400, 403, 404, 413, 415, 422)
def post_reconciliation(channel: str) -> Response:
    """Compare the orders that a channel has with those that have come here.

    `missing` are numbers that were never posted here, `unknown` orders placed in that time that are not among them.
    """
    _require_reporter()
    if principal().kind == "channel" and principal().channel != channel:
        raise Forbidden(f"this key is for channel {principal().channel}")
    return answer(gatehouse().orders.reconcile(channel, json_document()))


def _require_reporter() -> None:
    """A channel's key, or somebody who may change orders."""
    if principal().kind != "channel":
        principal().require("ops")
