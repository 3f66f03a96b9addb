"""Deciding held orders again under the rules of now."""

from __future__ import annotations

from flask import Response

from api.answers import answer
from api.current import gatehouse, principal
from api.incoming import json_document
from api.openapi import Routes
from engine.intake.drafts import load_redecide

routes = Routes("redecide", "What a change of the rules does to orders that are held.")


@routes.route("/redecide", methods=["POST"])
@routes.body("Redecide")
@routes.gives(200, "Redecided", "What would come of it, or how many orders are being decided again.")
@routes.refuses(400, 403, 413, 415, 422)
def post_redecide() -> Response:
    """Decide held orders again, because rules were published.

    A dry run unless `dry_run` is false: it tells how many held orders would now pass. Without one, the orders are
    decided within moments, in the order of placing. Orders held for what only an approver may lift are left out for
    all others.
    """
    principal().require("ops")
    asked = load_redecide(json_document())
    return answer(gatehouse().redeciding.redecide(asked["holds"], asked["rule"], principal(), asked["dry_run"]))
