"""The shipped rules, over the demo's world, make of each sample what it says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from engine.demo import reference as demo
from engine.demo.channels import CHANNELS
from engine.demo.orders import sample_orders
from engine.intake.schema import load_order
from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.matching.judge import Judge
from engine.stages import run_stages

RULESETS = Path(__file__).parents[3] / "rulesets"
BY_CODE = {channel.code: channel for channel in CHANNELS}
CHINA = dt.timezone(dt.timedelta(hours=8))
# A working morning, after every cut-off, before dawn, the last day of a year, and a day of promotions.
INSTANTS = ["2026-11-21T10:00", "2026-11-23T21:30", "2027-02-01T01:20", "2026-12-31T23:59", "2026-11-11T00:40"]


@pytest.fixture(scope="module")
def shipped():
    rulebook, lists = read_rulebook(RULESETS, CATALOGUE, EFFECTS)
    return Judge(rulebook, mode="evaluator"), rulebook, lists


def decided(sample, now, shipped):
    judge, rulebook, lists = shipped
    order = load_order(sample.document, BY_CODE[sample.channel])
    return run_stages(order, demo.world(order, now.date(), lists), rulebook, now, judge)


@pytest.mark.parametrize("instant", INSTANTS)
@pytest.mark.parametrize("at", range(10))
def test_sample_becomes_what_it_says(at, instant, shipped):
    now = dt.datetime.fromisoformat(instant).replace(tzinfo=CHINA)
    sample = sample_orders(now)[at]
    run = decided(sample, now, shipped)
    assert run.error is None
    assert (run.decision.verdict, sorted(hold.reason for hold in run.decision.holds)) == (
        sample.verdict,
        sorted(sample.holds),
    ), sample.name["en"]
    assert len(run.decision.shipments) == sample.shows.get("shipments", len(run.decision.shipments))
    assert sum(each.quantity for each in run.decision.backorders) == sample.shows.get("backordered", 0)
    assert sum(each.kind != "total" for each in run.decision.corrections) == sample.shows.get("corrections", 0)


def test_an_order_is_shipped_from_nearby(shipped):
    now = dt.datetime(2026, 11, 21, 10, tzinfo=CHINA)
    samples = {sample.name["en"]: sample for sample in sample_orders(now)}
    for name, warehouse in {"Approved at once": "BJ1", "Address contradicts itself": "SH1"}.items():
        shipments = decided(samples[name], now, shipped).decision.shipments
        assert [shipment.warehouse for shipment in shipments] == [warehouse]
