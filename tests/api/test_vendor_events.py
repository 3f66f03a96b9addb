"""What warehouses and carriers report about shipments, over HTTP with their own keys."""

from __future__ import annotations

import itertools

import pytest

from tests.api.conftest import Caller, House, sample
from workers import jobs

_ids = itertools.count(1)
AT = "2026-11-11T11:30:00+08:00"


def event(type_: str, shipment: dict | str, data: dict | None = None, at: str = AT, event_id: str | None = None):
    number = shipment if isinstance(shipment, str) else shipment["shipment_no"]
    event_id = event_id or f"v-{next(_ids)}"
    return {"event_id": event_id, "type": type_, "at": at, "shipment_no": number, "data": data or {}}


class Vendors:
    """Posts for whoever holds a shipment, each with a key of its own."""

    def __init__(self, house: House):
        self.house = house
        self.keys: dict[str, str] = {}

    def caller(self, vendor: str) -> Caller:
        if vendor not in self.keys:
            self.keys[vendor] = self.house.gatehouse.people.create_key(f"{vendor}-key", "vendor", vendor=vendor)
        return Caller(self.house.client, self.house.described, self.keys[vendor])

    def report(self, vendor: str, *args, **more):
        return self.caller(vendor).post(f"/v1/vendors/{vendor}/events", event(*args, **more))

    def release(self, clock, document: dict | None = None) -> dict:
        """The one shipment of an order that has been handed to its warehouse."""
        posted = self.house.caller("taobao").post("/v1/orders", document or sample()).json
        clock.advance(minutes=30)
        jobs.bind(self.house.gatehouse)
        jobs.carry_out(posted["order"]["order_no"])
        (shipment,) = posted["decision"]["shipments"]
        return {**shipment, "order_no": posted["order"]["order_no"]}

    def order(self, shipment: dict) -> dict:
        return self.house.caller("viewer").get(f"/v1/orders/{shipment['order_no']}").json


@pytest.fixture
def vendors(house):
    return Vendors(house)


def test_a_shipment_goes_its_way(vendors, clock):
    shipment = vendors.release(clock)
    warehouse, carrier = shipment["warehouse"], shipment["carrier"]
    told = {"order_no": shipment["order_no"], "shipment_no": shipment["shipment_no"], "applied": True, "why_not": None}
    for who, type_, status, of_order in (
        (warehouse, "accepted", "accepted", "released"), (warehouse, "picked", "picked", "released"),
        (warehouse, "checked", "checked", "released"), (warehouse, "packed", "packed", "released"),
        (warehouse, "shipped", "shipped", "shipped"), (carrier, "scanned", "shipped", "shipped"),
        (carrier, "signed", "signed", "delivered"),
    ):  # fmt: skip
        response = vendors.report(who, type_, shipment)
        assert (response.status_code, response.json) == (200, {**told, "status": status})
        order = vendors.order(shipment)
        assert order["order"]["status"] == of_order
        assert [each["status"] for each in order["decision"]["shipments"]] == [status]


def test_a_waybill_names_the_shipment(vendors, clock):
    shipment = vendors.release(clock)
    (parcel,) = vendors.order(shipment)["decision"]["shipments"][0]["parcels"]
    body = {"event_id": "1", "type": "scanned", "at": AT, "waybill_no": parcel["waybill_no"]}
    response = vendors.caller(shipment["carrier"]).post(f"/v1/vendors/{shipment['carrier']}/events", body)
    assert (response.json["shipment_no"], response.json["status"]) == (shipment["shipment_no"], "shipped")


def test_the_same_event_is_answered_the_same_and_with_other_content_a_conflict(vendors, clock):
    shipment = vendors.release(clock)
    first = vendors.report(shipment["warehouse"], "picked", shipment, event_id="1")
    vendors.report(shipment["warehouse"], "shipped", shipment)
    assert vendors.report(shipment["warehouse"], "picked", shipment, event_id="1").json == first.json
    assert vendors.report(shipment["warehouse"], "packed", shipment, event_id="1").status_code == 409
    assert vendors.report(shipment["carrier"], "scanned", shipment, event_id="1").status_code == 200  # its own ids


def test_reports_may_overtake_one_another(vendors, clock):
    shipment = vendors.release(clock)
    assert vendors.report(shipment["carrier"], "scanned", shipment).json["status"] == "shipped"
    late = vendors.report(shipment["warehouse"], "picked", shipment).json
    assert (late["status"], late["applied"], late["why_not"]) == ("shipped", False, "late")
    assert vendors.report(shipment["warehouse"], "shipped", shipment).json["status"] == "shipped"


def test_stock_leaves_once_however_often_it_is_reported(vendors, clock, house):
    shipment = vendors.release(clock)
    here = f"/v1/stock?sku=LAUNDRY-2L&warehouse={shipment['warehouse']}"
    (before,) = house.caller("viewer").get(here).json["items"]
    for who, type_ in ((shipment["carrier"], "scanned"), (shipment["warehouse"], "shipped"),
                       (shipment["carrier"], "signed")):  # fmt: skip
        vendors.report(who, type_, shipment)
    (after,) = house.caller("viewer").get(here).json["items"]
    assert (before["on_hand"] - after["on_hand"], before["reserved"] - after["reserved"]) == (3, 3)
    moved = house.caller("viewer").get(here.replace("stock?", "stock/ledger?")).json["items"][0]
    assert (moved["kind"], moved["on_hand_change"], moved["reserved_change"]) == ("shipped", -3, -3)


