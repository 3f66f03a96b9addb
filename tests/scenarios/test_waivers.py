"""Releases: who may lift which hold, what a released order does next, and how long a release counts."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, Forbidden, NotFound, OrderError
from engine.service.principals import Principal
from tests.scenarios.desk import ADMIN, APPROVER, OPS
from tests.scenarios.documents import FAILED, LHASA, PLACED, PROCESSING, UNPAID, a_coupon, a_line

VIEWER = Principal("person", "zhou", frozenset({"viewer"}))
EDITOR = Principal("person", "qian", frozenset({"editor"}))
MASK = "MASK-20"
SPLIT = (a_line("TEASET-CELADON"), a_line("OOLONG-500"))


def of(cents, **more):
    return a_line("EARBUDS-PRO", unit_cents=cents, **more)


def expired(desk):
    return desk.post(coupons=[a_coupon("A", 500, valid_until=PLACED)])


def fraud(desk):
    desk.change("lists", "promotion-days", items=[])
    desk.publish("audit", lambda document: _threshold(document, "audit.risk-score-high", [20, 89]))
    return desk.post(buyer={"registered_at": "2026-11-10T10:20:00+08:00"})


def _threshold(document, rule_id, value):
    (rule,) = (each for each in document["rules"] if each["id"] == rule_id)
    rule["when"]["value"] = value
    del rule["examples"]


LIFTED_BY = {
    "AWAITING_PAYMENT": (APPROVER, lambda desk: desk.post(payment=UNPAID)),
    "PAYMENT_FAILED": (APPROVER, lambda desk: desk.post(payment=FAILED)),
    "PAYMENT_MISMATCH": (APPROVER, lambda desk: desk.post(payment={"paid_cents": 1})),
    "AMOUNTS_INCONSISTENT": (APPROVER, lambda desk: desk.post(payable_cents=7_000)),
    "REFUND_REQUESTED": (APPROVER, lambda desk: desk.post(a_line("LAUNDRY-2L", refund_status="requested"))),
    "BLACKLISTED": (APPROVER, lambda desk: desk.post(receiver={"phone": "17000000000"})),
    "PRICE_BELOW_FLOOR": (APPROVER, lambda desk: desk.post(a_line("LAUNDRY-2L", unit_cents=1))),
    "HIGH_RISK_OF_FRAUD": (OPS, fraud),
    "HIGH_VALUE": (OPS, lambda desk: desk.post(of(500_000))),
    "HIGH_RISK_REGION": (OPS, lambda desk: desk.post(of(100_000), receiver=LHASA)),
    "INCORRECT_ADDRESS": (OPS, lambda desk: desk.post(receiver={"address": "王府井9"})),
    "INVALID_PHONE": (OPS, lambda desk: desk.post(receiver={"phone": "1"})),
    "REMARK_NEEDS_REVIEW": (OPS, lambda desk: desk.post(remark="先别发")),
    "COUPON_MISMATCH": (OPS, expired),
    "PURCHASE_LIMIT": (OPS, lambda desk: desk.post(a_line("BAIJIU-500", 3))),
    "NOT_FOR_SALE_HERE": (OPS, lambda desk: desk.post("OOLONG-500", channel="shopify")),
    "CANNOT_SHIP_TOGETHER": (OPS, lambda desk: desk.post(*SPLIT, remark="不可拆分")),
    "INVENTORY_OUT_OF_STOCK": (OPS, lambda desk: desk.post(a_line("ICECREAM-8", 9))),
    "CURRENCY_UNSUPPORTED": (OPS, lambda desk: desk.post(currency="KES", channel="shopify")),
    "NO_RULE_MATCHED": (OPS, lambda desk: _unjudged(desk)),
}


def _unjudged(desk):
    desk.publish("audit", lambda document: document.update(rules=[]))
    return desk.post()


# Who may lift it, and what happens then


@pytest.mark.parametrize("reason", LIFTED_BY)
def test_whoever_may_lift_a_hold_lets_the_order_go_to_the_warehouse(desk, reason):
    by, make = LIFTED_BY[reason]
    case = make(desk)
    assert case.holds == [reason]
    with pytest.raises(Forbidden):
        desk.release(case, reason, by=EDITOR if by is APPROVER else VIEWER)
    assert (case.holds, len(case.page["history"])) == ([reason], 1)
    answer = desk.release(case, reason, by=by)
    assert (answer["order"]["status"], answer["decision"]["verdict"], case.holds) == ("approved", "approve", [])
    assert [(each["reason"], each["by"], each["note"]) for each in case.decision["waivers"]] == [
        (reason, by.name, "确认过")
    ]
    assert case.reserved and case.actions("outbound")
    desk.clock.advance(minutes=10)
    desk.carry_out(case)
    assert case.status == "released"


def test_higher_roles_may_what_lower_ones_may(desk):
    for by in (OPS, EDITOR, APPROVER, ADMIN):
        case = desk.post(of(500_000))
        assert desk.release(case, "HIGH_VALUE", by=by)["order"]["status"] == "approved"


def test_a_channels_key_releases_nothing(desk):
    case = desk.post(of(500_000))
    with pytest.raises(Forbidden):
        desk.release(case, "HIGH_VALUE", by=Principal("channel", "own-shop", channel="own-shop"))
    assert case.status == "held"


def test_an_ops_release_that_includes_an_approvers_hold_lifts_neither(desk):
    case = desk.post(of(500_000), receiver={"phone": "17000000000"})
    with pytest.raises(Forbidden):
        desk.release(case, "HIGH_VALUE", "BLACKLISTED", by=OPS)
    assert case.holds == ["BLACKLISTED", "HIGH_VALUE"]
    desk.release(case, "HIGH_VALUE", "BLACKLISTED", by=APPROVER)
    assert case.status == "approved"


def test_what_lifts_by_itself_is_lifted_by_nobody(desk):
    desk.change("skus", MASK, release_on="2026-11-13")
    presale = desk.post(MASK)
    later = desk.post(delivery={"ship_not_before": "2026-11-13"})
    for case, reason in ((presale, "PRESALE_NOT_DUE"), (later, "SHIP_DATE_NOT_DUE")):
        with pytest.raises(Forbidden, match="by itself"):
            desk.release(case, reason, by=ADMIN)
    assert desk.sweep(hours=37, minutes=30) == 2
    assert (presale.status, later.status) == ("approved", "approved")


# What a release must say


def test_a_release_needs_a_reason_and_holds_that_the_order_has(desk):
    case = desk.post(of(500_000))
    for holds, reason, path in (
        (["HIGH_VALUE"], "", "reason"), (["HIGH_VALUE"], "  ", "reason"), ([], "ok", "holds"),
        (["HIGH_VALUE", "INVALID_PHONE"], "ok", "holds.1"), (["NO-SUCH"], "ok", "holds.0"),
    ):  # fmt: skip
        with pytest.raises(OrderError) as refused:
            desk.release(case, *holds, reason=reason)
        assert [problem.path for problem in refused.value.problems] == [path]
    assert (case.status, case.page["manual"]) == ("held", [])


def test_what_is_not_held_cannot_be_released(desk):
    case = desk.post()
    with pytest.raises(Conflict):
        desk.release(case, "HIGH_VALUE")
    refunded = desk.post(payment={"status": "refunded", "method": "alipay"})
    with pytest.raises(Conflict):
        desk.release(refunded, "REFUND_REQUESTED", by=ADMIN)
    case.order_no = "own-shop.NO-SUCH"
    with pytest.raises(NotFound):
        desk.release(case, "HIGH_VALUE")


def test_a_dry_run_tells_what_would_be_and_changes_nothing(desk):
    case = desk.post(of(500_000), receiver={"phone": "1"})
    answer = desk.release(case, "HIGH_VALUE", "INVALID_PHONE", dry_run=True)
    assert (answer["decision"]["verdict"], answer["order"]["status"]) == ("approve", "approved")
    half = desk.release(case, "HIGH_VALUE", dry_run=True)
    assert [hold["reason"] for hold in half["decision"]["holds"]] == ["INVALID_PHONE"]
    assert (case.status, case.page["manual"], len(case.page["history"])) == ("held", [], 1)


def test_a_release_is_kept_with_who_when_and_why(desk):
    case = desk.post(of(500_000))
    desk.clock.advance(minutes=5)
    desk.release(case, "HIGH_VALUE", reason="电话已确认")
    (kept,) = case.page["manual"]
    assert (kept["kind"], kept["by"]) == ("release", "lin")
    assert kept["data"] == {"holds": ["HIGH_VALUE"], "reason": "电话已确认"}
    assert [(each["verdict"], each["holds"]) for each in case.page["history"]] == [
        ("hold", ["HIGH_VALUE"]), ("approve", []),
    ]  # fmt: skip


# What is released


def test_one_release_leaves_the_other_holds(desk):
    case = desk.post(of(500_000), receiver={"phone": "1"})
    desk.release(case, "HIGH_VALUE")
    assert (case.status, case.holds, case.actions("outbound")) == ("held", ["INVALID_PHONE"], [])
    desk.release(case, "INVALID_PHONE")
    assert case.status == "approved"


def test_releasing_a_shortage_ships_what_there_is(desk):
    desk.stock(MASK, {"BJ1": 3, "SH1": 1})
    case = desk.post(a_line(MASK, 6))
    assert (case.holds, sum(case.reserved.values())) == (["INVENTORY_OUT_OF_STOCK"], 4)
    desk.release(case, "INVENTORY_OUT_OF_STOCK")
    assert (case.status, case.backorders) == ("approved", {"1": 2})
    assert case.units == {"BJ1": {"1": 3}, "SH1": {"1": 1}}
    assert case.reserved == {("BJ1", MASK): 3, ("SH1", MASK): 1}


def test_releasing_a_shortage_of_everything_ships_nothing_and_approves_nothing(desk):
    desk.stock(MASK, {})
    case = desk.post(MASK)
    desk.release(case, "INVENTORY_OUT_OF_STOCK")
    assert (case.status, case.holds, case.actions("outbound")) == ("held", ["INVENTORY_OUT_OF_STOCK"], [])


def test_releasing_a_shortage_of_what_was_to_go_together_ships_all_there_is(desk):
    desk.stock(MASK, {"BJ1": 3, "SH1": 1})
    case = desk.post(a_line(MASK, 6), remark="一起发")
    desk.release(case, "INVENTORY_OUT_OF_STOCK")
    assert (case.status, case.units, case.backorders) == (
        "approved", {"BJ1": {"1": 3}, "SH1": {"1": 1}}, {"1": 2},
    )  # fmt: skip


def test_releasing_a_split_ban_splits(desk):
    case = desk.post(*SPLIT, remark="不可拆分")
    desk.release(case, "CANNOT_SHIP_TOGETHER")
    assert (case.status, case.units) == ("approved", {"SH1": {"1": 1}, "GZ1": {"2": 1}})


def test_what_nobody_can_carry_or_knows_is_not_sent_by_a_release(desk):
    sansha = {"province": "海南省", "city": "三沙市", "district": "西沙区", "address": "永兴岛北京路1号2室"}
    for case, reason in ((desk.post(receiver=sansha), "OUT_OF_COVERAGE"), (desk.post("NO-SUCH"), "UNKNOWN_SKU")):
        desk.release(case, reason)
        assert (case.status, case.holds, case.actions("outbound")) == ("held", [reason], [])


def test_a_refund_that_is_refused_ships_after_all(desk):
    case = desk.post(a_line("LAUNDRY-2L", refund_status="requested"), a_line(MASK, refund_status="refunded"))
    assert case.reserved == {}
    desk.release(case, "REFUND_REQUESTED", by=APPROVER, reason="买家撤回退款")
    assert (case.status, case.units) == ("approved", {"BJ1": {"1": 1}})


def test_a_wrong_coupon_passes_at_the_price_that_was_paid(desk):
    case = expired(desk)
    desk.release(case, "COUPON_MISMATCH", reason="按原价放行")
    assert (case.status, case.decision["payable_cents"]) == ("approved", 2 * 3_990 - 500)
    assert {each["state"] for each in case.decision["corrections"]} == {"proposed"}


# How long a release counts


def test_a_release_outlives_later_decisions_while_the_rule_sees_the_same(desk):
    desk.change("skus", MASK, release_on="2026-11-13")
    case = desk.post(of(500_000), MASK)
    assert case.holds == ["HIGH_VALUE", "PRESALE_NOT_DUE"]
    desk.release(case, "HIGH_VALUE")
    assert (case.status, case.holds) == ("held", ["PRESALE_NOT_DUE"])
    desk.sweep(hours=37, minutes=30)
    assert (case.status, len(case.decision["waivers"])) == ("approved", 1)


def test_a_release_ends_when_the_rule_sees_something_else(desk):
    desk.change("skus", MASK, release_on="2026-11-13")
    case = desk.post(of(80_000), MASK, currency="USD", channel="shopify")
    desk.release(case, "HIGH_VALUE")
    assert case.holds == ["PRESALE_NOT_DUE"]
    desk.change("lists", "currency-rates", items=["USD=7.20"])
    desk.sweep(hours=37, minutes=30)
    assert (case.holds, case.decision["waivers"]) == (["HIGH_VALUE"], [])


def test_a_release_is_for_one_order_and_one_rule(desk):
    buyer = {"id": "b-again"}
    desk.release(desk.post(of(500_000), buyer=buyer), "HIGH_VALUE")
    assert desk.post(of(500_000), buyer=buyer).holds == ["HIGH_VALUE"]


def test_what_is_decided_again_by_the_clock_keeps_nobody_elses_stock(desk):
    """Unpaid stock is freed at its hour; who took it meanwhile keeps it when the buyer is let through late."""
    desk.stock(MASK, {"BJ1": 2})
    late = desk.post(a_line(MASK, 2), payment=PROCESSING)
    assert desk.sweep(minutes=50) == 1
    quick = desk.post(a_line(MASK, 2))
    assert (late.reserved, quick.status) == ({}, "approved")
    desk.release(late, "AWAITING_PAYMENT", by=APPROVER)
    assert (late.status, late.holds) == ("held", ["INVENTORY_OUT_OF_STOCK"])
    assert quick.reserved == {("BJ1", MASK): 2}
