"""The console in a real browser: what scripts do, with nothing failing and nothing asked of another host."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin.conftest import HELD, PASSWORD
from tests.admin.windows import DESKTOP, TABLET

pytestmark = pytest.mark.browser


def sign_in(page: Any, name: str = "ann") -> None:
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/orders")  # and until it is loaded: scripts are at work then


def test_a_held_order_is_found_released_and_replayed(window, gatehouse):
    sign_in(window)
    window.locator('[name="status"]').select_option("held")
    window.wait_for_url("**/console/orders?status=held")
    window.locator("tr", has_text="JD-DEMO-0002").click()
    window.get_by_role("link", name="放行…").click()
    window.get_by_text("试算：放行后订单会通过。").wait_for()
    window.get_by_label("放行说明").fill("已电话核实")
    window.get_by_role("button", name="确认放行").click()
    window.get_by_text("已放行 大额待确认。重新审单的结论：通过").wait_for()
    assert window.get_by_role("heading", name="审核通过").is_visible()
    window.get_by_role("button", name="复算").click()
    window.get_by_text("✓ 复算一致").wait_for()
    assert gatehouse.orders.order(HELD)["status"] == "approved"


def test_releasing_nothing_is_not_offered(window):
    sign_in(window)
    window.goto(f"/console/orders/{HELD}")
    window.get_by_role("link", name="放行…").click()
    window.locator('[name="holds"]').uncheck()
    assert window.get_by_role("button", name="确认放行").is_disabled()
    window.get_by_role("link", name="取消").click()
    assert not window.locator("#release").is_visible()


def test_a_link_may_lead_straight_to_releasing(window):
    sign_in(window)
    window.goto(f"/console/orders/{HELD}#release")
    window.get_by_text("试算：放行后订单会通过。").wait_for()
    window.keyboard.press("Escape")
    window.locator("#release").wait_for(state="hidden")  # its anchor goes a moment after it closes


def test_an_empty_reason_is_not_sent(window, gatehouse):
    sign_in(window)
    window.goto(f"/console/orders/{HELD}")
    window.get_by_role("link", name="放行…").click()
    window.get_by_role("button", name="确认放行").click()
    assert window.locator("#release").is_visible()
    assert gatehouse.orders.order(HELD)["status"] == "held"


def test_searching_leaves_only_what_was_asked_in_the_address(window):
    sign_in(window)
    window.get_by_placeholder("单号、姓名、手机号或后四位、运单号").fill("2222")
    window.get_by_role("button", name="查询").click()
    window.wait_for_url("**/console/orders?q=2222")
    assert window.locator("tbody tr").count() == 1


def test_days_of_ones_own_are_asked_for(window):
    sign_in(window)
    window.get_by_label("下单时间").select_option("days")
    window.get_by_label("从").fill("2026-11-01")
    window.get_by_label("到", exact=True).fill("2026-11-10")
    window.get_by_role("button", name="查询").click()
    window.get_by_text("没有符合条件的订单").wait_for()
    assert "from=2026-11-01&to=2026-11-10" in window.url


def test_rules_that_did_not_fire_show_on_demand(window):
    sign_in(window)
    window.goto(f"/console/orders/{HELD}")
    quiet = window.locator('[id="rule-fraud.blacklisted"]')
    assert not quiet.is_visible()
    window.get_by_label("只看命中的规则").uncheck()
    assert quiet.is_visible()
    quiet.locator("summary").first.click()
    assert quiet.get_by_text("实际").first.is_visible()


def test_a_hold_leads_to_its_rule(window):
    sign_in(window)
    window.goto(f"/console/orders/{HELD}")
    rule = window.locator('[id="rule-fraud.high-value"]')
    rule.locator("summary").first.click()
    assert not rule.locator(".body").is_visible()
    window.get_by_role("link", name="大额订单待电话确认").click()
    assert rule.locator(".body").is_visible()


def test_services_of_other_warehouses_show_on_demand(window):
    sign_in(window)
    window.goto(f"/console/orders/{HELD}")
    other = window.locator(".candidates .is-elsewhere").first
    assert not other.is_visible()
    window.get_by_label("显示未选中仓的快递").check()
    assert other.is_visible()


def test_a_change_is_announced_while_the_page_is_open(window, gatehouse):
    window.clock.install()
    sign_in(window)
    window.goto(f"/console/orders/{HELD}")
    notice = window.get_by_text("订单刚刚有变化。")
    window.clock.run_for(11_000)
    assert not notice.is_visible()
    ann = gatehouse.people.person("ann")
    gatehouse.manual.release(HELD, ["HIGH_VALUE"], "called", ann)
    window.clock.run_for(11_000)
    notice.wait_for()


@pytest.mark.parametrize("window", [TABLET], indirect=True)
def test_on_a_tablet_the_sidebar_slides_in(window):
    sign_in(window)
    desk = window.locator("#sidebar summary", has_text="风控")
    assert not desk.is_visible()
    window.get_by_role("button", name="菜单").click()
    desk.click()
    window.get_by_role("link", name="黑名单").click()
    window.wait_for_url("**/console/exceptions?reason=BLACKLISTED")
    assert window.locator("tbody tr").count() == 1


@pytest.mark.parametrize("window", [TABLET, DESKTOP], indirect=True)
def test_nothing_is_wider_than_the_screen(window):
    sign_in(window)
    for path in ("/console/orders", f"/console/orders/{HELD}", "/console/orders/taobao.TB-DEMO-0007"):
        for language in ("en", "zh_CN"):
            window.goto(f"/console/language/{language}?next={path}")
            assert window.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, language)
