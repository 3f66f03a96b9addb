"""The chosen route against every route there is, on small random orders."""

from __future__ import annotations

import itertools
import random

import pytest

from engine.world import RateCard, Step, Zone

PROVINCE = {"SH1": "上海市", "BJ1": "北京市", "GZ1": "广东省", "CD1": "四川省"}


def random_card(code, dice):
    """A card with a price of its own for every origin, sometimes without a zone for one."""
    zones = tuple(
        Zone(
            (province,),
            (),
            (Step(1000, first := dice.randrange(300, 1500, 50)), Step(3000, first + dice.randrange(0, 400, 50))),
            dice.choice([500, 1000]),
            dice.randrange(50, 400, 10),
            surcharge_cents=dice.choice([0, 0, 100]),
            days=dice.randint(1, 4),
        )
        for province in PROVINCE.values()
        if dice.random() < 0.9
    )
    return RateCard(code, zones, volumetric_cm3_per_kg=dice.choice([None, 6000]))


def random_stage(make_stage, dice):
    stage = make_stage()
    skus = "ABCD"[: dice.randint(1, 4)]
    for sku in skus:
        sizes = {side: dice.choice([50, 150, 300]) for side in ("length_mm", "width_mm", "height_mm")}
        fragile = frozenset({"fragile"}) if dice.random() < 0.2 else frozenset()
        weight_g = dice.choice([500, 500, 500, dice.randrange(100, 2500, 50)])  # equal ones, so that answers merge
        stage.sku(sku, weight_g, attributes=fragile, **(sizes if dice.random() < 0.5 else {}))
    stage.lines(**{sku: dice.randint(1, 4) for sku in skus})
    for code in list(PROVINCE)[: dice.randint(1, 4)]:
        stage.holds(code, **{sku: dice.choice([0, 0, 1, 2, 3, 4]) for sku in skus})
        stage.warehouse(code, handling_cents=dice.choice([0, 100, 250]))
    for code in ("SF-STD", "SF-TWO"):
        attributes = frozenset({"fragile"}) if dice.random() < 0.7 else frozenset()
        limit = dice.choice([None, None, 3000])
        stage.service(code, random_card(code, dice), attributes=attributes, max_weight_g=limit)
    return stage


