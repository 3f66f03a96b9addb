"""W1 to W9: from where it ships, and what happens when it is not there."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.scenarios.documents import BEIJING, SHANGHAI, a_line

ZHENGZHOU = {"province": "河南省", "city": "郑州市", "district": "金水区"}
URUMQI = {"province": "新疆维吾尔自治区", "city": "乌鲁木齐市", "district": "天山区"}
HOUSES = ("SH1", "BJ1", "GZ1", "WH1", "CD1", "XA1")
MASK, SOCKS, CABLE = "MASK-20", "SOCKS-5", "CABLE-USBC"


def ships_on(case):
    return [shipment["ships_on"] for shipment in case.shipments]


# W1 several warehouses can fill it


@pytest.mark.parametrize(
    ("preference", "warehouse"),
    [("cost", "WH1"), ("distance", "XA1"), ("priority", "SH1"), ("most_stock", "BJ1")],
)
def test_w1_of_those_that_can_fill_it_the_admins_order_chooses(desk, preference, warehouse):
    """Around Zhengzhou Wuhan is the cheapest, Xi'an the nearest, Shanghai the first, and Beijing has most."""
    desk.stock(MASK, {"SH1": 20, "BJ1": 90, "WH1": 20, "XA1": 20})
    order = ["rules", "fewest_shipments", preference, "code"]
    desk.publish("pipeline", lambda document: document.update(preference=order))
    case = desk.post(a_line(MASK, 9), receiver=ZHENGZHOU)
    assert case.units == {warehouse: {"1": 9}}
    assert case.reserved == {(warehouse, MASK): 9}


def test_w1_one_shipment_beats_two_cheaper_or_nearer_ones(desk):
    desk.stock(MASK, {"BJ1": 5, "GZ1": 5})
    desk.stock(SOCKS, {"SH1": 5, "GZ1": 5})
    assert desk.post(MASK, SOCKS).units == {"GZ1": {"1": 1, "2": 1}}


# W2 no single one can


def test_w2_what_one_cannot_fill_is_split_to_the_unit(desk):
    desk.stock(MASK, {"BJ1": 3, "SH1": 4})
    assert desk.post(a_line(MASK, 4)).units == {"SH1": {"1": 4}}
    case = desk.post(a_line(MASK, 3))
    assert (case.verdict, case.units) == ("approve", {"BJ1": {"1": 3}})
    desk.stock(MASK, {"BJ1": 13, "SH1": 14})
    split = desk.post(a_line(MASK, 19))
    assert {place: sum(lines.values()) for place, lines in split.units.items()} == {
        place: units for (place, _), units in split.reserved.items()
    }
    assert (sum(split.reserved.values()), len(split.actions("outbound")), len(split.actions("waybill"))) == (19, 2, 2)


def test_w2_fewest_shipments_where_taking_from_the_nearest_first_would_need_more(desk):
    desk.stock(MASK, {"BJ1": 5, "GZ1": 5})
    desk.stock(SOCKS, {"SH1": 5})
    desk.stock(CABLE, {"GZ1": 5})
    case = desk.post(MASK, SOCKS, CABLE)
    assert case.units == {"GZ1": {"1": 1, "3": 1}, "SH1": {"2": 1}}
    greedy = case.explanation()["greedy"]
    assert (greedy["warehouses"], greedy["shipments"]) == (["BJ1", "SH1", "GZ1"], 3)


def test_w2_of_equally_many_shipments_the_cheapest_to_the_fen(desk):
    """Six packs and socks from two of three places: every way to do it is priced here by hand."""
    per_kg = {"北京市": 100, "上海市": 130, "广东省": 170}
    zones = [
        {"from_provinces": [province], "to_provinces": [], "steps": [{"up_to_g": 1_000, "cents": 400}],
         "additional_g": 1_000, "additional_cents": cents} for province, cents in per_kg.items()
    ]  # fmt: skip
    for service in ("JD-STD", "JD-NEXT", "SF-STD", "SF-AIR"):
        desk.change("rate-cards", service, zones=[])
    desk.change("rate-cards", "ZTO-STD", zones=zones, volumetric_cm3_per_kg=None)
    desk.stock("TISSUE-24", {"BJ1": 2, "SH1": 4, "GZ1": 4})  # 3.6 kg each
    desk.stock(SOCKS, {"SH1": 9, "GZ1": 9})  # 260 g
    case = desk.post(a_line("TISSUE-24", 6), a_line(SOCKS, 2))
    # BJ1 2, SH1 4 and both socks: 400 + 7 × 100, 400 + 14 × 130; SH1 4, GZ1 2: 400 + 14 × 130, 400 + 7 × 170; and so on
    assert case.units == {"BJ1": {"1": 2}, "SH1": {"1": 4, "2": 2}}
    assert [shipment["freight_cents"] for shipment in case.shipments] == [1_100, 2_220]


