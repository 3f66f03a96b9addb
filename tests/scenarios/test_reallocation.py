"""W4 and W9 as time goes on: stock that comes goes to whoever waits longest, stock that goes is lost by the last."""

from __future__ import annotations

import pytest

from tests.scenarios.documents import PROCESSING, UNPAID, a_line

MASK, SOCKS = "MASK-20", "SOCKS-5"
SHORT = "INVENTORY_OUT_OF_STOCK"


def placed(minute):
    return f"2026-11-11T10:{minute:02}:00+08:00"


def posted(desk, *minutes, units=1, **changes):
    """Orders of so many masks each, placed at those minutes."""
    return [desk.post(a_line(MASK, units), placed_at=placed(minute), **changes) for minute in minutes]


@pytest.fixture(autouse=True)
def _all_agrees(desk):
    """Whatever happened, ledger, balances, reservations and decisions agree."""
    yield
    assert list(desk.gatehouse.stock.differences()) == []


# Stock that comes


def test_stock_that_arrives_goes_to_the_orders_placed_first_whatever_order_they_came_in(desk):
    desk.stock(MASK, {})
    third, first, second = posted(desk, 20, 5, 10)
    assert [case.holds for case in (first, second, third)] == [[SHORT]] * 3
    desk.receive("BJ1", MASK, 2)
    assert desk.reallocate() == 2
    assert [case.verdict for case in (first, second, third)] == ["approve", "approve", "hold"]
    assert desk.available(MASK) == {}
    assert [each["trigger"] for each in first.page["history"]] == ["order_received", "stock_arrived"]
    desk.receive("SH1", MASK, 1)
    assert (desk.reallocate(), third.verdict) == (1, "approve")


def test_a_flood_of_waiting_orders_costs_only_as_many_decisions_as_units_came(desk):
    desk.stock(MASK, {})
    cases = posted(desk, *range(25))
    desk.receive("BJ1", MASK, 3)
    assert (desk.reallocate(), desk.reallocate()) == (3, 0)
    assert [case.verdict for case in cases] == ["approve"] * 3 + ["hold"] * 22


def test_an_order_that_still_cannot_be_filled_keeps_what_came_and_is_not_decided_again_until_more_comes(desk):
    desk.stock(MASK, {})
    (case,) = posted(desk, 5, units=5)
    desk.receive("BJ1", MASK, 2)
    assert (desk.reallocate(), desk.reallocate()) == (1, 0)
    assert (case.holds, case.reserved) == ([SHORT], {("BJ1", MASK): 2})
    desk.receive("BJ1", MASK, 3)
    assert (desk.reallocate(), desk.reallocate()) == (1, 0)
    assert (case.verdict, case.reserved) == ("approve", {("BJ1", MASK): 5})


def test_units_that_an_order_cannot_have_are_offered_to_it_once_and_go_to_the_next(desk):
    desk.stock(MASK, {"BJ1": 0}, channel_shares={"own-shop": 0})
    barred = posted(desk, 5, 6)
    (later,) = posted(desk, 7, channel="taobao")
    desk.receive("BJ1", MASK, 4)
    assert (desk.reallocate(), desk.reallocate()) == (3, 0)
    assert [case.verdict for case in (*barred, later)] == ["hold", "hold", "approve"]


def test_a_wanted_parcel_leaves_when_one_place_has_it_all(desk):
    desk.stock(MASK, {"BJ1": 2, "SH1": 2})
    case = desk.post(a_line(MASK, 3), remark="一起发")
    assert case.holds == ["CANNOT_SHIP_TOGETHER"]
    desk.receive("SH1", MASK, 1)
    assert (desk.reallocate(), case.verdict, case.units) == (1, "approve", {"SH1": {"1": 3}})


def test_a_backorder_follows_when_units_come_though_the_rest_is_on_its_way(desk):
    desk.change("skus", MASK, restock_on="2026-11-17")
    desk.stock(MASK, {"BJ1": 2})
    case = desk.post(a_line(MASK, 3))
    assert (case.units, case.backorders) == ({"BJ1": {"1": 2}}, {"1": 1})
    desk.carry_out(case)
    assert case.status == "released"
    desk.receive("SH1", MASK, 1)
    assert (desk.reallocate(), desk.reallocate()) == (1, 0)
    assert (case.units, case.backorders) == ({"BJ1": {"1": 2}, "SH1": {"1": 1}}, {})
    assert case.reserved == {("BJ1", MASK): 2, ("SH1", MASK): 1}
    desk.carry_out(case)
    assert case.status == "released" and len(case.page["vendors"]["outbounds"]) == 2


def test_units_of_another_sku_wake_nobody(desk):
    desk.stock(MASK, {})
    desk.stock(SOCKS, {})
    posted(desk, 5)
    desk.receive("BJ1", SOCKS, 9)
    assert desk.reallocate() == 0


def test_what_an_unpaid_order_gives_up_goes_to_who_waits(desk):
    desk.stock(MASK, {"BJ1": 1})
    (unpaid,) = posted(desk, 20, payment=UNPAID)
    (waiting,) = posted(desk, 25)
    assert (unpaid.reserved, waiting.holds) == ({("BJ1", MASK): 1}, [SHORT])
    assert (desk.reallocate(), desk.sweep(minutes=50), desk.reallocate()) == (0, 1, 1)
    assert (unpaid.reserved, waiting.verdict) == ({}, "approve")


def test_who_holds_no_stock_does_not_wait_for_any(desk):
    desk.stock(MASK, {})
    (case,) = posted(desk, 20, payment=UNPAID, channel="taobao")
    assert SHORT in case.holds
    desk.receive("BJ1", MASK, 1)
    assert desk.reallocate() == 0
    desk.sweep(hours=2)
    assert desk.reallocate() == 0


