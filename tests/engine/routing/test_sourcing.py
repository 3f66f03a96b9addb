from __future__ import annotations

from dataclasses import replace

import pytest

from engine.decision import Backorder, Exclusion
from engine.order import Line
from engine.world import Coverage, CoverageRow, RateCard, Step, Zone


def card(code, first_cents, additional_cents=100, days=2, **more):
    return RateCard(code, (Zone((), (), (Step(1000, first_cents),), 1000, additional_cents, days=days),), **more)


def used(route):
    return {each.warehouse: {line.line_no: line.quantity for line in each.lines} for each in route.shipments}


def reasons(route, subject):
    kind, _, code = subject.partition(":")
    found = next(each for each in route.candidates if (each.kind, each.code) == (kind, code))
    return [each.code for each in found.excluded]


def candidate(route, code):
    return next(each for each in route.candidates if each.code == code)


def test_one_warehouse_that_fills_all_beats_a_cheaper_split(stage):
    stage.lines(A=2, B=2)
    stage.holds("SH1", A=2)
    stage.holds("SH2", B=2)
    stage.holds("BJ1", A=2, B=2)
    stage.warehouse("BJ1", handling_cents=9000)
    assert used(stage.run()) == {"BJ1": {"1": 2, "2": 2}}


def test_cheapest_of_the_warehouses_that_fill_it(stage):
    stage.holds("BJ1", A=9)
    stage.holds("GZ1", A=9)
    stage.warehouse("BJ1", handling_cents=1)
    route = stage.run()
    assert used(route) == {"GZ1": {"1": 2}}
    assert route.cost_cents == 1000


def test_at_equal_cost_the_nearer_one(stage):
    stage.holds("BJ1", A=9)
    stage.holds("SH1", A=9)
    stage.holds("GZ1", A=9)
    assert list(used(stage.run())) == ["SH1"]


def test_at_equal_cost_and_distance_the_lower_code(stage):
    stage.holds("SH2", A=9)
    stage.holds("SH1", A=9)
    assert list(used(stage.run())) == ["SH1"]


@pytest.mark.parametrize(
    ("preference", "chosen"),
    [
        (("distance",), "SH1"),
        (("cost",), "BJ1"),
        (("priority",), "GZ1"),
        (("most_stock",), "CD1"),
        (("rules", "cost"), "BJ1"),
        (("rules", "fewest_shipments", "most_stock"), "CD1"),
    ],
)
def test_the_admins_preference_decides(stage, preference, chosen):
    for code, units, handling, priority in [("SH1", 5, 30, 3), ("BJ1", 4, 0, 2), ("GZ1", 3, 20, 1), ("CD1", 99, 10, 4)]:
        stage.holds(code, A=units)
        stage.warehouse(code, handling_cents=handling, priority=priority)
    stage.preference = preference
    assert list(used(stage.run())) == [chosen]


def test_unknown_preference_is_refused(stage):
    stage.holds("SH1", A=2)
    stage.preference = ("nearest",)
    with pytest.raises(ValueError, match="nearest"):
        stage.run()


def test_a_rank_given_by_rules_outweighs_cost(stage):
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=9)
    stage.warehouse("BJ1", handling_cents=5000)
    route = stage.run(ranks={"warehouse:BJ1": 1})
    assert list(used(route)) == ["BJ1"]
    assert candidate(route, "BJ1").rank == 1
    assert candidate(route, "SH1").rank is None


def test_a_preferred_warehouse_with_a_part_is_no_reason_to_split(stage):
    stage.holds("SH1", A=1)
    stage.holds("BJ1", A=2)
    assert used(stage.run(ranks={"warehouse:SH1": 1})) == {"BJ1": {"1": 2}}


def test_ranks_do_not_count_where_the_preference_leaves_rules_out(stage):
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=9)
    stage.preference = ("cost", "distance")
    assert list(used(stage.run(ranks={"warehouse:BJ1": 1}))) == ["SH1"]


def test_a_rank_on_a_service_outweighs_its_price(stage):
    stage.holds("SH1", A=9)
    stage.service("SF-AIR", card("SF-AIR", 2500))
    assert stage.run().shipments[0].service == "SF-STD"
    assert stage.run(ranks={"service:SH1/SF-AIR": 1}).shipments[0].service == "SF-AIR"
    stage.preference = ("cost", "rules")
    assert stage.run(ranks={"service:SH1/SF-AIR": 1}).shipments[0].service == "SF-STD"


def test_split_when_nobody_has_all(stage):
    stage.lines(A=2, B=1)
    stage.holds("SH1", A=2)
    stage.holds("BJ1", B=1)
    route = stage.run()
    assert route.outcome == "complete"
    assert used(route) == {"BJ1": {"2": 1}, "SH1": {"1": 2}}
    assert [each.shipment_no for each in route.shipments] == ["S1", "S2"]
    assert route.cost_cents == 2000
    assert route.split_added_cents == 1000 - 100  # one shipment of 1.5 kg would cost 1,100


