"""The rules of a stage in a real browser: finding one among many."""

from __future__ import annotations

import re

import pytest

from tests.admin.conftest import PASSWORD
from tests.conftest import ROOT

STATIC = ROOT / "admin" / "static"
MENTIONS = [*(ROOT / "admin" / "templates").rglob("*.html"), *STATIC.rglob("*.js")]


@pytest.mark.browser
def test_rules_are_searched_as_one_types_and_narrowed_by_state(window):
    window.get_by_label("用户名").fill("ann")
    window.get_by_label("密码").fill(PASSWORD)
    window.get_by_role("button", name="登录").click()
    window.wait_for_url("**/console/orders")
    window.goto("/console/rules/fraud")
    cards = window.locator(".rule-card:visible")
    everything = cards.count()
    window.get_by_placeholder("搜索标题").fill("High-Value")
    window.get_by_text(re.compile(r"^找到 \d+ 条$")).wait_for()
    assert 0 < cards.count() < everything and window.locator("[id='fraud.high-value']").is_visible()
    window.get_by_placeholder("搜索标题").fill("nothing like it")
    window.get_by_text("没有符合的规则").wait_for()
    assert cards.count() == 0
    window.get_by_placeholder("搜索标题").fill("")
    window.get_by_role("button", name="7 天未命中").click()
    assert 0 < cards.count() < everything and not window.locator("[id='fraud.high-value']").is_visible()


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.*s")), ids=lambda path: path.name)
def test_every_script_and_sheet_is_loaded_by_something(path):
    assert path.suffix in {".js", ".css"}
    loading = [each for each in MENTIONS if each != path and path.name in each.read_text(encoding="utf-8")]
    assert loading, f"no page and no other script names {path.name}"
