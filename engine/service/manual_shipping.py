"""A person says from where and how an order ships, or ships a part of it themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from engine.decision import derived_id
from engine.errors import Conflict, OrderError, Problem
from engine.intake.events import load_vendor_event
from engine.service.principals import Principal
from engine.service.vendor_events import VendorEvents
from engine.world import Assignment

BY_HAND = "gatehouse"  # the reporter of what a person shipped


def reassign(said: Mapping[str, Any], by: Principal, uow: Any, stored: Any, now: dt.datetime) -> None:
    """Have a line, or all of the order, ship from a warehouse or with a service."""
    line_no, warehouse, service = said["line_no"], said["warehouse"], said["service"]
    problems = [
        *_unknown_line(line_no, stored),
        *_unknown("warehouse", "warehouses", warehouse, uow),
        *([] if service is None or _carrier(service, uow) else [_no_choice("service", service)]),
    ]
    if warehouse is None and service is None:
        problems.append(Problem("warehouse", "required", "name a warehouse, a service, or both"))
    elif line_no is not None and warehouse is None:
        problems.append(Problem("warehouse", "required", "the service of one line needs the warehouse that it leaves"))
    if problems:
        raise OrderError(problems, "The order cannot be reassigned like that.")
    chosen = Assignment(line_no, warehouse, service, by.name, now, said["reason"])
    uow.changes.assign(stored.order.order_no, chosen)


def unassign(said: Mapping[str, Any], by: Principal, uow: Any, stored: Any, now: dt.datetime) -> None:
    """Have rules and cost choose again where an order ships from, and with which service."""
    order_no = stored.order.order_no
    if not uow.changes.assignments(order_no):
        raise Conflict(f"order {order_no} is not reassigned; there is nothing to take back")
    uow.changes.unassign(order_no, by.name, now, said["reason"])


def ship(
    vendor_events: VendorEvents, said: Mapping[str, Any], by: Principal, uow: Any, stored: Any, now: dt.datetime
) -> None:
    """Have a shipment be out under a label of its own: warehouse and carrier are not asked for it any more."""
    order_no, number = stored.order.order_no, said["shipment_no"]
    shipment = _to_ship(number, uow, stored)
    carrier = _carrier(said["service"], uow)
    if carrier is None:
        raise OrderError([_no_choice("service", said["service"])], "It cannot be shipped like that.")
    asked = [derived_id(type_, number) for type_ in ("outbound", "waybill")]
    uow.actions.take_over(asked, by.name, {"by_hand": by.name, **said}, now)
    uow.shipments.ship_by_hand(shipment.shipment_no, carrier, said["service"])
    uow.vendors.label_by_hand(number, said["service"], said["waybill_no"], order_no, now)
    left = {"event_id": f"ship-{number}", "type": "shipped", "at": now.isoformat(), "shipment_no": number, "data": {}}
    vendor_events.write(BY_HAND, load_vendor_event(left), by, uow)


def _to_ship(number: str, uow: Any, stored: Any) -> Any:
    """A shipment of the order that has not left."""
    decision = uow.decisions.get(stored.decision_id).decision
    left = {each.shipment_no for each in uow.shipments.standing(stored.order.order_no) if each.has_left}
    here = {each.shipment_no: each for each in decision.shipments if each.shipment_no not in left}
    if number in left:
        raise Conflict(f"shipment {number} has left already")
    if number not in here:
        wanted = f"must be a shipment of the order: {', '.join(sorted(here))}"
        raise OrderError([Problem("shipment_no", "not-a-choice", wanted)], "It cannot be shipped like that.")
    if here[number].carrier is None:
        raise Conflict(f"shipment {number} is handed over, not sent")
    return here[number]


def _unknown_line(line_no: str | None, stored: Any) -> list[Problem]:
    has = [line.line_no for line in stored.order.lines]
    if line_no is None or line_no in has:
        return []
    return [Problem("line_no", "not-a-choice", f"must be a line of the order: {', '.join(has)}")]


def _unknown(path: str, kind: str, code: str | None, uow: Any) -> list[Problem]:
    return [] if code is None or uow.reference.get(kind, code) else [_no_choice(path, code)]


def _no_choice(path: str, code: str) -> Problem:
    return Problem(path, "not-a-choice", f"there is no {path} {code}")


def _carrier(service: str, uow: Any) -> str | None:
    """Whose service that is; None: nobody's."""
    carriers, _ = uow.reference.list("carriers", None, 1000)
    for carrier in carriers:
        if any(each["code"] == service for each in carrier["services"]):
            return str(carrier["code"])
    return None
