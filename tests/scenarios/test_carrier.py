"""R1 to R6: who carries it, at what price, and where nobody does."""

from __future__ import annotations

import pytest

from tests.scenarios.documents import COD, SHANGHAI, a_line

MASK = "MASK-20"
SERVICES = ("SF-STD", "SF-AIR", "SF-COLD", "ZTO-STD", "ZTO-HEAVY", "JD-STD", "JD-NEXT", "RIDER-SAME")
SUZHOU = {"province": "江苏省", "city": "苏州市", "district": "姑苏区"}
URUMQI = {"province": "新疆维吾尔自治区", "city": "乌鲁木齐市", "district": "天山区"}


def zone(cents, up_to_g=1_000, **more):
    """A zone from everywhere to everywhere."""
    return {
        "from_provinces": [], "to_provinces": [], "steps": [{"up_to_g": up_to_g, "cents": cents}],
        "additional_g": 1_000, "additional_cents": 100, **more,
    }  # fmt: skip


def priced(desk, **cents):
    """Only these services have a price (by code with _ for -), everywhere the same."""
    for service in SERVICES:
        given = cents.get(service.replace("-", "_"))
        desk.change("rate-cards", service, zones=[] if given is None else [zone(given)], volumetric_cm3_per_kg=None)


def goods(desk, weight_g, sides_mm=None, attributes=()):
    """A sku of that weight and, as a cube, that size; it lies in Beijing."""
    size = dict.fromkeys(("length_mm", "width_mm", "height_mm"), sides_mm)
    desk.change("skus", MASK, weight_g=weight_g, attributes=list(attributes), **size)
    desk.stock(MASK, {"BJ1": 500})
    return MASK


def service_and_freight(case):
    (shipment,) = case.shipments
    return shipment["service"], shipment["freight_cents"]


# R1 the cheapest that keeps the promise


def test_r1_weight_steps_and_each_started_step_beyond_are_charged(desk):
    """中通 near Beijing: 3.50, 4.00 and 4.50 up to 1, 2 and 3 kg, and 0.80 for each started kilogram more."""
    charged = {}
    for weight_g in (1_000, 1_001, 3_000, 3_001, 4_000, 4_001):
        charged[weight_g] = service_and_freight(desk.post(goods(desk, weight_g)))
    assert charged == {
        1_000: ("ZTO-STD", 350), 1_001: ("ZTO-STD", 400), 3_000: ("ZTO-STD", 450), 3_001: ("ZTO-STD", 530),
        4_000: ("ZTO-STD", 530), 4_001: ("ZTO-STD", 610),
    }  # fmt: skip


def test_r1_bulky_goods_are_charged_by_their_volume(desk):
    """8,000 cm³ a kilogram: a cube of 20 cm counts as one, a millimetre more as more than one."""
    assert service_and_freight(desk.post(goods(desk, 100, sides_mm=200))) == ("ZTO-STD", 350)
    assert service_and_freight(desk.post(goods(desk, 100, sides_mm=201))) == ("ZTO-STD", 400)


def test_r1_surcharges_count(desk):
    priced(desk, SF_STD=900, ZTO_STD=900)
    desk.change("rate-cards", "ZTO-STD", zones=[zone(850, surcharge_cents=60)])
    assert service_and_freight(desk.post(goods(desk, 500))) == ("SF-STD", 900)
    desk.change("rate-cards", "ZTO-STD", zones=[zone(850, surcharge_cents=40)])
    assert service_and_freight(desk.post(MASK)) == ("ZTO-STD", 890)


def test_r1_the_cheapest_goes_whoever_it_is(desk):
    sku = goods(desk, 500)
    for cheapest in ("JD-STD", "SF-AIR", "RIDER-SAME"):
        prices = {service.replace("-", "_"): 900 for service in SERVICES} | {cheapest.replace("-", "_"): 899}
        priced(desk, **prices)
        assert service_and_freight(desk.post(sku)) == (cheapest, 899)


# R2 next day, same day


