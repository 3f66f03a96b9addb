"""C1, C2, C4, C5: coupons are put right before payment, proposed after it, and only flagged on marketplaces."""

from __future__ import annotations

import pytest

from tests.scenarios.desk import ADMIN
from tests.scenarios.documents import PLACED, UNPAID, a_coupon, a_line

GOODS = 2 * 3_990  # of the ordinary order
MISSED = {"applied": False}


def corrected(case):
    """(kind, coupon, cents, state) of each correction but the total."""
    corrections = case.decision["corrections"]
    return [
        (each["kind"], each["coupon"], each["discount_cents"], each["state"])
        for each in corrections
        if each["kind"] != "total"
    ]


def payable(case):
    return case.decision["payable_cents"]


def unpaid(desk, *coupons, **changes):
    return desk.post(coupons=list(coupons), payment=UNPAID, **changes)


def paid(desk, *coupons, **changes):
    return desk.post(coupons=list(coupons), **changes)


# C1 a coupon that stacks was missed


def test_c1_a_missed_coupon_is_applied_before_payment(desk):
    case = unpaid(desk, a_coupon("STORE", 1_000, group="store"), a_coupon("MEMBER", 500, group="member", **MISSED))
    assert corrected(case) == [("applied", "MEMBER", 500, "made")]
    assert (payable(case), case.status) == (GOODS - 1_500, "awaiting_payment")
    (total,) = (each for each in case.decision["corrections"] if each["kind"] == "total")
    assert (total["discount_cents"], total["state"]) == (500, "made")


def test_c1_after_payment_the_difference_is_proposed_and_a_person_asked(desk):
    case = paid(desk, a_coupon("STORE", 1_000, group="store"), a_coupon("MEMBER", 500, group="member", **MISSED))
    assert corrected(case) == [("applied", "MEMBER", 500, "proposed")]
    assert (payable(case), case.holds) == (GOODS - 1_000, ["COUPON_MISMATCH"])
    assert (case.hold("COUPON_MISMATCH")["queue"], sum(case.reserved.values())) == ("finance", 2)


def test_c1_a_marketplace_prices_itself_and_is_only_flagged(desk):
    case = paid(desk, a_coupon("MEMBER", 500, **MISSED), channel="taobao")
    assert (case.verdict, case.flags, corrected(case)) == ("approve", ["COUPON_MISMATCH"], [])
    assert payable(case) == GOODS


def test_c1_one_that_does_not_stack_or_may_not_join_is_not_missed(desk):
    alone = unpaid(desk, a_coupon("A", 500, stackable=False, **MISSED))
    same_group = unpaid(desk, a_coupon("A", 500, group="g"), a_coupon("B", 900, group="g", **MISSED))
    beside_a_loner = unpaid(desk, a_coupon("A", 500, stackable=False), a_coupon("B", 900, **MISSED))
    expired = unpaid(desk, a_coupon("A", 500, valid_until=PLACED, **MISSED))
    assert [corrected(case) for case in (alone, same_group, beside_a_loner, expired)] == [[]] * 4


def test_c1_of_two_missed_ones_of_a_group_the_larger_that_qualifies_is_taken(desk):
    both = unpaid(desk, a_coupon("A", 300, group="g", **MISSED), a_coupon("B", 500, group="g", **MISSED))
    assert corrected(both) == [("applied", "B", 500, "made")]
    larger_is_over = a_coupon("B", 500, group="g", valid_until=PLACED, **MISSED)
    one = unpaid(desk, a_coupon("A", 300, group="g", **MISSED), larger_is_over)
    assert corrected(one) == [("applied", "A", 300, "made")]


def test_c1_a_coupon_is_worth_no_more_than_what_is_left(desk):
    case = unpaid(desk, a_coupon("ALL", 999_999, **MISSED))
    assert (corrected(case), payable(case)) == ([("applied", "ALL", GOODS, "made")], 0)


# C2 coupons that exclude each other


@pytest.mark.parametrize(
    "pair",
    [
        (a_coupon("A", 500, group="g"), a_coupon("B", 800, group="g")),
        (a_coupon("A", 500, stackable=False), a_coupon("B", 800)),
        (a_coupon("A", 500), a_coupon("B", 800, stackable=False)),
    ],
    ids=["one-group", "smaller-stands-alone", "larger-stands-alone"],
)
def test_c2_the_larger_discount_stays_before_payment_and_nothing_rises_after_it(desk, pair):
    before, after, there = unpaid(desk, *pair), paid(desk, *pair), paid(desk, *pair, channel="taobao")
    assert (corrected(before), payable(before)) == ([("dropped", "A", 500, "made")], GOODS - 800)
    assert before.status == "awaiting_payment"
    assert (corrected(after), payable(after)) == ([("dropped", "A", 500, "proposed")], GOODS - 1_300)
    assert after.holds == ["COUPON_MISMATCH"]
    assert (there.verdict, there.flags, payable(there)) == ("approve", ["COUPON_MISMATCH"], GOODS - 1_300)