def test_the_channel_and_the_buyer_hear_of_it(vendors, clock, house):
    shipment = vendors.release(clock)
    vendors.report(shipment["warehouse"], "shipped", shipment)
    assert jobs.carry_out(shipment["order_no"]) == 2
    kept = house.gatehouse.orders.page(shipment["order_no"])["vendors"]
    (confirmed,) = kept["confirmations"]
    (label,) = kept["waybills"]
    assert (confirmed["carrier"], confirmed["waybill_nos"]) == (shipment["carrier"], [label["waybill_no"]])
    assert confirmed["lines"] == [{"line_no": "1", "sku": "LAUNDRY-2L", "quantity": 3}]
    (notice,) = (each for each in kept["notices"] if each["template"] == "order-shipped")
    assert label["waybill_no"] in notice["text"] and notice["to"] == "buyer"


def test_a_refused_shipment_ships_from_elsewhere(vendors, clock):
    shipment = vendors.release(clock)
    response = vendors.report(shipment["warehouse"], "refused", shipment, {"reason": "爆仓"})
    assert response.json["status"] == "refused"
    decided = vendors.order(shipment)["decision"]
    assert decided["verdict"] == "approve"
    (again,) = decided["shipments"]
    assert again["warehouse"] != shipment["warehouse"] and again["shipment_no"] != shipment["shipment_no"]
    late = vendors.report(shipment["warehouse"], "picked", shipment).json
    assert (late["status"], late["applied"], late["why_not"]) == ("refused", False, "gone")


def test_what_was_not_on_the_shelf_ships_from_elsewhere(vendors, clock):
    shipment = vendors.release(clock)
    data = {"lines": [{"line_no": "1", "picked": 1}], "reason": "货架无货"}
    assert vendors.report(shipment["warehouse"], "short_picked", shipment, data).status_code == 200
    shipments = vendors.order(shipment)["decision"]["shipments"]
    units = {each["warehouse"]: each["lines"][0]["quantity"] for each in shipments}
    assert units.pop(shipment["warehouse"]) == 1 and sum(units.values()) == 2


def test_a_short_pick_is_about_lines_of_the_shipment(vendors, clock):
    shipment = vendors.release(clock)
    for line, path in (({"line_no": "9", "picked": 1}, "line_no"), ({"line_no": "1", "picked": 3}, "picked")):
        response = vendors.report(shipment["warehouse"], "short_picked", shipment, {"lines": [line]})
        assert response.status_code == 422
        assert [each["path"] for each in response.json["errors"]] == [f"data.lines.0.{path}"]


def test_a_key_is_for_its_own_vendor_and_its_own_shipments(vendors, clock, call):
    shipment = vendors.release(clock)
    warehouse, elsewhere = shipment["warehouse"], "GZ1" if shipment["warehouse"] != "GZ1" else "SH1"
    body = event("accepted", shipment)
    assert vendors.caller(elsewhere).post(f"/v1/vendors/{warehouse}/events", body).status_code == 403
    assert vendors.caller(elsewhere).post(f"/v1/vendors/{elsewhere}/events", body).status_code == 404
    for who in ("viewer", "taobao", "nobody"):
        assert call(who).post(f"/v1/vendors/{warehouse}/events", body).status_code == 403
    for path in ("/v1/orders", "/v1/stock", f"/v1/orders/{shipment['order_no']}", "/v1/orders/changes"):
        assert vendors.caller(warehouse).get(path).status_code == 403
    assert call("ops").post(f"/v1/vendors/{warehouse}/events", body).status_code == 200
    assert vendors.report("wms-cloud", "picked", shipment).status_code == 200  # speaks for several


def test_a_shipment_that_no_warehouse_was_asked_for_does_not_exist(vendors, house):
    posted = house.caller("taobao").post("/v1/orders", sample()).json
    (shipment,) = posted["decision"]["shipments"]
    assert vendors.report(shipment["warehouse"], "accepted", shipment).status_code == 404
    assert vendors.report("SH1", "accepted", "no-such").status_code == 404


ODD = {
    "not JSON": (b"[", 400, "malformed-json"),
    "a list": ([], 422, "invalid-type"),
    "empty": ({}, 422, "required"),
    "an unknown field": (event("picked", "x") | {"more": 1}, 422, "unknown-field"),
    "an unknown type": (event("vanished", "x"), 422, "not-a-choice"),
    "no shipment": (event("picked", "x") | {"shipment_no": None}, 422, "required"),
    "two names": (event("picked", "x") | {"waybill_no": "y"}, 422, "not-a-choice"),
    "a number": (event("picked", "x") | {"shipment_no": 7}, 422, "invalid-type"),
    "NUL": (event("picked", "a\0b"), 422, "out-of-range"),
    "no offset": (event("picked", "x", at="2026-11-11"), 422, "invalid-type"),
    "no lines": (event("short_picked", "x"), 422, "required"),
    "data of another type": (event("signed", "x", {"lines": []}), 422, "unknown-field"),
    "text for yes": (event("returned", "x", {"sellable": "yes"}), 422, "invalid-type"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_event_is_refused_with_its_reason(shared, name):
    body, status, code = ODD[name]
    response = shared.caller("ops").post("/v1/vendors/SH1/events", body)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert code in [each["code"] for each in response.json["errors"]]
