"""The shipped rules beside each other: every order gets an answer, and no two answers contradict."""

from __future__ import annotations

from itertools import product

import pytest

from engine.language.catalogue import CATALOGUE
from engine.language.facts import Subject

STATUSES = [choice[0] for choice in CATALOGUE["payment.status"].choices]
METHODS = [choice[0] for choice in CATALOGUE["payment.method"].choices]


@pytest.fixture
def fired(judge, lists):
    """fired(stage, values, about="order") -> the matches of rules about that subject."""

    def answer(stage, values, about="order"):
        stated = {name: value for name, value in values.items() if value is not None}
        matches = judge.fire(stage, [Subject(about, about, stated)], lists, lambda rule: rule.about == about)
        return [match.rule for match in matches]

    return answer


def outcomes(rules):
    """What the rules say of the verdict: reasons of holds, and "approve"."""
    effects = [effect for rule in rules for effect in rule.then]
    held = {effect.params["reason"] for effect in effects if effect.do == "hold"}
    return held | {effect.do for effect in effects if effect.do == "approve"}


@pytest.mark.parametrize("status", STATUSES)
def test_every_state_of_payment_has_an_answer(fired, status):
    for method, settled, guaranteed, payable in product(METHODS, (True, False), (True, False, None), (0, 1)):
        values = {
            "payment.status": status, "payment.method": method, "payment.settled": settled,
            "order.payment_guaranteed": guaranteed, "order.payable_cents": payable, "order.payable_base_cents": payable,
            "order.stated_minus_payable_cents": 0, "payment.difference_cents": 0, "payment.tolerance_cents": 1,
        }  # fmt: skip
        assert outcomes([*fired("payment", values), *fired("audit", values)]), values


def test_money_that_is_still_awaited_is_never_approved_alone(fired):
    for status, method in product(("unpaid", "deposit_paid", "processing", "failed"), METHODS):
        values = {"payment.status": status, "payment.method": method, "order.payable_cents": 100}
        said = outcomes([*fired("payment", values), *fired("audit", values)])
        assert ("approve" in said) == (method == "cod")


def test_every_shortage_has_one_answer(fired):
    for days, available, together in product((None, *range(0, 18)), (0, 1), (True, False)):
        values = {
            "order.delivery_method": "ship", "order.needs_shipping": True, "order.open_warehouses": 1,
            "order.short_units": 1,
            "order.short_restock_days": days, "order.short_restock_on": 20261201, "order.available_units": available,
            "order.ship_together": together, "order.fits_one_warehouse": False,
        }  # fmt: skip
        assert len(fired("warehouse", values)) == 1, values


def test_a_closed_house_is_not_called_a_shortage(fired):
    values = {"order.needs_shipping": True, "order.open_warehouses": 0, "order.short_units": 3}
    assert outcomes(fired("warehouse", values)) == {"NO_WAREHOUSE"}


@pytest.mark.parametrize("status", [each for each in STATUSES if each != "refunded"])
def test_a_wrong_coupon_is_put_right_once_and_only_where_prices_are_ours(fired, status):
    """Before payment silently, after it as a proposal that holds, on a marketplace as a flag."""
    missed = {
        "coupon.code": "A", "coupon.applied": False, "coupon.stackable": True, "coupon.may_join": True,
        "coupon.spend_met": True, "coupon.takes_off": True, "payment.status": status,
    }  # fmt: skip
    clash = {
        "coupon_pair.both_applied": True, "coupon_pair.same_group": True, "coupon_pair.smaller_code": "A",
        "coupon_pair.larger_stays": True,
    }  # fmt: skip
    for pricing, method in product(("gatehouse", "channel"), ("alipay", "cod")):
        order = {"order.pricing": pricing, "payment.method": method, "payment.status": status}
        for about, values in (("coupon", {**missed, **order}), ("coupon_pair", {**clash, **order})):
            (rule,) = fired("coupon", values, about)
            did = [effect.do for effect in rule.then]
            open_ = status in ("unpaid", "processing", "failed") and method != "cod"
            assert (did == ["flag"]) == (pricing == "channel")
            assert pricing == "channel" or ("hold" in did) != open_
        assert fired("coupon", {**missed, **order, "coupon.takes_off": False}, "coupon") == []


def test_of_the_picking_modes_exactly_one_is_chosen(fired):
    for items, promotion in product((1, 3, 4, 50), (True, False)):
        rules = fired("fulfilment", {"order.item_count": items, "order.placed_on_promotion_day": promotion})
        assert sum(effect.do == "pick_mode" for rule in rules for effect in rule.then) == 1


def test_risk_scores_hold_from_sixty_and_hurry_from_ninety(fired):
    due = {}
    for points in (59, 60, 89, 90, 135):
        holding = [effect for rule in fired("audit", {"order.risk_score": points}) for effect in rule.then]
        due[points] = [effect.params.get("due_minutes") for effect in holding if effect.do == "hold"]
    assert due == {59: [], 60: [None], 89: [None], 90: [30], 135: [30]}
