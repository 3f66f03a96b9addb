"""The log of firings and the page of a rule in a real browser, on a desk and on a tablet."""

from __future__ import annotations

import pytest

from tests.admin.conftest import HELD, PASSWORD
from tests.admin.windows import DESKTOP, TABLET

pytestmark = pytest.mark.browser


def sign_in(page):
    page.get_by_label("用户名").fill("ann")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/orders")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
def test_from_an_order_to_its_rule_and_back(window):
    sign_in(window)
    window.goto(f"/console/orders/{HELD}")
    window.locator("#overview .to-rule").first.click()
    window.wait_for_url("**/console/rules/fraud/fraud.high-value")
    assert window.get_by_role("heading", name="大额订单待电话确认").is_visible() and fits(window)
    bars = window.locator(".bars .bar")
    assert bars.count() == 30
    today = bars.last.bounding_box()
    assert today["height"] > 60 > bars.first.bounding_box()["height"], "today's is the only one"
    window.locator("#held").get_by_role("link", name="JD-DEMO-0002").click()
    window.wait_for_url(f"**/console/orders/{HELD}")


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
def test_the_log_is_narrowed_by_choosing(window):
    sign_in(window)
    window.goto("/console/firings")
    assert fits(window)
    window.get_by_role("combobox", name="规则", exact=True).select_option("fraud.high-value")
    window.wait_for_url("**/console/firings?rule=fraud.high-value")
    assert window.locator("tbody tr").count() == 1
    window.get_by_label("只看已人工放行").check()
    window.get_by_text("没有这样的命中").wait_for()
    window.get_by_role("link", name="看这条规则").click()
    window.wait_for_url("**/console/rules/fraud/fraud.high-value")


def test_the_log_is_taken_along(window):
    sign_in(window)
    window.goto("/console/firings?stage=fraud")
    with window.expect_download() as taken:
        window.get_by_role("link", name="导出 Excel").click()
    assert taken.value.suggested_filename == "firings.xlsx"
