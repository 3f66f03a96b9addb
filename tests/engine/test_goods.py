from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import goods
from engine.coupons import net_unit_cents
from engine.decision import AliasedLine, Plan
from engine.order import Buyer, Coupon, Delivery, Line, Order, Payment
from engine.world import Component, Sku, World


def sku(code, *components, floor=None):
    parts = tuple(Component(each, count) for each, count in components)
    return Sku(code, f"title of {code}", "care", 100, floor_cents=floor, components=parts)


def by_code(*skus):
    return {each.code: each for each in skus}


def an_order(*lines, **changes):
    values = {
        "channel": "own-shop", "channel_order_no": "1", "placed_at": dt.datetime(2026, 11, 11, tzinfo=dt.UTC),
        "currency": "CNY", "buyer": Buyer("b"), "receiver": None, "lines": lines, "payment": Payment("paid"),
        "delivery": Delivery("ship"), "payable_cents": 0,
    }  # fmt: skip
    return Order(**values | changes)


CARE = by_code(
    sku("CARE", ("SOAP", 1), ("SOFT", 2), floor=4_800), sku("SOAP", floor=1_900), sku("SOFT", floor=1_200)
)
HOME = {**CARE, **by_code(sku("HOME", ("CARE", 2), ("TISSUE", 3)), sku("TISSUE"))}


def parts(order, skus):
    return [
        (each.line.line_no, each.line.sku, each.line.quantity) for each in goods.components(order, skus)
    ]


def total(line):
    return line.quantity * line.unit_cents - line.discount_cents


# what an order names


def test_a_code_of_the_channel_becomes_our_sku_on_lines_and_in_what_coupons_are_for():
    order = an_order(
        Line("1", "645", 2, 100), Line("2", "SOAP", 1, 100), coupons=(Coupon("C", skus=("645", "SOFT")), Coupon("D")),
    )  # fmt: skip
    world = World(aliases={"645": "OOLONG"})
    ours = goods.ours(order, world)
    assert [line.sku for line in ours.lines] == ["OOLONG", "SOAP"]
    assert [coupon.skus for coupon in ours.coupons] == [("OOLONG", "SOFT"), None]
    assert goods.aliased(order, world) == (AliasedLine("1", "645", "OOLONG"),)
    assert goods.codes_in(order) == {"645", "SOAP", "SOFT"}
    assert goods.ours(order, World()) is order


def test_an_alias_is_looked_up_once_and_goes_before_a_sku_of_ours():
    order = an_order(Line("1", "A", 1, 100))
    assert goods.ours(order, World(aliases={"A": "B", "B": "C"})).lines[0].sku == "B"


# what is in a bundle


def test_contents_are_opened_and_added_up_in_the_order_in_which_they_are_named():
    home = sku("HOME", ("CARE", 2), ("SOAP", 1), ("TISSUE", 3))
    assert goods.contents(home, {**HOME, "HOME": home}) == {"SOAP": 3, "SOFT": 4, "TISSUE": 3}
    assert goods.contents(HOME["SOAP"], HOME) == {}


def test_an_unknown_component_is_named_like_any_other():
    assert goods.contents(sku("B", ("GONE", 2)), {}) == {"GONE": 2}


def chain(length):
    """B1 holds B2 holds … holds LEAF."""
    names = [*(f"B{at}" for at in range(1, length + 1)), "LEAF"]
    return by_code(*(sku(name, (inner, 2)) for name, inner in zip(names, names[1:], strict=False)), sku("LEAF"))


def test_bundles_nest_so_deep_and_no_deeper():
    deepest = chain(goods.MAX_DEPTH)
    assert goods.contents(deepest["B1"], deepest) == {"LEAF": 2**goods.MAX_DEPTH}
    too_deep = chain(goods.MAX_DEPTH + 1)
    assert goods.contents(too_deep["B1"], too_deep) == {}
    assert goods.contents(too_deep["B2"], too_deep) == {"LEAF": 2**goods.MAX_DEPTH}


