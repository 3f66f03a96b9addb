"""What people chose and warehouses refused."""

from __future__ import annotations

from engine.routing.assigned import Assigned
from engine.world import Assignment, Refusal, World
from tests.engine.store.samples import NOON

LINES = [("1", "TEA"), ("2", "MUG")]


def chosen(line_no=None, warehouse=None, service=None):
    return Assignment(line_no, warehouse, service, "lin", NOON, "x")


def assigned(*assignments, refusals=()):
    return Assigned(World(assignments=assignments, refusals=refusals))


def reasons(found):
    return [(each.code, dict(each.detail)) for each in found]


def test_nobody_chose_anything():
    free = assigned()
    assert (free.home("1"), free.service("SH1"), free.keeps_from("SH1", LINES)) == (None, None, frozenset())
    assert reasons(free.not_from("SH1", LINES)) == reasons(free.not_with("SH1", "SF-AIR")) == []


def test_the_last_word_on_a_line_counts():
    line_last = assigned(chosen(warehouse="SH1"), chosen("2", "BJ1"))
    assert (line_last.home("1"), line_last.home("2")) == ("SH1", "BJ1")
    all_last = assigned(chosen("2", "BJ1"), chosen(warehouse="SH1"))
    assert (all_last.home("1"), all_last.home("2")) == ("SH1", "SH1")
    assert assigned(chosen(warehouse="SH1"), chosen(service="SF-AIR")).home("1") == "SH1"


def test_a_warehouse_that_no_line_may_leave_is_out():
    all_from_one = assigned(chosen(warehouse="SH1"))
    assert reasons(all_from_one.not_from("BJ1", LINES)) == [("RULE", {"assigned": ["SH1"]})]
    assert reasons(all_from_one.not_from("SH1", LINES)) == []


def test_only_the_line_that_was_given_away_is_kept_from_a_warehouse():
    one_line = assigned(chosen("2", "BJ1"))
    assert one_line.keeps_from("SH1", LINES) == {"MUG"}
    assert one_line.keeps_from("BJ1", LINES) == frozenset()
    assert reasons(one_line.not_from("SH1", LINES)) == []


def test_a_warehouse_that_refused_is_out_or_has_none_of_what_it_lacked():
    refused = assigned(refusals=(Refusal("SH1", None, "flooded", NOON), Refusal("BJ1", "MUG", "short", NOON)))
    assert reasons(refused.not_from("SH1", LINES)) == [("DISABLED", {"refused": "flooded"})]
    assert reasons(refused.not_from("BJ1", LINES)) == []
    assert refused.keeps_from("BJ1", LINES) == {"MUG"}


def test_a_service_is_chosen_for_all_or_for_one_warehouse():
    for_one = assigned(chosen("1", "SH1", "SF-AIR"))
    assert (for_one.service("SH1"), for_one.service("BJ1")) == ("SF-AIR", None)
    for_all = assigned(chosen(service="ZTO-STD"))
    assert reasons(for_all.not_with("BJ1", "SF-AIR")) == [("RULE", {"assigned": ["ZTO-STD"]})]
    assert reasons(for_all.not_with("BJ1", "ZTO-STD")) == []
