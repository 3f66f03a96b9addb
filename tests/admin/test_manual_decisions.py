"""Deciding about an order on its page."""

from __future__ import annotations

import pytest

from tests.admin.conftest import APPROVED, HELD
from tests.admin.test_browser import sign_in
from workers import jobs


@pytest.fixture
def ops(visit):
    return visit("otto")


@pytest.fixture
def viewer(visit):
    return visit("vera")


def offered(page: str) -> list[str]:
    return [kind for kind in ("hold", "return_to_audit", "reassign", "adjust", "swap", "ship", "cancel", "reject")
            if f'data-open="do-{kind}"' in page]  # fmt: skip


def test_a_page_offers_what_the_status_and_the_role_allow(ops, viewer) -> None:
    assert offered(ops.get(f"/console/orders/{APPROVED}").text) == [
        "hold", "return_to_audit", "reassign", "adjust", "swap", "ship", "cancel", "reject",
    ]  # fmt: skip
    assert offered(ops.get(f"/console/orders/{HELD}").text) == [
        "hold", "reassign", "adjust", "swap", "cancel", "reject",
    ]  # fmt: skip
    assert offered(viewer.get(f"/console/orders/{APPROVED}").text) == []


def test_what_was_decided_is_done_and_shown_with_who_and_why(ops, gatehouse) -> None:
    said = {"reason": "就近发货", "warehouse": "GZ1", "service": "", "line_no": ""}
    answer = ops.post(f"/console/orders/{APPROVED}/decide/reassign", said, follow_redirects=True)
    assert "改派已完成。订单现在：已审核" in answer.text
    assert "整单 → 广州白云仓" in answer.text
    assert "就近发货" in answer.text
    held = ops.post(f"/console/orders/{APPROVED}/decide/hold", {"reason": "MANUAL", "note": "等回电"},
                    follow_redirects=True)  # fmt: skip
    assert "等回电" in held.text
    assert gatehouse.orders.order(APPROVED)["status"] == "held"


def test_a_reassignment_is_taken_back_where_there_is_one(ops, gatehouse) -> None:
    there = f"/console/orders/{APPROVED}"
    was = gatehouse.orders.page(APPROVED)["decision"]["shipments"][0]["warehouse"]
    assert "do-unassign" not in ops.get(there).text
    said = {"reason": "就近发货", "warehouse": "GZ1"}
    page = ops.post(f"{there}/decide/reassign", said, follow_redirects=True).text
    assert 'data-open="do-unassign"' in page
    page = ops.post(f"{there}/decide/unassign", {"reason": "选错了"}, follow_redirects=True).text
    assert "撤销改派已完成。订单现在：已审核" in page and "选错了" in page
    assert "整单 → 广州白云仓" not in page and "do-unassign" not in page
    assert gatehouse.orders.page(APPROVED)["decision"]["shipments"][0]["warehouse"] == was


def test_asking_a_warehouse_to_stop_is_shown_until_it_has_answered(ops, gatehouse, clock) -> None:
    clock.advance(minutes=15)
    jobs.bind(gatehouse)
    jobs.carry_out(APPROVED)
    page = ops.post(f"/console/orders/{APPROVED}/decide/cancel", {"reason": "不要了"}, follow_redirects=True).text
    assert "正在请仓库截单" in page
    assert page.count("截单中") >= 3, "in the list of what happened, on the order, and on its shipment"
    assert offered(page) == []
    jobs.carry_out(APPROVED)
    gatehouse.orders.sweep()
    assert "已取消" in ops.get(f"/console/orders/{APPROVED}").text


@pytest.mark.parametrize(
    ("kind", "said", "answer"),
    [
        ("cancel", {"reason": ""}, "请检查：原因"),
        ("adjust", {"reason": "x", "line_no": "9", "quantity": "1"}, "请检查：哪一行"),
        ("adjust", {"reason": "x", "line_no": "1", "quantity": "many"}, "请检查：改为几件"),
        ("reassign", {"reason": "x"}, "请检查：仓库"),
        ("release", {}, None),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(ops, gatehouse, kind, said, answer) -> None:
    response = ops.post(f"/console/orders/{APPROVED}/decide/{kind}", said, follow_redirects=True)
    assert (response.status_code == 404) if answer is None else (answer in response.text)
    assert gatehouse.orders.page(APPROVED)["manual"] == []


def test_who_only_watches_decides_nothing(viewer, gatehouse) -> None:
    answer = viewer.post(f"/console/orders/{APPROVED}/decide/cancel", {"reason": "x"}, follow_redirects=True)
    assert "这需要“运营”角色" in answer.text
    assert gatehouse.orders.order(APPROVED)["status"] == "approved"


def test_a_form_without_its_token_is_refused(ops, gatehouse) -> None:
    assert ops.client.post(f"/console/orders/{APPROVED}/decide/cancel", data={"reason": "x"}).status_code == 400
    assert gatehouse.orders.order(APPROVED)["status"] == "approved"


@pytest.mark.browser
def test_a_dialog_tells_what_would_become_of_the_order_before_it_is_sent(window, gatehouse) -> None:
    sign_in(window, "otto")
    window.goto(f"/console/orders/{APPROVED}")
    window.get_by_text("更多", exact=True).click()
    window.get_by_role("link", name="取消订单…").click()
    window.get_by_text("试算：订单会变为 已取消").wait_for()
    window.get_by_role("button", name="取消订单").click()
    assert window.locator("#do-cancel").is_visible(), "not without a reason"
    window.locator("#cancel-reason").fill("买家不要了")
    window.get_by_role("button", name="取消订单").click()
    window.get_by_text("取消已完成。订单现在：已取消").wait_for()
    assert gatehouse.orders.order(APPROVED)["status"] == "cancelled"


@pytest.mark.browser
def test_nothing_is_tried_out_before_a_warehouse_or_a_service_is_chosen(window) -> None:
    sign_in(window, "otto")
    window.goto(f"/console/orders/{APPROVED}")
    window.get_by_text("更多", exact=True).click()
    window.get_by_role("link", name="改派仓库或快递…").click()
    preview = window.locator("#do-reassign output")
    assert preview.inner_text() == ""
    window.locator("#reassign-warehouse").select_option("GZ1")
    window.get_by_text("试算：订单会变为 已审核").wait_for()
    window.keyboard.press("Escape")
    assert not window.locator("#do-reassign").is_visible()