def test_a_line_is_divided_only_where_it_must_be(stage):
    stage.lines(A=4, B=2)
    stage.holds("SH1", A=3, B=2)
    stage.holds("BJ1", A=1, B=2)
    stage.service("SF-STD", card("SF-STD", 1000, additional_cents=0))
    assert used(stage.run()) == {"BJ1": {"1": 1}, "SH1": {"1": 3, "2": 2}}


def test_a_line_is_divided_where_that_is_cheaper(stage):
    stage.lines(A=4, B=2)
    stage.holds("SH1", A=3, B=2)
    stage.holds("BJ1", A=1, B=2)
    route = stage.run()
    assert used(route) == {"BJ1": {"1": 1, "2": 1}, "SH1": {"1": 3, "2": 1}}  # 1 kg and 2 kg, not 0.5 kg and 2.5 kg
    assert route.cost_cents == 1000 + 1100


def test_two_lines_of_one_sku_share_its_stock(stage):
    stage.order = replace(stage.order, lines=(Line("1", "A", 2, 1000), Line("2", "A", 2, 1000)))
    stage.holds("SH1", A=3)
    stage.holds("BJ1", A=1)
    assert used(stage.run()) == {"BJ1": {"1": 1}, "SH1": {"1": 1, "2": 2}}


def test_best_split_is_not_the_nearest_first_one(stage):
    stage.lines(A=1, B=1)
    stage.sku("C")
    stage.lines(A=1, B=1, C=1)
    stage.holds("SH1", A=1)  # nearest, and useless once the other two are taken
    stage.holds("BJ1", A=1, B=1)
    stage.holds("GZ1", C=1)
    route = stage.run()
    assert list(used(route)) == ["BJ1", "GZ1"]
    assert route.greedy == {"cost_cents": 3000, "shipments": 3, "warehouses": ["SH1", "BJ1", "GZ1"]}
    assert route.cost_cents == 2000


def test_not_to_be_split_and_no_single_warehouse_has_all(stage):
    stage.lines(A=2, B=1)
    stage.holds("SH1", A=2)
    stage.holds("BJ1", B=1)
    route = stage.run(ship_together=True)
    assert (route.outcome, route.shipments) == ("split_forbidden", ())
    assert candidate(route, "SH1").excluded == (Exclusion("INSUFFICIENT_STOCK", detail={"wanted": 3, "available": 2}),)
    assert stage.run(max_shipments=1).outcome == "split_forbidden"
    assert stage.run(max_shipments=2).outcome == "complete"


def test_too_few_units_anywhere(stage):
    stage.holds("SH1", A=1)
    route = stage.run()
    assert (route.outcome, route.shipments, route.backorders) == ("short", (), ())
    assert {each.code for each in route.candidates} == {"SH1", "SH1/SF-STD"}


def test_on_backorder_the_most_units_leave_first(stage):
    stage.lines(A=5, B=2)
    stage.holds("SH1", A=3)
    stage.holds("BJ1", A=1, B=2)
    route = stage.run(allow_backorder=True)
    assert route.outcome == "backordered"
    assert used(route) == {"BJ1": {"1": 1, "2": 2}, "SH1": {"1": 3}}
    assert route.backorders == (Backorder("1", 1),)


def test_on_backorder_with_a_limit_the_fullest_warehouse(stage):
    stage.lines(A=5, B=2)
    stage.holds("SH1", A=4)
    stage.holds("BJ1", A=3, B=2)
    route = stage.run(allow_backorder=True, max_shipments=1)
    assert used(route) == {"BJ1": {"1": 3, "2": 2}}
    assert route.backorders == (Backorder("1", 2),)


def test_backorder_of_nothing_at_all_is_short(stage):
    stage.holds("SH1", A=0)
    assert stage.run(allow_backorder=True).outcome == "short"


def test_what_must_ship_together_is_never_partly_on_backorder(stage):
    stage.holds("SH1", A=1)
    assert stage.run(allow_backorder=True, ship_together=True).outcome == "short"


def test_no_warehouse_is_left(stage):
    stage.holds("SH1", A=9)
    stage.warehouse("SH1", enabled=False)
    stage.holds("BJ1", A=9)
    route = stage.run(excluded={"warehouse:BJ1": (Exclusion("RULE", "warehouse.not-bj"),)})
    assert route.outcome == "no_warehouse"
    assert candidate(route, "SH1").excluded == (Exclusion("DISABLED"),)
    assert candidate(route, "BJ1").excluded == (Exclusion("RULE", "warehouse.not-bj"),)


def test_nobody_delivers_there(stage):
    stage.holds("SH1", A=9)
    stage.coverage["SF-STD"] = Coverage("SF-STD", (CoverageRow(False, province="江苏", note="停运"),))
    route = stage.run()
    assert route.outcome == "not_covered"
    assert reasons(route, "warehouse:SH1") == ["NO_CARRIER"]
    assert candidate(route, "SH1/SF-STD").excluded[0].detail == {"province": "江苏", "note": "停运"}


