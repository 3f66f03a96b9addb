"""What an order's page offers beside releasing: readings, answers to tasks, three lines for service, printing."""

from __future__ import annotations

import re

import pytest

from tests.admin.conftest import APPROVED, HELD
from workers import jobs


@pytest.fixture
def unclear(post_order):
    return post_order(0, "MONDAY-1", lambda document: document.update(remark="周一配送", seller_memo=""))


def test_both_readings_are_buttons_and_one_press_takes_one(ann, gatehouse, unclear):
    page = ann.get(f"/console/orders/{unclear}").text
    assert re.findall(r'name="reading" value="([^"]+)"', page) == ["day:soon", "day:2026-11-16"]
    assert "11月16日" in page
    path = f"/console/orders/{unclear}/decide/clarify"
    told = ann.post(path, {"reading": "day:2026-11-16"}, follow_redirects=True).text
    assert "选定含义" in told and "2026年11月16日送" in told
    assert 'name="reading"' not in told
    assert gatehouse.orders.order(unclear)["seller_memo"] == "2026年11月16日送"


def test_an_address_that_says_two_things_is_settled_by_one_press(ann, gatehouse, post_order):
    def change(document):
        document["receiver"] |= {"address": "浙江省杭州市西湖区文三路1号2幢301室", "fingerprint": None}

    order_no = post_order(0, "TWO-PLACES", change)
    page = ann.get(f"/console/orders/{order_no}").text
    assert re.findall(r'name="reading" value="([^"]+)"', page) == ["address:text", "address:fields"]
    ann.post(f"/console/orders/{order_no}/decide/clarify", {"reading": "address:text"})
    assert gatehouse.orders.order(order_no)["receiver"]["city"] == "杭州市"


def test_a_missed_coupon_is_confirmed_and_refunded_by_one_press(ann, gatehouse, samples):
    missed = {"code": "B-5", "kind": "amount", "discount_cents": 500, "applied": False, "stackable": True}
    document = {**samples[0].document, "channel_order_no": "MISSED-5", "coupons": [missed], "remark": ""}
    order_no = gatehouse.orders.submit(document, "own-shop").order["order_no"]
    page = ann.get(f"/console/orders/{order_no}").text
    assert re.findall(r'name="reading" value="([^"]+)"', page) == ["coupon:refund", "coupon:as_paid"]
    assert "确认并退差价" in page and "退 ¥5.00" in page
    told = ann.post(f"/console/orders/{order_no}/decide/clarify", {"reading": "coupon:refund"}, follow_redirects=True)
    assert 'name="reading"' not in told.text
    assert gatehouse.orders.order(order_no)["coupons"][0]["applied"] is True


def test_a_task_is_answered_where_the_order_is_looked_at(ann, gatehouse):
    jobs.bind(gatehouse)
    jobs.carry_out(HELD)
    page = ann.get(f"/console/orders/{HELD}").text
    (task,) = re.findall(r'action="(/console/tasks/[^"]+)"', page)
    told = ann.post(task, {"outcome": "refused", "note": "不是我买的", "order": HELD}, follow_redirects=True).text
    assert "JD-DEMO-0002" in told and "建议取消" in told and "不是我买的" in told
    assert 'data-open="do-cancel"' in told


def test_three_lines_for_service_mask_the_phone(ann):
    page = ann.get(f"/console/orders/{HELD}").text
    (said,) = (each for each in re.findall(r'data-copy="([^"]+)"', page) if "\n" in each)
    assert said.count("\n") == 2 and "139****2222" in said and "13911112222" not in said


def test_what_may_leave_can_be_printed(ann):
    assert "/console/documents?kind=pick" in ann.get(f"/console/orders/{APPROVED}").text
    assert "/console/documents?kind=pick" not in ann.get(f"/console/orders/{HELD}").text


def test_who_only_watches_is_offered_none_of_it(visit, unclear, gatehouse):
    jobs.bind(gatehouse)
    jobs.carry_out(HELD)
    vera = visit("vera")
    assert 'name="reading"' not in vera.get(f"/console/orders/{unclear}").text
    assert 'name="outcome"' not in vera.get(f"/console/orders/{HELD}").text
    assert vera.post(f"/console/orders/{unclear}/decide/clarify", {"reading": "day:soon"}).status_code == 302
    assert gatehouse.orders.order(unclear)["status"] == "held"
