"""What a worker gave up: seen in the pool and on the order, tried again or skipped there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.admin.conftest import APPROVED
from tests.admin.reading_pages import text


@pytest.fixture
def failed(gatehouse: Any) -> str:
    """The id of the first action of an approved order, refused for good."""
    action = gatehouse.orders.page(APPROVED)["actions"][0]
    gatehouse.actions.mark_sent([action["id"]])
    gatehouse.actions.fail({**action, "attempt": 1}, "The warehouse knows no such sku.", final=True)
    return str(action["id"])


def of(gatehouse: Any, action_id: str) -> Any:
    return gatehouse.actions.action(action_id)


def test_the_pool_has_the_order_and_says_what_failed_and_what_to_do(ann: Any, gatehouse: Any, failed: str) -> None:
    page = ann.get("/console/exceptions?reason=ACTION_FAILED").text
    assert f'href="/console/orders/{APPROVED}"' in page
    said = text(re.search(r'<td class="faults">.*?</tr>', page, re.S).group())  # type: ignore[union-attr]
    assert "动作失败" in said and "发送通知" in said and "改好后重试" in said
    assert "动作失败 (1)" in page and "标记 1" in text(page)
    assert gatehouse.exceptions.waiting()["reasons"]["ACTION_FAILED"] == 1


def test_the_order_says_so_above_all_and_offers_both(ann: Any, failed: str) -> None:
    page = ann.get(f"/console/orders/{APPROVED}").text
    assert "“发送通知”失败，等人处理" in page and page.index("等人处理") < page.index('id="overview"')
    assert "The warehouse knows no such sku." in page
    assert f"/actions/{failed}/retry" in page and f"/actions/{failed}/skip" in page


def test_it_is_tried_again(visit: Any, gatehouse: Any, failed: str) -> None:
    otto = visit("otto")
    page = otto.post(f"/console/orders/{APPROVED}/actions/{failed}/retry", follow_redirects=True).text
    assert "马上重试" in page and of(gatehouse, failed)["status"] == "pending"
    assert APPROVED not in otto.get("/console/exceptions").text
    again = otto.post(f"/console/orders/{APPROVED}/actions/{failed}/retry", follow_redirects=True).text
    assert "刚有变化" in again


def test_it_is_skipped_with_a_reason(visit: Any, gatehouse: Any, failed: str) -> None:
    otto, address = visit("otto"), f"/console/orders/{APPROVED}/actions/{failed}/skip"
    assert "请写明为什么跳过" in otto.post(address, {"reason": " "}, follow_redirects=True).text
    assert of(gatehouse, failed)["status"] == "dead"
    assert "已跳过" in otto.post(address, {"reason": "已电话告知"}, follow_redirects=True).text
    assert of(gatehouse, failed)["status"] == "skipped"
    (entry,) = gatehouse.audit_log.list({"kind": "action"})["items"]
    assert (entry["by"], entry["after"]["reason"]) == ("otto", "已电话告知")


def test_who_only_watches_may_neither(visit: Any, gatehouse: Any, failed: str) -> None:
    vera, address = visit("vera"), f"/console/orders/{APPROVED}/actions/{failed}"
    page = vera.get(f"/console/orders/{APPROVED}").text
    assert "等人处理" in page and f"{failed}/retry" not in page
    assert vera.post(f"{address}/retry").status_code == vera.post(f"{address}/skip", {"reason": "x"}).status_code == 403
    assert of(gatehouse, failed)["status"] == "dead"


def test_an_action_of_another_order_is_not_found(ann: Any, gatehouse: Any, failed: str) -> None:
    assert ann.post(f"/console/orders/jd.JD-DEMO-0002/actions/{failed}/retry").status_code == 404
    assert ann.get(f"/console/orders/{APPROVED}/actions/{failed}/retry").status_code == 302, "after signing in again"
    assert of(gatehouse, failed)["status"] == "dead"
