"""What of all that stands should not leave any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from engine.decision import Hold, Plan
from engine.order import Line
from engine.recalls import recall_actions, recalls
from engine.standing import receiver_digest
from engine.world import ManualHold, Standing, StandingLine, World
from tests.engine.store.samples import NOON, RECEIVER, an_order


def shipment(number: str, *lines: StandingLine, **changes) -> Standing:
    stands = Standing(
        number, "SH1", "SF", "SF-AIR", 1200, 500, 10, NOON.date(), None, lines or (StandingLine("1", "TEA", 2),),
        receiver=receiver_digest(RECEIVER),
    )  # fmt: skip
    return replace(stands, **changes)


def back(*standing: Standing, order=None, holds=(), rejected=False, refused=False, **world):
    """The numbers of what is asked back, and of what cannot be."""
    found = recalls(order or an_order(), World(standing=standing, **world), Plan(), rejected, holds, refused)
    return [each.shipment_no for each in found.asked], [each.shipment_no for each in found.unstoppable]


def a_hold(reason: str) -> Hold:
    return Hold(reason, None, "red", None, None, "r")


def test_what_fits_the_order_goes_on():
    assert back(shipment("1")) == ([], [])
    assert back(shipment("1"), holds=[a_hold("HIGH_VALUE")]) == ([], [])


def test_nothing_of_a_rejected_order_leaves():
    assert back(shipment("1"), shipment("2"), rejected=True) == (["1", "2"], [])


def test_what_has_left_is_not_asked_back():
    assert back(shipment("1", status="shipped"), shipment("2"), rejected=True) == (["2"], [])


def test_a_warehouse_that_said_no_is_not_asked_again():
    assert back(shipment("1", unstoppable=True), rejected=True) == ([], ["1"])


def test_a_person_or_a_refund_has_everything_stopped():
    taken_back = ManualHold("MANUAL", "", "lin", NOON, recalls=True)
    assert back(shipment("1"), manual_holds=(taken_back,)) == (["1"], [])
    assert back(shipment("1"), manual_holds=(replace(taken_back, recalls=False),)) == ([], [])
    assert back(shipment("1"), holds=[a_hold("REFUND_REQUESTED")]) == (["1"], [])


def test_what_goes_to_somebody_else_is_stopped():
    moved = an_order(receiver=replace(RECEIVER, address="another street 1"))
    assert back(shipment("1"), order=moved) == (["1"], [])
    assert back(shipment("1", receiver=None), order=moved) == ([], []), "from before receivers were written down"


def test_the_latest_shipments_that_hold_too_much_are_stopped():
    one, two = StandingLine("1", "TEA", 1), StandingLine("1", "TEA", 2)
    three = an_order(lines=(Line("1", "TEA", 3, 3990),))
    assert back(shipment("1", two), shipment("2", one), order=three) == ([], [])
    assert back(shipment("1", two), shipment("2", one)) == (["2"], [])
    fewest = an_order(lines=(Line("1", "TEA", 1, 3990),))
    assert back(shipment("1", two), shipment("2", one), order=fewest) == (["1", "2"], [])


def test_a_line_that_is_gone_or_holds_another_sku_or_is_refunded_is_stopped():
    assert back(shipment("1"), order=an_order(lines=(Line("2", "MUG", 1, 3990),))) == (["1"], [])
    assert back(shipment("1"), order=an_order(lines=(Line("1", "MUG", 2, 3990),))) == (["1"], [])
    requested = an_order(lines=(Line("1", "TEA", 2, 3990, refund_status="requested"),))
    assert back(shipment("1"), order=requested) == (["1"], [])
    assert back(shipment("1"), order=requested, refused=True) == ([], []), "a person let it go"


def test_gifts_are_never_a_reason():
    gift = StandingLine("gift-1", "MUG", 1, gift=True)
    assert back(shipment("1", StandingLine("1", "TEA", 2), gift)) == ([], [])


def test_labels_are_given_back_after_the_warehouse_has_answered():
    found = recalls(an_order(), World(standing=(shipment("1"),)), Plan(), True, (), False)
    cancel, void = recall_actions(found, World(), NOON.astimezone(dt.UTC))
    assert (cancel.type, void.type) == ("cancel_outbound", "void_waybill")
    assert cancel.id in void.after
    picked_up = recalls(an_order(), World(standing=(shipment("1", carrier=None),)), Plan(), True, (), False)
    assert [each.type for each in recall_actions(picked_up, World(), NOON.astimezone(dt.UTC))] == ["cancel_outbound"]


def test_people_catch_what_cannot_be_stopped():
    found = recalls(an_order(), World(standing=(shipment("1", unstoppable=True),)), Plan(), True, (), False)
    (task,) = recall_actions(found, World(), NOON.astimezone(dt.UTC))
    assert (task.type, task.payload["queue"], task.payload["subject"]) == ("task", "logistics", "shipment:1")