def test_r2_next_day_takes_only_who_makes_it_the_cut_off_included(desk):
    """From Beijing to Shanghai only 京东次日达 (until 16:00) and 顺丰特快 (until 16:30) are there tomorrow."""
    desk.stock(MASK, {"BJ1": 50})
    wish = {"receiver": SHANGHAI, "delivery": {"service_level": "next_day"}}
    desk.clock.advance(hours=5, minutes=30)  # 16:00:00
    case = desk.post(MASK, **wish)
    assert case.routes == [("BJ1", "JD-NEXT")]
    assert case.exclusions("service")["BJ1/ZTO-STD"] == ["SLA_MISSED"]
    assert [shipment["promised_on"] for shipment in case.shipments] == ["2026-11-12"]
    desk.clock.advance(seconds=1)
    assert desk.post(MASK, **wish).routes == [("BJ1", "SF-AIR")]
    desk.clock.advance(minutes=30)
    late = desk.post(MASK, **wish)
    assert (late.holds, late.hold("OUT_OF_COVERAGE")["queue"]) == (["OUT_OF_COVERAGE"], "logistics")
    assert desk.post(MASK, receiver=SHANGHAI).verdict == "approve", "nobody promised it for tomorrow"


def test_r2_same_day_goes_by_rider_within_the_city_until_three(desk):
    same_day = {"delivery": {"service_level": "same_day"}}
    case = desk.post(MASK, receiver=SHANGHAI, **same_day)
    assert case.routes == [("SH1", "RIDER-SAME")]
    assert [shipment["promised_on"] for shipment in case.shipments] == ["2026-11-11"]
    assert desk.post(MASK, receiver=SUZHOU, **same_day).holds == ["OUT_OF_COVERAGE"]
    desk.clock.advance(hours=4, minutes=30, seconds=1)  # 15:00:01
    assert desk.post(MASK, receiver=SHANGHAI, **same_day).holds == ["OUT_OF_COVERAGE"]


# R3 weight limits


def test_r3_a_unit_on_the_limit_passes_and_a_gram_more_does_not(desk):
    assert desk.post(goods(desk, 30_000)).routes == [("BJ1", "ZTO-STD")]
    case = desk.post(goods(desk, 30_001))
    assert case.routes == [("BJ1", "ZTO-HEAVY")]
    assert "OVER_WEIGHT" in case.exclusions("service")["BJ1/ZTO-STD"]


def test_r3_what_is_too_heavy_together_goes_in_several_parcels(desk):
    case = desk.post(a_line(goods(desk, 9_000), 4), payment=COD)  # only services up to 30 kg collect
    (shipment,) = case.shipments
    assert (shipment["service"], shipment["weight_g"]) == ("JD-STD", 36_000)
    assert [parcel["weight_g"] for parcel in shipment["parcels"]] == [27_000, 9_000]
    assert shipment["freight_cents"] == (500 + 26 * 90) + (500 + 8 * 90), "each parcel has its first kilogram"
    desk.carry_out(case)
    numbers = [parcel["waybill_no"] for shipment in case.shipments for parcel in shipment["parcels"]]
    assert len(set(numbers)) == 2 and None not in numbers, "and a label of its own"
    collected = [each["cod_cents"] for each in case.page["vendors"]["waybills"]]
    assert collected == [case.decision["payable_cents"], 0]


def test_r3_what_nobody_can_lift_is_held(desk):
    assert desk.post(goods(desk, 100_000)).routes == [("BJ1", "ZTO-HEAVY")]
    assert desk.post(goods(desk, 100_001)).holds == ["OUT_OF_COVERAGE"]


# R4 what not everybody takes


@pytest.mark.parametrize(
    ("attribute", "takers"),
    [
        ("fragile", {"SF-STD", "SF-AIR", "SF-COLD", "ZTO-HEAVY", "JD-STD", "JD-NEXT", "RIDER-SAME"}),
        ("cold", {"SF-COLD", "RIDER-SAME"}),
        ("hazardous", {"JD-STD"}),
    ],
)
def test_r4_only_carriers_that_take_the_goods_are_used(desk, attribute, takers):
    sku = goods(desk, 500, attributes=[attribute])
    desk.change("warehouses", "BJ1", attributes=["cold", "hazardous"])
    priced(desk, **{service.replace("-", "_"): 900 if service in takers else 100 for service in SERVICES})
    case = desk.post(sku)
    assert {service for _, service in case.routes} <= takers
    refused = {code for code, why in case.exclusions("service").items() if "ATTRIBUTE_MISMATCH" in why}
    assert {code for code in refused if code.startswith("BJ1/")} == {f"BJ1/{each}" for each in set(SERVICES) - takers}


