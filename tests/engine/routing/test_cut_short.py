"""Orders too large to search through: the answer is valid, and what it says of itself is true."""

from __future__ import annotations

import pytest

from benchmarks.splits import large_instance
from engine.routing import choose
from engine.routing.allocate import Budget


@pytest.mark.parametrize("seed", range(6))
def test_thirty_lines_in_eight_warehouses_are_split_at_no_more_than_nearest_first_costs(seed):
    route = large_instance(seed).shipped()
    assert route.outcome == "complete"
    greedy = (route.greedy["shipments"], route.greedy["cost_cents"])
    assert (len(route.shipments), route.cost_cents) <= greedy
    assert route.exact or route.least_cents < route.cost_cents


@pytest.mark.parametrize("seed", range(6))
def test_a_search_cut_short_says_what_the_best_cannot_be_below(seed, monkeypatch):
    case = large_instance(seed)
    best = case.shipped()
    monkeypatch.setattr(choose, "Budget", lambda: Budget(steps=50))
    hasty = case.shipped()
    assert len(hasty.shipments) == len(best.shipments)
    assert best.cost_cents <= hasty.cost_cents
    least = hasty.cost_cents if hasty.exact else hasty.least_cents
    assert least <= best.cost_cents
