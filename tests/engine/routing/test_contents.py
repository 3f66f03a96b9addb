"""What is in the shipments of a route: gifts, parcels, goods that need care, and when they leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from engine.decision import Backorder, ShipmentLine
from engine.order import Line, Payment
from engine.world import RateCard, Step, Zone


def card(code, first_cents, days=2):
    return RateCard(code, (Zone((), (), (Step(1000, first_cents),), 1000, 100, days=days),))


def used(route):
    return {each.warehouse: {line.line_no: line.quantity for line in each.lines} for each in route.shipments}


def test_a_gift_goes_along_but_is_never_worth_a_shipment(stage):
    gift = Line("2", "B", 3, 0, kind="gift")
    stage.order = replace(stage.order, lines=(Line("1", "A", 2, 1000), gift))
    stage.holds("SH1", A=2, B=1)
    stage.holds("BJ1", B=9)
    route = stage.run()
    assert used(route) == {"SH1": {"1": 2, "2": 1}}
    assert route.outcome == "complete"
    assert route.gifts_short == (Backorder("2", 2),)
    assert route.shipments[0].weight_g == 1500
    assert route.shipments[0].freight_cents == 1100


def test_a_gift_does_not_take_what_a_line_needs(stage):
    stage.order = replace(stage.order, lines=(Line("1", "A", 2, 0, kind="gift"), Line("2", "A", 2, 1000)))
    stage.holds("SH1", A=3)
    route = stage.run()
    assert used(route) == {"SH1": {"1": 1, "2": 2}}
    assert route.gifts_short == (Backorder("1", 1),)


def test_an_order_of_gifts_alone_has_to_be_filled(stage):
    stage.order = replace(stage.order, lines=(Line("1", "A", 2, 0, kind="gift"),))
    stage.holds("SH1", A=1)
    assert stage.run().outcome == "short"


def test_pickup_takes_no_carrier(stage):
    stage.holds("SH1", A=9)
    stage.holds("ST1", A=2)
    stage.warehouse("ST1", kind="store", handling_cents=50)
    stage.deliver(method="pickup", pickup_store="ST1")
    route = stage.run()
    (shipment,) = route.shipments
    assert (shipment.warehouse, shipment.carrier, shipment.service) == ("ST1", None, None)
    assert (shipment.freight_cents, shipment.parcels, shipment.promised_on) == (0, (), None)
    assert shipment.ships_on == dt.date(2026, 11, 20)


def test_pickup_store_that_is_short_does_not_send_from_elsewhere(stage):
    stage.holds("SH1", A=9)
    stage.holds("ST1", A=1)
    stage.warehouse("ST1", kind="store")
    stage.deliver(method="pickup", pickup_store="ST1")
    assert stage.run().outcome == "short"


def test_cold_and_dry_goods_may_leave_from_different_places(stage):
    stage.sku("C", attributes=frozenset({"cold"}))
    stage.lines(A=2, C=1)
    stage.holds("SH1", A=2, C=5)
    stage.holds("BJ1", C=1)
    stage.warehouse("BJ1", attributes=frozenset({"cold"}))
    stage.service("SF-COLD", card("SF-COLD", 3000), attributes=frozenset({"cold"}))
    route = stage.run()
    assert [(each.warehouse, each.service) for each in route.shipments] == [("BJ1", "SF-COLD"), ("SH1", "SF-STD")]


def test_too_heavy_for_a_parcel_becomes_several(stage):
    stage.sku("A", 4000)
    stage.lines(A=5)
    stage.holds("SH1", A=9)
    stage.service("SF-STD", card("SF-STD", 1000), max_weight_g=10_000)
    (shipment,) = stage.run().shipments
    assert [parcel.weight_g for parcel in shipment.parcels] == [8000, 8000, 4000]
    assert shipment.freight_cents == 1700 + 1700 + 1300
    assert shipment.weight_g == 20_000


def test_weight_of_each_shipment_counts_not_the_orders(stage):
    stage.sku("H", 40_000)
    stage.lines(A=1, H=1)
    stage.holds("SH1", A=1)
    stage.holds("BJ1", H=1)
    stage.service("SF-STD", card("SF-STD", 1000), max_weight_g=30_000)
    stage.service("TRUCK", card("TRUCK", 9000))
    route = stage.run()
    assert [(each.warehouse, each.service) for each in route.shipments] == [("BJ1", "TRUCK"), ("SH1", "SF-STD")]


def test_cash_on_delivery_needs_a_service_that_collects(stage):
    stage.holds("SH1", A=2)
    stage.order = replace(stage.order, payment=Payment("unpaid", "cod", cod_cents=2000))
    assert stage.run().outcome == "no_service"
    stage.service("JD-COD", card("JD-COD", 2000), carrier="JD", attributes=frozenset({"cod"}))
    assert stage.run().shipments[0].service == "JD-COD"


def test_shipment_says_where_from_how_far_and_when(stage):
    stage.holds("SH1", A=2)
    (shipment,) = stage.run().shipments
    assert shipment.distance_km == 82
    assert (shipment.ships_on, shipment.promised_on) == (dt.date(2026, 11, 20), dt.date(2026, 11, 22))
    assert shipment.lines == (ShipmentLine("1", 2),)
    assert [parcel.weight_g for parcel in shipment.parcels] == [1000]


def test_shipment_waits_for_a_wished_day(stage):
    stage.holds("SH1", A=2)
    stage.deliver(deliver_on=dt.date(2026, 11, 30))
    (shipment,) = stage.run().shipments
    assert (shipment.ships_on, shipment.promised_on) == (dt.date(2026, 11, 28), dt.date(2026, 11, 30))
    (shipment,) = stage.run(ship_not_before=dt.date(2026, 12, 1)).shipments
    assert (shipment.ships_on, shipment.promised_on) == (dt.date(2026, 12, 1), dt.date(2026, 12, 3))