def test_c2_of_equal_discounts_the_earlier_code_stays(desk):
    for codes in ("AB", "BA"):
        case = unpaid(desk, *(a_coupon(code, 500, group="g") for code in codes))
        assert corrected(case) == [("dropped", "B", 500, "made")]


def test_c2_coupons_of_two_groups_that_both_stack_stay(desk):
    pair = a_coupon("A", 500, group="store"), a_coupon("B", 800, group="member")
    assert corrected(unpaid(desk, *pair)) == []
    assert paid(desk, *pair).verdict == "approve"


def test_c2_what_is_given_up_for_one_excludes_no_third(desk):
    """B keeps A out, so A no longer keeps C out."""
    loner, large, small = a_coupon("A", 300, stackable=False), a_coupon("B", 500), a_coupon("C", 100)
    case = unpaid(desk, loner, large, small)
    assert (corrected(case), payable(case)) == ([("dropped", "A", 300, "made")], GOODS - 600)
    over = a_coupon("X", 900, group="g", valid_until=PLACED)
    still_good = unpaid(desk, over, a_coupon("Y", 300, group="g"))
    assert (corrected(still_good), payable(still_good)) == ([("dropped", "X", 900, "made")], GOODS - 300)


def test_c2_a_percent_coupon_counts_by_what_it_takes_off(desk):
    """A tenth of 79.80 is 7.98, more than the 5.00 of the other."""
    tenth = a_coupon("P", 0, kind="percent", percent_bp=1_000, group="g")
    case = unpaid(desk, tenth, a_coupon("Q", 500, group="g"), payable_cents=GOODS - 500 - 798)
    assert [(kind, code) for kind, code, _, _ in corrected(case)] == [("dropped", "Q")]


# C4 coupons that do not qualify


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"min_spend_cents": GOODS}, {"min_spend_cents": GOODS + 1}),
        ({"valid_from": PLACED}, {"valid_from": "2026-11-11T10:20:01+08:00"}),
        ({"valid_until": "2026-11-11T10:20:01+08:00"}, {"valid_until": PLACED}),
        ({"skus": ["LAUNDRY-2L", "MASK-20"]}, {"skus": ["MASK-20"]}),
    ],
    ids=["spend", "not-yet", "no-longer", "other-skus"],
)
def test_c4_a_coupon_that_does_not_qualify_is_dropped_before_payment_and_asked_about_after(desk, good, bad):
    fine, wrong = a_coupon("A", 500) | good, a_coupon("A", 500) | bad
    assert (corrected(unpaid(desk, fine)), paid(desk, fine).verdict) == ([], "approve")
    before, after, there = unpaid(desk, wrong), paid(desk, wrong), paid(desk, wrong, channel="jd")
    assert (corrected(before), payable(before)) == ([("dropped", "A", 500, "made")], GOODS)
    assert (corrected(after), payable(after)) == ([("dropped", "A", 500, "proposed")], GOODS - 500)
    assert after.holds == ["COUPON_MISMATCH"]
    assert (there.verdict, there.flags, payable(there)) == ("approve", ["COUPON_MISMATCH"], GOODS - 500)


def test_c4_nothing_to_judge_by_is_a_flag_and_no_guess(desk):
    bare = {"code": "A", "discount_cents": 500}
    case = paid(desk, bare)
    assert (case.verdict, case.flags, corrected(case)) == ("approve", ["COUPON_UNVERIFIABLE"], [])
    assert paid(desk, bare | {"min_spend_cents": 0}).flags == []


# C5 prices below the floor


def floor_holds(desk, **line):
    return desk.post(a_line("LAUNDRY-2L", **line)).holds


def test_c5_a_unit_below_its_floor_holds_and_one_on_it_passes(desk):
    assert floor_holds(desk, unit_cents=1_900) == []
    assert floor_holds(desk, unit_cents=1_899) == ["PRICE_BELOW_FLOOR"]
    case = desk.post(a_line("LAUNDRY-2L", unit_cents=1_899))
    assert case.hold("PRICE_BELOW_FLOOR")["queue"] == "finance"


def test_c5_the_lines_own_discount_counts(desk):
    assert floor_holds(desk, quantity=2, discount_cents=2 * 3_990 - 2 * 1_900) == []
    assert floor_holds(desk, quantity=2, discount_cents=2 * 3_990 - 2 * 1_900 + 1) == ["PRICE_BELOW_FLOOR"]


def test_c5_coupons_count_by_their_share_of_each_line_to_the_fen(desk):
    """Two bottles of equal price share a coupon by their numbers: one and two thirds of it."""
    lines = a_line("LAUNDRY-2L"), a_line("LAUNDRY-2L", 2)
    to_the_floor = 3 * (3_990 - 1_900)
    assert desk.post(*lines, coupons=[a_coupon("A", to_the_floor)]).holds == []
    assert desk.post(*lines, coupons=[a_coupon("A", to_the_floor + 1)]).holds == ["PRICE_BELOW_FLOOR"]


