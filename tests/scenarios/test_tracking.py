"""T1: parcels that nobody collects, and those of which nothing is heard on their way."""

from __future__ import annotations

import pytest

SKU = "LAUNDRY-2L"


@pytest.fixture
def case(desk):
    """An order that its warehouse has."""
    desk.stock(SKU, {"SH1": 9})
    case = desk.post(SKU)
    desk.carry_out(case)
    assert case.status == "released"
    return case


def hang(desk, **later):
    """The clock's turn after so much time: how many orders were flagged."""
    desk.clock.advance(**later)
    return desk.gatehouse.tracking.sweep()


def flags(desk, case):
    (found,) = desk.gatehouse.orders.search({"q": case.order_no})["items"]
    return [each["code"] for each in found["flags"]]


def told(desk, case):
    """What service is asked, and what the buyer is told, each (rule, template)."""
    desk.carry_out(case)
    tasks = [each["rule"] for each in case.page["tasks"] if each["queue"] == "service"]
    return tasks, [each["template"] for each in case.page["vendors"]["notices"] if "parcel" in each["template"]]


def test_t1_a_parcel_without_a_scan_for_two_days_is_looked_into_and_its_buyer_told(desk, case):
    desk.tell(case.shipments[0], "shipped")
    assert hang(desk, hours=47) == 0
    assert hang(desk, hours=1) == 1 and hang(desk, hours=1) == 0
    assert flags(desk, case) == ["TRACKING_STALE"]
    assert told(desk, case) == (["engine.no-scan"], ["parcel-no-scan"])
    assert case.shipments[0]["parcels"][0]["waybill_no"] in case.page["vendors"]["notices"][-1]["text"]


def test_t1_a_scan_ends_it_and_another_silence_is_another(desk, case):
    desk.tell(case.shipments[0], "shipped")
    hang(desk, hours=48)
    desk.tell(case.shipments[0], "scanned")
    assert hang(desk, minutes=5) == 0 and flags(desk, case) == []
    assert hang(desk, hours=48) == 1 and flags(desk, case) == ["TRACKING_STALE"]
    assert told(desk, case)[0] == ["engine.no-scan", "engine.no-scan"]
    desk.tell(case.shipments[0], "signed")
    assert hang(desk, hours=72) == 0 and flags(desk, case) == []


def test_t1_a_parcel_that_nobody_collects_for_a_day_is_looked_into(desk, case):
    desk.clock.advance(hours=20)
    desk.tell(case.shipments[0], "packed")
    assert hang(desk, hours=23) == 0
    assert hang(desk, hours=1) == 1
    assert told(desk, case) == (["engine.not-collected"], ["parcel-not-collected"])
    desk.tell(case.shipments[0], "shipped")
    assert hang(desk, minutes=5) == 0 and flags(desk, case) == []


def test_t1_a_warehouse_that_reports_nothing_has_a_day_from_the_day_it_ships_on(desk, case):
    assert hang(desk, hours=23) == 0
    assert hang(desk, hours=25) == 1 and flags(desk, case) == ["TRACKING_STALE"]


def test_t1_what_is_picked_up_waits_for_the_buyer(desk):
    desk.stock(SKU, {"ST-SH": 9})
    case = desk.post(SKU, receiver=None, delivery={"method": "pickup", "pickup_store": "ST-SH"})
    desk.carry_out(case)
    assert case.status == "released" and hang(desk, hours=100) == 0


@pytest.mark.parametrize("kind", ["returned", "lost", "damaged"])
def test_t1_the_buyer_is_told_what_became_of_the_parcel(desk, case, kind):
    desk.tell(case.shipments[0], "shipped")
    desk.tell(case.shipments[0], kind)
    assert told(desk, case) == ([f"engine.{kind}"], [f"parcel-{kind}"])
