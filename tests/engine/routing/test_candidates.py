from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from engine.decision import Exclusion
from engine.order import Line, Payment
from engine.routing.services import serving_facts
from engine.world import Coverage, CoverageRow, RateCard, Step, Zone

EVENING = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)  # 18:00 in Shanghai, after the cut-off


def card(code, days=2, first_cents=1000, zones=None):
    zones = zones or (Zone((), (), (Step(1000, first_cents),), 1000, 100, days=days),)
    return RateCard(code, zones)


def codes(option):
    return [each.code for each in option.exclusions]


def detail(option, code):
    return next(each.detail for each in option.exclusions if each.code == code)


@pytest.mark.parametrize(
    "line",
    [
        Line("1", "A", 1, 100, kind="virtual"),
        Line("1", "A", 1, 100, kind="service"),
        Line("1", "A", 1, 100, refund_status="requested"),
        Line("1", "A", 1, 100, refund_status="refunded"),
        Line("1", "UNHEARD-OF", 1, 100),
        Line("1", "", 1, 100),
    ],
)
def test_lines_that_need_no_shipping(stage, line):
    stage.order = replace(stage.order, lines=(line, Line("2", "B", 1, 100)))
    assert [each.line_no for each in stage.demands()] == ["2"]


def test_nothing_is_demanded_without_delivery(stage):
    stage.deliver(method="none")
    assert stage.demands() == ()


def test_a_demand_has_weight_started_cubic_centimetres_and_attributes(stage):
    stage.sku("A", 700, length_mm=101, width_mm=101, height_mm=101, attributes=frozenset({"fragile"}))
    (demand,) = stage.demands()
    assert (demand.unit_weight_g, demand.unit_volume_cm3, demand.attributes) == (700, 1031, {"fragile"})
    stage.sku("A", 700, length_mm=100, width_mm=100)
    assert stage.demands()[0].unit_volume_cm3 is None


def test_a_warehouse_states_what_rules_may_ask(stage):
    stage.holds("SH1", A=1)
    stage.warehouse("SH1", attributes=frozenset({"cold"}), priority=7)
    option = stage.warehouse_option("SH1")
    assert option.values == {
        "warehouse.code": "SH1",
        "warehouse.province": "上海市",
        "warehouse.city": "上海市",
        "warehouse.kind": "warehouse",
        "warehouse.priority": 7,
        "warehouse.distance_km": 82,
        "warehouse.available_units": 1,
        "warehouse.fills_all": False,
        "warehouse.attributes": frozenset({"cold"}),
    }
    assert (option.subject_id, option.exclusions, option.ships_on) == ("warehouse:SH1", (), dt.date(2026, 11, 20))


def test_distance_is_absent_where_the_receiver_is_nowhere(stage):
    stage.holds("SH1", A=1)
    stage.order = replace(stage.order, receiver=replace(stage.order.receiver, province="火星"))
    option = stage.warehouse_option("SH1")
    assert option.distance_km is None
    assert "warehouse.distance_km" not in option.values


def test_distance_is_to_the_receivers_own_point_where_it_is_given(stage):
    stage.holds("SH1", A=1)
    stage.warehouse("SH1", lat=31.0, lng=121.0)
    stage.order = replace(stage.order, receiver=replace(stage.order.receiver, lat=32.0, lng=121.0))
    assert stage.warehouse_option("SH1").distance_km == 111


def test_every_warehouse_is_an_option_in_code_order(stage):
    for code in ("SH1", "BJ1", "GZ1"):
        stage.holds(code, A=1)
    stage.warehouse("BJ1", enabled=False)
    assert [each.warehouse.code for each in stage.warehouse_options()] == ["BJ1", "GZ1", "SH1"]
    assert codes(stage.warehouse_option("BJ1")) == ["DISABLED"]


def test_another_channels_warehouse_is_out_of_zone(stage):
    stage.holds("SH1", A=9)
    stage.warehouse("SH1", channels=("jd",))
    assert stage.warehouse_option("SH1").exclusions == (Exclusion("OUT_OF_ZONE", detail={"channel": "own-shop"}),)


