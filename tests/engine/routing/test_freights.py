"""Freight of 204 cases whose price was worked out by hand; the working stands beside each in freights.csv.

Two of the cards are real ones out of Wuxi, to every province they name. More than half of the cases lie on the end of a
weight step or a gram (or cm³) beyond it.
"""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

from engine.routing.parcels import Load
from engine.routing.tariffs import Tariff, place_key
from engine.world import RateCard, Step, Zone

WUXI = "江苏省"
SF = (
    ("江苏省 浙江省", 600, 90), ("上海市 安徽省", 600, 100),
    ("湖北省 河南省 江西省 山东省 福建省 北京市 天津市 河北省 山西省 湖南省 广东省", 700, 180),
    ("陕西省 黑龙江省 吉林省 辽宁省 甘肃省 宁夏 青海省 内蒙古 广西 海南省 云南省 贵州省 四川省 重庆市", 800, 220),
    ("新疆 西藏", 1200, 800),
)  # fmt: skip
STO = (
    ("江苏省 浙江省 安徽省 上海市", 80), ("北京市 河北省 天津市 山东省 河南省", 160),
    ("湖北省 湖南省 江西省 福建省 广东省", 180),
    ("陕西省 重庆市 山西省 贵州省 辽宁省 吉林省 广西 云南省 四川省 黑龙江省", 220), ("海南省", 350),
    ("青海省 宁夏 内蒙古 甘肃省", 400), ("新疆", 1200), ("西藏", 1500),
)  # fmt: skip
_SF_ZONES = tuple(Zone((WUXI,), tuple(to.split()), (Step(1000, first),), 1000, more) for to, first, more in SF)
_STO_STEPS = (Step(1000, 350), Step(2000, 400), Step(3000, 450))
CARDS = {
    "SF": RateCard("SF", _SF_ZONES),
    "SF-6000": RateCard("SF-6000", _SF_ZONES, volumetric_cm3_per_kg=6000),
    "STO": RateCard("STO", tuple(Zone((WUXI,), tuple(to.split()), _STO_STEPS, 1000, more) for to, more in STO)),
    "COLD": RateCard("COLD", (Zone((), (), (Step(500, 900), Step(1000, 1300)), 500, 250, surcharge_cents=600),)),
    "HEAVY": RateCard("HEAVY", (Zone((), (), (Step(10_000, 2200), Step(20_000, 3600)), 1000, 150),)),
    "BY-500G": RateCard("BY-500G", (Zone((), (), (), 500, 70),)),
}
with (Path(__file__).parent / "freights.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


def worked_out(working: str) -> int:
    """What a sum of products of whole numbers comes to."""
    terms = [term.split("*") for term in working.split("+")]
    products = [[ast.literal_eval(factor.strip()) for factor in term] for term in terms]
    return sum(each[0] * (each[1] if len(each) == 2 else 1) for each in products)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['card']}-{case['parcels_g']}-{case['volume_cm3']}")
def test_freight_to_the_cent(case):
    loads = [Load(int(grams), int(case["volume_cm3"] or 0)) for grams in case["parcels_g"].split("/")]
    rate = Tariff(CARDS[case["card"]]).rate(place_key(WUXI), place_key(case["to_province"]))
    assert rate.quote(loads).freight_cents == worked_out(case["working"]) == int(case["cents"])


def test_there_are_two_hundred_and_half_lie_on_a_boundary():
    assert len({tuple(case.values()) for case in CASES}) == len(CASES) >= 200
    assert sum(case["boundary"] == "yes" for case in CASES) * 2 >= len(CASES)
    for card, names in (("SF", SF), ("STO", STO)):
        reached = {case["to_province"] for case in CASES if case["card"] == card}
        assert reached == {province for to, *_ in names for province in to.split()}
