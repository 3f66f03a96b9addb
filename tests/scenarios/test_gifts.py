"""C6: gifts that rules add: reserved and routed like a line, but an order never waits or splits for one."""

from __future__ import annotations

import pytest

from tests.scenarios.documents import COD, a_line

TOTE = "GIFT-TOTE"
RULE = "coupon.gift-over-500"
FIVE_HUNDRED = a_line("LAUNDRY-2L", 10, unit_cents=5_000)


def give(desk, **changes):
    """Let the shipped promotion run now, perhaps otherwise."""

    def change(document):
        (rule,) = (each for each in document["rules"] if each["id"] == RULE)
        rule.update(effective={"by": "placed_at", "from": "2026-11-11T00:00:00+08:00"}, examples={}, **changes)

    desk.publish("coupon", change)


@pytest.fixture
def promotion(desk):
    give(desk)
    desk.stock(TOTE, {"BJ1": 50})
    return desk


def test_c6_a_gift_is_reserved_routed_and_packed_like_a_line(promotion):
    case = promotion.post(FIVE_HUNDRED)
    assert (case.verdict, case.flags, case.units) == ("approve", [], {"BJ1": {"1": 10, "gift-1": 1}})
    assert case.reserved == {("BJ1", "LAUNDRY-2L"): 10, ("BJ1", TOTE): 1}
    assert promotion.available(TOTE) == {"BJ1": 49}
    (outbound,) = case.actions("outbound")
    assert {"line_no": "gift-1", "sku": TOTE, "quantity": 1} in outbound["payload"]["lines"]
    assert case.decision["gifts"] == [{"line_no": "gift-1", "sku": TOTE, "quantity": 1, "rule": RULE}]
    assert case.decision["payable_cents"] == 50_000
    assert case.shipments[0]["weight_g"] == 10 * 2_150 + 120


def test_c6_only_over_the_amount_in_its_window_and_where_prices_are_ours(desk):
    desk.stock(TOTE, {"BJ1": 50})
    assert "gifts" not in desk.post(FIVE_HUNDRED).decision, "its window has not begun"
    give(desk)
    assert "gifts" not in desk.post(a_line("LAUNDRY-2L", 1, unit_cents=49_999)).decision
    assert "gifts" not in desk.post(FIVE_HUNDRED, channel="taobao").decision
    assert desk.post(FIVE_HUNDRED).units["BJ1"]["gift-1"] == 1


def test_c6_none_left_is_a_flag_and_no_hold(promotion):
    promotion.stock(TOTE, {"BJ1": 1})
    assert promotion.post(FIVE_HUNDRED).flags == []
    case = promotion.post(FIVE_HUNDRED)
    assert (case.verdict, case.flags, case.units) == ("approve", ["GIFT_SHORT"], {"BJ1": {"1": 10}})
    assert [flag["severity"] for flag in case.decision["flags"]] == ["info"]
    assert case.backorders == {}


def test_c6_a_gift_elsewhere_is_no_reason_for_another_shipment_nor_another_warehouse(promotion):
    promotion.stock(TOTE, {"SH1": 50})
    case = promotion.post(FIVE_HUNDRED)
    assert (case.verdict, case.flags, case.units) == ("approve", ["GIFT_SHORT"], {"BJ1": {"1": 10}})


def test_c6_of_several_units_those_that_are_there_go_along(desk):
    give(desk, then=[{"do": "add_gift", "sku": TOTE, "quantity": 3}])
    desk.stock(TOTE, {"BJ1": 2})
    case = desk.post(FIVE_HUNDRED)
    assert (case.units, case.flags) == ({"BJ1": {"1": 10, "gift-1": 2}}, ["GIFT_SHORT"])


def test_c6_a_sku_can_earn_a_gift_that_is_sold_too(desk):
    earns = {"some": "line", "where": {"fact": "line.sku", "is": "eq", "value": "SHAMPOO-750"}}
    give(desk, when=earns, then=[{"do": "add_gift", "sku": "SHAMPOO-750"}, {"do": "add_gift", "sku": "SOCKS-5"}])
    desk.stock("SHAMPOO-750", {"BJ1": 2})
    desk.stock("SOCKS-5", {"BJ1": 9})
    case = desk.post("SHAMPOO-750")
    assert case.units == {"BJ1": {"1": 1, "gift-1": 1, "gift-2": 1}}
    assert case.reserved == {("BJ1", "SHAMPOO-750"): 2, ("BJ1", "SOCKS-5"): 1}
    assert "gifts" not in desk.post("MASK-20").decision


def test_c6_a_number_that_the_order_uses_is_not_taken_again(promotion):
    case = promotion.post({**FIVE_HUNDRED, "line_no": "gift-1"})
    assert case.units == {"BJ1": {"gift-1": 10, "gift-2": 1}}


def test_c6_a_gift_never_goes_alone(promotion):
    card = a_line("GIFTCARD-500", unit_cents=50_000, kind="virtual")
    case = promotion.post(card, receiver=None, delivery={"method": "none"})
    assert (case.verdict, case.shipments, case.flags) == ("approve", [], ["GIFT_SHORT"])
    shipped = promotion.post(card)
    assert (shipped.verdict, shipped.shipments, shipped.flags) == ("approve", [], ["GIFT_SHORT"])


def test_c6_a_gift_that_nobody_knows_is_short(desk):
    give(desk, then=[{"do": "add_gift", "sku": "NO-SUCH-GIFT"}])
    case = desk.post(FIVE_HUNDRED)
    assert (case.verdict, case.flags) == ("approve", ["GIFT_SHORT"])


def test_c6_the_courier_collects_nothing_for_a_gift(promotion):
    case = promotion.post(FIVE_HUNDRED, payment=COD)
    assert [each["payload"]["cod_cents"] for each in case.actions("waybill")] == [50_000]


def test_c6_a_held_order_keeps_its_gift_too(promotion):
    case = promotion.post(FIVE_HUNDRED, receiver={"phone": "1"})
    assert (case.status, case.reserved[("BJ1", TOTE)]) == ("held", 1)