# Unpaid holds


@pytest.mark.parametrize("payment", [UNPAID, PROCESSING])
def test_an_unpaid_reservation_ends_by_its_time_to_the_second(desk, payment):
    desk.stock(MASK, {"BJ1": 1})
    (case,) = posted(desk, 20, payment=payment)
    assert desk.sweep(minutes=49, seconds=59) == 0 and case.reserved == {("BJ1", MASK): 1}
    assert desk.sweep(seconds=1) == 1 and case.reserved == {}
    assert (desk.sweep(), desk.sweep(hours=5)) == (0, 0), "once"


def test_an_unpaid_reservation_ends_however_long_nobody_looked(desk):
    desk.stock(MASK, {"BJ1": 3})
    cases = posted(desk, 1, 2, 3, payment=UNPAID)
    assert desk.sweep(hours=30) == 3
    assert [case.reserved for case in cases] == [{}] * 3 and desk.available(MASK) == {"BJ1": 3}
    kinds = [each["kind"] for each in desk.gatehouse.stock.ledger(sku=MASK)["items"]]
    assert kinds.count("released") == 3


# Stock that goes


def test_fewer_units_than_promised_are_lost_by_the_youngest_orders(desk):
    desk.stock(MASK, {"BJ1": 6})
    young, old, middle = posted(desk, 20, 5, 10, units=2, channel="taobao")
    answer = desk.count("BJ1", MASK, 3)
    assert answer["shortfall"] == {"units": 3, "order_nos": [young.order_no, middle.order_no], "released_units": 0}
    assert desk.gatehouse.stock.rows(sku=MASK, warehouse="BJ1")["items"][0]["shortfall"] == 3
    assert (desk.reallocate(), desk.reallocate()) == (2, 0)
    assert [case.reserved for case in (old, middle, young)] == [{("BJ1", MASK): 2}, {("BJ1", MASK): 1}, {}]
    assert [case.holds for case in (old, middle, young)] == [[], [SHORT], [SHORT]]
    assert young.page["history"][-1]["trigger"] == "stock_short"
    assert desk.gatehouse.stock.rows(sku=MASK, warehouse="BJ1")["items"][0]["shortfall"] == 0


def test_who_loses_units_in_one_place_gets_them_from_another(desk):
    desk.stock(MASK, {"BJ1": 4})
    old, young = posted(desk, 5, 10, units=2, channel="taobao")
    desk.stock(MASK, {"BJ1": 4, "SH1": 2})
    assert desk.count("BJ1", MASK, 2)["shortfall"]["order_nos"] == [young.order_no]
    assert desk.reallocate() == 1
    assert (old.reserved, young.reserved) == ({("BJ1", MASK): 2}, {("SH1", MASK): 2})
    assert young.verdict == "approve"


def test_what_was_lost_comes_back_when_it_is_found_again(desk):
    desk.stock(MASK, {"BJ1": 2})
    old, young = posted(desk, 5, 10, channel="taobao")
    desk.count("BJ1", MASK, 0)
    assert desk.reallocate() == 2
    desk.count("BJ1", MASK, 1)
    assert desk.reallocate() == 1
    assert (old.verdict, young.verdict) == ("approve", "hold")


def test_what_is_on_its_way_out_cannot_be_taken_back(desk):
    desk.stock(MASK, {"BJ1": 2})
    gone, kept = desk.post(MASK), desk.post(MASK, channel="taobao")
    desk.carry_out(gone)
    assert (gone.status, kept.status) == ("released", "approved")
    answer = desk.count("BJ1", MASK, 0)
    assert answer["shortfall"] == {"units": 2, "order_nos": [kept.order_no], "released_units": 1}
    assert (desk.reallocate(), desk.reallocate()) == (1, 0)
    assert (gone.reserved, kept.reserved) == ({("BJ1", MASK): 1}, {})


def test_who_lost_units_of_one_sku_can_lose_those_of_another_later(desk):
    desk.stock(MASK, {"BJ1": 3})
    desk.stock(SOCKS, {"BJ1": 3})
    case = desk.post(a_line(MASK, 3), a_line(SOCKS, 3), channel="taobao")
    desk.count("BJ1", MASK, 1)
    assert desk.reallocate() == 1
    desk.count("BJ1", SOCKS, 1)
    assert (desk.reallocate(), desk.reallocate()) == (1, 0)
    assert case.reserved == {("BJ1", MASK): 1, ("BJ1", SOCKS): 1}
    desk.count("BJ1", MASK, 0)
    assert (desk.reallocate(), case.reserved) == (1, {("BJ1", SOCKS): 1})


def test_what_is_to_be_brought_to_a_store_cannot_be_taken_back_either(desk):
    desk.stock(MASK, {"BJ1": 2})
    case = desk.post(a_line(MASK, 2), receiver=None, delivery={"method": "pickup", "pickup_store": "ST-SH"})
    assert case.reserved == {("BJ1", MASK): 2}
    answer = desk.count("BJ1", MASK, 1)
    assert answer["shortfall"] == {"units": 1, "order_nos": [], "released_units": 1}
    assert (desk.reallocate(), case.reserved) == (0, {("BJ1", MASK): 2})


def test_who_lost_its_units_does_not_leave_with_them(desk):
    desk.stock(MASK, {"BJ1": 1})
    (case,) = posted(desk, 5, channel="taobao")
    desk.count("BJ1", MASK, 0)
    desk.reallocate()
    desk.clock.advance(minutes=30)
    desk.carry_out(case)
    assert case.status == "held" and case.page["vendors"]["outbounds"] == []
