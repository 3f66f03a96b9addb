"""What people decide about an order: taking holds off and putting them on, ending it, changing what or how it ships."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from api.answers import answer, order_no_of, order_seen
from api.current import gatehouse, principal
from api.incoming import Query, Switch, json_document
from api.logs import note
from api.openapi import Routes
from engine.intake.manual import load_manual, load_release

routes = Routes("manual", "What people decide about an order. Each is kept, and the order is decided again by it.")


View = Callable[..., Any]


class DryRunQuery(Query):
    """Whether to try it out only."""

    dry_run = Switch(metadata={"description": "1: tell what would come of it, and change nothing."})


@routes.route("/orders/<no>/release", methods=["POST"])
@routes.query(DryRunQuery)
@routes.body("Release")
@routes.gives(200, "ManualAnswer", "The order as it was decided again.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_release(query: dict[str, Any], no: str) -> Response:
    """Take holds off an order, and decide it again.

    A release is a waiver: it keeps those rules off this order while the values they saw stay equal.
    """
    principal().require("ops")
    asked = load_release(json_document())
    order_no = order_no_of(no)
    note(order_no=order_no)
    dry_run = query.get("dry_run", False)
    return answer(gatehouse().manual.release(order_no, asked["holds"], asked["reason"], principal(), dry_run))


def _decided(kind: str, document: str) -> Callable[[View], View]:
    """The route of one kind of manual decision."""

    def decorate(view: View) -> View:
        for say in (
            routes.refuses(400, 403, 404, 409, 413, 415, 422),
            routes.gives(200, "ManualAnswer", "The order as it was decided again."),
            routes.body(document),
            routes.query(DryRunQuery),
            routes.route(f"/orders/<no>/{kind}", methods=["POST"]),
        ):
            view = say(view)
        return view

    return decorate


def _decide(kind: str, query: dict[str, Any], no: str) -> Response:
    principal().require("ops")
    asked = load_manual(kind, json_document())
    order_no = order_no_of(no)
    order_seen(order_no)
    decide = getattr(gatehouse().manual, kind)
    return answer(decide(order_no, asked, principal(), query.get("dry_run", False)))


@_decided("hold", "Hold")
def post_hold(query: dict[str, Any], no: str) -> Response:
    """Have an order wait until a person takes the hold off."""
    return _decide("hold", query, no)


@_decided("reject", "Reason")
def post_reject(query: dict[str, Any], no: str) -> Response:
    """Reject an order that no warehouse was asked for.

    If anything was paid, finance is asked to give it back.
    """
    return _decide("reject", query, no)


@_decided("cancel", "Reason")
def post_cancel(query: dict[str, Any], no: str) -> Response:
    """Cancel an order of which nothing has left.

    Warehouses that were asked for it are asked to stop; until they have answered it is `recalling`.
    """
    return _decide("cancel", query, no)


@_decided("return_to_audit", "Reason")
def post_return_to_audit(query: dict[str, Any], no: str) -> Response:
    """Take an approved order back, and hold it.

    Warehouses that were asked for it are asked to stop; until they have answered it is `recalling`.
    """
    return _decide("return_to_audit", query, no)


@_decided("reassign", "Reassignment")
def post_reassign(query: dict[str, Any], no: str) -> Response:
    """Choose the warehouse or the service, of an order or of one line.

    An order whose chosen place cannot ship it waits; it never goes elsewhere instead.
    """
    return _decide("reassign", query, no)


@_decided("unassign", "Reason")
def post_unassign(query: dict[str, Any], no: str) -> Response:
    """Take back every reassignment of an order.

    Rules and cost choose its warehouses and services again, as if nobody had.
    """
    return _decide("unassign", query, no)


@_decided("adjust", "LineAdjustment")
def post_adjust(query: dict[str, Any], no: str) -> Response:
    """Change how many units of a line are wanted.

    What was paid stays so: a difference is booked as adjustment, and finance is asked to give it back.
    """
    return _decide("adjust", query, no)


@_decided("swap", "LineSwap")
def post_swap(query: dict[str, Any], no: str) -> Response:
    """Put another sku into a line, at the price of the one before."""
    return _decide("swap", query, no)


@_decided("ship", "ShippedByHand")
def post_ship(query: dict[str, Any], no: str) -> Response:
    """Say that a shipment was sent under a label of one's own.

    Warehouse and carrier are not asked for it any more; the channel and the buyer hear of it.
    """
    return _decide("ship", query, no)


@_decided("clarify", "Clarification")
def post_clarify(query: dict[str, Any], no: str) -> Response:
    """Say which reading of an unclear order is meant.

    Where the address text names another place than the fields, either is taken; of several days, one. Where coupons
    are not right on a paid order, what is done about that.
    """
    return _decide("clarify", query, no)