def test_bundles_that_hold_themselves_or_too_much_come_to_nothing():
    circle = by_code(sku("A", ("B", 1)), sku("B", ("C", 1), ("A", 1)), sku("C"))
    assert goods.contents(circle["A"], circle) == goods.contents(circle["B"], circle) == {}
    wide = sku("W", *((f"S{at}", 1) for at in range(goods.MAX_COMPONENTS)))
    assert len(goods.contents(wide, {})) == goods.MAX_COMPONENTS
    assert goods.contents(replace(wide, components=(*wide.components, Component("MORE", 1))), {}) == {}
    wider = by_code(sku("W2", *((f"W1-{at}", 1) for at in range(90))), *(
        sku(f"W1-{at}", *((f"S{other}", 1) for other in range(90))) for at in range(90)
    ))  # fmt: skip
    assert goods.contents(wider["W2"], wider) == {}


def test_skus_are_read_until_nothing_is_left_to_open():
    reads = []

    def read(codes):
        reads.append(codes)
        return {code: HOME[code] for code in codes if code in HOME}

    assert list(goods.opened({"HOME", "NOBODY"}, read)) == ["CARE", "HOME", "SOAP", "SOFT", "TISSUE"]
    assert reads == [["HOME", "NOBODY"], ["CARE", "TISSUE"], ["SOAP", "SOFT"]]
    circle = by_code(sku("A", ("B", 1)), sku("B", ("A", 1)))
    assert list(goods.opened({"A"}, lambda codes: {code: circle[code] for code in codes})) == ["A", "B"]


def test_what_is_wrong_with_a_bundle_is_told_before_it_is_kept():
    def why(bundle, known):
        return goods.why_not_a_bundle(bundle, lambda codes: {code: known[code] for code in codes if code in known})

    assert why(HOME["HOME"], HOME) is None and why(HOME["SOAP"], HOME) is None
    assert "must not hold itself" in why(sku("CARE", ("HOME", 1)), HOME)
    too_deep = chain(goods.MAX_DEPTH + 1)
    assert why(too_deep["B1"], too_deep)


def test_as_many_bundles_can_be_made_as_the_scarcest_component_allows():
    assert goods.bundles_of({"SOAP": 1, "SOFT": 2}, {"SOAP": 9, "SOFT": 5}) == 2
    assert goods.bundles_of({"SOAP": 1, "SOFT": 2}, {"SOAP": 9}) == 0
    assert goods.bundles_of({}, {"SOAP": 9}) == 0


# the lines that bundles come apart into


def test_a_line_of_a_bundle_becomes_a_line_for_each_component():
    line = Line("7", "CARE", 3, 8_490, title="洗护套装", kind="presale", refund_status="requested", remark="蓝色")
    (first, second) = goods.components(an_order(line, Line("8", "SOAP", 1, 100)), HOME)
    assert (first.of_line, first.bundle, first.line.title) == ("7", "CARE", "title of SOAP")
    assert (first.line.kind, first.line.refund_status, first.line.remark) == ("presale", "requested", "")
    assert [(each.line.line_no, each.line.quantity) for each in (first, second)] == [("7.1", 3), ("7.2", 6)]


def test_derived_numbers_keep_clear_of_those_that_the_order_has():
    lines = [Line("1", "CARE", 1, 100), Line("1.2", "CARE", 1, 100), Line("1.", "CARE", 1, 100)]
    derived = [number for number, _, _ in parts(an_order(*lines), CARE)]
    assert derived == ["1..1", "1..2", "1.2.1", "1.2.2", "1...1", "1...2"]
    assert not {line.line_no for line in lines} & set(derived)


def test_the_price_is_shared_by_floor_prices_where_all_have_one_else_alike():
    def prices(skus, cents=4_300):
        return [total(each.line) for each in goods.components(an_order(Line("1", "CARE", 1, cents)), skus)]

    assert prices(CARE) == [1_900, 2_400]
    assert prices({**CARE, "SOFT": sku("SOFT")}) == [1_433, 2_867], "one third and two, the rest to the larger"
    assert prices({**CARE, "SOFT": sku("SOFT", floor=0)}) == [1_433, 2_867]
    assert prices({"CARE": CARE["CARE"]}) == [1_433, 2_867]


