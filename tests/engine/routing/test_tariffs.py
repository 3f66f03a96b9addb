from __future__ import annotations

import pytest

from engine.routing.parcels import Load
from engine.routing.tariffs import Quote, Rate, Tariff, place_key, tariffs
from engine.world import RateCard, Reference, Step, Zone

# Two published price lists from Wuxi: destinations, the first kilogram and each started one after it, in cents.
SF = (
    (("江苏省", "浙江省"), 600, 90),
    (("上海市", "安徽省"), 600, 100),
    (("湖北省", "北京市", "广东省"), 700, 180),
    (("四川省", "广西", "内蒙古", "海南省"), 800, 220),
    (("新疆", "西藏"), 1200, 800),
)
STO = (
    (("江苏省", "上海市"), 80),
    (("北京市", "河南省"), 160),
    (("湖北省", "广东省"), 180),
    (("四川省", "广西"), 220),
    (("海南省",), 350),
    (("青海省", "内蒙古"), 400),
    (("新疆",), 1200),
    (("西藏",), 1500),
)
WUXI = "江苏省"


def sf():
    return RateCard(
        "SF-STD", tuple(Zone((WUXI,), to, (Step(1000, first),), 1000, more, days=2) for to, first, more in SF)
    )


def sto():
    steps = (Step(1000, 350), Step(2000, 400), Step(3000, 450))
    return RateCard("STO-STD", tuple(Zone((WUXI,), to, steps, 1000, more, days=3) for to, more in STO))


def freight(card, from_province, to_province, weight_g, volume_cm3=None):
    rate = Tariff(card).rate(place_key(from_province), place_key(to_province))
    return rate and rate.quote((Load(weight_g, volume_cm3 or 0),))


@pytest.mark.parametrize(
    ("to", "weight_g", "cents"),
    [
        ("江苏", 1, 600), ("江苏", 1000, 600), ("江苏", 1001, 690), ("江苏", 2000, 690), ("江苏", 2001, 780),
        ("上海", 2000, 700), ("北京市", 5000, 700 + 4 * 180), ("广西壮族自治区", 1500, 1020), ("海南", 999, 800),
        ("新疆维吾尔自治区", 10_000, 1200 + 9 * 800), ("西藏自治区", 1001, 2000), ("江苏", 0, 600),
    ],
)  # fmt: skip
def test_first_kilogram_and_started_ones_after_it(to, weight_g, cents):
    assert freight(sf(), "江苏省", to, weight_g).freight_cents == cents


@pytest.mark.parametrize(
    ("to", "weight_g", "cents"),
    [
        ("江苏省", 1000, 350), ("江苏省", 1001, 400), ("江苏省", 2000, 400),
        ("江苏省", 2001, 450), ("江苏省", 3000, 450), ("江苏省", 3001, 530),
        ("江苏省", 4000, 530), ("江苏省", 4001, 610), ("内蒙古自治区", 3001, 850),
        ("新疆", 2999, 450), ("新疆", 3001, 1650), ("西藏", 5000, 3450),
    ],
)  # fmt: skip
def test_steps_then_started_kilograms(to, weight_g, cents):
    assert freight(sto(), "江苏省", to, weight_g).freight_cents == cents


def test_a_quote_tells_days_billable_weight_and_zone():
    assert freight(sf(), "江苏", "北京", 1500) == Quote(880, 2, 1500, 2)


@pytest.mark.parametrize(("origin", "to"), [("江苏", "台湾"), ("上海", "江苏"), ("江苏", "US")])
def test_no_zone_is_not_covered(origin, to):
    assert freight(sf(), origin, to, 500) is None


def test_the_first_matching_zone_wins_and_no_provinces_mean_everywhere():
    def zone(to, cents):
        return Zone((), to, (Step(1000, cents),), 1000, 100)

    card = RateCard("X", (zone(("西藏",), 900), zone((), 500), zone(("北京市",), 100)))
    assert freight(card, "江苏", "北京", 10).freight_cents == 500
    assert freight(card, "江苏", "西藏自治区", 10).freight_cents == 900
    assert freight(card, "江苏", "NO", 10).zone == 1


def test_volumetric_weight_counts_where_it_is_more():
    card = RateCard("X", sf().zones, volumetric_cm3_per_kg=6000)
    assert freight(card, "江苏", "江苏", 900, 6000).billable_g == 1000
    assert freight(card, "江苏", "江苏", 900, 6001) == Quote(690, 2, 1001, 0)  # a started gram
    assert freight(card, "江苏", "江苏", 1200, 6001).billable_g == 1200
    assert freight(card, "江苏", "江苏", 900, None).billable_g == 900
    assert freight(sf(), "江苏", "江苏", 900, 99_999).billable_g == 900


def test_surcharge_is_on_every_parcel():
    card = RateCard("X", (Zone((), (), (Step(1000, 500),), 1000, 100, surcharge_cents=30),))
    assert freight(card, "江苏", "江苏", 1001).freight_cents == 630
    assert Rate(card, 0).quote((Load(1000), Load(500))).freight_cents == 1060


def test_without_steps_every_started_weight_counts():
    card = RateCard("X", (Zone((), (), (), 500, 70),))
    assert [freight(card, "江苏", "江苏", grams).freight_cents for grams in (1, 500, 501)] == [70, 70, 140]


def test_steps_in_any_order():
    card = RateCard("X", (Zone((), (), (Step(2000, 800), Step(1000, 500)), 1000, 100),))
    quotes = [freight(card, "江苏", "江苏", grams) for grams in (900, 1500, 2500)]
    assert [quote.freight_cents for quote in quotes] == [500, 800, 900]


def test_a_zone_without_a_price_beyond_its_last_step_limits_the_parcel():
    card = RateCard("X", (Zone((), (), (Step(1000, 500), Step(5000, 900)), 0, 0),))
    assert freight(card, "江苏", "江苏", 5001) is None
    assert Rate(card, 0).limit_g(None) == 5000
    assert Rate(card, 0).limit_g(3000) == 3000
    assert Rate(sf(), 0).limit_g(None) is None
    assert Rate(sf(), 0).limit_g(3000) == 3000


def test_a_card_that_gets_cheaper_with_weight_is_noticed():
    assert Rate(sto(), 0).rises
    assert not Rate(RateCard("X", (Zone((), (), (Step(1000, 500), Step(2000, 400)), 1000, 100),)), 0).rises


def test_tariffs_are_made_once_for_all_orders():
    reference = Reference(rate_cards={"SF-STD": sf()})
    assert tariffs(reference) is tariffs(reference)
    assert tariffs(reference)["SF-STD"].rate("320000", place_key("北京")).days == 2
