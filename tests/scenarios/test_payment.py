"""P1 to P10: paid is not received."""

from __future__ import annotations

import pytest

from tests.scenarios.desk import APPROVER, OPS
from tests.scenarios.documents import AUTHORIZED, COD, FAILED, PROCESSING, SHANGHAI, UNPAID, a_coupon, a_line

MINUTES_LEFT = 50  # of the hour since placing, when the test's clock begins
UNSETTLED = {"settled_at": None}


def units(case):
    return sum(case.reserved.values())


# P1 unpaid, deposit paid


@pytest.mark.parametrize("payment", [UNPAID, {"status": "deposit_paid", "method": "alipay", "paid_cents": 1_000}])
def test_p1_unpaid_and_deposit_paid_wait_outside_the_pool_with_their_stock(desk, payment):
    case = desk.post(payment=payment)
    assert (case.status, case.holds, units(case)) == ("awaiting_payment", ["AWAITING_PAYMENT"], 2)
    hold = case.hold("AWAITING_PAYMENT")
    assert (hold["severity"], hold["queue"]) == ("info", "finance")
    assert case.actions("outbound") == []


def test_p1_a_channel_that_reserves_when_paid_keeps_nothing_before(desk):
    for payment in (UNPAID, {"status": "deposit_paid", "method": "alipay", "paid_cents": 1_000}):
        case = desk.post(payment=payment, channel="taobao")
        assert (case.status, case.reserved) == ("awaiting_payment", {})
    assert units(desk.post(channel="taobao")) == 2


def test_p1_stock_is_freed_after_sixty_minutes_and_the_order_stays(desk):
    desk.stock("LAUNDRY-2L", {"BJ1": 2})
    case = desk.post(payment=UNPAID)
    assert desk.sweep(minutes=MINUTES_LEFT - 1) == 0
    assert (units(case), desk.available("LAUNDRY-2L")) == (2, {})
    assert desk.sweep(minutes=1) == 1
    assert (case.status, case.holds, case.reserved) == ("awaiting_payment", ["AWAITING_PAYMENT"], {})
    assert desk.available("LAUNDRY-2L") == {"BJ1": 2}
    assert desk.sweep(minutes=60 * 24) == 0, "it is decided again once, not for ever"
    assert desk.post().verdict == "approve", "another buyer may have it"


def test_p1_only_where_the_channel_says_so_it_is_cancelled_then(desk):
    desk.change("channels", "phone", cancel_unpaid=True)
    stays, goes = desk.post(payment=UNPAID), desk.post(payment=UNPAID, channel="phone")
    desk.sweep(minutes=MINUTES_LEFT - 1)
    assert (stays.status, goes.status, units(goes)) == ("awaiting_payment", "awaiting_payment", 2)
    desk.sweep(minutes=1)
    assert (stays.status, goes.status, goes.holds, goes.reserved) == ("awaiting_payment", "cancelled", [], {})
    others = [desk.post(channel="phone"), desk.post(payment=FAILED, channel="phone")]
    desk.sweep(minutes=60)
    assert [case.status for case in others] == ["approved", "held"]


def test_p1_an_order_with_another_fault_is_an_exception_not_awaiting_payment(desk):
    case = desk.post(payment=UNPAID, receiver={"phone": "1"})
    assert (case.status, case.holds) == ("held", ["AWAITING_PAYMENT", "INVALID_PHONE"])


# P2 processing, P3 failed


@pytest.mark.parametrize(
    ("payment", "reason", "queue", "template"),
    [
        (PROCESSING, "AWAITING_PAYMENT", "finance", "payment-processing"),
        (FAILED, "PAYMENT_FAILED", "service", "payment-failed"),
    ],
    ids=["p2", "p3"],
)
def test_p2_p3_processing_and_failed_keep_stock_an_hour_and_tell_the_buyer(desk, payment, reason, queue, template):
    case = desk.post(payment=payment)
    hold = case.hold(reason)
    assert (case.status, hold["queue"], hold["severity"], units(case)) == ("held", queue, "yellow", 2)
    assert case.notices() == [("buyer", template)]
    assert desk.sweep(minutes=MINUTES_LEFT - 1) == 0
    assert desk.sweep(minutes=1) == 1
    assert (case.holds, case.reserved) == ([reason], {})
    assert case.notices() == [("buyer", template)], "the buyer is told once"


