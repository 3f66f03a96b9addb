"""What the candidates together amount to, as facts of the order."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from engine.order import Line
from engine.routing.candidates import supply_facts
from engine.routing.services import serving_facts
from engine.world import Coverage, CoverageRow, RateCard, Step, Zone


def card(code, days=2, first_cents=1000, zones=None):
    zones = zones or (Zone((), (), (Step(1000, first_cents),), 1000, 100, days=days),)
    return RateCard(code, zones)


def supply(stage):
    return supply_facts(stage.world, stage.demands(), stage.warehouse_options(), stage.now)


def test_supply_of_an_order_that_one_warehouse_fills(stage):
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=1)
    assert supply(stage) == {
        "order.needs_shipping": True,
        "order.available_units": 2,
        "order.short_units": 0,
        "order.fits_one_warehouse": True,
        "order.open_warehouses": 2,
    }


def test_supply_counts_open_warehouses_only(stage):
    stage.holds("SH1", A=9)
    stage.warehouse("SH1", enabled=False)
    stage.holds("BJ1", A=0)
    facts = supply(stage)
    assert (facts["order.open_warehouses"], facts["order.available_units"], facts["order.short_units"]) == (1, 0, 2)
    assert facts["order.fits_one_warehouse"] is False


def test_short_goods_are_back_on_the_last_of_their_days(stage):
    stage.lines(A=3, B=3)
    stage.holds("SH1", A=1, B=1)
    stage.sku("A", restock_on=dt.date(2026, 11, 22))
    stage.sku("B", restock_on=dt.date(2026, 11, 29))
    facts = supply(stage)
    assert facts["order.short_units"] == 4
    assert (facts["order.short_restock_days"], facts["order.short_restock_on"]) == (9, 20261129)
    stage.holds("SH1", A=1, B=3)
    assert supply(stage)["order.short_restock_days"] == 2


@pytest.mark.parametrize("changes", [{}, {"restock_on": dt.date(2026, 11, 22), "discontinued": True}])
def test_no_day_of_restock_is_no_fact(stage, changes):
    stage.holds("SH1", A=1)
    stage.sku("A", **changes)
    assert "order.short_restock_days" not in supply(stage)


def test_restock_that_is_overdue_is_in_no_days(stage):
    stage.holds("SH1", A=1)
    stage.sku("A", restock_on=dt.date(2026, 11, 1))
    assert supply(stage)["order.short_restock_days"] == 0


def test_a_gift_is_never_short(stage):
    stage.order = replace(stage.order, lines=(Line("1", "A", 1, 100), Line("2", "B", 5, 0, kind="gift")))
    stage.holds("SH1", A=1)
    facts = supply(stage)
    assert (facts["order.short_units"], facts["order.fits_one_warehouse"]) == (0, True)


def test_supply_of_an_order_that_needs_no_shipping(stage):
    stage.deliver(method="none")
    stage.holds("SH1", A=1)
    assert supply(stage)["order.needs_shipping"] is False


def test_serving_facts_of_a_served_order(stage):
    stage.holds("SH1", A=9)
    stage.service("SF-AIR", card("SF-AIR", first_cents=2000))
    stage.service("SF-OFF", card("SF-OFF", first_cents=1), enabled=False)
    assert serving_facts(stage.service_options()) == {
        "order.serving_services": 2,
        "order.uncovered": False,
        "order.sla_missed": False,
        "order.freight_cents_min": 1000,
    }


def test_uncovered_is_when_every_enabled_service_says_so(stage):
    stage.holds("SH1", A=9)
    stage.service("SF-OFF", card("SF-OFF"), enabled=False)
    stage.coverage["SF-STD"] = Coverage("SF-STD", (CoverageRow(False),))
    facts = serving_facts(stage.service_options())
    assert (facts["order.uncovered"], facts["order.sla_missed"], facts["order.serving_services"]) == (True, False, 0)


def test_services_of_a_warehouse_without_the_goods_serve_nobody(stage):
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=0)
    stage.service("SF-STD", card("SF-STD", zones=(Zone(("北京",), (), (Step(1000, 1),), 1, 1),)))
    assert serving_facts(stage.service_options())["order.uncovered"] is True
    stage.holds("SH1", A=0)
    assert serving_facts(stage.service_options())["order.uncovered"] is False


def test_level_missed_is_when_those_that_deliver_there_are_all_too_slow(stage):
    stage.holds("SH1", A=9)
    stage.deliver(service_level="same_day")
    stage.service("SF-AIR", card("SF-AIR", days=1))
    facts = serving_facts(stage.service_options())
    assert (facts["order.sla_missed"], facts["order.uncovered"]) == (True, False)
    stage.service("RIDER", card("RIDER", days=0))
    assert serving_facts(stage.service_options())["order.sla_missed"] is False