def test_c5_a_coupon_for_some_goods_is_shared_by_those(desk):
    lines = a_line("LAUNDRY-2L"), a_line("MASK-20", 3)  # of 39.90 with a floor of 19.00; of 99.00 with one of 59.00
    coupon = a_coupon("A", 2_091)
    assert desk.post(*lines, coupons=[coupon]).holds == []
    assert desk.post(*lines, coupons=[coupon | {"skus": ["LAUNDRY-2L"]}]).holds == ["PRICE_BELOW_FLOOR"]
    assert desk.post(*lines, coupons=[coupon | {"kind": "shipping"}], shipping_cents=2_091).holds == []


def test_c5_what_is_corrected_before_payment_is_not_below_the_floor_any_more(desk):
    expired = a_coupon("A", 2 * 3_000, valid_until=PLACED)
    assert unpaid(desk, expired).holds == ["AWAITING_PAYMENT"]
    assert paid(desk, expired).holds == ["COUPON_MISMATCH", "PRICE_BELOW_FLOOR"]
    missed = a_coupon("A", 2 * 3_000, **MISSED)
    assert unpaid(desk, missed).holds == ["AWAITING_PAYMENT", "PRICE_BELOW_FLOOR"]
    assert paid(desk, missed).holds == ["COUPON_MISMATCH"]


def test_c5_gifts_cost_nothing_and_marketplaces_are_flagged(desk):
    gift = a_line("LAUNDRY-2L"), a_line("CABLE-USBC", unit_cents=0, kind="gift")
    assert desk.post(*gift).verdict == "approve"
    there = desk.post(a_line("LAUNDRY-2L", unit_cents=1_899), channel="douyin")
    assert (there.verdict, there.flags) == ("approve", ["COUPON_MISMATCH"])


# C4 by what we know of a coupon ourselves


def known(desk, code="OWN", **terms):
    desk.gatehouse.reference.put("coupons", code, terms, ADMIN)


@pytest.mark.parametrize(
    "terms",
    [
        {"min_spend_cents": GOODS + 1},
        {"valid_from": "2026-12-01T00:00:00+08:00"},
        {"valid_until": "2026-11-01T00:00:00+08:00"},
        {"skus": ["SOMETHING-ELSE"]},
        {"channels": ["taobao"]},
    ],
)
def test_c4_what_we_keep_of_a_coupon_counts_where_the_channel_says_nothing(desk, terms):
    known(desk, **terms)
    case = unpaid(desk, a_coupon("OWN", 1_000))
    assert (corrected(case), payable(case)) == ([("dropped", "OWN", 1_000, "made")], GOODS)
    assert "COUPON_UNVERIFIABLE" not in case.flags
    assert desk.gatehouse.decisions.replay(case.decision["id"])["identical"]


def test_c4_a_coupon_that_meets_what_we_keep_of_it_stands_and_is_verified(desk):
    known(desk, min_spend_cents=GOODS, channels=["own-shop"], skus=["LAUNDRY-2L"])
    case = unpaid(desk, a_coupon("OWN", 1_000))
    assert (corrected(case), payable(case), case.flags) == ([], GOODS - 1_000, [])


def test_c4_both_count_the_channels_terms_and_ours(desk):
    known(desk, min_spend_cents=1)
    case = unpaid(desk, a_coupon("OWN", 1_000, min_spend_cents=GOODS + 1))
    assert corrected(case) == [("dropped", "OWN", 1_000, "made")]


def test_c4_a_decision_keeps_the_terms_of_its_time(desk):
    known(desk, min_spend_cents=GOODS)
    case = unpaid(desk, a_coupon("OWN", 1_000))
    known(desk, min_spend_cents=GOODS + 1)
    assert desk.gatehouse.decisions.replay(case.decision["id"])["identical"]


@pytest.mark.parametrize("channel", ["own-shop", "taobao"])
@pytest.mark.parametrize("kind", ["shipping", "amount", "percent"])
def test_c1_a_coupon_that_would_take_nothing_off_is_not_missed(desk, kind, channel):
    free = a_coupon("FREE", 1_000 if kind == "shipping" else 0, kind=kind, stackable=True, applied=False)
    case = desk.post("SOCKS-5", coupons=[free], channel=channel)
    assert (case.verdict, case.holds, case.flags, case.decision["corrections"]) == ("approve", [], [], [])


def test_c1_free_shipping_is_missed_where_shipping_was_paid_for(desk):
    free = a_coupon("FREE", 1_000, kind="shipping", stackable=True, applied=False)
    assert desk.post("SOCKS-5", coupons=[free], shipping_cents=600).holds == ["COUPON_MISMATCH"]