# W2b a split that costs more than waiting


def two_kettles(desk, extra_cents=801, in_days=2):
    """Two goods of CNY 39.90 each in two places; a second parcel costs so much more than one of both."""
    zone = {"from_provinces": [], "to_provinces": [], "additional_g": 1_000, "additional_cents": 0}
    card = {"zones": [{**zone, "steps": [{"up_to_g": 90_000, "cents": extra_cents}]}], "volumetric_cm3_per_kg": None}
    for service in ("JD-STD", "JD-NEXT", "SF-STD", "SF-AIR", "ZTO-STD", "ZTO-HEAVY"):
        desk.change("rate-cards", service, **card)
    day = desk.clock().date() + dt.timedelta(days=in_days) if in_days is not None else None
    for sku, house in (("LAUNDRY-2L", "BJ1"), (SOCKS, "SH1")):
        desk.change("skus", sku, restock_on=day.isoformat() if day else None)
        desk.stock(sku, {house: 50})
    return ("LAUNDRY-2L", SOCKS)


def test_w2b_a_dear_split_waits_for_a_restock_within_two_days_and_then_goes_as_one(desk):
    case = desk.post(*two_kettles(desk))
    hold = case.hold("INVENTORY_OUT_OF_STOCK")
    assert (case.status, hold["until"], hold["rule"]) == (
        "held", "2026-11-13T00:00:00+08:00", "fulfilment.split-not-worth-it",
    )  # fmt: skip
    assert sum(case.reserved.values()) == 2, "what there is is kept for it"
    desk.stock("LAUNDRY-2L", {"BJ1": 50, "SH1": 5})
    assert desk.sweep(hours=37.5) == 1
    assert (case.status, case.units) == ("approved", {"SH1": {"1": 1, "2": 1}})


def test_w2b_when_nothing_has_come_it_is_split_after_all(desk):
    case = desk.post(*two_kettles(desk))
    desk.sweep(hours=37.5)
    assert (case.status, len(case.shipments)) == ("approved", 2)


def test_w2b_eight_yuan_or_a_tenth_of_the_goods_or_a_later_restock_is_no_reason_to_wait(desk):
    assert desk.post(*two_kettles(desk, extra_cents=800)).verdict == "approve"
    lines = [a_line(sku, unit_cents=4_005) for sku in two_kettles(desk)]
    assert desk.post(*lines).verdict == "approve", "8.01 is a tenth of 80.10"
    assert desk.post(lines[0], {**lines[1], "unit_cents": 4_004}).holds == ["INVENTORY_OUT_OF_STOCK"]
    for days in (0, 3, None):
        assert desk.post(*two_kettles(desk, in_days=days)).verdict == "approve", days
    assert desk.post(*two_kettles(desk, in_days=1)).holds == ["INVENTORY_OUT_OF_STOCK"]


def test_w2b_who_asked_for_haste_does_not_wait(desk):
    goods = two_kettles(desk)
    assert desk.post(*goods, priority="urgent").verdict == "approve"


# W3 enough in all, not in one place, "不可拆分"


def test_w3_what_may_not_be_split_and_lies_in_two_places_is_held(desk):
    desk.stock(MASK, {"BJ1": 3, "SH1": 4})
    case = desk.post(a_line(MASK, 7), remark="不可拆分")
    hold = case.hold("CANNOT_SHIP_TOGETHER")
    assert (case.holds, hold["queue"], hold["severity"]) == (["CANNOT_SHIP_TOGETHER"], "warehouse", "yellow")
    assert case.reserved == {("BJ1", MASK): 3, ("SH1", MASK): 4}, "it is kept meanwhile"
    desk.stock(SOCKS, {"BJ1": 3, "SH1": 4})
    assert desk.post(a_line(SOCKS, 4), remark="不可拆分").units == {"SH1": {"1": 4}}
    desk.stock(CABLE, {"BJ1": 3, "SH1": 4})
    assert desk.post(a_line(CABLE, 7), remark="谢谢").verdict == "approve"


