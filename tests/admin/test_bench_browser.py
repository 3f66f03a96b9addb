"""The test bench in a real browser: beside tables as beside rules, with a clock that stays from one to the next."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest

from tests.admin.test_rule_editor import begin
from tests.admin.test_table_editor import CARRIER, open_table

pytestmark = pytest.mark.browser

ORDER = "taobao.TB-DEMO-0001"


def try_order(page: Any, order: str = ORDER) -> None:
    field = page.locator(".bench").get_by_label("哪张订单")
    field.fill(order)
    field.press("Enter")


def test_a_table_has_a_bench_that_marks_the_row_that_fired(window, gatehouse):
    open_table(window, gatehouse, CARRIER)
    bench = window.locator(".bench")
    assert not bench.is_visible(), "a wide grid has the room first"
    opener = window.get_by_role("button", name="试一试")
    opener.click()
    assert opener.get_attribute("aria-expanded") == "true"
    bench.get_by_role("button", name="自己填").click()
    bench.locator(".bench-outcome", has_text="会命中").wait_for()
    assert window.locator(".decision-grid tr.is-fired").count() == 1
    bench.get_by_role("button", name="第 1 行").click()
    assert window.evaluate("document.activeElement.closest('tr').sectionRowIndex") == 0
    bench.get_by_role("button", name="一张订单").click()
    try_order(window)
    window.locator(".bench-side", has_text="草稿").get_by_text("通过").wait_for()
    bench.get_by_text("没有一行命中").wait_for()
    assert window.locator(".decision-grid tr.is-fired").count() == 0
    opener.click()
    assert not bench.is_visible()


def test_order_and_clock_stay_from_rule_to_rule_and_the_clock_moves_the_strip(window, gatehouse, clock):
    begin(window, gatehouse)
    live = gatehouse.rulebooks.live_documents()[0]["fraud"]
    document, start = copy.deepcopy(live), clock() + dt.timedelta(days=40)
    document["rules"][0]["effective"] = {"from": start.isoformat(), "by": "now"}
    draft = gatehouse.drafts.create("fraud", gatehouse.people.person("ann"), document)["id"]
    window.goto(f"/console/rules/fraud/drafts/{draft}#rule=fraud.high-value")
    window.wait_for_selector("[data-ready]")
    try_order(window, "jd.JD-DEMO-0002")
    window.locator(".bench .conditions").first.wait_for()
    assert window.locator(".strip").count() == 0
    wall = (start - dt.timedelta(hours=3)).astimezone(dt.timezone(dt.timedelta(hours=8))).strftime("%Y-%m-%dT%H:%M:%S")
    window.get_by_label("假设下单于").fill(wall)
    window.locator(".strip .strip-name").wait_for()
    window.get_by_role("link", name="下一条").click()
    window.wait_for_function("location.hash !== '#rule=fraud.high-value'")
    assert window.get_by_label("假设下单于").input_value() == wall[:-3], "whole minutes are shown without seconds"
    assert window.locator(".bench").get_by_label("哪张订单").input_value() == "jd.JD-DEMO-0002"
    window.get_by_role("button", name="回到现在").click()
    window.locator(".strip").wait_for(state="detached")
    assert window.get_by_label("假设下单于").input_value() == ""
