"""C1 and C2 once it is paid: one press gives the difference back, lets it go at what was paid, or asks the buyer."""

from __future__ import annotations

import pytest

from engine.errors import Forbidden, OrderError
from engine.service.principals import Principal
from tests.conftest import open_gatehouse
from tests.scenarios.desk import OPS
from tests.scenarios.documents import AUTHORIZED, COD, a_coupon, a_line

JACKET = a_line("JACKET-M", unit_cents=39_900)
USED = a_coupon("A", 1_000, kind="amount", group="store")
MISSED = a_coupon("B", 500, kind="amount", group="item", stackable=True, applied=False)
SECOND = a_coupon("C", 700, kind="amount", group="store")


def choices(desk, case):
    return {each.id: each.cents for each in desk.gatehouse.manual.readings(case.order_no)}


def choose(desk, case, choice, by=OPS, dry_run=False):
    return desk.gatehouse.manual.clarify(case.order_no, {"reading": choice}, by, dry_run)


def refunds(case):
    return [each["payload"]["cents"] for each in case.actions("refund")]


def test_c1_a_missed_coupon_is_confirmed_and_the_difference_goes_back(desk):
    case = desk.post(JACKET, coupons=[USED, MISSED])
    assert (case.holds, choices(desk, case)) == (["COUPON_MISMATCH"], {"coupon:refund": 500, "coupon:as_paid": 500})
    choose(desk, case, "coupon:refund")
    order = case.page["order"]
    assert (case.verdict, case.status, refunds(case)) == ("approve", "approved", [500])
    assert [(each["code"], each["applied"], each["discount_cents"]) for each in order["coupons"]] == [
        ("A", True, 1_000), ("B", True, 500),
    ]  # fmt: skip
    assert (order["payable_cents"], order["adjustment_cents"]) == (38_900, 500), "what was paid stays paid"
    desk.carry_out(case)
    assert [each["cents"] for each in case.page["vendors"]["refunds"]] == [500]
    assert desk.differences() == {}


def test_c1_a_second_press_gives_nothing_back_again(desk):
    case = desk.post(JACKET, coupons=[MISSED], receiver={"phone": "1"})
    choose(desk, case, "coupon:refund")
    assert (case.holds, choices(desk, case)) == (["INVALID_PHONE"], {})
    with pytest.raises(OrderError):
        choose(desk, case, "coupon:refund")
    assert refunds(case) == [500]


def test_c1_trying_it_out_gives_nothing_back(desk):
    case = desk.post(JACKET, coupons=[MISSED])
    assert choose(desk, case, "coupon:refund", dry_run=True)["decision"]["verdict"] == "approve"
    assert (case.holds, refunds(case)) == (["COUPON_MISMATCH"], [])


def test_c1_only_ops_gives_money_back(desk):
    case = desk.post(JACKET, coupons=[MISSED])
    with pytest.raises(Forbidden):
        choose(desk, case, "coupon:refund", Principal("person", "vera", frozenset({"viewer"})))


def test_c1_without_a_number_of_the_payment_finance_gives_it_back(desk):
    case = desk.post(JACKET, coupons=[MISSED], payment={"status": "paid", "method": "cash"})
    choose(desk, case, "coupon:refund")
    (task,) = case.actions("task")
    assert (refunds(case), task["payload"]["queue"]) == ([], "finance")
    assert "5.00 CNY" in task["payload"]["title"]["zh"]


def test_c1_what_is_collected_or_captured_is_lowered_instead(desk):
    for payment, action in ((COD, "waybill"), (AUTHORIZED, "capture")):
        case = desk.post(JACKET, coupons=[MISSED], payment=payment)
        choose(desk, case, "coupon:refund")
        (payload,) = (each["payload"] for each in case.actions(action))
        assert (case.verdict, case.decision["payable_cents"], refunds(case)) == ("approve", 39_400, [])
        assert payload["cod_cents" if action == "waybill" else "cents"] == 39_400


def test_c1_let_go_at_what_was_paid_nothing_changes(desk):
    case = desk.post(JACKET, coupons=[USED, MISSED])
    choose(desk, case, "coupon:as_paid")
    assert (case.verdict, case.decision["payable_cents"], refunds(case)) == ("approve", 38_900, [])
    assert [each["applied"] for each in case.page["order"]["coupons"]] == [True, False]
    assert desk.differences() == {}


def test_c2_a_paid_order_never_becomes_dearer(desk):
    case = desk.post(JACKET, coupons=[USED, SECOND])
    assert choices(desk, case) == {"coupon:as_paid": 700, "coupon:ask": 700}
    with pytest.raises(OrderError):
        choose(desk, case, "coupon:refund")
    choose(desk, case, "coupon:as_paid")
    assert (case.verdict, case.decision["payable_cents"]) == ("approve", 38_200)


def test_c2_the_buyer_is_asked_and_it_waits(desk):
    case = desk.post(JACKET, coupons=[USED, SECOND])
    for _ in range(2):
        choose(desk, case, "coupon:ask")
    desk.carry_out(case)
    (task,) = case.page["tasks"]
    assert (case.holds, task["queue"], task["status"]) == (["COUPON_MISMATCH"], "service", "open")
    assert "7.00 CNY" in task["title"]["zh"]


def test_a_flag_of_a_marketplaces_coupon_asks_nobody(desk):
    case = desk.post(JACKET, coupons=[USED, SECOND], channel="taobao")
    assert (case.flags, choices(desk, case)) == (["COUPON_MISMATCH"], {})


def test_c1_differences_below_the_setting_go_back_without_anybody_asking(desk, home):
    small, large, wrong = (desk.post(JACKET, coupons=each) for each in (
        [MISSED], [{**MISSED, "discount_cents": 501}], [USED, SECOND],
    ))  # fmt: skip
    assert desk.gatehouse.coupon_refunds.automatic() == 0
    switched_on = open_gatehouse(home, desk.clock, AUTO_COUPON_REFUND_BELOW_CENTS="501")
    assert [switched_on.coupon_refunds.automatic() for _ in range(2)] == [1, 0]
    switched_on.close()
    assert (small.verdict, refunds(small)) == ("approve", [500])
    assert (large.holds, wrong.holds) == (["COUPON_MISMATCH"], ["COUPON_MISMATCH"])