# W4 fewer units anywhere than wanted


def short_of(desk, days, sku=MASK, **changes):
    """An order of four where three are left, the next ones in so many days."""
    desk.stock(sku, {"BJ1": 3})
    today = desk.clock().date()
    desk.change("skus", sku, restock_on=(today + dt.timedelta(days=days)).isoformat() if days is not None else None)
    return desk.post(a_line(sku, 4), **changes)


def test_w4_what_is_restocked_within_three_days_is_waited_for(desk):
    for days, sku in ((1, MASK), (3, SOCKS)):
        case = short_of(desk, days, sku)
        hold = case.hold("INVENTORY_OUT_OF_STOCK")
        assert (case.status, hold["until"]) == ("held", f"2026-11-{11 + days}T00:00:00+08:00"), days
        assert (case.reserved, case.actions("outbound")) == ({("BJ1", sku): 3}, []), "what there is is kept for it"
    assert short_of(desk, 4, CABLE).verdict == "approve"


def test_w4_when_it_has_come_it_ships_by_itself_and_otherwise_is_asked_about(desk):
    lucky = short_of(desk, 2)
    desk.stock(MASK, {"BJ1": 9})
    assert desk.sweep(hours=37.5) == 1
    assert (lucky.status, lucky.units) == ("approved", {"BJ1": {"1": 4}})
    waiting = short_of(desk, 2, SOCKS)
    desk.sweep(hours=48)
    assert (waiting.status, waiting.hold("INVENTORY_OUT_OF_STOCK")["until"]) == ("held", None)


def test_w4_what_is_restocked_within_fifteen_days_is_shipped_in_part(desk):
    for days, sku in ((4, MASK), (15, SOCKS)):
        case = short_of(desk, days, sku)
        assert (case.status, case.units, case.backorders) == ("approved", {"BJ1": {"1": 3}}, {"1": 1}), days
        assert case.reserved == {("BJ1", sku): 3}
        assert {("buyer", "backorder"), ("warehouse", "replenishment")} <= set(case.notices())


def test_w4_what_comes_later_or_never_is_held(desk):
    for days, sku in ((16, MASK), (None, SOCKS)):
        case = short_of(desk, days, sku)
        hold = case.hold("INVENTORY_OUT_OF_STOCK")
        assert (case.status, hold["queue"], hold["until"]) == ("held", "warehouse", None)
        assert (case.reserved, case.actions("outbound")) == ({("BJ1", sku): 3}, [])
    desk.change("skus", CABLE, discontinued=True)
    assert short_of(desk, 5, CABLE).holds == ["INVENTORY_OUT_OF_STOCK"]


def test_w4_nothing_anywhere_is_held_even_with_a_date(desk):
    desk.stock(MASK, {})
    desk.change("skus", MASK, restock_on="2026-11-20")
    case = desk.post(MASK)
    assert (case.holds, case.reserved) == (["INVENTORY_OUT_OF_STOCK"], {})
    assert desk.post(MASK, SOCKS).backorders == {"1": 1}, "something of the order is there"


def test_w4_one_that_may_not_be_split_is_not_shipped_in_part(desk):
    assert short_of(desk, 4, remark="一起发").holds == ["INVENTORY_OUT_OF_STOCK"]


# W5 what needs a special place


def test_w5_cold_goods_come_only_from_where_it_is_cold(desk):
    desk.stock("YOGURT-12", {"BJ1": 50, "SH1": 5})
    case = desk.post(a_line("YOGURT-12", 5))
    assert case.routes == [("SH1", "SF-COLD")]
    desk.stock("YOGURT-12", {"BJ1": 50})
    assert desk.post("YOGURT-12").holds == ["INVENTORY_OUT_OF_STOCK"]


@pytest.mark.parametrize(
    ("sku", "houses", "services"),
    [
        ("POWERBANK-20K", {"GZ1", "WH1"}, {"JD-STD"}),
        ("STROLLER", {"SH1", "BJ1", "WH1"}, {"ZTO-HEAVY"}),
        ("CHERRY-2KG", {"SH1", "GZ1"}, {"SF-COLD", "RIDER-SAME"}),
    ],
    ids=["hazardous", "oversize", "cold"],
)
def test_w5_only_places_and_carriers_that_take_it(desk, sku, houses, services):
    desk.stock(sku, dict.fromkeys(HOUSES, 9))
    for receiver in (BEIJING, SHANGHAI, ZHENGZHOU):
        ((warehouse, service),) = desk.post(sku, receiver=receiver).routes
        assert (warehouse in houses, service in services) == (True, True)
    exclusions = desk.post(sku).exclusions("warehouse")
    assert {house for house in HOUSES if "ATTRIBUTE_MISMATCH" in exclusions.get(house, ())} == set(HOUSES) - houses