def test_r4_goods_that_anybody_takes_go_with_the_cheapest(desk):
    assert desk.post(goods(desk, 500)).routes == [("BJ1", "ZTO-STD")]
    assert desk.post(goods(desk, 500, attributes=["fragile"])).routes == [("BJ1", "JD-STD")]


# R5 a wish for a carrier


def test_r5_a_wished_carrier_may_cost_five_yuan_more_and_not_a_fen_beyond(desk):
    sku = goods(desk, 500)
    priced(desk, ZTO_STD=500, SF_STD=1_000)
    granted = desk.post(sku, remark="发顺丰")
    assert (granted.routes, granted.flags, granted.tasks()) == ([("BJ1", "SF-STD")], [], [])
    priced(desk, ZTO_STD=500, SF_STD=1_001)
    refused = desk.post(sku, remark="发顺丰")
    assert (refused.verdict, refused.routes, refused.flags) == ("approve", [("BJ1", "ZTO-STD")], ["CARRIER_WISH_UNMET"])
    assert refused.tasks() == [("service", "fulfilment.carrier-wish-unmet")]
    (task,) = refused.actions("task")
    assert task["after"] == [], "service hears of it before it leaves"


def test_r5_of_the_wished_carriers_services_the_cheapest_goes(desk):
    priced(desk, ZTO_STD=500, SF_STD=900, SF_AIR=800)
    assert desk.post(goods(desk, 500), seller_memo="发顺丰").routes == [("BJ1", "SF-AIR")]


def test_r5_a_wish_for_who_does_not_go_there_is_unmet(desk):
    rows = [{"served": False, "province": "北京市"}]
    for service in ("SF-STD", "SF-AIR", "SF-COLD"):
        desk.change("coverage", service, rows=rows)
    case = desk.post(remark="发顺丰")
    assert (case.verdict, case.flags, case.routes) == ("approve", ["CARRIER_WISH_UNMET"], [("BJ1", "ZTO-STD")])
    assert desk.post().flags == [], "nobody wished for anything"


# R6 where nobody delivers


def closed(desk, **row):
    """Nobody delivers there any more."""
    for service in SERVICES:
        rows = desk.gatehouse.reference.get("coverage", service)["rows"]
        desk.change("coverage", service, rows=[{"served": False, **row}, *rows])


@pytest.mark.parametrize(
    ("row", "elsewhere"),
    [
        ({"province": "江苏省"}, {"province": "浙江省", "city": "杭州市", "district": "西湖区"}),
        ({"province": "江苏省", "city": "苏州市"}, {"city": "南京市", "district": "鼓楼区"}),
        ({"province": "江苏", "city": "苏州", "district": "姑苏"}, {"district": "虎丘区"}),
        ({"province": "江苏省", "city": "苏州市", "town": "平江街道"}, {"town": "沧浪街道"}),
        ({"keyword": "海关监管区"}, {"address": "干将东路1号2幢301"}),
    ],
    ids=["province", "city", "district", "town", "keyword"],
)
def test_r6_a_place_that_nobody_serves_is_held_and_its_neighbour_is_not(desk, row, elsewhere):
    there = {**SUZHOU, "town": "平江街道", "address": "海关监管区干将东路1号2幢301"}
    assert desk.post(receiver=there).verdict == "approve"
    closed(desk, **row, note="停发")
    case = desk.post(receiver=there)
    assert (case.holds, case.hold("OUT_OF_COVERAGE")["queue"]) == (["OUT_OF_COVERAGE"], "logistics")
    assert desk.post(receiver={**there, **elsewhere}).verdict == "approve"
    services = [each for each in case.explanation()["candidates"] if each["kind"] == "service"]
    named = [reason["detail"] for each in services for reason in each["reasons"] if reason["code"] == "NOT_COVERED"]
    assert {**row, "note": "停发"} in named, "the row is named"


