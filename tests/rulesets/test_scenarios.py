"""Whole orders through the shipped rules in the demo's world: what an order desk would expect of each."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace

import pytest

from engine.demo import reference
from engine.demo.channels import CHANNELS
from engine.intake.schema import load_order
from engine.stages import run_stages
from engine.world import History

NOW = dt.datetime(2026, 11, 18, 2, 30, tzinfo=dt.UTC)  # a Wednesday, 10:30 in Shanghai; no promotion
CHANNEL = {channel.code: channel for channel in CHANNELS}
ORDER = {
    "channel_order_no": "1", "placed_at": "2026-11-18T10:20:00+08:00", "currency": "CNY",
    "buyer": {"id": "b-1", "name": "张伟", "phone": "13800138000", "registered_at": "2025-03-01T00:00:00+08:00"},
    "receiver": {"name": "张伟", "phone": "13800138000", "province": "北京市", "city": "北京市", "district": "朝阳区",
                 "address": "大望路甲18号院3号楼2单元501"},
    "lines": [{"line_no": "1", "sku": "LAUNDRY-2L", "quantity": 1, "unit_cents": 3990}],
    "payment": {"status": "paid", "method": "alipay", "transaction_no": "T1",
                "settled_at": "2026-11-18T10:20:09+08:00"},
    "delivery": {"method": "ship"},
}  # fmt: skip
COD = {"payment": {"status": "unpaid", "method": "cod"}}
UNPAID = {"payment": {"status": "unpaid", "method": "none"}}


def changed(changes, channel):
    """The order with changes merged in; payable and paid follow from lines and coupons unless they are given."""
    document = merged(copy.deepcopy(ORDER), changes)
    goods = sum(line["quantity"] * line["unit_cents"] for line in document["lines"])
    coupons = sum(each["discount_cents"] for each in document.get("coupons", ()) if each.get("applied", True))
    document.setdefault("payable_cents", goods - coupons)
    if document["payment"]["status"] == "paid":
        document["payment"].setdefault("paid_cents", document["payable_cents"])
    return load_order(document, CHANNEL[channel])


def merged(document, changes):
    for name, value in changes.items():
        inner = document.get(name)
        if name == "payment" and value.get("status") == "unpaid":
            inner = None
        document[name] = merged(inner, value) if isinstance(value, dict) and isinstance(inner, dict) else value
    return document


@pytest.fixture
def decide(shipped, judge):
    """decide(changes, channel="taobao", history=…) -> Decision"""
    book, documents = shipped

    def run(changes=(), channel="taobao", history=None):
        order = changed(dict(changes), channel)
        world = reference.world(order, NOW.date(), documents)
        world = replace(world, history=history) if history else world
        done = run_stages(order, world, book, NOW, judge)
        assert done.error is None
        return done.decision

    return run


def line(sku, quantity=1, unit_cents=3990, **more):
    return {"line_no": more.pop("line_no", "1"), "sku": sku, "quantity": quantity, "unit_cents": unit_cents, **more}


def coupon(code, cents, **more):
    window = {"valid_from": "2026-11-11T00:00:00+08:00", "valid_until": "2026-11-30T00:00:00+08:00"}
    return {"code": code, "discount_cents": cents, "min_spend_cents": 0, **window, **more}


def reasons(decision):
    return sorted(hold.reason for hold in decision.holds)


def codes(decision):
    return sorted(flag.code for flag in decision.flags)


def minutes(decision):
    return (decision.release_at - NOW).total_seconds() / 60


def test_an_ordinary_order_is_approved_without_a_word(decide):
    decision = decide()
    assert decision.verdict == "approve"
    assert (reasons(decision), codes(decision), decision.instructions) == ([], [], ())
    told, *leaving = decision.actions
    assert told.payload["to"] == "order_desk_digest", "with all the others, at the next half hour"
    assert [each.type for each in leaving] == ["outbound", "waybill", "notify"]
    assert decision.pick_mode == "by_order"


@pytest.mark.parametrize(
    ("receiver", "held"),
    [
        ({"province": ""}, True),
        ({"province": "大西州"}, True),
        ({"city": None, "province": "浙江省", "district": None}, True),
        ({"province": "浙江省", "city": "杭州市", "district": None}, True),
        ({"province": "广东省", "city": "东莞市", "district": None}, False),
        ({"province": "江苏省", "city": "昆山市", "district": None, "address": "前进中路100号2幢301"}, False),
        ({"province": "浙江省", "city": "金华市", "district": "义乌市", "address": "稠州北路1号3幢"}, False),
        ({"province": "北京市", "city": "北京城区"}, False),
        ({"address": "大望路1"}, True),
        ({"address": "浙江省杭州市西湖区文三路90号5幢302室"}, True),
        ({"country": "NO", "province": "Oslo", "city": None}, True),
    ],
)
def test_an_address_that_cannot_be_delivered_to_is_held(decide, receiver, held):
    assert ("INCORRECT_ADDRESS" in reasons(decide({"receiver": receiver}))) is held


def test_pickup_and_nothing_to_deliver_need_no_address(decide):
    pickup = {"method": "pickup", "pickup_store": "ST-BJ"}
    assert reasons(decide({"receiver": None, "delivery": pickup}, "store")) == []
    virtual = [line("GIFTCARD-100", unit_cents=10_000, kind="virtual")]
    assert reasons(decide({"receiver": None, "delivery": {"method": "none"}, "lines": virtual})) == []


def test_an_unknown_district_and_a_missing_room_are_flags_and_the_call_has_half_an_hour(decide):
    assert codes(decide({"receiver": {"district": "朝晖区"}})) == ["DISTRICT_UNKNOWN"]
    decision = decide({"receiver": {"address": "大望路甲18号", "name": "张女士"}})
    assert decision.verdict == "approve"
    assert codes(decision) == ["ADDRESS_UNIT_MISSING", "NAME_VAGUE"]
    assert [each.type for each in decision.actions].count("task") == 2
    assert minutes(decision) == 30


def test_masked_values_are_not_judged(decide):
    masked = {"masked": True, "token": "t", "name": "张**", "phone": "138****8000", "address": "***"}
    assert reasons(decide({"receiver": masked})) == []
    assert reasons(decide({"receiver": {"phone": "1380013800"}})) == ["INVALID_PHONE"]


def test_an_order_leaves_after_its_channels_delay_and_at_once_when_urgent(decide):
    assert minutes(decide()) == 10
    assert minutes(decide(channel="own-shop")) == 0
    urgent = decide({"remark": "加急"})
    assert (urgent.priority, minutes(urgent)) == ("urgent", 0)
    notices = [each.payload["template"] for each in urgent.actions if each.type == "notify"]
    assert notices == ["order-urgent", "order-released"]


def test_dates_ahead_hold_until_they_come(decide):
    later = decide({"delivery": {"ship_not_before": "2026-11-20"}})
    presale = decide({"lines": [line("PHONE-2027", unit_cents=499_900, kind="presale")]})
    assert [(hold.reason, hold.until.isoformat()) for hold in later.holds] == [
        ("SHIP_DATE_NOT_DUE", "2026-11-20T00:00:00+08:00")
    ]
    assert [(hold.reason, hold.until.date()) for hold in presale.holds] == [("PRESALE_NOT_DUE", dt.date(2026, 12, 8))]


def test_wishes_become_requirements_and_instructions(decide):
    blue = [line("LAUNDRY-2L", remark="蓝色")]
    decision = decide({"remark": '刻"生日快乐", 放前台', "seller_memo": "发顺丰", "lines": blue})
    assert decision.verdict == "approve"
    assert [each.carrier for each in decision.shipments] == ["SF"]
    assert [(each.text, each.line_no) for each in decision.instructions] == [
        ("蓝色", "1"), ('刻"生日快乐", 放前台', None), ("放前台 / Leave at the front desk", None),
    ]  # fmt: skip


def test_stop_words_hold_for_a_person(decide):
    assert reasons(decide({"remark": "先别发"})) == ["REMARK_NEEDS_REVIEW"]
    assert reasons(decide({"lines": [line("LAUNDRY-2L", remark="这件不要了")]})) == ["REMARK_NEEDS_REVIEW"]


@pytest.mark.parametrize(
    ("changes", "channel", "expected"),
    [
        (UNPAID, "own-shop", ["AWAITING_PAYMENT"]),
        ({"payment": {"status": "processing"}}, "own-shop", ["AWAITING_PAYMENT"]),
        ({"payment": {"status": "failed"}}, "own-shop", ["PAYMENT_FAILED"]),
        ({"payment": {"settled_at": None}}, "own-shop", ["AWAITING_PAYMENT"]),
        ({"payment": {"transaction_no": None}}, "own-shop", ["AWAITING_PAYMENT"]),
        ({"payment": {"settled_at": None}}, "taobao", []),
        ({"payment": {"settled_at": None, "method": "cash"}}, "store", []),
        ({"payment": {"paid_cents": 3989}}, "own-shop", []),
        ({"payment": {"paid_cents": 3988}}, "own-shop", ["PAYMENT_MISMATCH"]),
        (COD, "phone", []),
        ({"payment": {"status": "authorized", "method": "card"}}, "own-shop", []),
        ({"payment": {"status": "refunded"}}, "own-shop", []),
        ({"lines": [line("LAUNDRY-2L", refund_status="requested")]}, "taobao", ["REFUND_REQUESTED"]),
        ({"payable_cents": 4000, "payment": {"paid_cents": 4000}}, "taobao", ["AMOUNTS_INCONSISTENT"]),
        ({"currency": "KES"}, "shopify", ["CURRENCY_UNSUPPORTED"]),
        ({"currency": "USD"}, "shopify", []),
    ],
)
def test_money_must_be_there(decide, changes, channel, expected):
    assert reasons(decide(changes, channel)) == expected


def test_a_line_that_is_refunded_is_left_out_and_the_rest_goes(decide):
    lines = [line("LAUNDRY-2L"), line("CABLE-USBC", unit_cents=2990, line_no="2", refund_status="requested")]
    decision = decide({"lines": lines})
    assert decision.verdict == "approve"
    assert [each.line_no for shipment in decision.shipments for each in shipment.lines] == ["1"]


@pytest.mark.parametrize(
    ("coupons", "payable", "corrections"),
    [
        ([coupon("A", 500, group="g1"), coupon("B", 300, group="g2", applied=False)], 3190, [("applied", "B")]),
        ([coupon("A", 500, group="g1"), coupon("B", 300, group="g1")], 3490, [("dropped", "B")]),
        ([coupon("A", 500), coupon("B", 300, stackable=False)], 3490, [("dropped", "B")]),
        ([coupon("A", 500, min_spend_cents=5_000)], 3990, [("dropped", "A")]),
        ([coupon("A", 500, valid_until="2026-11-18T10:20:00+08:00")], 3990, [("dropped", "A")]),
        ([coupon("A", 500, skus=["SOCKS-5"])], 3990, [("dropped", "A")]),
        (
            [coupon(code, cents, applied=False, group="g") for code, cents in (("A", 500), ("B", 300))],
            3490,
            [("applied", "A")],
        ),
        ([coupon("A", 500), coupon("B", 300, applied=False, valid_until="2026-11-18T10:20:00+08:00")], 3490, []),
    ],
)
def test_coupons_are_put_right_before_payment_proposed_after_it_and_flagged_on_marketplaces(
    decide, coupons, payable, corrections
):
    unpaid = decide({"coupons": coupons, **UNPAID}, "own-shop")
    assert unpaid.payable_cents == payable
    assert [(each.kind, each.coupon) for each in unpaid.corrections if each.coupon] == corrections
    paid = decide({"coupons": coupons}, "own-shop")
    assert paid.payable_cents == 3990 - sum(each["discount_cents"] for each in coupons if each.get("applied", True))
    assert reasons(paid) == (["COUPON_MISMATCH"] if corrections else [])
    assert {each.state for each in paid.corrections} == ({"proposed"} if corrections else set())
    there = decide({"coupons": coupons})
    assert (there.verdict, there.corrections) == ("approve", ())
    assert set(codes(there)) == ({"COUPON_MISMATCH"} if corrections else set())


def test_a_coupon_that_says_nothing_of_itself_is_flagged(decide):
    bare = {"coupons": [{"code": "A", "discount_cents": 500}]}
    assert codes(decide(bare, "own-shop")) == ["COUPON_UNVERIFIABLE"]
    assert codes(decide(bare)) == []


def test_a_price_below_the_floor_holds_unless_it_is_a_gift_or_the_marketplaces(decide):
    assert reasons(decide({"lines": [line("LAUNDRY-2L", unit_cents=1899)]}, "own-shop")) == ["PRICE_BELOW_FLOOR"]
    assert reasons(decide({"lines": [line("LAUNDRY-2L", unit_cents=1900)]}, "own-shop")) == []
    gift = [line("LAUNDRY-2L"), line("CABLE-USBC", unit_cents=0, line_no="2", kind="gift")]
    assert reasons(decide({"lines": gift}, "own-shop")) == []
    assert codes(decide({"lines": [line("LAUNDRY-2L", unit_cents=1899)]})) == ["COUPON_MISMATCH"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"buyer": {"id": "b-666"}}, ["BLACKLISTED"]),
        ({"receiver": {"phone": "17000000000"}}, ["BLACKLISTED"]),
        ({"receiver": {"fingerprint": "fp-666"}}, ["BLACKLISTED"]),
        ({"receiver": {"address": "黑石路1号2室西单元"}}, ["BLACKLISTED"]),
        ({"lines": [line("EARBUDS-PRO", unit_cents=500_000)]}, ["HIGH_VALUE"]),
        ({"lines": [line("EARBUDS-PRO", unit_cents=499_999)]}, []),
        ({"lines": [line("EARBUDS-PRO", unit_cents=500_000)], "buyer": {"id": "b-0001"}}, []),
        ({"lines": [line("EARBUDS-PRO", unit_cents=500_000)], "buyer": {"id": "corp-1001"}}, []),
        ({"lines": [line("EARBUDS-PRO", unit_cents=250_000)], **COD}, ["HIGH_VALUE"]),
        ({"lines": [line("EARBUDS-PRO", unit_cents=249_999)], **COD}, []),
    ],
)
def test_whom_risk_looks_at(decide, changes, expected):
    assert reasons(decide(changes)) == expected


def test_a_high_risk_region_is_called_and_held_from_a_thousand(decide):
    there = {"province": "西藏自治区", "city": "拉萨市", "district": "城关区", "address": "北京中路20号3幢402"}
    small = decide({"receiver": there, "lines": [line("EARBUDS-PRO", unit_cents=99_999)]})
    large = decide({"receiver": there, "lines": [line("EARBUDS-PRO", unit_cents=100_000)]})
    assert (reasons(small), reasons(large)) == ([], ["HIGH_RISK_REGION"])
    assert "task" in [each.type for each in small.actions]


def test_signs_of_fraud_add_up(decide):
    history = History(phone_orders_1h=3, distinct_receivers_24h=3, refund_rate_percent=41)
    young = {"buyer": {"registered_at": "2026-11-12T10:20:00+08:00"}}
    assert decide(history=History(phone_orders_1h=3, distinct_receivers_24h=3)).risk_score == 50
    some, many = decide(history=history), decide(young, history=history)
    assert (some.risk_score, many.risk_score) == (75, 95)
    assert reasons(some) == reasons(many) == ["HIGH_RISK_OF_FRAUD"]
    assert many.holds[0].due_at < some.holds[0].due_at
    shared = {"receiver": {"address": "学院路5号学生宿舍3栋402"}}
    assert decide(shared, history=History(address_orders_1h=9)).risk_score == 0


def test_what_is_unknown_limited_or_not_sold_here_is_held(decide):
    assert reasons(decide({"lines": [line("NO-SUCH")]})) == ["UNKNOWN_SKU"]
    assert reasons(decide({"lines": [line("OOLONG-500", unit_cents=26_800)]}, "shopify")) == ["NOT_FOR_SALE_HERE"]
    trusted = {"buyer": {"id": "b-0001"}}
    assert reasons(decide({"lines": [line("FORMULA-900", 13, 28_800)], **trusted})) == ["PURCHASE_LIMIT"]
    assert reasons(decide({"lines": [line("FORMULA-900", 12, 28_800)], **trusted})) == []


def test_what_stock_cannot_fill(decide):
    soon = decide({"lines": [line("ICECREAM-8", 9, 6_990)]})
    assert [(hold.reason, str(hold.until)) for hold in soon.holds] == [
        ("INVENTORY_OUT_OF_STOCK", "2026-11-20 00:00:00+08:00")
    ]
    part = decide({"lines": [line("AIRFRYER-5L", 4, 39_900)]})
    assert (part.verdict, [each.quantity for each in part.backorders]) == ("approve", [1])
    together = decide({"lines": [line("AIRFRYER-5L", 4, 39_900)], "remark": "一起发"})
    gone = decide({"lines": [line("PHONE-X", 1, 499_900)]})
    assert reasons(together) == reasons(gone) == ["INVENTORY_OUT_OF_STOCK"]
    split = [line("TEASET-CELADON", 1, 36_800), line("OOLONG-500", 1, 26_800, line_no="2")]
    assert reasons(decide({"lines": split, "remark": "不可拆分"})) == ["CANNOT_SHIP_TOGETHER"]
    assert len(decide({"lines": split}).shipments) == 2


def test_no_house_that_may_store_the_goods_is_no_shortage(decide):
    pickup = {"receiver": None, "delivery": {"method": "pickup", "pickup_store": "NO-SUCH"}}
    assert reasons(decide(pickup, "store")) == ["NO_WAREHOUSE"]


def test_where_nobody_delivers_or_not_in_time(decide):
    island = {"province": "海南省", "city": "三沙市", "district": "西沙区", "address": "永兴岛北京路1号2室"}
    assert "OUT_OF_COVERAGE" in reasons(decide({"receiver": island}))
    far = {"province": "新疆维吾尔自治区", "city": "喀什地区", "district": "喀什市", "address": "人民西路1号3幢2室"}
    assert reasons(decide({"receiver": far, "delivery": {"service_level": "same_day"}})) == ["OUT_OF_COVERAGE"]
    assert reasons(decide({"receiver": far})) == []


def test_the_cheapest_service_that_keeps_the_promise_goes(decide):
    assert [each.service for each in decide().shipments] == ["ZTO-STD"]
    assert [each.service for each in decide({"delivery": {"service_level": "next_day"}}).shipments] == ["JD-STD"]


def test_packers_are_told_what_to_check(decide):
    glass = decide({"lines": [line("GLASS-BOX-3", unit_cents=7_990), line("SOCKS-5", line_no="2")]})
    assert glass.labels == ("易碎 FRAGILE",)
    told = {each.rule: each.line_no for each in glass.instructions}
    assert told == {"fulfilment.check-glass": "1", "fulfilment.fragile": "1", "fulfilment.check-clothing": "2"}