def test_w5_goods_of_two_kinds_go_apart(desk):
    case = desk.post("POWERBANK-20K", "YOGURT-12")
    assert len(case.routes) == 2
    assert {service for _, service in case.routes} == {"JD-STD", "SF-COLD"}


# W6 closed, cut off, full


def test_w6_a_disabled_warehouse_is_left_out(desk):
    desk.change("warehouses", "BJ1", enabled=False)
    case = desk.post()
    assert case.routes[0][0] != "BJ1"
    assert case.exclusions("warehouse")["BJ1"] == ["DISABLED"]


def test_w6_up_to_the_cut_off_it_leaves_today_and_after_it_tomorrow(desk):
    desk.clock.advance(hours=6, minutes=30)  # 17:00:00, Beijing's cut-off
    assert (desk.post().routes[0][0], ships_on(desk.post())) == ("BJ1", ["2026-11-11"])
    desk.clock.advance(seconds=1)
    late = desk.post()
    assert (late.verdict, late.routes[0][0], ships_on(late)) == ("approve", "BJ1", ["2026-11-12"])


def test_w6_a_full_day_moves_to_the_next_one_with_room(desk):
    desk.change("warehouses", "BJ1", capacity_per_day=2)
    assert [ships_on(desk.post())[0] for _ in range(6)] == [f"2026-11-{day}" for day in (11, 11, 12, 12, 13, 13)]


def test_w6_a_cut_off_that_misses_the_promise_excludes(desk):
    desk.clock.advance(hours=6, minutes=31)
    case = desk.post(delivery={"service_level": "next_day"})
    assert case.exclusions("warehouse")["BJ1"] == ["CUTOFF_PASSED"]
    assert desk.post().exclusions("warehouse").get("BJ1") is None


def test_w6_a_full_day_that_misses_ship_by_excludes(desk):
    desk.change("warehouses", "BJ1", capacity_per_day=1)
    desk.post()
    today, tomorrow = (desk.post(ship_by=f"2026-11-{day}T23:59:59+08:00") for day in (11, 12))
    assert (today.exclusions("warehouse")["BJ1"], today.verdict) == (["OVER_CAPACITY"], "approve")
    assert today.routes[0][0] != "BJ1"
    assert (tomorrow.routes[0][0], ships_on(tomorrow)) == ("BJ1", ["2026-11-12"])


def test_w6_when_all_are_out_for_other_reasons_than_stock_nobody_can_ship(desk):
    for code in HOUSES:
        desk.change("warehouses", code, enabled=False)
    case = desk.post()
    assert (case.holds, case.hold("NO_WAREHOUSE")["queue"]) == (["NO_WAREHOUSE"], "warehouse")
    desk.change("warehouses", "CD1", enabled=True)
    assert desk.post().routes[0][0] == "CD1"


def test_w6_after_the_last_cut_off_nobody_keeps_a_ship_by_of_today(desk):
    desk.clock.advance(hours=8)  # 18:30
    assert desk.post(ship_by="2026-11-11T23:00:00+08:00").holds == ["NO_WAREHOUSE"]
    assert desk.post(ship_by="2026-11-12T23:00:00+08:00").verdict == "approve"


# W7 picked up


def pickup(desk, *lines, store="ST-SH"):
    return desk.post(*lines, receiver=None, delivery={"method": "pickup", "pickup_store": store})


def test_w7_it_is_handed_over_by_the_named_store_without_a_carrier(desk):
    case = pickup(desk, a_line("MUG-WHITE", 2))
    assert (case.verdict, case.routes, case.reserved) == ("approve", [("ST-SH", None)], {("ST-SH", "MUG-WHITE"): 2})
    assert [each["type"] for each in case.actions()] == ["outbound", "notify"]
    assert pickup(desk, "MUG-WHITE", store="ST-BJ").routes == [("ST-BJ", None)]