def test_p2_p3_keep_stock_on_marketplaces_too(desk):
    assert [units(desk.post(payment=payment, channel="taobao")) for payment in (PROCESSING, FAILED)] == [2, 2]


def test_p2_p3_an_order_without_anything_payable_waits_for_nobody(desk):
    for status in ("unpaid", "processing", "failed"):
        case = desk.post(a_line("GIFT-TOTE"), payment={"status": status, "method": "alipay"})
        assert case.verdict == "approve", status


# P4 paid is not received


def test_p4_paid_without_settlement_or_number_waits_and_with_both_passes(desk):
    for lacking in ({"settled_at": None}, {"transaction_no": None}, {"transaction_no": ""}):
        case = desk.post(payment=lacking)
        assert (case.status, case.holds, units(case)) == ("held", ["AWAITING_PAYMENT"], 2), lacking
        assert case.hold("AWAITING_PAYMENT")["severity"] == "yellow"
    assert desk.post().verdict == "approve"


def test_p4_a_channel_that_guarantees_payment_is_believed(desk):
    nothing = {"settled_at": None, "transaction_no": None}
    assert desk.post(payment=nothing, channel="taobao").verdict == "approve"
    assert desk.post(payment=nothing, channel="phone").holds == ["AWAITING_PAYMENT"]


def test_p4_cash_balance_gift_cards_and_nothing_payable_have_no_settlement(desk):
    for method in ("cash", "balance", "gift_card", "none"):
        payment = {"method": method, "transaction_no": None, **UNSETTLED}
        assert desk.post(payment=payment, channel="store").verdict == "approve", method
    assert desk.post(a_line("GIFT-TOTE"), payment=UNSETTLED).verdict == "approve"
    assert desk.post(payment={"method": "bank_transfer", **UNSETTLED}).holds == ["AWAITING_PAYMENT"]


# P5 what was paid differs


def paid(desk, lines, difference, **changes):
    """The holds of an order of so many lines whose paid amount differs by so much."""
    goods = [a_line("CABLE-USBC", unit_cents=2_990) for _ in range(lines)]
    return desk.post(*goods, payment={"paid_cents": lines * 2_990 + difference}, **changes).holds


def test_p5_a_difference_of_one_fen_a_line_passes_and_one_more_does_not(desk):
    for lines in (1, 3, 9):
        assert paid(desk, lines, lines) == paid(desk, lines, -lines) == []
        assert paid(desk, lines, lines + 1) == paid(desk, lines, -lines - 1) == ["PAYMENT_MISMATCH"]


def test_p5_more_than_ten_fen_in_all_never_pass(desk):
    assert paid(desk, 12, 10) == paid(desk, 12, -10) == []
    assert paid(desk, 12, 11) == paid(desk, 12, -11) == ["PAYMENT_MISMATCH"]


@pytest.mark.parametrize("off", [3, -3])
def test_p5_a_small_difference_is_booked_to_the_fen_and_shown(desk, off):
    goods = [a_line("CABLE-USBC", unit_cents=2_990) for _ in range(3)]
    case = desk.post(*goods, payment={"paid_cents": 3 * 2_990 + off})
    booked = {"kind": "total", "coupon": None, "discount_cents": -off, "rule": "engine.rounding", "state": "made"}
    assert (case.verdict, case.decision["corrections"]) == ("approve", [booked])
    assert case.decision["payable_cents"] == 3 * 2_990 + off == case.page["order"]["payment"]["paid_cents"]
    assert desk.differences() == {}


def test_p5_nothing_is_booked_where_nothing_differs_too_much_does_or_nobody_has_paid(desk):
    assert desk.post().decision["corrections"] == []
    held = desk.post(payment={"paid_cents": 7_000})
    assert (held.decision["corrections"], held.decision["payable_cents"]) == ([], 2 * 3_990)
    assert desk.post(payment=COD | {"paid_cents": 7_979}).decision["corrections"] == []
    assert desk.post(payment=UNPAID | {"paid_cents": 7_979}).decision["corrections"] == []


def test_p5_a_proposed_correction_of_coupons_and_a_booking_stand_side_by_side(desk):
    missed = {"code": "M", "discount_cents": 500, "applied": False, "min_spend_cents": 0}
    case = desk.post(coupons=[missed], payment={"paid_cents": 7_979})
    totals = {each["state"]: each["discount_cents"] for each in case.decision["corrections"] if each["kind"] == "total"}
    assert totals == {"proposed": 500, "made": 1}
    assert case.decision["payable_cents"] == 7_979


