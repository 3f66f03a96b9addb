"""What has become of a parcel is said on its order's page, though nothing was decided since."""

from __future__ import annotations

import pytest

from engine.service.principals import Principal
from tests.admin.conftest import APPROVED
from workers import jobs

LIN = Principal("person", "lin", frozenset({"ops"}))


@pytest.fixture
def tell(gatehouse, clock):
    """Its warehouse has the order; tells of its shipment."""
    clock.advance(minutes=31)
    jobs.bind(gatehouse)
    jobs.carry_out(APPROVED)
    (shipment,) = gatehouse.orders.page(APPROVED)["decision"]["shipments"]

    def report(type_: str) -> None:
        event = {"event_id": type_, "type": type_, "at": clock().isoformat(), "shipment_no": shipment["shipment_no"]}
        gatehouse.vendor_events.report(shipment["warehouse"], event, LIN)

    return report


def test_a_parcel_that_hangs_is_flagged_on_the_page_until_it_goes_on(tell, gatehouse, clock, visit) -> None:
    tell("shipped")
    clock.advance(hours=47)
    assert gatehouse.tracking.sweep() == 0 and "物流停滞" not in visit("otto").get(f"/console/orders/{APPROVED}").text
    clock.advance(hours=1)
    assert gatehouse.tracking.sweep() == 1
    page = visit("otto").get(f"/console/orders/{APPROVED}").text
    assert "物流停滞" in page and "48 小时无物流更新" in page
    tell("signed")
    gatehouse.tracking.sweep()
    assert "物流停滞" not in visit("otto").get(f"/console/orders/{APPROVED}").text


def test_a_parcel_that_is_lost_is_flagged_once(tell, visit) -> None:
    tell("shipped")
    tell("lost")
    assert visit("otto").get(f"/console/orders/{APPROVED}").text.count("包裹丢失</span>") == 2, "a chip and its message"
