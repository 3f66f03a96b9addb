"""Lists in a real browser: with mouse and keyboard, on a desk and on a tablet."""

from __future__ import annotations

import pytest

from tests.admin.conftest import PASSWORD
from tests.admin.windows import DESKTOP, TABLET

pytestmark = pytest.mark.browser
PAGES = ("users", "lists", "lists/blacklist-phones", "lists/wish-sf", "lists/promotion-days")


@pytest.fixture
def ada(window, gatehouse):
    """An administrator, signed in."""
    gatehouse.people.create_user("ada", PASSWORD, frozenset({"admin"}))
    window.goto("/console/sign-in")
    window.get_by_label("用户名").fill("ada")
    window.get_by_label("密码").fill(PASSWORD)
    window.get_by_role("button", name="登录").click()
    window.wait_for_url("**/console/orders")
    return window


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
def test_an_item_is_added_from_the_keyboard(ada, gatehouse):
    ada.goto("/console/lists/blacklist-phones")
    ada.get_by_label("每行一项").focus()
    ada.keyboard.type("13900139000")
    ada.keyboard.press("Tab")
    ada.keyboard.press("Tab")
    ada.keyboard.press("Tab")
    ada.keyboard.press("Enter")
    ada.get_by_text("增加 1 项").wait_for()
    ada.keyboard.press("Enter")
    ada.get_by_text("已保存").wait_for()
    assert "13900139000" in gatehouse.reference.get("lists", "blacklist-phones")["items"]


@pytest.mark.parametrize("window", [DESKTOP, TABLET], indirect=True)
def test_nothing_is_wider_than_the_screen(ada, gatehouse, request):
    gatehouse.lists.change("blacklist-phones", ["13900000001", "x" * 120], [], gatehouse.people.person("ada"))
    for page in PAGES:
        for language in ("zh_CN", "en"):
            ada.goto(f"/console/language/{language}?next=/console/{page}")
            assert ada.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page, language)