def test_stores_serve_pickup_and_pickup_only_the_store_named(stage):
    stage.holds("ST1", A=9)
    stage.holds("ST2", A=9)
    stage.holds("SH1", A=9)
    for code in ("ST1", "ST2"):
        stage.warehouse(code, kind="store")
    assert [codes(each) for each in stage.warehouse_options()] == [[], ["OUT_OF_ZONE"], ["OUT_OF_ZONE"]]
    stage.deliver(method="pickup", pickup_store="ST1")
    assert [codes(each) for each in stage.warehouse_options()] == [["OUT_OF_ZONE"], [], ["OUT_OF_ZONE"]]
    stage.deliver(pickup_store="SH1")
    assert [codes(each) for each in stage.warehouse_options()] == [["OUT_OF_ZONE"]] * 3


def test_nothing_there_is_insufficient_but_a_part_is_not(stage):
    stage.lines(A=2, B=1)
    stage.holds("SH1", A=0)
    stage.holds("BJ1", B=1)
    assert detail(stage.warehouse_option("SH1"), "INSUFFICIENT_STOCK") == {"wanted": 3, "available": 0}
    option = stage.warehouse_option("BJ1")
    assert (option.exclusions, option.available_units, option.fills_all) == ((), 1, False)


def test_available_is_what_may_be_promised_to_the_channel(stage):
    stage.holds("SH1", A=10)
    stage.stock = [replace(stage.stock[0], reserved=3, safety_stock=2, channel_shares={"own-shop": 50})]
    option = stage.warehouse_option("SH1")
    assert option.available == {"A": 4}
    assert option.available_units == 2


@pytest.mark.parametrize("attribute", ["cold", "hazardous", "oversize"])
def test_goods_that_a_warehouse_cannot_store_are_not_there(stage, attribute):
    stage.sku("A", attributes=frozenset({attribute, "fragile"}))
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=9)
    stage.warehouse("BJ1", attributes=frozenset({attribute}))
    option = stage.warehouse_option("SH1")
    assert option.exclusions == (Exclusion("ATTRIBUTE_MISMATCH", detail={"lacks": [attribute]}),)
    assert option.available == {"A": 0}
    assert stage.warehouse_option("BJ1").fills_all


def test_a_warehouse_for_some_of_the_goods_stays(stage):
    stage.sku("C", attributes=frozenset({"cold"}))
    stage.lines(A=1, C=1)
    stage.holds("SH1", A=9, C=9)
    option = stage.warehouse_option("SH1")
    assert (option.exclusions, option.available, option.fills_all) == ((), {"A": 9, "C": 0}, False)


def test_after_the_cutoff_it_ships_tomorrow(stage):
    stage.holds("SH1", A=9)
    stage.now = EVENING
    option = stage.warehouse_option("SH1")
    assert (option.exclusions, option.ships_on) == ((), dt.date(2026, 11, 21))


def test_a_full_day_ships_tomorrow(stage):
    stage.holds("SH1", A=9)
    stage.warehouse("SH1", capacity_per_day=5)
    stage.shipments_today = {"SH1": 4}
    assert stage.warehouse_option("SH1").ships_on == dt.date(2026, 11, 20)
    stage.shipments_today = {"SH1": 5}
    option = stage.warehouse_option("SH1")
    assert (option.exclusions, option.ships_on) == ((), dt.date(2026, 11, 21))


@pytest.mark.parametrize(
    ("ship_by", "code"),
    [
        ("2026-11-20T23:00:00+08:00", "CUTOFF_PASSED"),
        ("2026-11-21T00:30:00+08:00", None),
        ("2026-11-19T23:00:00+08:00", None),  # late anyway: the cut-off is not what makes it so
    ],
)
def test_a_delay_excludes_only_where_it_misses_ship_by(stage, ship_by, code):
    stage.holds("SH1", A=9)
    stage.now = EVENING
    stage.order = replace(stage.order, ship_by=dt.datetime.fromisoformat(ship_by))
    assert codes(stage.warehouse_option("SH1")) == ([code] if code else [])


