"""A2: what channels call our skus, and bundles, opened before anything is judged."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, OrderError
from tests.scenarios.desk import ADMIN, OPS
from tests.scenarios.documents import COD, a_coupon, a_line

CARE = "BUNDLE-CARE"  # one LAUNDRY-2L and two SOFTENER-1L, never below ¥48.00
HOME = "BUNDLE-HOME"  # one BUNDLE-CARE and two TISSUE-24, without a floor of its own


def parts(case):
    """(line, bundle, sku, units) of each component."""
    return [
        (each["line_no"], each["bundle"], each["sku"], each["quantity"]) for each in case.decision["components"]
    ]


def fired_for(case, rule):
    return [each["subject"] for each in case.decision["firings"] if each["rule"] == rule]


# bundles


def test_a2_a_bundle_is_routed_reserved_and_shipped_as_what_is_in_it(desk):
    case = desk.post(a_line(CARE, 3), "SOCKS-5")
    assert (case.verdict, case.holds) == ("approve", [])
    assert parts(case) == [("1.1", CARE, "LAUNDRY-2L", 3), ("1.2", CARE, "SOFTENER-1L", 6)]
    assert case.units == {"BJ1": {"1.1": 3, "1.2": 6, "2": 1}}
    assert case.reserved == {("BJ1", "LAUNDRY-2L"): 3, ("BJ1", "SOFTENER-1L"): 6, ("BJ1", "SOCKS-5"): 1}
    assert case.shipments[0]["weight_g"] >= 3 * 2_150 + 6 * 1_080 + 260
    (outbound,) = case.actions("outbound")
    assert [(each["line_no"], each["sku"], each["quantity"]) for each in outbound["payload"]["lines"]] == [
        ("1.1", "LAUNDRY-2L", 3), ("1.2", "SOFTENER-1L", 6), ("2", "SOCKS-5", 1),
    ]  # fmt: skip
    assert [line["sku"] for line in case.page["order"]["lines"]] == [CARE, "SOCKS-5"], "kept as it was posted"


def test_a2_the_price_of_a_bundle_is_shared_to_the_fen(desk):
    case = desk.post(a_line(CARE, 3, unit_cents=8_491, discount_cents=200))
    shares = [each["quantity"] * each["unit_cents"] - each["discount_cents"] for each in case.decision["components"]]
    assert sum(shares) == 3 * 8_491 - 200
    assert shares[0] == (3 * 8_491 - 200) * 1_900 // 4_300


def test_a2_bundles_in_bundles_are_opened_too(desk):
    case = desk.post(a_line(HOME, 2))
    assert parts(case) == [
        ("1.1", HOME, "LAUNDRY-2L", 2), ("1.2", HOME, "SOFTENER-1L", 4), ("1.3", HOME, "TISSUE-24", 4),
    ]  # fmt: skip


def test_a2_two_lines_of_one_component_are_shipped_apart_and_reserved_together(desk):
    case = desk.post(a_line(CARE), a_line("LAUNDRY-2L", 2))
    assert case.units == {"BJ1": {"1.1": 1, "1.2": 2, "2": 2}}
    assert case.reserved[("BJ1", "LAUNDRY-2L")] == 3


def test_a2_a_short_component_leaves_the_order_short_and_is_named(desk):
    desk.stock("SOFTENER-1L", {"BJ1": 3})
    desk.change("skus", "SOFTENER-1L", restock_on="2026-11-21")
    case = desk.post(a_line(CARE, 2))
    assert case.verdict == "approve", "what there is goes first, as W4 says"
    assert case.backorders == {"1.2": 1}
    assert case.units == {"BJ1": {"1.1": 2, "1.2": 3}}


def test_a2_nothing_of_a_component_anywhere_holds_the_order(desk):
    desk.stock("SOFTENER-1L", {})
    assert desk.post(CARE).holds == ["INVENTORY_OUT_OF_STOCK"]


def test_a2_an_unknown_component_is_an_unknown_sku(desk):
    desk.change("skus", CARE, components=[{"sku": "LAUNDRY-2L", "quantity": 1}, {"sku": "NOBODY", "quantity": 1}])
    case = desk.post(CARE)
    assert case.holds == ["UNKNOWN_SKU"]
    assert fired_for(case, "audit.unknown-sku") == ["line:1.2"]


def test_a2_whether_it_is_sold_here_is_the_bundles_affair(desk):
    desk.change("skus", "SOFTENER-1L", channels=["store"])
    assert desk.post(CARE).verdict == "approve"
    assert desk.post("SOFTENER-1L").holds == ["NOT_FOR_SALE_HERE"]
    desk.change("skus", CARE, channels=["store"])
    assert desk.post(CARE).holds == ["NOT_FOR_SALE_HERE"]


def test_a2_a_refunded_bundle_leaves_with_all_its_parts(desk):
    case = desk.post(a_line(CARE, refund_status="requested"), "SOCKS-5")
    assert case.units == {"BJ1": {"2": 1}}
    assert all(line == "2" for shipment in case.units.values() for line in shipment)


def test_a1_limits_count_the_bundle_and_what_is_in_it(desk):
    desk.change("skus", "SOFTENER-1L", limit_per_order=4)
    assert desk.post(a_line(CARE, 2)).verdict == "approve"
    over = desk.post(a_line(CARE, 2), "SOFTENER-1L")
    assert over.holds == ["PURCHASE_LIMIT"]
    assert fired_for(over, "audit.purchase-limit") == ["line:1.2", "line:2"]
    desk.change("skus", CARE, limit_per_order=1)
    assert fired_for(desk.post(a_line(CARE, 2)), "audit.purchase-limit") == ["line:1"]


def test_a1_a_buyers_thirty_days_count_what_was_ordered(desk):
    desk.change("skus", CARE, limit_per_buyer_30d=2)
    desk.change("skus", "SOFTENER-1L", limit_per_buyer_30d=4)
    me = {"buyer": {"id": "b-limit", "phone": "13700001111"}}
    assert desk.post(a_line(CARE, 2), placed_at="2026-11-01T10:00:00+08:00", **me).verdict == "approve"
    assert fired_for(desk.post(CARE, **me), "audit.purchase-limit") == ["line:1"]
    assert desk.post(a_line("SOFTENER-1L", 4), **me).verdict == "approve", "bundles bought before count as bundles"


def test_c5_a_bundle_with_a_floor_is_measured_by_it_and_not_by_its_parts(desk):
    desk.change("skus", "SOFTENER-1L", floor_cents=4_000)
    assert desk.post(a_line(CARE, 1, unit_cents=4_800)).verdict == "approve"
    below = desk.post(a_line(CARE, 2, unit_cents=4_800), coupons=[a_coupon("C", 1)])
    assert below.holds == ["PRICE_BELOW_FLOOR"]
    assert fired_for(below, "audit.price-below-floor") == ["line:1"]


def test_c5_a_bundle_without_one_is_measured_by_the_floors_of_its_parts(desk):
    floors = 1_900 + 2 * 1_200 + 2 * 3_300
    assert desk.post(a_line(HOME, 1, unit_cents=floors)).verdict == "approve"
    below = desk.post(a_line(HOME, 1, unit_cents=floors), coupons=[a_coupon("C", 1)])
    assert below.holds == ["PRICE_BELOW_FLOOR"]
    assert {each.split(".")[0] for each in fired_for(below, "audit.price-below-floor")} == {"line:1"}
    assert "line:1" not in fired_for(below, "audit.price-below-floor")


def test_c4_a_coupon_for_a_component_is_none_for_the_bundle(desk):
    case = desk.post(CARE, coupons=[a_coupon("C", 100, skus=["SOFTENER-1L"])])
    assert case.holds == ["COUPON_MISMATCH"]
    assert desk.post(CARE, coupons=[a_coupon("C", 100, skus=[CARE])]).verdict == "approve"


def test_k1_what_is_counted_for_picking_is_what_is_in_the_bundle(desk):
    desk.list_items("promotion-days", "2026-11-11")
    assert "fulfilment.pick-by-order" in {each["rule"] for each in desk.post(CARE).decision["firings"]}
    assert "fulfilment.pick-in-batches" in {each["rule"] for each in desk.post(a_line(CARE, 2)).decision["firings"]}


def test_k2_what_is_said_of_a_bundle_reaches_those_who_pick_what_is_in_it(desk):
    case = desk.post(a_line(CARE, remark="蓝色款"), "SOCKS-5")
    assert case.verdict == "approve"
    (outbound,) = case.actions("outbound")
    assert {each["line_no"] for each in outbound["payload"]["instructions"]} == {"1", "2"}


def test_p7_couriers_collect_what_the_parts_in_their_parcel_are_worth(desk):
    desk.stock("LAUNDRY-2L", {"SH1": 9})
    desk.stock("SOFTENER-1L", {"BJ1": 9})
    case = desk.post(CARE, payment=COD)
    collected = {each["payload"]["warehouse"]: each["payload"]["cod_cents"] for each in case.actions("waybill")}
    assert collected == {"SH1": 3_750, "BJ1": 4_740}
    assert sum(collected.values()) == case.page["order"]["payable_cents"]


def test_i9_a_bundle_of_cold_goods_is_cold(desk):
    desk.create("skus", "BUNDLE-ICE", title="冷饮组合", category="fresh", weight_g=1, components=[
        {"sku": "YOGURT-12", "quantity": 1}])  # fmt: skip
    desk.change("warehouses", "BJ1", attributes=["cold"])
    desk.stock("YOGURT-12", {"BJ1": 9})
    me = {"buyer": {"id": "b-ice", "phone": "13700002222"}}
    door = {"receiver": {"phone": "13700002222", "address": "大望路甲18号院9号楼2单元501"}}
    first = desk.post(a_line("BUNDLE-ICE", unit_cents=5_990), **me, **door)
    assert first.holds == []
    assert first.verdict == "approve" and first.routes[0][0] == "BJ1"
    assert "MERGE_CANDIDATE" not in desk.post("SOCKS-5", **me, **door).flags
    assert "MERGE_CANDIDATE" in desk.post("YOGURT-12", **me, **door).flags


# what channels call our skus


def test_a2_a_channels_code_is_our_sku(desk):
    case = desk.post(a_line("645120987", 2, unit_cents=26_800), channel="taobao")
    assert (case.verdict, case.reserved) == ("approve", {("GZ1", "OOLONG-500"): 2})
    assert case.decision["aliases"] == [{"line_no": "1", "code": "645120987", "sku": "OOLONG-500"}]
    assert case.page["order"]["lines"][0]["sku"] == "645120987"
    elsewhere = desk.post(a_line("645120987", 2, unit_cents=26_800), channel="jd")
    assert elsewhere.holds == ["UNKNOWN_SKU"], "another channel means nothing by it"


def test_a2_a_channels_code_may_mean_a_bundle(desk):
    case = desk.post(a_line("687733210", 1, unit_cents=8_490), channel="taobao")
    assert case.verdict == "approve"
    assert [(bundle, sku) for _, bundle, sku, _ in parts(case)] == [(CARE, "LAUNDRY-2L"), (CARE, "SOFTENER-1L")]


def test_a2_an_unknown_sku_behind_a_channels_code_is_named_with_it(desk):
    desk.change("sku-aliases", "taobao", aliases={"645120987": "NO-LONGER"})
    case = desk.post(a_line("645120987"), channel="taobao")
    assert case.holds == ["UNKNOWN_SKU"]
    assert case.decision["aliases"] == [{"line_no": "1", "code": "645120987", "sku": "NO-LONGER"}]


def test_a1_units_ordered_under_either_code_count_together(desk):
    desk.change("skus", "OOLONG-500", limit_per_buyer_30d=3)
    me = {"buyer": {"id": "b-tea", "phone": "13700003333"}, "channel": "taobao"}
    tea, theirs = a_line("OOLONG-500", 2, unit_cents=26_800), a_line("645120987", 2, unit_cents=26_800)
    assert desk.post(theirs, placed_at="2026-11-01T10:00:00+08:00", **me).verdict == "approve"
    assert desk.post(tea, **me).holds == ["PURCHASE_LIMIT"]
    assert desk.post(theirs, **me).holds == ["PURCHASE_LIMIT"]


def test_c4_a_coupon_names_goods_by_the_channels_code_too(desk):
    desk.create("sku-aliases", "own-shop", aliases={"T-1": "MUG-WHITE"})
    for named in ("T-1", "MUG-WHITE"):
        case = desk.post(a_line("T-1", unit_cents=4_900), coupons=[a_coupon("C", 100, skus=[named])])
        assert case.verdict == "approve"


def test_a2_a_change_of_codes_or_contents_is_for_later_orders(desk):
    """The desk replays every decision after each test; these two would otherwise differ."""
    first = desk.post(a_line("687733210", unit_cents=8_490), channel="taobao")
    desk.change("sku-aliases", "taobao", aliases={"687733210": "SOCKS-5"})
    desk.change("skus", CARE, components=[{"sku": "MUG-WHITE", "quantity": 1}])
    second = desk.post(a_line("687733210", unit_cents=8_490), channel="taobao")
    assert [set(case.reserved) for case in (first, second)] == [
        {("BJ1", "LAUNDRY-2L"), ("BJ1", "SOFTENER-1L")}, {("BJ1", "SOCKS-5")},
    ]  # fmt: skip
    assert first.reserved.keys() == {("BJ1", "LAUNDRY-2L"), ("BJ1", "SOFTENER-1L")}


# keeping bundles


def refused(desk, code, **changes):
    with pytest.raises(OrderError) as caught:
        desk.change("skus", code, **changes)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_a_bundle_that_would_hold_itself_is_refused_when_it_is_saved(desk):
    in_a_circle = [{"sku": HOME, "quantity": 1}]
    assert refused(desk, CARE, components=in_a_circle) == [("components", "not-a-choice")]
    assert refused(desk, CARE, components=[{"sku": CARE, "quantity": 1}]) == [("components.0.sku", "not-a-choice")]
    twice = [{"sku": "SOCKS-5", "quantity": 1}, {"sku": "SOCKS-5", "quantity": 2}]
    assert refused(desk, CARE, components=twice) == [("components.1.sku", "duplicate-key")]


def test_nesting_too_deep_is_refused_from_above_and_from_below(desk):
    for at in range(4, 0, -1):
        inner = "SOCKS-5" if at == 4 else f"NEST-{at + 1}"
        desk.create("skus", f"NEST-{at}", title="n", category="c", weight_g=1, components=[
            {"sku": inner, "quantity": 1}])  # fmt: skip
    desk.create("skus", "NEST-0", title="n", category="c", weight_g=1, components=[{"sku": "NEST-1", "quantity": 1}])
    assert desk.post(a_line("NEST-0")).units == {"BJ1": {"1.1": 1}}
    with pytest.raises(OrderError):
        desk.create("skus", "NEST-TOP", title="n", category="c", weight_g=1, components=[
            {"sku": "NEST-0", "quantity": 1}])  # fmt: skip
    assert refused(desk, "NEST-4", components=[{"sku": CARE, "quantity": 1}]) == [("components", "not-a-choice")]


def test_a_bundle_is_not_stocked_and_a_stocked_sku_becomes_no_bundle(desk):
    count = {"adjustment_id": "b-1", "warehouse": "SH1", "sku": CARE, "on_hand": 3, "reason": "盘点"}
    with pytest.raises(Conflict, match="bundle"):
        desk.gatehouse.stock.adjust(count, OPS)
    assert refused(desk, "SOCKS-5", components=[{"sku": "MUG-WHITE", "quantity": 1}]) == [
        ("components", "not-a-choice")
    ]


def test_what_can_be_promised_of_a_bundle_is_what_its_parts_allow(desk):
    desk.stock("LAUNDRY-2L", {"SH1": 9, "BJ1": 2})
    desk.stock("SOFTENER-1L", {"SH1": 7, "GZ1": 50})
    assert desk.available(CARE) == {"SH1": 3}
    desk.post(a_line(CARE, 2))
    assert desk.available(CARE) == {"SH1": 1}


def test_what_a_bundle_or_a_channel_refers_to_is_not_deleted(desk):
    desk.create("skus", "NEW-1", title="n", category="c", weight_g=1)
    desk.create("skus", "NEW-2", title="n", category="c", weight_g=1, components=[{"sku": "NEW-1", "quantity": 1}])
    desk.create("sku-aliases", "phone", aliases={"N": "NEW-2"})
    delete = desk.gatehouse.reference.delete
    with pytest.raises(Conflict, match="skus NEW-2"):
        delete("skus", "NEW-1", ADMIN)
    with pytest.raises(Conflict, match="sku-aliases phone"):
        delete("skus", "NEW-2", ADMIN)
    delete("sku-aliases", "phone", ADMIN)
    delete("skus", "NEW-2", ADMIN)
    delete("skus", "NEW-1", ADMIN)
