"""What stands of earlier decisions, and how far an order has come by its shipments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.decision import Gift
from engine.standing import as_shipment, planned_of, shipping_status, units_reserved, units_standing
from tests.engine.store.samples import a_decision, an_order


@pytest.mark.parametrize(
    ("statuses", "backordered", "status"),
    [
        ([], False, "approved"),
        (["planned"], False, "approved"),
        (["released", "planned"], False, "approved"),
        (["released", "packed"], False, "released"),
        (["packed"], True, "released"),
        (["shipped", "planned"], False, "partially_shipped"),
        (["shipped", "packed"], False, "partially_shipped"),
        (["shipped"], True, "partially_shipped"),
        (["shipped", "signed"], False, "shipped"),
        (["shipped", "lost"], False, "shipped"),
        (["signed", "signed"], False, "delivered"),
    ],
)
def test_an_order_shows_the_least_advanced_of_its_shipments(statuses, backordered, status):
    assert shipping_status(statuses, backordered) == status


def test_a_shipment_that_stands_is_shown_as_it_was_planned():
    order, decision = an_order(), a_decision(an_order())
    (stands,) = planned_of(order, decision)
    assert as_shipment(stands) == decision.shipments[0]


def test_gifts_of_rules_are_told_apart():
    (shipment,) = a_decision(an_order()).shipments
    (line,) = shipment.lines
    gift = Gift("gift-1", "MUG", 1, "rule")
    decision = a_decision(an_order(), gifts=(gift,), shipments=(_with(shipment, line, type(line)("gift-1", 1)),))
    (stands,) = planned_of(an_order(), decision)
    assert [(each.sku, each.gift) for each in stands.lines] == [("TEA", False), ("MUG", True)]


def _with(shipment, *lines):
    return replace(shipment, lines=lines)


def test_units_stay_reserved_until_they_have_left():
    (stands,) = planned_of(an_order(), a_decision(an_order()))
    left = _status(stands, "shipped")
    assert units_reserved([_status(stands, "packed")]) == {("SH1", "TEA"): 2}
    assert units_reserved([left]) == {}
    assert units_standing([left]) == {("1", "TEA"): 2}, "nor are they planned again"


def _status(stands, status):
    return replace(stands, status=status)