def test_a_full_day_that_misses_ship_by_tells_the_numbers(stage):
    stage.holds("SH1", A=9)
    stage.warehouse("SH1", capacity_per_day=5)
    stage.shipments_today = {"SH1": 6}
    stage.order = replace(stage.order, ship_by=stage.now)
    assert detail(stage.warehouse_option("SH1"), "OVER_CAPACITY") == {
        "ships_on": "2026-11-21", "capacity": 5, "taken": 6, "ship_by": "2026-11-20T04:00:00+00:00",
    }  # fmt: skip


@pytest.mark.parametrize(("level", "excluded"), [("standard", []), ("next_day", ["CUTOFF_PASSED"])])
def test_a_delay_breaks_a_quick_promise(stage, level, excluded):
    stage.holds("SH1", A=9)
    stage.now = EVENING
    stage.deliver(service_level=level)
    assert codes(stage.warehouse_option("SH1")) == excluded


def test_an_order_for_later_is_not_late(stage):
    stage.holds("SH1", A=9)
    stage.now = EVENING
    stage.deliver(ship_not_before=dt.date(2026, 11, 25))
    assert stage.warehouse_option("SH1").ships_on == dt.date(2026, 11, 25)


def test_a_service_states_what_rules_may_ask(stage):
    stage.holds("SH1", A=9)
    stage.service("SF-STD", card("SF-STD", days=3), attributes=frozenset({"cod"}))
    option = stage.service_option("SH1/SF-STD")
    assert option.values == {
        "service.code": "SF-STD",
        "service.name": "SF-STD",
        "service.carrier": "SF",
        "service.level": "standard",
        "service.warehouse": "SH1",
        "service.freight_cents": 1000,
        "service.arrives_on": 20261123,
        "service.days": 3,
        "service.attributes": frozenset({"cod"}),
        "shipment.weight_g": 1000,
        "shipment.units": 2,
    }
    assert (option.subject_id, option.promised_on) == ("service:SH1/SF-STD", dt.date(2026, 11, 23))


def test_services_of_warehouses_that_could_serve_in_order(stage):
    for code in ("SH1", "BJ1", "GZ1", "ST1"):
        stage.holds(code, A=1)
    stage.warehouse("BJ1", enabled=False)
    stage.warehouse("ST1", kind="store")
    stage.service("JD-STD", card("JD-STD"), carrier="JD")
    assert [each.code for each in stage.service_options()] == ["GZ1/JD-STD", "GZ1/SF-STD", "SH1/JD-STD", "SH1/SF-STD"]


def test_pickup_has_no_services(stage):
    stage.holds("ST1", A=1)
    stage.warehouse("ST1", kind="store")
    stage.deliver(method="pickup", pickup_store="ST1")
    assert stage.service_options() == ()
    assert serving_facts(stage.service_options()) == {}


def test_disabled_service_and_disabled_carrier(stage):
    stage.holds("SH1", A=9)
    stage.service("SF-OFF", card("SF-OFF"), enabled=False)
    stage.service("JD-STD", card("JD-STD"), carrier="JD")
    stage.carriers["JD"] = replace(stage.carriers["JD"], enabled=False)
    assert codes(stage.service_option("SH1/SF-OFF")) == ["DISABLED"]
    assert detail(stage.service_option("SH1/JD-STD"), "DISABLED") == {"carrier": "JD"}


def test_no_rate_card_or_no_zone_is_not_covered(stage):
    stage.holds("SH1", A=9)
    stage.service("SF-FAR", card("SF-FAR", zones=(Zone((), ("西藏",), (Step(1000, 1),), 1, 1),)))
    del stage.cards["SF-STD"]
    for code in ("SF-FAR", "SF-STD"):
        option = stage.service_option(f"SH1/{code}")
        assert (codes(option), option.quote, option.promised_on) == (["NOT_COVERED"], None, None)
        assert "service.freight_cents" not in option.values


def test_a_coverage_row_that_says_no_is_named(stage):
    stage.holds("SH1", A=9)
    closed = CoverageRow(False, "江苏", until_date=dt.date(2026, 12, 1), note="暴雪")
    stage.coverage["SF-STD"] = Coverage("SF-STD", (closed,))
    assert detail(stage.service_option("SH1/SF-STD"), "NOT_COVERED") == {
        "province": "江苏", "until_date": "2026-12-01", "note": "暴雪",
    }  # fmt: skip