def test_p5_holds_on_marketplaces_too_and_keeps_stock(desk):
    case = desk.post(payment={"paid_cents": 7_000}, channel="taobao")
    hold = case.hold("PAYMENT_MISMATCH")
    assert (hold["queue"], hold["severity"], units(case)) == ("finance", "red", 2)


def test_p5_the_payable_as_posted_counts_not_what_we_would_have_asked(desk):
    missed = {"code": "M", "discount_cents": 500, "applied": False, "min_spend_cents": 0}
    assert desk.post(coupons=[missed]).holds == ["COUPON_MISMATCH"]


# P6 refunds


def test_p6_a_line_that_is_refunded_or_to_be_is_left_out_and_the_rest_goes(desk):
    for refund in ("requested", "refunded"):
        case = desk.post(a_line("LAUNDRY-2L"), a_line("VASE-30", refund_status=refund), payment={})
        assert (case.verdict, case.units) == ("approve", {"BJ1": {"1": 1}}), refund
        assert case.reserved == {("BJ1", "LAUNDRY-2L"): 1}
        assert case.instructions == [], "nobody checks the glass that stays"


def test_p6_what_is_left_out_is_not_judged_either(desk):
    left_out = [
        a_line("NO-SUCH", refund_status="requested"),
        a_line("BAIJIU-500", 3, unit_cents=10_000, refund_status="requested"),  # over its limit, under its floor
        a_line("PHONE-2027", unit_cents=1, refund_status="refunded"),  # presale
        a_line("MASK-20", remark="这件不要了", refund_status="requested"),
    ]
    case = desk.post(a_line("LAUNDRY-2L"), *left_out)
    assert (case.holds, case.units) == ([], {"BJ1": {"1": 1}})
    two_left = desk.post(a_line("BAIJIU-500", 2), a_line("BAIJIU-500", 1, refund_status="requested"))
    assert two_left.holds == [], "two of the limit of two are left"


def test_p6_a_refund_of_everything_holds_and_frees_the_stock(desk):
    case = desk.post(a_line("LAUNDRY-2L", refund_status="requested"), a_line("MASK-20", refund_status="refunded"))
    hold = case.hold("REFUND_REQUESTED")
    assert (case.status, hold["queue"], hold["severity"], case.reserved) == ("held", "service", "red", {})


def test_p6_a_refund_that_is_done_for_everything_cancels(desk):
    by_order = desk.post(payment={"status": "refunded", "method": "alipay"})
    by_lines = desk.post(a_line("LAUNDRY-2L", refund_status="refunded"), receiver={"phone": "1", "name": "先生"})
    for case in (by_order, by_lines):
        assert (case.status, case.reserved, case.shipments, case.actions()) == ("cancelled", {}, [], [])
        assert case.holds == [], "nobody has to look at it"


# P7 cash on delivery


def test_p7_cash_on_delivery_passes_and_the_courier_collects(desk):
    for status in ("unpaid", "processing", "failed", "paid"):
        case = desk.post(payment={"status": status, "method": "cod"}, shipping_cents=600)
        assert (case.holds, case.status) == ([], "approved"), status
        assert [each["payload"]["cod_cents"] for each in case.actions("waybill")] == [2 * 3_990 + 600]


def test_p7_only_services_that_collect_are_used(desk):
    assert desk.post().routes == [("BJ1", "ZTO-STD")]
    case = desk.post(payment=COD)
    assert case.routes == [("BJ1", "JD-STD")]
    assert "ATTRIBUTE_MISMATCH" in case.exclusions("service")["BJ1/ZTO-STD"]


def test_p7_couriers_of_two_shipments_collect_the_whole_together(desk):
    case = desk.post(a_line("TEASET-CELADON"), a_line("OOLONG-500", unit_cents=17_801), payment=COD)
    collected = [each["payload"]["cod_cents"] for each in case.actions("waybill")]
    assert (len(collected), sum(collected)) == (2, 36_800 + 17_801)


def test_p7_the_high_value_thresholds_are_halved(desk):
    def holds(cents, **changes):
        return desk.post(a_line("EARBUDS-PRO", unit_cents=cents), payment=COD, **changes).holds

    assert (holds(249_999), holds(250_000)) == ([], ["HIGH_VALUE"])


# P8 authorised


