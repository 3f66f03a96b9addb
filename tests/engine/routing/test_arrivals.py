"""The first day on which everything could have arrived. It is Friday, 20 November 2026, noon."""

from __future__ import annotations

from dataclasses import replace

from engine.decision import Exclusion
from engine.routing.arrivals import arrival_facts
from tests.engine.routing.conftest import flat_card


def earliest(stage, **plan):
    """The day of the month."""
    planned = replace(stage.plan, **plan)
    options = (stage.demands(), stage.warehouse_options(), stage.service_options())
    facts = arrival_facts(stage.order, stage.world, planned, *options)
    return facts["order.earliest_arrival_on"] - 20261100 if facts else None


def two_speeds(stage):
    """From Shanghai it takes a day, from Beijing four."""
    zones = [
        replace(flat_card("X", 500, days=days).zones[0], from_provinces=(province,))
        for province, days in (("上海市", 1), ("北京市", 4))
    ]
    stage.service("SF-STD", replace(flat_card("SF-STD", 500), zones=tuple(zones)))


def test_the_quickest_service_counts_whatever_it_costs(stage):
    stage.holds("SH1", A=9)
    stage.service("SLOW", flat_card("SLOW", 100, days=3))
    stage.service("QUICK", flat_card("QUICK", 9_000, days=1))
    stage.lines(A=1)
    assert earliest(stage) == 21


def test_it_has_arrived_when_the_last_unit_has(stage):
    two_speeds(stage)
    stage.holds("SH1", A=2)
    stage.holds("BJ1", A=9, B=1)
    stage.lines(A=2)
    assert earliest(stage) == 21
    stage.lines(A=3)
    assert earliest(stage) == 24
    stage.lines(A=1, B=1)
    assert earliest(stage) == 24


def test_what_must_go_together_comes_from_where_all_of_it_is(stage):
    two_speeds(stage)
    stage.holds("SH1", A=1)
    stage.holds("BJ1", A=1, B=1)
    stage.lines(A=1)
    assert (earliest(stage), earliest(stage, ship_together=True)) == (21, 21)
    stage.lines(A=1, B=1)
    assert earliest(stage, ship_together=True) == 24


def test_a_warehouse_that_a_rule_took_out_does_not_count(stage):
    two_speeds(stage)
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=9)
    stage.lines(A=1)
    assert earliest(stage, excluded={"warehouse:SH1": (Exclusion("RULE", "warehouse.x"),)}) == 24


def test_nobody_who_carries_it_means_no_day(stage):
    stage.holds("SH1", A=9)
    stage.lines(A=1)
    stage.service("SF-STD", flat_card("SF-STD", 100), enabled=False)
    assert earliest(stage) is None
