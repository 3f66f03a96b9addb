from __future__ import annotations

import pytest

from benchmarks.splits import instance
from engine import losses
from engine.routing.losing import Lost


@pytest.fixture
def lost_of(stage, flat):
    def run(**plan):
        return stage.run(**plan).losing.all()

    stage.holds("SH1", A=2)
    stage.holds("BJ1", A=2)
    stage.service("SF-AIR", flat("SF-AIR", 1500))
    return run


def test_a_dearer_warehouse_lost_by_cost(stage, lost_of):
    stage.warehouse("BJ1", handling_cents=300)
    assert lost_of()["warehouse:BJ1"] == Lost("cost", 1300, 1000)


def test_of_equal_ones_the_farther_lost_by_distance(stage, lost_of):
    found = lost_of()["warehouse:BJ1"]
    assert found.criterion == "distance"
    assert found.own > found.chosen


def test_one_that_has_a_part_lost_by_the_number_of_shipments(stage, lost_of):
    stage.holds("BJ1", A=1)
    assert lost_of()["warehouse:BJ1"] == Lost("fewest_shipments", 2, 1)


def test_one_that_rules_rank_lower_lost_by_rules(stage, lost_of):
    found = lost_of(ranks={"warehouse:BJ1": 1})
    assert found["warehouse:SH1"].criterion == "rules"


def test_services_lose_by_price_or_with_their_warehouse(stage, lost_of):
    found = lost_of()
    assert found["service:SH1/SF-AIR"] == Lost("cost", 1500, 1000)
    assert found["service:BJ1/SF-STD"] == Lost("warehouse", "BJ1", ["SH1"])
    assert "service:SH1/SF-STD" not in found


@pytest.mark.parametrize("seed", range(0, 60))
def test_whoever_was_not_chosen_has_an_exclusion_or_a_loss_that_can_be_told(seed):
    route = instance(seed).shipped()
    if not route.shipments:
        return
    lost = route.losing.all()
    for each in route.candidates:
        subject = f"{each.kind}:{each.code}"
        assert each.chosen + bool(each.excluded) + (subject in lost) == 1, subject
        if subject in lost:
            assert all(losses.told(lost[subject]).values())
