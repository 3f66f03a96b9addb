"""The exception pool and tasks in a real browser: with mouse and keyboard, on a desk and on a tablet."""

from __future__ import annotations

import pytest

from tests.admin.conftest import BLACKLISTED, HELD, PASSWORD
from tests.admin.windows import DESKTOP, TABLET
from workers import jobs

pytestmark = pytest.mark.browser


def sign_in(page):
    page.get_by_label("用户名").fill("ann")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/orders")


@pytest.fixture
def task(gatehouse):
    """The open task of HELD."""
    jobs.bind(gatehouse)
    jobs.carry_out(HELD)


def test_several_orders_are_chosen_and_released(window, gatehouse):
    sign_in(window)
    window.goto("/console/exceptions?queue=risk")
    press = window.get_by_role("button", name="批量放行")
    assert press.is_disabled()
    assert window.get_by_label(f"选择 {BLACKLISTED.partition('.')[2]}").is_disabled(), "that takes an approver"
    window.get_by_label("全选").check()
    window.get_by_text("已选 1 单").wait_for()
    press.click()
    assert gatehouse.orders.order(HELD)["status"] == "held", "a reason is asked for"
    window.get_by_label("放行说明").fill("已逐单核对")
    press.click()
    window.get_by_text("1 单已放行").wait_for()
    assert gatehouse.orders.order(HELD)["status"] == "approved"


def test_choosing_a_reason_narrows_the_pool(window):
    sign_in(window)
    window.goto("/console/exceptions")
    window.get_by_label("原因").select_option("HIGH_VALUE")
    window.wait_for_url("**/console/exceptions?reason=HIGH_VALUE")
    assert window.locator("tbody tr").count() == 1
    window.get_by_role("link", name="处理", exact=True).click()
    window.wait_for_url(f"**/console/orders/{HELD}")


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
def test_a_task_is_answered_from_the_keyboard(window, gatehouse, task):
    sign_in(window)
    window.goto("/console/tasks")
    window.get_by_label("说明").first.focus()
    window.keyboard.type("是本人")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    window.get_by_text("已确认。订单现在：已审核").wait_for()
    assert gatehouse.orders.page(HELD)["manual"][-1]["data"]["reason"] == "是本人"


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
def test_nothing_is_wider_than_the_screen(window, task):
    sign_in(window)
    for path in ("/console/exceptions", "/console/tasks", "/console/exceptions?channel=store"):
        for language in ("en", "zh_CN"):
            window.goto(f"/console/language/{language}?next={path}")
            assert window.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, language)


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
def test_what_to_press_is_in_sight(window, post_order):
    def urgent(document):
        document.update(priority="urgent", ship_by="2026-11-11T09:00:00+08:00")

    post_order(4, "2026110010020030", urgent)
    sign_in(window)
    for language, name in (("zh_CN", "处理"), ("en", "Open")):
        window.goto(f"/console/language/{language}?next=/console/exceptions")
        buttons = window.get_by_role("link", name=name, exact=True).all()
        edges = [box["x"] + box["width"] for box in (button.bounding_box() for button in buttons)]
        assert len(edges) == 5 and max(edges) <= window.viewport_size["width"], language
