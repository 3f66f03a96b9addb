"""Coupon arithmetic is exact, and nobody is ever charged more than they agreed to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.coupons import apportion, settle
from engine.decision import Correction, Plan
from engine.order import Buyer, Coupon, Delivery, Line, Order, Payment, Receiver

PLACED = dt.datetime(2026, 11, 11, 0, 0, 5, tzinfo=dt.UTC)


def order(coupons=(), status="unpaid", goods=10_000, shipping=0, method="alipay"):
    applied = sum(coupon.discount_cents for coupon in coupons if coupon.applied)
    return Order(
        channel="own-shop", channel_order_no="1", placed_at=PLACED, currency="CNY", buyer=Buyer("b"),
        receiver=Receiver(), lines=(Line("1", "A", 1, goods),), payment=Payment(status, method),
        delivery=Delivery("ship"), payable_cents=max(0, goods + shipping - applied), coupons=tuple(coupons),
        shipping_cents=shipping,
    )  # fmt: skip


def asked(of, *corrections):
    wanted = tuple(Correction(kind, code, 0, "coupon.test", "proposed") for kind, code in corrections)
    return settle(of, Plan(payable_cents=of.payable_cents, corrections=wanted))


def test_dropping_a_coupon_of_an_unpaid_order_raises_the_payable():
    of = order([Coupon("A", discount_cents=1_000), Coupon("B", discount_cents=600)])
    plan = asked(of, ("dropped", "B"))
    assert plan.payable_cents == 9_000
    assert [(each.kind, each.coupon, each.discount_cents, each.state) for each in plan.corrections] == [
        ("dropped", "B", 600, "made"),
        ("total", None, -600, "made"),
    ]


def test_applying_a_missed_coupon_lowers_the_payable():
    of = order([Coupon("A", discount_cents=1_000), Coupon("B", discount_cents=600, applied=False)])
    assert asked(of, ("applied", "B")).payable_cents == 8_400


@pytest.mark.parametrize("status", ["paid", "authorized", "partially_refunded"])
def test_a_paid_order_is_never_changed_only_proposed(status):
    of = order([Coupon("A", discount_cents=1_000), Coupon("B", discount_cents=600)], status)
    plan = asked(of, ("dropped", "B"))
    assert plan.payable_cents == of.payable_cents
    assert {each.state for each in plan.corrections} == {"proposed"}


def test_nothing_asked_changes_nothing():
    of = order([Coupon("A", discount_cents=1_000)])
    assert asked(of) == Plan(payable_cents=of.payable_cents)


def test_a_correction_of_what_is_so_already_is_none():
    of = order([Coupon("A", discount_cents=1_000), Coupon("B", discount_cents=600, applied=False)])
    plan = asked(of, ("applied", "A"), ("dropped", "B"), ("dropped", "unknown"))
    assert plan.corrections == ()
    assert plan.payable_cents == of.payable_cents


def test_percent_is_reckoned_half_up_and_capped():
    half = Coupon("P", "percent", applied=False, percent_bp=1_250)  # 12.5 % of 10.04 is 1.255
    assert asked(order([half], goods=1_004), ("applied", "P")).payable_cents == 1_004 - 126
    capped = replace(half, max_discount_cents=50)
    assert asked(order([capped], goods=1_004), ("applied", "P")).payable_cents == 954


def test_shipping_coupons_take_off_no_more_than_shipping():
    free = Coupon("S", "shipping", discount_cents=2_000, applied=False)
    assert asked(order([free], shipping=800), ("applied", "S")).payable_cents == 10_000


coupons = st.lists(
    st.builds(
        Coupon,
        code=st.sampled_from("ABCDEF"),
        kind=st.sampled_from(["amount", "percent", "shipping"]),
        discount_cents=st.integers(0, 8_000),
        applied=st.booleans(),
        percent_bp=st.one_of(st.none(), st.integers(0, 10_000)),
    ),
    max_size=6,
    unique_by=lambda coupon: coupon.code,
)


@given(coupons, st.integers(0, 20_000), st.integers(0, 2_000), st.data())
def test_payable_is_never_negative_and_input_order_does_not_matter(held, goods, shipping, data):
    of = order(held, goods=goods, shipping=shipping)
    changes = [("dropped" if coupon.applied else "applied", coupon.code) for coupon in held]
    chosen = data.draw(st.lists(st.sampled_from(changes), unique=True)) if changes else []
    plan = asked(of, *chosen)
    assert plan.payable_cents >= 0
    shuffled = replace(of, coupons=tuple(reversed(of.coupons)))
    assert asked(shuffled, *reversed(chosen)).payable_cents == plan.payable_cents


@given(coupons, st.integers(0, 20_000), st.integers(0, 2_000))
def test_nothing_takes_off_more_than_the_coupons_give(held, goods, shipping):
    of = order(held, goods=goods, shipping=shipping)
    stated = {coupon.code: coupon.discount_cents for coupon in held if coupon.discount_cents}
    plan = asked(of, *[("applied", coupon.code) for coupon in held if not coupon.applied])
    worth = {each.coupon: each.discount_cents for each in plan.corrections if each.kind == "applied"}
    assert all(worth[code] <= stated[code] for code in worth.keys() & stated.keys())
    assert sum(worth.values()) <= goods + shipping
    assert of.payable_cents - plan.payable_cents <= sum(worth.values())


@given(st.integers(0, 10**9), st.dictionaries(st.text("abc123", min_size=1, max_size=3), st.integers(0, 10**6)))
def test_parts_add_up_to_the_fen(amount, weights):
    parts = apportion(amount, weights)
    assert sum(parts.values()) == (amount if weights else 0)
    assert all(part >= 0 for part in parts.values())


def test_the_remainder_goes_to_the_largest_line():
    assert apportion(100, {"1": 1, "2": 1, "3": 1}) == {"1": 34, "2": 33, "3": 33}
    assert apportion(100, {"1": 1, "2": 2}) == {"1": 33, "2": 67}
