from __future__ import annotations

import random

import pytest

from engine.routing.parcels import PARCELS_MOST, Load, Units, pack


def test_what_fits_is_one_parcel():
    assert pack([Units(3, 1000, 10)], 3000) == (Load(3000, 30),)
    assert pack([Units(3, 1000, 10)], None) == (Load(3000, 30),)


def test_a_gram_more_is_two():
    assert [load.weight_g for load in pack([Units(3, 1000), Units(1, 1)], 3000)] == [3000, 1]


def test_heaviest_units_go_first():
    loads = pack([Units(2, 2000), Units(2, 6000), Units(1, 3000)], 8000)
    assert [load.weight_g for load in loads] == [8000, 8000, 3000]


@pytest.mark.parametrize(("weight", "limit"), [(3001, 3000), (1, 0)])
def test_a_unit_over_the_limit_cannot_be_packed(weight, limit):
    assert pack([Units(1, weight)], limit) is None


def test_units_without_weight_take_no_room():
    assert pack([Units(5, 0, 7), Units(2, 1000)], 1000) == (Load(1000, 35), Load(1000))


def test_nothing_is_an_empty_parcel():
    assert pack([], 1000) == (Load(0),)


def test_a_truck_load_is_refused_at_once():
    assert pack([Units(PARCELS_MOST, 1000)], 1000) is not None
    assert pack([Units(PARCELS_MOST + 1, 1000)], 1000) is None
    assert pack([Units(100_000_000, 600)], 1000) is None


def one_by_one(units, limit):
    loads = []
    for each in sorted(units, key=lambda one: (-one.weight_g, -one.volume_cm3)):
        for _ in range(each.count):
            room = next((load for load in loads if load[0] + each.weight_g <= limit), None)
            if room is None:
                loads.append([each.weight_g, each.volume_cm3])
            else:
                room[0] += each.weight_g
                room[1] += each.volume_cm3
    return tuple(Load(*load) for load in loads)


def test_packing_in_bulk_is_packing_one_by_one():
    dice = random.Random(7)
    for _ in range(300):
        units = [
            Units(dice.randint(1, 30), dice.randrange(1, 500), dice.randrange(100)) for _ in range(dice.randint(1, 5))
        ]
        if sum(each.count * each.weight_g for each in units) > 700:
            assert pack(units, 700) == one_by_one(units, 700)