def test_p8_authorised_money_is_captured_before_anything_leaves(desk):
    case = desk.post(payment=AUTHORIZED)
    assert (case.status, units(case)) == ("approved", 2)
    (capture,) = case.actions("capture")
    (outbound,) = case.actions("outbound")
    (waybill,) = case.actions("waybill")
    assert (capture["payload"]["cents"], capture["payload"]["transaction_no"]) == (2 * 3_990, "A-1")
    assert outbound["after"] == [capture["id"]] and waybill["after"] == [outbound["id"]]
    desk.carry_out(case)
    assert case.page["vendors"]["captures"][0]["cents"] == 2 * 3_990


def test_p8_what_is_held_is_not_captured(desk):
    assert desk.post(payment=AUTHORIZED, receiver={"phone": "1"}).actions("capture") == []
    assert desk.post().actions("capture") == []


# P10 amounts and currencies


def test_p10_parts_that_do_not_make_the_payable_hold_from_one_cent(desk):
    exact = desk.post(a_line("LAUNDRY-2L", discount_cents=90), shipping_cents=600, tax_cents=10, adjustment_cents=-10)
    assert exact.verdict == "approve"
    for off in (1, -1):
        payable = 2 * 3_990 + off
        case = desk.post(payable_cents=payable)
        assert (case.holds, case.hold("AMOUNTS_INCONSISTENT")["queue"]) == (["AMOUNTS_INCONSISTENT"], "finance")
        assert units(case) == 2


def test_p10_a_currency_without_a_rate_holds_until_there_is_one(desk):
    assert desk.post(currency="USD", channel="shopify").verdict == "approve"
    case = desk.post(currency="KES", channel="shopify")
    assert (case.holds, case.hold("CURRENCY_UNSUPPORTED")["queue"]) == (["CURRENCY_UNSUPPORTED"], "rules")
    desk.list_items("currency-rates", "KES=0.055")
    assert desk.post(currency="KES", channel="shopify").verdict == "approve"


def test_p10_thresholds_are_compared_in_the_base_currency(desk):
    def holds(cents):
        line = a_line("EARBUDS-PRO", unit_cents=cents)
        return desk.post(line, currency="USD", channel="shopify", receiver=SHANGHAI).holds

    assert (holds(70_422), holds(70_423)) == ([], ["HIGH_VALUE"])  # 4,999.96 and 5,000.03 yuan at 7.10


def collected(case):
    """By each courier that is still asked for it."""
    return [each["payload"]["cod_cents"] for each in case.actions("waybill") if each["status"] != "skipped"]


@pytest.mark.parametrize("stated", [True, False])
def test_p7_nothing_is_collected_for_a_line_that_is_left_out(desk, stated):
    payment = COD if stated else {**COD, "cod_cents": 0}
    case = desk.post("SOCKS-5", a_line("LAUNDRY-POD", refund_status="requested"), payment=payment)
    assert (case.verdict, collected(case)) == ("approve", [3_990])


def test_p7_a_line_that_is_left_out_takes_its_share_of_the_coupons_along(desk):
    coupon = a_coupon("C-1000", 1_000, stackable=True)
    case = desk.post(
        a_line("SOCKS-5", unit_cents=5_000), a_line("LAUNDRY-POD", unit_cents=5_000, refund_status="requested"),
        payment=COD, coupons=[coupon], shipping_cents=600,
    )  # fmt: skip
    assert collected(case) == [5_000 - 500 + 600]


def test_p7_a_refund_that_a_person_refused_is_collected_after_all(desk):
    case = desk.post("SOCKS-5", payment=COD)
    desk.report(case, "refund_requested")
    desk.release(case, "REFUND_REQUESTED", by=APPROVER)
    assert (case.verdict, collected(case)) == ("approve", [3_990])


def test_p7_what_is_collected_follows_what_the_order_comes_to(desk):
    case = desk.post(a_line("SOCKS-5", 3), payment=COD)
    desk.gatehouse.manual.adjust(case.order_no, {"line_no": "1", "quantity": 2, "reason": "少一双"}, OPS)
    assert (case.page["order"]["payable_cents"], collected(case)) == (7_980, [7_980])
    lines = [{"line_no": "1", "sku": "SOCKS-5", "quantity": 4, "unit_cents": 3_990}]
    desk.clock.advance(minutes=1)
    desk.report(case, "lines_changed", lines=lines, payable_cents=15_960)
    assert collected(case) == [15_960]
    assert desk.differences() == {}
