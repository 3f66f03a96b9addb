"""Previews: what a draft would have made of the orders of the last days."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from api.answers import about, answer, order_seen, part_of
from api.current import gatehouse, principal
from api.incoming import WholeListQuery, json_document
from api.openapi import Routes
from engine.intake.drafts import load_preview

routes = Routes("preview", "What a draft would have made of the orders of the last days. Nothing outside is touched.")


@routes.route("/preview", methods=["POST"])
@routes.body("PreviewAsked")
@routes.gives(202, "PreviewStarted", "It is being worked out; ask `status_url` how far it is.")
@routes.refuses(400, 403, 404, 413, 415, 422)
def post_preview() -> Response:
    """Try a draft out on past orders.

    Every order last decided in those days is judged again in the world that its decision kept, by the live rules and by
    the draft, with stock used up in turn on either side.
    """
    principal().require("editor")
    asked = load_preview(json_document())
    started = gatehouse().previews.ask_of_draft(asked["draft"], principal(), asked["days"], asked["channel"])
    where = url_for("preview.get_preview", preview_id=started["id"])
    return answer({"id": started["id"], "status_url": where}, 202, {"Location": where})


@routes.route("/preview", methods=["GET"])
@routes.query(WholeListQuery)
@routes.gives(200, "Previews", "The newest, without what came out.")
@routes.refuses(403)
def list_previews(query: dict[str, Any]) -> Response:
    """What was tried out lately."""
    return answer(part_of(gatehouse().previews.latest(principal()), "id", query))


@routes.route("/preview/<preview_id>", methods=["GET"])
@routes.gives(200, "Preview", "How far it is, and what came out so far.")
@routes.refuses(403, 404)
def get_preview(preview_id: str) -> Response:
    """A preview."""
    return answer(gatehouse().previews.status(preview_id, principal()))


@routes.route("/preview/<preview_id>/cancel", methods=["POST"])
@routes.gives(200, "Preview", "Cancelled, with what came out until then.")
@routes.refuses(403, 404, 409)
def cancel_preview(preview_id: str) -> Response:
    """Stop it where it is."""
    return answer(gatehouse().previews.cancel(preview_id, principal()))


@routes.route("/preview/<preview_id>/orders/<order_no>", methods=["GET"])
@routes.gives(200, "PreviewOrder", "What it came to on both sides, and why it would be so by the draft.")
@routes.refuses(403, 404)
def get_previewed_order(preview_id: str, order_no: str) -> Response:
    """One of the top changed orders."""
    principal().require("viewer")
    return answer(about(order_seen(order_no), gatehouse().previews.order(preview_id, order_no, principal())))