def test_w7_a_store_that_is_short_asks_for_a_transfer_though_others_have_plenty(desk):
    desk.change("skus", "TSHIRT-M-WHITE", restock_on="2026-11-20")  # nobody comes twice for half of it
    for sku, quantity, kept in (("TSHIRT-M-WHITE", 9, 8), ("STEAK-10", 1, 0)):
        case = pickup(desk, a_line(sku, quantity))
        (asked,) = case.actions("transfer")
        assert (case.holds, asked["payload"]["to"]) == (["INVENTORY_OUT_OF_STOCK"], "ST-SH")
        assert asked["payload"]["lines"] == [{"sku": sku, "quantity": quantity - kept}]
        assert case.actions("outbound") == []
        assert case.reserved.get(("ST-SH", sku), 0) == kept and sum(case.reserved.values()) == quantity
    assert pickup(desk, a_line("LIPSTICK-01", 12)).verdict == "approve", "the last twelve"
    assert len(pickup(desk, "LIPSTICK-01").actions("transfer")) == 1


def test_w7_the_buyer_is_told_once_it_can_be_taken(desk):
    case = pickup(desk, "MUG-WHITE")
    desk.hand_over(case)
    desk.tell(case.shipments[0], "accepted")
    assert ("buyer", "pickup-ready") not in case.notices()
    desk.tell(case.shipments[0], "packed"), desk.tell(case.shipments[0], "packed")
    assert case.notices().count(("buyer", "pickup-ready")) == 1
    desk.tell(case.shipments[0], "signed")
    assert case.status == "delivered"


def test_w7_a_parcel_that_is_sent_is_not_to_be_fetched(desk):
    case = desk.post()
    desk.hand_over(case)
    desk.tell(case.shipments[0], "packed")
    assert ("buyer", "pickup-ready") not in case.notices()


def test_w7_a_store_that_is_none_cannot_hand_anything_over(desk):
    assert pickup(desk, "MUG-WHITE", store="NO-SUCH").holds == ["NO_WAREHOUSE"]
    assert pickup(desk, "MUG-WHITE", store="SH1").holds == ["NO_WAREHOUSE"]
    assert pickup(desk, "MUG-WHITE", store=None).holds == ["NO_WAREHOUSE"]


def test_w7_stores_do_not_ship(desk):
    desk.stock("MUG-WHITE", {"ST-SH": 50})
    assert desk.post("MUG-WHITE", receiver=SHANGHAI).holds == ["INVENTORY_OUT_OF_STOCK"]


# W9 never beyond what is available


def test_w9_safety_stock_is_never_promised(desk):
    desk.stock(MASK, {"BJ1": 10}, safety_stock=3)
    assert desk.post(a_line(MASK, 7)).verdict == "approve"
    none_left = desk.post(MASK)
    assert (none_left.holds, none_left.reserved) == (["INVENTORY_OUT_OF_STOCK"], {})
    desk.stock(SOCKS, {"BJ1": 10}, safety_stock=3)
    too_many = desk.post(a_line(SOCKS, 8))
    assert (too_many.holds, too_many.reserved) == (["INVENTORY_OUT_OF_STOCK"], {("BJ1", SOCKS): 7})


def test_w9_a_channel_gets_no_more_than_its_share(desk):
    desk.stock(MASK, {"BJ1": 20}, channel_shares={"taobao": 50})
    verdicts = [desk.post(a_line(MASK, units), channel="taobao").verdict for units in (6, 4, 1)]
    assert verdicts == ["approve", "approve", "hold"]
    assert desk.post(a_line(MASK, 10)).verdict == "approve", "the others may have the rest"
    desk.stock(SOCKS, {"BJ1": 20}, channel_shares={"taobao": 50})
    greedy = desk.post(a_line(SOCKS, 11), channel="taobao")
    assert (greedy.holds, greedy.reserved) == (["INVENTORY_OUT_OF_STOCK"], {("BJ1", SOCKS): 10})
    assert desk.post(a_line(SOCKS, 11)).reserved == {("BJ1", SOCKS): 10}


def test_w9_what_is_held_keeps_its_units_and_no_unit_is_promised_twice(desk):
    desk.stock(MASK, {"BJ1": 5})
    held = desk.post(a_line(MASK, 3), receiver={"phone": "1"})
    assert (held.status, held.reserved) == ("held", {("BJ1", MASK): 3})
    assert desk.post(a_line(MASK, 2)).verdict == "approve"
    assert desk.available(MASK) == {}
    assert desk.post(MASK).holds == ["INVENTORY_OUT_OF_STOCK"]