@pytest.mark.parametrize(("country", "covered"), [("HK", True), ("NO", False), ("US", True)])
def test_everywhere_means_at_home_and_another_country_has_to_be_named(stage, country, covered):
    stage.holds("SH1", A=9)
    stage.order = replace(stage.order, receiver=replace(stage.order.receiver, country=country, province=None))
    zones = (Zone((), ("US",), (Step(1000, 9000),), 1, 1), Zone((), (), (Step(1000, 100),), 1, 1))
    stage.service("SF-STD", card("SF-STD", zones=zones))
    assert (codes(stage.service_option("SH1/SF-STD")) == []) is covered


@pytest.mark.parametrize(
    ("level", "days", "missed"),
    [("standard", 9, False), ("next_day", 1, False), ("next_day", 0, False), ("next_day", 2, True),
     ("same_day", 0, False), ("same_day", 1, True)],
)  # fmt: skip
def test_days_make_a_service_level(stage, level, days, missed):
    stage.holds("SH1", A=9)
    stage.service("SF-STD", card("SF-STD", days=days))
    stage.deliver(service_level=level)
    assert codes(stage.service_option("SH1/SF-STD")) == (["SLA_MISSED"] if missed else [])


def test_a_services_own_cutoff_counts_where_it_is_earlier(stage):
    stage.holds("SH1", A=9)
    stage.service("SF-EARLY", card("SF-EARLY", days=1), cutoff="11:00")
    stage.service("SF-LATE", card("SF-LATE", days=1), cutoff="20:00")
    stage.deliver(service_level="next_day")
    early = stage.service_option("SH1/SF-EARLY")
    assert (codes(early), early.ships_on) == (["SLA_MISSED"], dt.date(2026, 11, 21))
    assert codes(stage.service_option("SH1/SF-LATE")) == []
    stage.now = EVENING
    assert codes(stage.service_option("SH1/SF-LATE")) == ["SLA_MISSED"]  # the warehouse's 16:00


@pytest.mark.parametrize("attribute", ["fragile", "cold", "hazardous", "oversize"])
def test_goods_that_a_service_does_not_take(stage, attribute):
    stage.sku("A", attributes=frozenset({attribute, "glass"}))
    stage.holds("SH1", A=9)
    stage.warehouse("SH1", attributes=frozenset({attribute}))
    stage.service("SF-ALL", card("SF-ALL"), attributes=frozenset({attribute}))
    assert detail(stage.service_option("SH1/SF-STD"), "ATTRIBUTE_MISMATCH") == {"lacks": [attribute]}
    assert codes(stage.service_option("SH1/SF-ALL")) == []


def test_cash_on_delivery_is_an_attribute_too(stage):
    stage.holds("SH1", A=9)
    stage.order = replace(stage.order, payment=Payment("unpaid", "cod"))
    assert detail(stage.service_option("SH1/SF-STD"), "ATTRIBUTE_MISMATCH") == {"lacks": ["cod"]}


def test_rider_orders_go_by_riders_where_there_are_any(stage):
    stage.holds("SH1", A=9)
    stage.deliver(method="rider")
    assert codes(stage.service_option("SH1/SF-STD")) == []
    stage.service("RIDER", card("RIDER"), carrier="OWN", attributes=frozenset({"rider"}))
    assert codes(stage.service_option("SH1/SF-STD")) == ["ATTRIBUTE_MISMATCH"]
    assert codes(stage.service_option("SH1/RIDER")) == []


@pytest.mark.parametrize(("limit", "excluded"), [(700, []), (499, ["OVER_WEIGHT"])])
def test_over_weight_is_a_unit_not_a_sum(stage, limit, excluded):
    stage.holds("SH1", A=9)
    stage.service("SF-STD", card("SF-STD"), max_weight_g=limit)
    option = stage.service_option("SH1/SF-STD")
    assert codes(option) == excluded
    if excluded:
        assert option.exclusions[0].detail == {"max_weight_g": 499, "heaviest_g": 500, "weight_g": 1000}
    else:
        assert option.quote.freight_cents == 2000  # two parcels
