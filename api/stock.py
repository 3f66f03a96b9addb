"""Stock: what is where, corrections of it, and every movement."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import answer
from api.current import gatehouse, principal
from api.incoming import PageQuery, json_document
from api.openapi import Routes
from engine.intake.fields import Choice, Text
from engine.service.stock import MOVEMENTS

routes = Routes("stock", "What is where.")


class StockQuery(PageQuery):
    """Stock of a sku, at a warehouse."""

    sku = Text(longest=64)
    warehouse = Text(longest=64)


class LedgerQuery(StockQuery):
    """Movements of stock, of an order, of a kind."""

    order_no = Text(longest=200)
    kind = Choice(MOVEMENTS)


@routes.route("/stock", methods=["GET"])
@routes.query(StockQuery)
@routes.gives(200, "StockPage", "Balances by warehouse and sku; available is on hand − reserved − safety stock.")
@routes.refuses(403, 422)
def list_stock(query: dict[str, Any]) -> Response:
    """What is where.

    Asked for a bundle, which lies nowhere itself: how many could be made of what is in it, by warehouse.
    """
    principal().require("viewer")
    return answer(gatehouse().stock.rows(*_asked(query)))


@routes.route("/stock/ledger", methods=["GET"])
@routes.query(LedgerQuery)
@routes.gives(200, "StockLedger", "Movements, newest first, with what each left behind.")
@routes.refuses(403, 422)
def list_movements(query: dict[str, Any]) -> Response:
    """Every movement of stock."""
    principal().require("viewer")
    return answer(gatehouse().stock.ledger(*_asked(query), query.get("order_no"), query.get("kind")))


@routes.route("/stock/adjustments", methods=["POST"])
@routes.body("StockAdjustment")
@routes.gives(200, "StockAdjusted", "The balance afterwards, and what comes of it when less is there than promised.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_adjustment() -> Response:
    """Correct a balance, or book what came in.

    The same adjustment_id again changes nothing and answers the same; with other content it is a conflict.
    """
    principal().require("ops")
    return answer(gatehouse().stock.adjust(json_document(), principal()))


def _asked(query: dict[str, Any]) -> tuple[str | None, str | None, str | None, int]:
    return query.get("sku"), query.get("warehouse"), query.get("cursor"), query["limit"]
