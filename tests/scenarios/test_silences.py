"""I10: a channel that has gone silent, and orders that never came. It is Wednesday, 11 November 2026, half past ten."""

from __future__ import annotations

import datetime as dt

import pytest

from workers.vendors.notices import tell_of_silences

TODAY = dt.date(2026, 11, 11)


def at(clock, days_ago=0):
    return f"{TODAY - dt.timedelta(days=days_ago)}T{clock}:00+08:00"


def silent(desk):
    return [each.channel for each in desk.gatehouse.silences.now()]


def told(desk):
    with desk.gatehouse.database.read() as uow:
        return [each["text"] for each in uow.vendors.of("")["notices"]]


@pytest.fixture
def usual(desk):
    """Three orders between eight and ten on each of five days, and one at half past seven today and then."""

    def post(mornings):
        for days_ago in range(1, 6):
            for clock in ("07:30", *mornings):
                desk.post("CABLE-USBC", channel="taobao", placed_at=at(clock, days_ago))
        desk.post("CABLE-USBC", channel="taobao", placed_at=at("07:30"))

    return post


def test_i10_three_usual_silences_without_an_order_are_told_once_and_shown(desk, usual):
    usual(("08:10", "09:00", "09:50"))
    assert silent(desk) == ["taobao"]
    assert [tell_of_silences(desk.gatehouse) for _ in range(2)] == [1, 1]
    (text,) = told(desk)
    assert "11-11 07:30" in text
    desk.post("CABLE-USBC", channel="taobao", placed_at=at("10:29"))
    assert silent(desk) == []


def test_i10_a_shorter_silence_is_usual(desk, usual):
    usual(("08:10", "09:00"))
    assert (silent(desk), tell_of_silences(desk.gatehouse), told(desk)) == ([], 0, [])


def test_i10_the_night_is_usually_silent(desk, usual):
    usual(("08:10", "09:00", "09:50"))
    desk.post("CABLE-USBC", channel="taobao", placed_at=at("10:25"))
    desk.clock.advance(hours=20)
    assert silent(desk) == []
    desk.clock.advance(hours=4)
    assert silent(desk) == ["taobao"]


def test_i10_a_new_or_a_disabled_channel_has_no_usual(desk, usual):
    usual(("08:10", "09:00", "09:50"))
    desk.change("channels", "taobao", enabled=False)
    for clock in ("08:00", "09:00", "09:30", "10:00"):
        desk.post("CABLE-USBC", channel="jd", placed_at=at(clock, 1))
    assert silent(desk) == []


def test_i10_orders_that_never_came_are_told_once(desk):
    asked = {"from": at("00:00"), "to": at("10:30"), "channel_order_nos": ["TB-1", "TB-2"]}
    for _ in range(2):
        assert desk.gatehouse.orders.reconcile("taobao", asked)["missing"] == ["TB-1", "TB-2"]
    (text,) = told(desk)
    assert "taobao" in text and "2 单" in text and "TB-1, TB-2" in text