def test_somebody_delivers_there_but_not_these_goods(stage):
    stage.sku("A", attributes=frozenset({"fragile"}))
    stage.holds("SH1", A=9)
    assert stage.run().outcome == "no_service"


def test_a_rule_takes_the_only_service_out(stage):
    stage.holds("SH1", A=9)
    route = stage.run(excluded={"service:SH1/SF-STD": (Exclusion("RULE", "carrier.no-sf"),)})
    assert route.outcome == "no_service"


def test_a_rule_that_names_a_built_in_reason_still_excludes(stage):
    stage.holds("SH1", A=9)
    route = stage.run(excluded={"service:SH1/SF-STD": (Exclusion("OVER_WEIGHT", "carrier.light-only"),)})
    assert route.outcome == "no_service"
    route = stage.run(excluded={"warehouse:SH1": (Exclusion("INSUFFICIENT_STOCK", "warehouse.keep"),)})
    assert route.outcome == "no_warehouse"


def test_nothing_to_ship(stage):
    stage.order = replace(stage.order, lines=(Line("1", "A", 1, 1000, kind="virtual"),))
    stage.holds("SH1", A=9)
    route = stage.run()
    assert (route.outcome, route.shipments, route.greedy) == ("none", (), None)


def test_a_pin_outweighs_everything_it_can(stage):
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=9)
    route = stage.run(pins=("warehouse:BJ1", "warehouse:SH1"))
    assert list(used(route)) == ["BJ1"]
    assert candidate(route, "SH1").excluded == (Exclusion("RULE", detail={"pinned": "BJ1"}),)


def test_a_pin_that_cannot_be_met_is_not_replaced(stage):
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=9)
    stage.warehouse("BJ1", enabled=False)
    assert stage.run(pins=("warehouse:BJ1",)).outcome == "no_warehouse"
    stage.holds("BJ1", A=1)
    stage.warehouse("BJ1", enabled=True)
    assert stage.run(pins=("warehouse:BJ1",)).outcome == "short"


def test_a_pinned_service_counts_for_its_warehouse_only(stage):
    stage.lines(A=1, B=1)
    stage.holds("SH1", A=1)
    stage.holds("BJ1", B=1)
    stage.service("SF-AIR", card("SF-AIR", 2500))
    route = stage.run(pins=("service:SH1/SF-AIR",))
    assert [(each.warehouse, each.service) for each in route.shipments] == [("BJ1", "SF-STD"), ("SH1", "SF-AIR")]


@pytest.mark.parametrize(("price", "service", "unmet"), [(1500, "JD-STD", False), (1501, "SF-STD", True)])
def test_a_wished_carrier_may_cost_five_yuan_more(stage, price, service, unmet):
    stage.holds("SH1", A=9)
    stage.service("JD-STD", card("JD-STD", price), carrier="JD")
    route = stage.run(wished_carrier="JD")
    assert (route.shipments[0].service, route.wish_unmet) == (service, unmet)


def test_a_wish_for_a_carrier_adds_no_shipment(stage):
    stage.lines(A=1, B=1)
    stage.holds("SH1", A=1, B=1)
    stage.service("JD-STD", card("JD-STD", 400), carrier="JD")
    stage.service("SF-STD", card("SF-STD", 500))
    stage.holds("BJ1", A=1)
    stage.holds("GZ1", B=1)
    route = stage.run(wished_carrier="JD", excluded={"service:SH1/JD-STD": (Exclusion("RULE", "carrier.x"),)})
    assert list(used(route)) == ["SH1"]
    assert route.wish_unmet


def test_every_candidate_is_reported_with_what_it_would_cost(stage):
    stage.holds("SH1", A=9)
    stage.holds("BJ1", A=1)
    stage.holds("GZ1", A=9)
    stage.warehouse("GZ1", handling_cents=70)
    stage.service("SF-AIR", card("SF-AIR", 2500, days=1))
    route = stage.run()
    assert [each.code for each in route.candidates] == [
        "BJ1", "GZ1", "SH1",
        "BJ1/SF-AIR", "BJ1/SF-STD", "GZ1/SF-AIR", "GZ1/SF-STD", "SH1/SF-AIR", "SH1/SF-STD",
    ]  # fmt: skip
    assert [(each.chosen, each.shipment) for each in route.candidates if each.chosen] == [(True, "S1"), (True, "S1")]
    assert candidate(route, "GZ1").cost_cents == 1070
    assert candidate(route, "BJ1").cost_cents is None
    assert candidate(route, "SH1/SF-AIR").cost_cents == 2500
    assert candidate(route, "SH1/SF-AIR").days == 1


def test_same_inputs_same_route(stage):
    stage.lines(A=4, B=3)
    for code, a, b in [("SH1", 2, 1), ("SH2", 2, 1), ("BJ1", 2, 2), ("GZ1", 1, 1)]:
        stage.holds(code, A=a, B=b)
    first = stage.run()
    stage.warehouses = dict(reversed(stage.warehouses.items()))
    stage.stock.reverse()
    assert stage.run() == first
