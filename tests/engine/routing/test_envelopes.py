from __future__ import annotations

import itertools
import random

import pytest

from engine.routing.envelopes import Corner, Cover, coarser, in_parcels, lowest


def cents_of(envelope, amount):
    return next(corner.cents for corner in envelope if corner.end >= amount)


def test_only_corners_that_nothing_undercuts_are_kept():
    corners = [Corner(1000, 600), Corner(2000, 500), Corner(3000, 900), Corner(9000, 2000)]
    assert lowest(corners, 2500) == (Corner(2000, 500), Corner(3000, 900))


def test_parcels_are_full_but_for_the_last():
    one = (Corner(1000, 600), Corner(2000, 700), Corner(3000, 800))
    several = in_parcels(one, one[2:], 7000)
    assert [cents_of(several, grams) for grams in (3000, 3001, 6000, 6001)] == [800, 1400, 1600, 2200]


def test_very_many_parcels_are_bounded_all_the_same():
    one = tuple(Corner(10 * number, 100 + number) for number in range(1, 300))
    several = in_parcels(one, one[100:], 1_000_000)
    assert 0 < cents_of(several, 1_000_000) <= 1_000_000 // 2990 * one[-1].cents + one[-1].cents


@pytest.mark.parametrize("seed", range(40))
def test_a_cover_costs_what_the_cheapest_division_of_sand_does(seed):
    dice = random.Random(seed)
    sources = dice.randint(1, 3)
    envelopes = [
        lowest([Corner(end, dice.randrange(100, 900)) for end in (2, 4, 7)] + [Corner(60, 1000)], 60)
        for _ in range(sources)
    ]
    most = [dice.randint(2, 12) for _ in range(sources)]
    held = [dice.randint(0, each) for each in most]
    total = sum(held) + dice.randint(0, 8)
    ways = [
        sum(cents_of(envelope, part) for envelope, part in zip(envelopes, parts, strict=True))
        for parts in itertools.product(*(range(least, limit + 1) for least, limit in zip(held, most, strict=True)))
        if sum(parts) == total
    ]
    assert Cover(envelopes, most, total).cents(held) == (min(ways) if ways else None)


@pytest.mark.parametrize("seed", range(40))
def test_for_many_sources_the_bound_is_below_the_cheapest_division_and_not_nothing(seed):
    dice = random.Random(seed)
    sources = dice.randint(4, 5)
    envelopes = [
        lowest([Corner(end, dice.randrange(100, 900)) for end in (2, 4)] + [Corner(60, 1000)], 60)
        for _ in range(sources)
    ]
    most = [dice.randint(2, 6) for _ in range(sources)]
    held = [dice.randint(0, each) for each in most]
    total = min(sum(most), sum(held) + dice.randint(0, 6))
    ways = [
        sum(cents_of(envelope, part) for envelope, part in zip(envelopes, parts, strict=True))
        for parts in itertools.product(*(range(least, limit + 1) for least, limit in zip(held, most, strict=True)))
        if sum(parts) == total
    ]
    cover = Cover(envelopes, most, total)
    assert sources * 100 <= cover.cents(held) <= min(ways)
    assert Cover(envelopes, most, sum(most) + 1).cents(held) is None


def test_a_coarser_envelope_is_never_dearer():
    envelope = tuple(Corner(10 * number, 100 + 7 * number) for number in range(1, 100))
    fewer = coarser(envelope, 12)
    assert len(fewer) <= 12
    assert all(cents_of(fewer, amount) <= cents_of(envelope, amount) for amount in range(0, 991, 5))
    assert coarser(envelope, 99) is envelope