def test_r6_a_more_specific_row_says_otherwise(desk):
    closed(desk, province="江苏省", city="苏州市")
    desk.change("coverage", "SF-STD", rows=[
        {"served": False, "province": "江苏省", "city": "苏州市"},
        {"served": True, "province": "江苏省", "city": "苏州市", "district": "姑苏区"},
    ])  # fmt: skip
    assert [service for _, service in desk.post(receiver=SUZHOU).routes] == ["SF-STD"]
    assert desk.post(receiver={**SUZHOU, "district": "虎丘区"}).holds == ["OUT_OF_COVERAGE"]


def test_r6_a_dated_closure_ends_on_its_day(desk):
    closed(desk, province="江苏省", **{"from": "2026-11-12", "until": "2026-11-14"})
    verdicts = {}
    for day in (11, 12, 13, 14):
        verdicts[day] = desk.post(receiver=SUZHOU).verdict
        desk.clock.advance(days=1)
    assert verdicts == {11: "approve", 12: "hold", 13: "hold", 14: "approve"}


def test_r6_islands_and_closures_of_the_demo(desk):
    sansha = {"province": "海南省", "city": "三沙市", "district": "西沙区", "address": "永兴岛北京路1号2室"}
    assert desk.post(receiver=sansha).holds == ["OUT_OF_COVERAGE"]


def test_r6_goods_that_nobody_takes_there_are_held(desk):
    assert desk.post("YOGURT-12", receiver=URUMQI).holds == ["OUT_OF_COVERAGE"]
    assert desk.post(receiver=URUMQI, shipping_cents=5_000).verdict == "approve"
    assert desk.post("YOGURT-12", receiver=SHANGHAI).verdict == "approve"


def test_r6_a_country_that_no_card_names_is_not_served(desk):
    oslo = {"country": "NO", "province": None, "city": "Oslo", "district": None, "address": "Karl Johans gate 1"}
    assert desk.post(receiver={**oslo, "phone": "+4722123456"}).holds == ["OUT_OF_COVERAGE"]


# R7 freight to remote regions


def freight_to(desk, place, cents, **changes):
    """An order of CNY 100.00 to that place, which only one service reaches, at that price."""
    priced(desk, SF_STD=cents)
    return desk.post(a_line(MASK, unit_cents=10_000), receiver=place, **changes)


def test_r7_freight_beyond_what_was_paid_and_fifteen_percent_of_the_goods_is_held(desk):
    case = freight_to(desk, URUMQI, 1_501)
    hold = case.hold("FREIGHT_UNCOVERED")
    assert (case.holds, hold["queue"], hold["severity"]) == (["FREIGHT_UNCOVERED"], "logistics", "yellow")
    (task,) = case.actions("task")
    assert (task["payload"]["queue"], task["payload"]["title"]["zh"]) == ("logistics", "补运费")
    assert (sum(case.reserved.values()), case.actions("outbound")) == (1, [])
    assert freight_to(desk, URUMQI, 1_500).verdict == "approve"


def test_r7_what_was_paid_for_shipping_counts_unless_a_coupon_took_it_off(desk):
    assert freight_to(desk, URUMQI, 2_501, shipping_cents=1_000).holds == ["FREIGHT_UNCOVERED"]
    assert freight_to(desk, URUMQI, 2_500, shipping_cents=1_000).verdict == "approve"
    free = {"code": "FREE", "kind": "shipping", "discount_cents": 1_000, "min_spend_cents": 0}
    assert freight_to(desk, URUMQI, 2_500, shipping_cents=1_000, coupons=[free]).holds == ["FREIGHT_UNCOVERED"]


def test_r7_is_asked_only_of_the_regions_on_the_list(desk):
    assert freight_to(desk, SHANGHAI, 9_000).verdict == "approve"
    desk.list_items("remote-regions", "上海市")
    assert freight_to(desk, SHANGHAI, 9_000).holds == ["FREIGHT_UNCOVERED"]


def test_r1_who_asked_for_a_rider_gets_one_where_there_are_any(desk):
    shanghai = {"province": "上海市", "city": "上海市", "district": "徐汇区"}
    near = desk.post("SOCKS-5", receiver=shanghai, delivery={"method": "rider"})
    assert near.routes == [("SH1", "RIDER-SAME")]
    xiangyang = {"province": "湖北省", "city": "襄阳市", "district": "襄城区"}
    assert desk.post("SOCKS-5", receiver=xiangyang, delivery={"method": "rider"}).holds == ["OUT_OF_COVERAGE"]
