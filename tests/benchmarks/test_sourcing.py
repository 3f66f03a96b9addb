"""The chosen split against every split there is, on generated orders of up to 8 warehouses and 12 lines."""

from __future__ import annotations

import pytest

from benchmarks.oracle import best
from benchmarks.sourcing import INSTANCES, enough, report, tried, wrong
from benchmarks.splits import instance


@pytest.mark.parametrize("first", range(0, 160, 40))
def test_no_split_is_better_than_the_chosen_one(first):
    tries = [tried(seed) for seed in range(first, first + 40)]
    assert sum(each.compared for each in tries) >= 35
    assert sum(1 for each in tries if each.compared and each.best and each.best[0] > 1) >= 10
    assert wrong(tries) == []
    assert all(each.exact for each in tries)


@pytest.mark.slow
def test_no_split_is_better_over_five_thousand_orders():
    tries = enough(INSTANCES, first=1000)
    assert sum(each.compared for each in tries) == INSTANCES == 5_000
    assert wrong(tries) == [], "\n".join(report(tries))


def test_a_worse_choice_would_be_noticed():
    found = [tried(seed) for seed in range(40)]
    several = next(each for each in found if each.compared and each.best and each.best[0] > 1)
    assert wrong([several]) == []
    shipments, cents = best(instance(several.seed))
    assert wrong([type(several)(**{**vars(several), "chosen": (shipments, cents + 1)})])
