"""Orders and networks larger than what is searched exactly: still valid answers, in bounded time."""

from __future__ import annotations

import random

from engine.routing.choose import EXACT_SOURCES


def network(stage, warehouses, skus, wanted, most, seed):
    """Many warehouses with little of each of many skus."""
    dice = random.Random(seed)
    codes = [f"K{number:02}" for number in range(skus)]
    for sku in codes:
        stage.sku(sku, dice.randrange(50, 3000, 10))
    stage.lines(**dict.fromkeys(codes, wanted))
    for number in range(warehouses):
        stage.holds(f"W{number:02}", **{sku: dice.randint(0, most) for sku in codes})


def shipped(route):
    units = {}
    for shipment in route.shipments:
        for line in shipment.lines:
            units[line.line_no] = units.get(line.line_no, 0) + line.quantity
    return units


def test_one_of_many_warehouses_is_still_found_exactly(stage):
    network(stage, warehouses=60, skus=2, wanted=3, most=2, seed=1)
    stage.holds("W37", K00=3, K01=3)
    stage.warehouse("W37", handling_cents=99_999)
    route = stage.run()
    assert [each.warehouse for each in route.shipments] == ["W37"]
    assert route.exact


def test_many_lines_over_many_warehouses_are_all_filled(stage):
    network(stage, warehouses=30, skus=60, wanted=4, most=3, seed=2)
    route = stage.run()
    assert route.outcome == "complete"
    assert set(shipped(route).values()) == {4}
    assert not route.exact
    assert route.cost_cents <= route.greedy["cost_cents"]


def test_huge_quantities_are_divided(stage):
    stage.lines(A=90_000, B=70_000)
    for code in ("SH1", "BJ1", "GZ1"):
        stage.holds(code, A=40_000, B=30_000)
    route = stage.run()
    assert shipped(route) == {"1": 90_000, "2": 70_000}
    assert len(route.shipments) == 3


def test_more_shipments_than_anybody_wants_are_for_a_person(stage):
    stage.lines(A=EXACT_SOURCES + 1)
    for number in range(EXACT_SOURCES + 1):
        stage.holds(f"W{number:02}", A=1)
    assert stage.run().outcome == "split_forbidden"
    stage.lines(A=EXACT_SOURCES)
    route = stage.run()
    assert (route.outcome, len(route.shipments)) == ("complete", EXACT_SOURCES)
