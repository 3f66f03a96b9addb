"""Orders that wait for a warehouse, a service or a sku are decided again when somebody provides it."""

from __future__ import annotations

import pytest

from tests.scenarios.desk import ADMIN
from tests.scenarios.documents import a_line

SKU = "LAUNDRY-2L"


@pytest.fixture
def held(desk):
    """An order that no warehouse can ship, for all that have its sku are switched off."""
    desk.stock(SKU, {"SH1": 5})
    desk.change("warehouses", "SH1", enabled=False)
    case = desk.post(SKU)
    assert case.status == "held"
    return case


def triggers(case):
    return [each["trigger"] for each in case.page["history"]]


def test_a_warehouse_that_is_switched_on_again(desk, held):
    desk.change("warehouses", "SH1", enabled=True)
    assert desk.sweep() == 1
    assert (held.status, held.routes[0][0]) == ("approved", "SH1")
    assert triggers(held) == ["order_received", "reference_changed"]


def test_the_same_again_and_what_is_of_no_use_decides_each_once(desk, held):
    desk.change("warehouses", "SH1", enabled=False)  # as it is
    assert desk.sweep() == 0
    desk.change("warehouses", "BJ1", priority=7)
    desk.change("warehouses", "GZ1", priority=7)
    assert desk.sweep() == 1 and desk.sweep() == 0
    assert held.status == "held" and triggers(held)[1:] == ["reference_changed"]


def test_coverage_that_opens(desk):
    desk.stock(SKU, {"SH1": 5})
    known = {code: desk.gatehouse.reference.get("coverage", code)["rows"] for code in services(desk)}
    for code in known:
        desk.change("coverage", code, rows=[{"served": False}])
    case = desk.post(SKU)
    assert case.holds == ["OUT_OF_COVERAGE"]
    for code, rows in known.items():
        desk.change("coverage", code, rows=rows)
    desk.sweep()
    assert case.status == "approved"


def services(desk):
    return [each["code"] for each in desk.gatehouse.reference.list("coverage", None, 200)["items"]]


def test_a_sku_that_is_made_known_wakes_those_that_ask_for_it(desk, held):
    case, other = desk.post(a_line("NEW-1")), desk.post(a_line("NEW-2"))
    assert case.holds == other.holds == ["UNKNOWN_SKU"]
    desk.create("skus", "NEW-1", title="新品", category="home", weight_g=100)
    assert desk.sweep() == 1
    assert "UNKNOWN_SKU" not in case.holds and triggers(other) == triggers(held) == ["order_received"]


def test_a_channels_code_wakes_the_orders_of_the_channel(desk):
    case, elsewhere = desk.post(a_line("X-1")), desk.post(a_line("X-1"), channel="taobao")
    desk.gatehouse.reference.put("sku-aliases", "own-shop", {"aliases": {"X-1": "MUG-WHITE"}}, ADMIN)
    desk.sweep()
    assert "UNKNOWN_SKU" not in case.holds and triggers(case)[1:] == ["reference_changed"]
    assert elsewhere.holds == ["UNKNOWN_SKU"]


def test_a_whole_file_wakes_each_order_once(desk, held):
    data = b"code,enabled\nSH1,true\nBJ1,true\n"
    assert desk.gatehouse.reference_files.load("warehouses", data, ADMIN, dry_run=True)["changed"] == 1
    assert desk.sweep() == 0
    desk.gatehouse.reference_files.load("warehouses", data, ADMIN)
    assert desk.sweep() == 1 and held.status == "approved"


def test_the_one_placed_first_gets_what_there_is(desk):
    desk.stock(SKU, {"SH1": 1})
    desk.change("warehouses", "SH1", enabled=False)
    cases = [desk.post(SKU, placed_at=f"2026-11-11T0{hour}:00:00+08:00") for hour in (9, 7, 8)]
    desk.change("warehouses", "SH1", enabled=True)
    desk.sweep()
    assert [case.status for case in cases] == ["held", "approved", "held"]
