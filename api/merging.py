"""One parcel for several orders: sending them together, and letting them go apart again."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import answer, order_no_of, order_seen
from api.current import gatehouse, principal
from api.incoming import json_document, optional_document
from api.logs import note
from api.manual import DryRunQuery
from api.openapi import Routes
from engine.intake.manual import load_merge, load_unmerge

routes = Routes("merging", "Several orders of one buyer to one receiver, in one parcel.")


@routes.route("/orders/<no>/merge", methods=["POST"])
@routes.query(DryRunQuery)
@routes.body("Merge")
@routes.gives(200, "MergeAnswer", "The order in its parcel, who else is in it, and what that saves.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_merge(query: dict[str, Any], no: str) -> Response:
    """Send other orders in the parcel of this one.

    They are approved and still here, of one channel and buyer, go to one receiver from one warehouse on one day, are
    paid alike, and none is presale or cold with dry; else the conflict `not-mergeable` names every reason. Whatever
    they are merged with already comes along. Each keeps its own decision and units; the warehouse and the carrier are
    asked once. As soon as one of them is decided anew, each goes alone again.
    """
    principal().require("ops")
    asked = load_merge(json_document())
    order_no = order_no_of(no)
    order_seen(order_no)
    note(order_no=order_no)
    dry_run = query.get("dry_run", False)
    return answer(gatehouse().merging.merge(order_no, asked["with"], asked["reason"], principal(), dry_run))


@routes.route("/orders/<no>/unmerge", methods=["POST"])
@routes.query(DryRunQuery)
@routes.body("Unmerge", required=False)
@routes.gives(200, "ManualAnswer", "The order as it goes alone.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_unmerge(query: dict[str, Any], no: str) -> Response:
    """Let every order in the parcel of this one go alone again, while the warehouse was not asked for it."""
    principal().require("ops")
    reason = load_unmerge(optional_document())
    order_no = order_no_of(no)
    order_seen(order_no)
    note(order_no=order_no)
    return answer(gatehouse().merging.unmerge(order_no, reason, principal(), query.get("dry_run", False)))
