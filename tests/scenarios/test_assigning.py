"""People choose from where an order ships, and with which service; and take that back."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, Forbidden
from engine.service.principals import Principal
from tests.scenarios.desk import OPS
from tests.scenarios.documents import a_line

SERUM = "SERUM-30"


def reassign(desk, case, **said):
    asked = {"reason": "换仓", "line_no": None, "warehouse": None, "service": None, **said}
    desk.gatehouse.manual.reassign(case.order_no, asked, OPS)


def take_back(desk, case, by=OPS, dry_run=False):
    return desk.gatehouse.manual.unassign(case.order_no, {"reason": "选错了"}, by, dry_run)


def test_a_reassignment_that_is_taken_back_leaves_the_choice_to_the_rules_again(desk):
    desk.stock(SERUM, {"BJ1": 9, "SH1": 9, "GZ1": 1})
    case = desk.post(a_line(SERUM, 2), remark="先别发")
    chosen = case.routes
    reassign(desk, case, warehouse="GZ1", service="SF-STD")
    assert "INVENTORY_OUT_OF_STOCK" in case.holds, "there or nowhere"
    tried = take_back(desk, case, dry_run=True)
    assert [(each["warehouse"], each["service"]) for each in tried["decision"]["shipments"]] == chosen
    assert case.routes == [("GZ1", "SF-STD")]
    take_back(desk, case)
    assert (case.routes, case.holds) == (chosen, ["REMARK_NEEDS_REVIEW"])
    assert (case.reserved, case.page["changes"]["assignments"]) == ({("BJ1", SERUM): 2}, [])
    assert [(each["kind"], each["by"]) for each in case.page["manual"]] == [("reassign", "lin"), ("unassign", "lin")]


def test_what_is_chosen_afterwards_counts_and_nothing_of_before(desk):
    desk.stock(SERUM, {"BJ1": 9, "SH1": 9})
    case = desk.post(a_line(SERUM, 2), remark="先别发")
    reassign(desk, case, warehouse="SH1", line_no="1")
    take_back(desk, case)
    reassign(desk, case, service="SF-STD")
    assert case.routes == [("BJ1", "SF-STD")]
    assert [each["warehouse"] for each in case.page["changes"]["assignments"]] == [None]


def test_there_is_nothing_to_take_back_where_nobody_chose_or_a_warehouse_was_asked(desk):
    case = desk.post(SERUM)
    with pytest.raises(Conflict, match="is not reassigned"):
        take_back(desk, case)
    with pytest.raises(Forbidden):
        take_back(desk, case, by=Principal("person", "vera", frozenset({"viewer"})))
    reassign(desk, case, warehouse="SH1")
    desk.carry_out(case)
    with pytest.raises(Conflict, match="return it to audit first"):
        take_back(desk, case)
    assert case.routes[0][0] == "SH1"