def price_of_parcel(card, origin, weight_g, volume_cm3):
    zone = next((each for each in card.zones if each.from_provinces == (origin,)), None)
    if zone is None:
        return None
    grams = weight_g
    if card.volumetric_cm3_per_kg:
        grams = max(grams, (volume_cm3 * 1000 + card.volumetric_cm3_per_kg - 1) // card.volumetric_cm3_per_kg)
    for step in zone.steps:
        if grams <= step.up_to_g:
            return step.cents + zone.surcharge_cents
    last, started = zone.steps[-1], 0
    while last.up_to_g + started * zone.additional_g < grams:
        started += 1
    return last.cents + started * zone.additional_cents + zone.surcharge_cents


def volume_of(sku):
    return -(-sku.length_mm * sku.width_mm * sku.height_mm // 1000) if sku.length_mm else 0


def parcels_of(units, limit):
    """First-fit decreasing, unit by unit, the plain way."""
    if limit is None or sum(weight for weight, _ in units) <= limit:
        return [units]
    parcels = []
    for unit in sorted(units, key=lambda each: (-each[0], -each[1])):
        if unit[0] > limit:
            return None
        room = next((each for each in parcels if sum(w for w, _ in each) + unit[0] <= limit), None)
        if room is None:
            parcels.append([unit])
        else:
            room.append(unit)
    return parcels


def price_of_shipment(stage, code, content):
    """Handling and the cheapest service's freight; None when no service takes it."""
    units = [(stage.skus[s].weight_g, volume_of(stage.skus[s])) for s, n in content.items() for _ in range(n)]
    fragile = any(n and "fragile" in stage.skus[s].attributes for s, n in content.items())
    prices = []
    for service in stage.carriers["SF"].services:
        parcels = parcels_of(units, service.max_weight_g)
        if parcels is None or (fragile and "fragile" not in service.attributes):
            continue
        card, origin = stage.cards[service.code], PROVINCE[code]
        cents = [price_of_parcel(card, origin, sum(w for w, _ in p), sum(v for _, v in p)) for p in parcels]
        if None not in cents:
            prices.append(sum(cents))
    return min(prices) + stage.warehouses[code].handling_cents if prices else None


def divisions(units, rooms, all_of_them):
    every = itertools.product(*(range(room + 1) for room in rooms))
    return [each for each in every if (sum(each) == units if all_of_them else sum(each) <= units)]


def best_by_trying_everything(stage, all_of_them=True):
    """(-units, shipments, cents) of the best way to ship all units, or as many as can be; None when there is none."""
    wanted = {line.sku: line.quantity for line in stage.order.lines}
    codes = sorted(stage.warehouses)
    have = {(row.warehouse, row.sku): row.on_hand for row in stage.stock}
    options = [divisions(n, [have[code, sku] for code in codes], all_of_them) for sku, n in wanted.items()]
    prices, best = {}, None
    for division in itertools.product(*options):
        contents = [tuple(each[index] for each in division) for index in range(len(codes))]
        cents = 0
        for code, content in zip(codes, contents, strict=True):
            if any(content):
                if (code, content) not in prices:
                    prices[code, content] = price_of_shipment(stage, code, dict(zip(wanted, content, strict=True)))
                price = prices[code, content]
                cents = None if cents is None or price is None else cents + price
        if cents is not None and any(map(any, contents)):
            found = (-sum(map(sum, contents)), sum(map(any, contents)), cents)
            best = found if best is None else min(best, found)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_no_route_is_better_than_the_chosen_one(make_stage, seed):
    dice = random.Random(seed)
    feasible = 0
    for _ in range(30):
        stage = random_stage(make_stage, dice)
        best = best_by_trying_everything(stage)
        route = stage.run()
        assert route.exact
        assert (best is not None) == (route.outcome == "complete"), route.outcome
        if best is not None:
            feasible += 1
            assert (len(route.shipments), route.cost_cents) == best[1:]
            if route.greedy:
                assert (route.greedy["shipments"], route.greedy["cost_cents"]) >= best[1:]
    assert feasible >= 5


def twin_stage(make_stage, dice):
    """Two warehouses, neither with enough of anything, goods of few weights and sizes: answers that almost merge."""
    stage = make_stage()
    for sku in "ABC":
        weight_g = dice.choice([500, 500, 700, 1200])
        stage.sku(sku, weight_g, length_mm=dice.choice([50, 200]), width_mm=200, height_mm=100)
    stage.lines(A=4, B=4, C=4)
    for code in ("SH1", "BJ1"):
        stage.holds(code, A=3, B=3, C=dice.choice([3, 4]))
    for code in ("SF-STD", "SF-TWO"):
        zones = tuple(
            Zone((province,), (), (Step(1000, dice.randrange(300, 900, 10)),), 1000, dice.randrange(100, 900, 10))
            for province in PROVINCE.values()
        )
        card = RateCard(code, zones, volumetric_cm3_per_kg=6000)
        stage.service(code, card, max_weight_g=dice.choice([None, 1500, 2000]))
    return stage


@pytest.mark.parametrize("seed", range(4))
def test_answers_are_merged_only_where_nothing_tells_them_apart(make_stage, seed):
    dice = random.Random(2000 + seed)
    for _ in range(25):
        stage = twin_stage(make_stage, dice)
        route = stage.run()
        assert (len(route.shipments), route.cost_cents) == best_by_trying_everything(stage)[1:]


@pytest.mark.parametrize("seed", range(6))
def test_on_backorder_no_route_ships_more_or_the_same_for_less(make_stage, seed):
    dice = random.Random(500 + seed)
    partly = 0
    for _ in range(30):
        stage = random_stage(make_stage, dice)
        if len(stage.order.lines) * len(stage.warehouses) > 8:
            continue
        best = best_by_trying_everything(stage, all_of_them=False)
        route = stage.run(allow_backorder=True)
        assert (best is not None) == (route.outcome in ("complete", "backordered")), route.outcome
        if best is not None:
            units = sum(line.quantity for shipment in route.shipments for line in shipment.lines)
            assert (-units, len(route.shipments), route.cost_cents) == best
            partly += route.outcome == "backordered"
    assert partly >= 3


@pytest.mark.parametrize("seed", range(4))
def test_a_route_ships_what_was_asked_and_no_more_than_there_is(make_stage, seed):
    dice = random.Random(1000 + seed)
    for _ in range(60):
        stage = random_stage(make_stage, dice)
        route = stage.run(allow_backorder=dice.random() < 0.5)
        have = {(row.warehouse, row.sku): row.on_hand for row in stage.stock}
        sku_of = {line.line_no: line.sku for line in stage.order.lines}
        shipped = dict.fromkeys(sku_of, 0)
        for shipment in route.shipments:
            for line in shipment.lines:
                have[shipment.warehouse, sku_of[line.line_no]] -= line.quantity
                shipped[line.line_no] += line.quantity
        waiting = {each.line_no: each.quantity for each in route.backorders}
        assert all(units >= 0 for units in have.values())
        if route.shipments:
            assert {no: n + waiting.get(no, 0) for no, n in shipped.items()} == {
                line.line_no: line.quantity for line in stage.order.lines
            }