def test_picked_lines_have_components_in_place_of_the_bundle_and_judged_ones_have_both():
    order = an_order(Line("1", "SOAP", 1, 100), Line("2", "CARE", 1, 100), Line("3", "GONE", 1, 100))
    components = goods.components(order, CARE)
    assert [line.line_no for line in goods.picked(order, components)] == ["1", "2.1", "2.2", "3"]
    assert [line.line_no for line in goods.judged(order, components)] == ["1", "2", "2.1", "2.2", "3"]
    assert goods.picked(order, ()) is goods.judged(order, ()) is order.lines


@st.composite
def bundles(draw):
    """Skus of which any may hold those after it, down to five deep."""
    names = [f"S{at}" for at in range(draw(st.integers(2, 8)))]
    made = []
    for at, name in enumerate(names):
        inside = draw(st.lists(st.sampled_from(names[at + 1 :]), unique=True, max_size=3)) if names[at + 1 :] else []
        floor = draw(st.none() | st.integers(0, 5_000))
        made.append(sku(name, *((each, draw(st.integers(1, 4))) for each in inside), floor=floor))
    return by_code(*made)


LINES = st.builds(
    Line, line_no=st.sampled_from(["1", "2", "1.1", "1.", "1.1.1", "2.2"]),
    sku=st.sampled_from([f"S{at}" for at in range(8)]), quantity=st.integers(1, 50), unit_cents=st.integers(0, 10**6),
    discount_cents=st.integers(0, 10**6),
)  # fmt: skip


@settings(max_examples=300)
@given(bundles(), st.lists(LINES, min_size=1, max_size=5, unique_by=lambda line: line.line_no))
def test_whatever_is_nested_units_and_cents_add_up_and_numbers_are_unique(skus, lines):
    order = an_order(*lines)
    components = goods.components(order, skus)
    numbers = [line.line_no for line in goods.judged(order, components)]
    assert len(numbers) == len(set(numbers)) == len(lines) + len(components)
    for line in lines:
        inside = [each.line for each in components if each.of_line == line.line_no]
        held = goods.contents(skus[line.sku], skus) if line.sku in skus else {}
        assert {each.sku: each.quantity for each in inside} == {
            code: units * line.quantity for code, units in held.items()
        }
        if inside:
            assert sum(map(total, inside)) == total(line)
            assert not any(skus[each.sku].components for each in inside)
            assert all(0 <= each.discount_cents < each.quantity for each in inside)


@settings(max_examples=200)
@given(bundles(), st.lists(LINES, min_size=1, max_size=4, unique_by=lambda line: line.line_no), st.integers(0, 10**7))
def test_what_coupons_leave_of_a_bundle_is_left_of_its_components(skus, lines, off_cents):
    order = an_order(*lines, coupons=(Coupon("C", discount_cents=off_cents),))
    components = goods.components(order, skus)
    nets = net_unit_cents(order, Plan(components=components))
    for line in lines:
        inside = [each.line for each in components if each.of_line == line.line_no]
        if inside:
            least = sum(nets[each.line_no] * each.quantity for each in inside)
            whole = nets[line.line_no] * line.quantity
            assert whole - sum(each.quantity for each in inside) < least < whole + line.quantity


def test_a_price_of_exactly_the_floors_leaves_each_component_at_its_floor():
    order = an_order(Line("1", "CARE", 3, 8_490), coupons=(Coupon("C", discount_cents=3 * 4_190),))
    nets = net_unit_cents(order, Plan(components=goods.components(order, CARE)))
    assert nets == {"1": 4_300, "1.1": 1_900, "1.2": 1_200}


@pytest.mark.parametrize("quantity", [1, 7])
def test_a_free_bundle_is_free_in_all_its_parts(quantity):
    lines = [each.line for each in goods.components(an_order(Line("1", "CARE", quantity, 0)), CARE)]
    assert [(each.unit_cents, each.discount_cents) for each in lines] == [(0, 0), (0, 0)]
