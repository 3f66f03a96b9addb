"""T1, T2: a shipment of several parcels, of which each has a fate of its own."""

from __future__ import annotations

import pytest

from tests.scenarios.desk import OPS
from tests.scenarios.documents import a_line

SKU = "PUZZLE-WOOD"


@pytest.fixture
def case(desk):
    """Two units of 20 kg that are on their way in a parcel each."""
    desk.change("skus", SKU, weight_g=20_000)
    desk.stock(SKU, {"BJ1": 9})
    case = desk.post(a_line(SKU, 2), delivery={"service_level": "next_day"})
    desk.hand_over(case)
    desk.tell(case.shipments[0], "shipped")
    assert len(labels(case)) == 2
    return case


def labels(case):
    return [each["waybill_no"] for each in case.shipments[0]["parcels"]]


def tell(desk, case, type_, parcel, event_id="", **data):
    """The carrier tells of one parcel."""
    document = {
        "event_id": event_id or f"{type_}-{parcel}", "type": type_, "at": desk.clock().isoformat(),
        "waybill_no": labels(case)[parcel], "data": data,
    }  # fmt: skip
    answer = desk.gatehouse.vendor_events.report(case.shipments[0]["carrier"], document, OPS)
    desk.carry_out(case)
    return answer


def asked(case):
    return sorted(each["rule"] for each in case.page["tasks"])


def on_hand(desk):
    (row,) = desk.gatehouse.stock.rows(sku=SKU, warehouse="BJ1")["items"]
    return row["on_hand"]


def test_t2_it_is_delivered_once_every_parcel_is_signed_for(desk, case):
    assert tell(desk, case, "signed", 0)["applied"] and case.status == "shipped"
    assert tell(desk, case, "signed", 0, "again")["why_not"] == "late"
    assert tell(desk, case, "signed", 1)["status"] == "signed" and case.status == "delivered"


def test_t1_a_parcel_that_is_lost_beside_one_that_has_come_is_seen_to_and_named_to_the_buyer(desk, case):
    tell(desk, case, "signed", 0)
    lost = tell(desk, case, "lost", 1)
    assert (lost["applied"], lost["status"], case.status) == (True, "lost", "shipped")
    assert asked(case) == ["engine.lost"]
    (told,) = [each["text"] for each in case.page["vendors"]["notices"] if each["template"] == "parcel-lost"]
    here, gone = labels(case)
    assert gone in told and here not in told
    assert [each["code"] for each in case.page["flags"]] == ["PARCEL_LOST"]


def test_t1_two_parcels_that_are_lost_are_two_tasks(desk, case):
    tell(desk, case, "lost", 0), tell(desk, case, "lost", 1)
    assert asked(case) == ["engine.lost"] * 2


def test_t1_parcels_that_come_back_one_by_one_are_counted_for_nobody_knows_what_was_in_them(desk, case):
    tell(desk, case, "returned", 0, sellable=True)
    assert (on_hand(desk), case.status) == (7, "shipped")
    assert asked(case) == ["engine.part-back", "engine.returned"]
    desk.receive("BJ1", SKU, 1)
    tell(desk, case, "returned", 1, sellable=True)
    assert (on_hand(desk), case.status) == (8, "returned"), "what somebody has booked in is not booked in again"
    assert asked(case).count("engine.part-back") == 2


def test_t1_a_whole_shipment_that_comes_back_is_on_the_shelf_again(desk, case):
    desk.tell(case.shipments[0], "returned", sellable=True)
    assert (on_hand(desk), case.status) == (9, "returned")


def test_t2_what_is_told_of_the_whole_shipment_is_true_of_every_parcel(desk, case):
    desk.tell(case.shipments[0], "signed")
    assert case.status == "delivered"
    assert tell(desk, case, "lost", 1)["why_not"] == "late"
