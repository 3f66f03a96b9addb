"""Decisions: what was decided, why, and whether the same comes of the same inputs again."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import about, answer, order_decided
from api.current import gatehouse
from api.incoming import Query
from api.openapi import Routes
from engine.intake.fields import Text

routes = Routes("decisions", "What was decided about orders, and why.")


@routes.route("/decisions/<decision_id>", methods=["GET"])
@routes.gives(200, "Decision", "The decision, with the states that its actions and shipments have by now.")
@routes.refuses(403, 404)
def get_decision(decision_id: str) -> Response:
    """A decision."""
    order = order_decided(decision_id)
    return answer(about(order, gatehouse().decisions.document(decision_id)))


class ExplanationQuery(Query):
    """Which rule is asked about."""

    rule = Text(longest=128)


@routes.route("/decisions/<decision_id>/explanation", methods=["GET"])
@routes.query(ExplanationQuery)
@routes.gives(200, "Explanation", "Every rule with what it wanted and saw, every candidate, and the nearest change.")
@routes.refuses(403, 404, 422)
def get_explanation(query: dict[str, Any], decision_id: str) -> Response:
    """Why it was decided so: worked out again from what the decision kept.

    `nearest` tells which single fact would have lifted the holds; with `rule`, which one would have made that rule
    fire, or not fire where it did.
    """
    order = order_decided(decision_id)
    return answer(about(order, gatehouse().decisions.explanation(decision_id, query.get("rule"))))


@routes.route("/decisions/<decision_id>/replay", methods=["POST"])
@routes.gives(200, "Replay", "Whether the same came of it, and else what differs.")
@routes.refuses(403, 404)
def post_replay(decision_id: str) -> Response:
    """Decide the same inputs again, and compare.

    Nothing is stored. Another version of the software is told, for it may well decide otherwise.
    """
    order = order_decided(decision_id)
    return answer(about(order, gatehouse().decisions.replay(decision_id)))
