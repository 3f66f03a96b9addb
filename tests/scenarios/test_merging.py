"""I9: orders that go in one parcel with others, until one of them is decided anew."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.errors import Conflict, Forbidden, NotFound, NotMergeable, OrderError
from engine.service.principals import Principal
from tests.conftest import open_gatehouse
from tests.scenarios.desk import OPS
from tests.scenarios.documents import AUTHORIZED, COD, a_line
from tests.scenarios.test_repeats import HERE, MASK, again

VIEWER = Principal("person", "vera", frozenset({"viewer"}))


def merge(desk, first, *others, by=OPS, dry_run=False):
    order_nos = [each.order_no for each in others]
    return desk.gatehouse.merging.merge(first.order_no, order_nos, "同一买家", by, dry_run)


def unmerge(desk, case, by=OPS, dry_run=False):
    return desk.gatehouse.merging.unmerge(case.order_no, "买家要分开", by, dry_run)


def merged(case):
    """The number of its parcel; None when it goes alone."""
    (shipment,) = case.shipments
    return shipment["merged"]["shipment_no"] if "merged" in shipment else None


def open_actions(case, type_):
    return [each for each in case.actions(type_) if each["status"] not in ("done", "skipped")]


def freight(case):
    return sum(each["freight_cents"] for each in case.shipments)


@pytest.fixture
def two(desk):
    """A first order, and a second one that was told to fit its parcel."""
    return again(desk, MASK), again(desk, a_line("SOCKS-5", 2))


# one parcel


def test_i9_merged_orders_go_as_one_parcel_and_keep_their_own_lines(desk, two):
    first, second = two
    alone = freight(first) + freight(second)
    answer = merge(desk, second, first)
    parcel = second.shipments[0]["shipment_no"]
    assert merged(first) == merged(second) == parcel
    assert answer["merge"]["order_nos"] == [second.order_no, first.order_no]
    assert (freight(first), answer["merge"]["freight_cents"]) == (0, freight(second))
    handling = 60
    assert answer["merge"]["saves_cents"] == alone - freight(second) + handling > handling
    assert (first.units, second.units) == ({"BJ1": {"1": 1}}, {"BJ1": {"1": 2}})
    assert (first.reserved, second.reserved) == ({("BJ1", MASK): 1}, {("BJ1", "SOCKS-5"): 2})
    assert [first.status, second.status, first.flags, second.flags] == ["approved", "approved", [], []]


def test_i9_one_outbound_names_every_line_with_its_order_and_one_waybill_carries_all(desk, two):
    first, second = two
    lone = second.actions("waybill")[0]["payload"]["weight_g"]
    merge(desk, second, first)
    assert (open_actions(first, "outbound"), open_actions(first, "waybill")) == ([], [])
    (outbound,), (waybill,) = open_actions(second, "outbound"), open_actions(second, "waybill")
    assert outbound["payload"]["lines"] == [
        {"order_no": second.order_no, "line_no": "1", "sku": "SOCKS-5", "quantity": 2},
        {"order_no": first.order_no, "line_no": "1", "sku": MASK, "quantity": 1},
    ]
    assert outbound["payload"]["order_nos"] == [second.order_no, first.order_no]
    assert waybill["payload"]["weight_g"] > lone


def test_i9_a_parcel_that_the_warehouse_need_not_be_asked_for_releases_every_order_in_it(desk, two):
    first, second = two
    merge(desk, second, first)
    (outbound,) = open_actions(second, "outbound")
    desk.gatehouse.actions.skip(outbound["id"], "已手工下发", OPS)
    assert (first.status, second.status) == ("released", "released")


def test_i9_the_warehouse_is_asked_once_and_both_orders_show_the_waybill(desk, two):
    first, second = two
    merge(desk, second, first)
    desk.clock.advance(minutes=31)
    assert desk.carry_out(first) == 0, "it waits for the parcel"
    desk.carry_out(second)
    desk.carry_out(first)
    assert (first.status, second.status) == ("released", "released")
    asked = [each for case in two for each in case.page["vendors"]["outbounds"]]
    assert [each["shipment_no"] for each in asked] == [second.shipments[0]["shipment_no"]]
    labels = {case.shipments[0]["parcels"][0]["waybill_no"] for case in two}
    assert len(labels) == 1 and None not in labels
    found = desk.gatehouse.orders.search({"waybill_no": labels.pop()})["items"]
    assert {each["order_no"] for each in found} == {first.order_no, second.order_no}
    assert ("buyer", "order-released") in first.notices()
    assert all(each["status"] == "done" for each in first.actions("notify"))


def test_i9_what_is_said_of_any_of_them_is_on_the_parcel(desk):
    first = again(desk, a_line(MASK, remark="蓝色"))
    second = again(desk, a_line("MUG-WHITE"))
    merge(desk, second, first)
    (outbound,) = open_actions(second, "outbound")
    told = outbound["payload"]["instructions"]
    assert {"order_no": first.order_no, "text": "蓝色", "line_no": "1"} in told
    assert "易碎 FRAGILE" in outbound["payload"]["labels"]
    assert {each["order_no"] for each in told} == {first.order_no, second.order_no}


def test_i9_the_courier_collects_for_all_of_them(desk):
    first, second = (again(desk, sku, payment=COD) for sku in (MASK, "SOCKS-5"))
    own = [case.actions("waybill")[0]["payload"]["cod_cents"] for case in (first, second)]
    merge(desk, second, first)
    (waybill,) = open_actions(second, "waybill")
    assert waybill["payload"]["cod_cents"] == sum(own) > max(own)


def test_i9_authorised_money_of_each_is_taken_before_the_parcel_leaves(desk):
    first, second = (again(desk, sku, payment=AUTHORIZED) for sku in (MASK, "SOCKS-5"))
    merge(desk, second, first)
    desk.clock.advance(minutes=31)
    (outbound,) = open_actions(second, "outbound")
    captures = {case.actions("capture")[0]["id"] for case in (first, second)}
    assert captures <= set(outbound["after"])
    desk.carry_out(second)
    assert second.status == "approved", "the other order's money is not there yet"
    desk.carry_out(first)
    desk.carry_out(second)
    assert (first.status, second.status) == ("released", "released")


def test_i9_the_parcel_leaves_when_the_last_of_them_may(desk):
    first = again(desk, MASK, channel="taobao")
    second = again(desk, "SOCKS-5", channel="taobao", priority="urgent")
    at = [dt.datetime.fromisoformat(case.page["order"]["release_at"]) for case in (first, second)]
    assert at[1] < at[0]
    merge(desk, second, first)
    assert [case.page["order"]["release_at"] for case in (first, second)] == [at[0].isoformat()] * 2


def test_i9_a_third_order_joins_the_parcel_of_two(desk, two):
    first, second = two
    merge(desk, second, first)
    third = again(desk, "CABLE-USBC")
    assert third.flags == ["MERGE_CANDIDATE"]
    answer = merge(desk, third, first)
    assert set(answer["merge"]["order_nos"]) == {case.order_no for case in (first, second, third)}
    assert {merged(case) for case in (first, second, third)} == {third.shipments[0]["shipment_no"]}
    assert [len(open_actions(case, "outbound")) for case in (first, second, third)] == [0, 0, 1]


def test_i9_a_merged_parcel_takes_one_place_of_the_days_capacity(desk, two):
    first, second = two
    merge(desk, second, first)
    desk.change("warehouses", "BJ1", capacity_per_day=2)
    assert desk.post("MUG-WHITE").routes[0][0] == "BJ1", "the two take up one place"


def test_i9_bundles_are_merged_by_what_is_in_them(desk):
    first, second = again(desk, "BUNDLE-CARE"), again(desk, "SOCKS-5")
    merge(desk, second, first)
    (outbound,) = open_actions(second, "outbound")
    assert [(each["line_no"], each["sku"]) for each in outbound["payload"]["lines"]] == [
        ("1", "SOCKS-5"), ("1.1", "LAUNDRY-2L"), ("1.2", "SOFTENER-1L"),
    ]  # fmt: skip
    assert first.reserved == {("BJ1", "LAUNDRY-2L"): 1, ("BJ1", "SOFTENER-1L"): 2}


# parting


@pytest.mark.parametrize("who", [0, 1])
def test_i9_a_hold_of_one_lets_the_other_go_on_alone(desk, two, who):
    first, second = two
    merge(desk, second, first)
    held, other = two[who], two[1 - who]
    said = {"reason": "MANUAL", "note": "等一下", "due_at": None}
    desk.gatehouse.manual.hold(held.order_no, said, OPS)
    assert held.holds == ["MANUAL"]
    assert open_actions(first, "outbound") == open_actions(second, "outbound") == [], "nobody sends off what was both"
    desk.gatehouse.orders.sweep()
    assert (held.status, other.status, merged(other)) == ("held", "approved", None)
    (outbound,) = open_actions(other, "outbound")
    assert len(outbound["payload"]["lines"]) == 1 and freight(other) > 0
    assert other.reserved and held.reserved, "each keeps its own units"


@pytest.mark.parametrize("who", [0, 1])
def test_i9_a_cancelled_one_leaves_the_parcel(desk, two, who):
    first, second = two
    merge(desk, second, first)
    gone, other = two[who], two[1 - who]
    desk.gatehouse.manual.cancel(gone.order_no, {"reason": "不要了"}, OPS)
    desk.gatehouse.orders.sweep()
    assert (gone.status, other.status, merged(other)) == ("cancelled", "approved", None)
    assert (gone.reserved, bool(other.reserved)) == ({}, True)
    desk.clock.advance(minutes=31)
    desk.carry_out(other)
    assert other.status == "released"


def test_i9_people_can_take_it_apart_again(desk, two):
    first, second = two
    before = freight(first), freight(second)
    merge(desk, second, first)
    answer = unmerge(desk, first)
    assert "merged" not in answer["decision"]["shipments"][0]
    assert (merged(first), merged(second)) == (None, None)
    assert (freight(first), freight(second)) == before
    assert [len(open_actions(case, "outbound")) for case in two] == [1, 1]
    assert second.flags == ["MERGE_CANDIDATE"], "they could be merged again"
    kinds = [[each["kind"] for each in case.page["manual"]] for case in two]
    assert kinds == [["merge", "unmerge"], ["merge", "unmerge"]]


def test_i9_nothing_merges_or_parts_once_the_warehouse_was_asked(desk, two):
    first, second = two
    third = again(desk, "CABLE-USBC")
    merge(desk, second, first)
    desk.clock.advance(minutes=31)
    desk.carry_out(second)
    for what in (lambda: unmerge(desk, first), lambda: unmerge(desk, second), lambda: merge(desk, third, first)):
        with pytest.raises(Conflict):
            what()


# who may be merged


def refused(desk, first, other):
    with pytest.raises(NotMergeable) as caught:
        merge(desk, first, other)
    return str(caught.value)


def test_i9_another_channel_buyer_receiver_payment_or_warehouse_is_refused(desk):
    first = again(desk, MASK)
    assert "another channel" in refused(desk, again(desk, "SOCKS-5", channel="phone"), first)
    assert "channel or buyer" in refused(desk, again(desk, "SOCKS-5", buyer="b-other"), first)
    assert "another receiver" in refused(desk, again(desk, "SOCKS-5", receiver={**HERE, "name": "李雷"}), first)
    assert "paid on delivery" in refused(desk, again(desk, "SOCKS-5", payment=COD), first)
    desk.stock("CABLE-USBC", {"SH1": 9})
    assert "another warehouse" in refused(desk, again(desk, "CABLE-USBC"), first)


def test_i9_held_presale_split_and_cold_orders_are_refused(desk):
    first = again(desk, MASK)
    assert "held" in refused(desk, first, again(desk, "SOCKS-5", remark="先别发"))
    assert "presale" in refused(desk, first, again(desk, a_line("SOCKS-5", kind="presale")))
    desk.stock("YOGURT-12", {"BJ1": 9})
    desk.change("warehouses", "BJ1", attributes=["cold"])
    assert "cold" in refused(desk, first, again(desk, "YOGURT-12"))
    assert "one parcel" in refused(desk, first, again(desk, "TEASET-CELADON", "OOLONG-500"))


def test_i9_what_is_asked_for_wrongly_is_named(desk, two):
    first, second = two
    with pytest.raises(Forbidden):
        merge(desk, second, first, by=VIEWER)
    problems = []
    for others in ([], [second.order_no], ["own-shop.NOBODY"], [first.order_no, first.order_no]):
        with pytest.raises(OrderError) as caught:
            desk.gatehouse.merging.merge(second.order_no, others, "r", OPS)
        problems += [(each.path, each.code) for each in caught.value.problems]
    assert problems == [
        ("with", "required"), ("with.0", "duplicate-key"), ("with.0", "not-a-choice"), ("with.1", "duplicate-key"),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        desk.gatehouse.merging.merge("own-shop.NOBODY", [first.order_no], "r", OPS)
    with pytest.raises(Conflict, match="not merged"):
        unmerge(desk, first)


def test_i9_trying_it_out_changes_nothing(desk, two):
    first, second = two
    before = [case.page for case in two]
    would = merge(desk, second, first, dry_run=True)
    assert would["merge"]["saves_cents"] > 0
    assert "merged" in would["decision"]["shipments"][0]
    assert [case.page for case in two] == before
    merge(desk, second, first)
    merged_pages = [case.page for case in two]
    assert "merged" not in unmerge(desk, second, dry_run=True)["decision"]["shipments"][0]
    assert [case.page for case in two] == merged_pages


def test_i9_what_merging_would_save_is_told_before(desk, two):
    first, second = two
    told = desk.gatehouse.merging.candidates(second.order_no)
    assert told == merge(desk, second, first, dry_run=True)["merge"]
    merge(desk, second, first)
    assert desk.gatehouse.merging.candidates(second.order_no) is None


def test_i9_automatic_merging_is_a_setting_and_off(desk, two, home):
    first, second = two
    assert desk.gatehouse.merging.automatic() == 0
    assert (merged(first), merged(second)) == (None, None)
    switched_on = open_gatehouse(home, desk.clock, AUTO_MERGE="1")
    assert switched_on.merging.automatic() == 2
    assert merged(first) == merged(second) is not None
    assert switched_on.merging.automatic() == 0
    switched_on.close()


def test_i9_the_books_still_balance(desk, two):
    first, second = two
    bundle = again(desk, "BUNDLE-CARE")
    merge(desk, second, first, bundle)
    assert list(desk.gatehouse.stock.differences()) == []
    unmerge(desk, second)
    assert list(desk.gatehouse.stock.differences()) == []
    merge(desk, first, second, bundle)
    desk.clock.advance(minutes=31)
    desk.carry_out(first)
    assert [case.status for case in (first, second, bundle)] == ["released"] * 3
    assert list(desk.gatehouse.stock.differences()) == []


def shipped(desk, case):
    event = {"event_id": "e-1", "type": "shipped", "at": desk.clock().isoformat(), "data": {}}
    event["shipment_no"] = case.shipments[0]["shipment_no"]
    vendor = Principal("vendor", "wms", vendor="wms")
    desk.gatehouse.vendor_events.report("wms", event, vendor)


def test_i9_all_of_them_have_shipped_when_the_parcel_has(desk, two):
    first, second = two
    merge(desk, second, first)
    desk.clock.advance(minutes=31)
    desk.carry_out(second)
    shipped(desk, second)
    assert [case.status for case in two] == ["shipped", "shipped"]
    assert [case.reserved for case in two] == [{}, {}]
    assert list(desk.gatehouse.stock.differences()) == []


def test_i9_cancelling_one_after_release_asks_the_parcel_back_and_the_other_goes_on(desk, two):
    first, second = two
    merge(desk, second, first)
    desk.clock.advance(minutes=31)
    desk.carry_out(second)
    desk.gatehouse.manual.cancel(first.order_no, {"reason": "不要了"}, OPS)
    assert first.status == "recalling"
    (ask,) = first.actions("cancel_outbound")
    assert ask["payload"]["shipment_no"] == second.shipments[0]["shipment_no"]
    for _ in range(3):
        desk.carry_out(first)
        desk.carry_out(second)
        desk.sweep(minutes=31)
    assert first.status == "cancelled" and first.reserved == {}
    assert second.status in ("approved", "released") and merged(second) is None
    (outbound,) = [each for each in second.actions("outbound") if each["status"] != "skipped"][1:]
    assert [each["line_no"] for each in outbound["payload"]["lines"]] == ["1"]
    assert second.reserved == {("BJ1", "SOCKS-5"): 2}
