"""I8, I9: orders that look like one placed just before, and orders that could go in one parcel with another."""

from __future__ import annotations

import datetime as dt

from tests.scenarios.documents import COD, SHANGHAI, a_line

PHONE = "13712340000"
HERE = {"phone": PHONE, "address": "大望路甲18号院9号楼2单元501"}
MASK = "MASK-20"


def again(desk, *lines, buyer="b-again", minutes=0, receiver=HERE, **changes):
    """One more order of the same buyer to the same door, placed so many minutes after 10:20."""
    placed = dt.datetime.fromisoformat("2026-11-11T10:20:00+08:00") + dt.timedelta(minutes=minutes)
    return desk.post(
        *lines, buyer={"id": buyer, "phone": PHONE}, receiver=receiver, placed_at=placed.isoformat(), **changes
    )


def mergeable(case):
    return "MERGE_CANDIDATE" in case.flags


# I8 the same order twice


def test_i8_the_same_goods_to_the_same_door_within_ten_minutes_are_flagged_and_asked_about(desk):
    first, second = again(desk, MASK), again(desk, a_line(MASK, 2), "SOCKS-5", minutes=9)
    assert (first.flags, first.tasks()) == ([], [])
    assert second.verdict == "approve"
    assert "DUPLICATE_SUSPECT" in second.flags
    assert second.tasks() == [("service", "intake.duplicate-suspect")]
    released = dt.datetime.fromisoformat(second.page["order"]["release_at"])
    assert released - desk.clock() == dt.timedelta(minutes=30), "time for the call"


def test_i8_another_buyer_for_the_same_receiver_counts_and_another_receiver_for_another_buyer_does_not(desk):
    again(desk, MASK)
    assert "DUPLICATE_SUSPECT" in again(desk, MASK, buyer="b-other", minutes=1).flags
    flatmate = {**HERE, "phone": "13799990000", "name": "李雷"}
    assert again(desk, MASK, buyer="b-flatmate", receiver=flatmate, minutes=1).flags == []
    assert "DUPLICATE_SUSPECT" in again(desk, MASK, receiver=flatmate, minutes=2).flags, "the buyer is the same"


def test_i8_other_goods_another_door_or_ten_minutes_later_is_another_order(desk):
    again(desk, MASK)
    others = [
        again(desk, "SOCKS-5", minutes=5), again(desk, MASK, minutes=10),
        again(desk, MASK, receiver={**HERE, "address": "大望路甲18号院9号楼2单元502"}, minutes=5),
    ]  # fmt: skip
    assert ["DUPLICATE_SUSPECT" in case.flags for case in others] == [False] * 3


def test_i8_masked_receivers_are_compared_by_their_fingerprint(desk):
    masked = {"name": "张*", "phone": "137****0000", "address": "大望路***", "masked": True, "token": "t"}
    for fingerprint in ("fp-1", None):
        twins = [
            again(desk, MASK, channel="taobao", receiver={**masked, "fingerprint": fingerprint}, minutes=minute)
            for minute in (0, 1)
        ]
        assert ("DUPLICATE_SUSPECT" in twins[1].flags) == (fingerprint is not None)


# I9 orders that could go together


def test_i9_a_second_order_for_the_same_receiver_is_flagged_while_the_first_has_not_left(desk):
    first, second = again(desk, MASK), again(desk, "SOCKS-5")
    assert (first.flags, second.flags, second.verdict) == ([], ["MERGE_CANDIDATE"], "approve")
    assert {flag["severity"] for flag in second.decision["flags"]} == {"info"}
    released = dt.datetime.fromisoformat(second.page["order"]["release_at"])
    assert released - desk.clock() == dt.timedelta(minutes=30), "time to merge them"
    desk.carry_out(first)
    assert (first.status, again(desk, "CABLE-USBC").flags) == ("released", ["MERGE_CANDIDATE"])
    desk.clock.advance(minutes=31)
    desk.carry_out(second)
    assert second.status == "released"


def test_i9_once_all_have_left_there_is_nothing_to_merge_with(desk):
    desk.carry_out(again(desk, MASK))
    assert again(desk, "SOCKS-5").flags == []


def test_i9_another_channel_buyer_receiver_payment_warehouse_or_day_is_none(desk):
    again(desk, MASK)
    assert not mergeable(again(desk, "SOCKS-5", channel="phone"))
    assert not mergeable(again(desk, "SOCKS-5", buyer="b-other"))
    assert not mergeable(again(desk, "SOCKS-5", receiver={**HERE, "name": "李雷"}))
    assert not mergeable(again(desk, "SOCKS-5", payment=COD))
    desk.stock("CABLE-USBC", {"SH1": 9})
    assert not mergeable(again(desk, "CABLE-USBC"))
    desk.clock.advance(hours=7)  # 17:30, after Beijing's cut-off
    assert not mergeable(again(desk, "LAUNDRY-2L"))


def test_i9_held_presale_split_and_cold_orders_are_left_alone(desk):
    again(desk, MASK)
    assert not mergeable(again(desk, "SOCKS-5", remark="先别发"))
    assert not mergeable(again(desk, a_line("SOCKS-5", kind="presale")))
    desk.stock("YOGURT-12", {"BJ1": 9})
    desk.change("warehouses", "BJ1", attributes=["cold"])
    assert not mergeable(again(desk, "YOGURT-12"))
    assert not mergeable(again(desk, "STEAK-10", "TEASET-CELADON", receiver={**HERE, **SHANGHAI}))


def test_i9_urgent_orders_do_not_wait_for_it(desk):
    again(desk, MASK)
    case = again(desk, "SOCKS-5", priority="urgent")
    assert case.flags == ["MERGE_CANDIDATE"]
    assert dt.datetime.fromisoformat(case.page["order"]["release_at"]) == desk.clock()
