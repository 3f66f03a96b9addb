from __future__ import annotations

import datetime as dt
import re

from admin.advice import to_do
from engine.holds import FLAGS, HOLD_REASONS
from tests.admin.conftest import APPROVED, BLACKLISTED, HELD


def numbers(page: str) -> list[str]:
    """The orders of the pool's page, in their order."""
    return re.findall(r'class="number" href="/console/orders/([^"]+)"', page)


def test_the_pool_says_what_is_wrong_why_and_what_to_do(ann):
    page = ann.get("/console/exceptions?reason=HIGH_VALUE").text
    assert numbers(page) == [HELD]
    assert "大额待确认" in page and "大额订单待电话确认" in page
    assert re.search(r"本位币应付 <b[^>]*>¥6,999.00</b>", page), "what the rule saw"
    assert "打电话，再在待办里填结果" in page
    assert "剩" in page, "a countdown"


def test_orders_without_a_fault_are_not_in_it(ann):
    found = numbers(ann.get("/console/exceptions").text)
    assert HELD in found and BLACKLISTED in found and APPROVED not in found


def test_a_channel_that_has_gone_silent_is_said_above_the_pool(ann, post_order, clock):
    assert "没有新订单" not in ann.get("/console/exceptions").text

    def placed(at):
        return lambda document: document.update(placed_at=at.isoformat())

    for days in range(1, 5):
        for minutes in (60, 90, 120, 150):
            post_order(1, f"OLD-{days}-{minutes}", placed(clock() - dt.timedelta(days=days, minutes=-minutes)))
    assert "没有新订单" not in ann.get("/console/exceptions").text
    clock.advance(minutes=175)
    assert "没有新订单，已超过平时间隔的三倍" in ann.get("/console/exceptions").text


def test_urgent_orders_come_first(ann, post_order):
    urgent = post_order(1, "U-1", lambda document: document.update(priority="urgent"))
    assert numbers(ann.get("/console/exceptions").text)[0] == urgent


def test_what_must_leave_within_four_hours_is_red(ann, post_order, gatehouse, clock):
    for number, seconds in (("SB-1", 0), ("SB-2", 60)):
        leaves_by = clock() + dt.timedelta(hours=4, seconds=seconds)
        post_order(1, number, lambda document, at=leaves_by: document.update(ship_by=at.isoformat()))
    page = ann.get("/console/exceptions").text
    pressing = dict(re.findall(r'class="due (\w+)" title="(2026-11-11 14:3\d):00"', page))
    assert pressing == {"late": "2026-11-11 14:30", "later": "2026-11-11 14:31"}
    with gatehouse.database.read() as uow:
        assert uow.reminders.seen_at() == clock(), "who opens the pool has looked at it"


def test_filters_that_are_none_are_ignored(ann):
    assert numbers(ann.get("/console/exceptions?queue=risk&reason=nonsense&severity=").text) == [HELD, BLACKLISTED]
    assert numbers(ann.get("/console/exceptions?overdue=1").text) == []
    assert "没有要处理的订单" in ann.get("/console/exceptions?channel=store").text
    assert ann.get("/console/exceptions?cursor=x").status_code == 302


def test_several_are_released_at_once_but_never_what_takes_an_approver(ann, gatehouse, post_order):
    other = post_order(1, "U-2")
    chosen = {"orders": [HELD, other, BLACKLISTED], "note": "已逐单核对"}
    page = ann.post("/console/exceptions/release", chosen, follow_redirects=True).text
    assert "2 单已放行" in page and f"未能放行（需审批人，或刚有变化）：{BLACKLISTED}" in page
    states = [gatehouse.orders.order(each)["status"] for each in (HELD, other, BLACKLISTED)]
    assert states == ["approved", "approved", "held"]
    assert gatehouse.orders.page(HELD)["manual"][-1]["data"]["reason"] == "已逐单核对"


def test_releasing_several_lifts_only_what_was_asked_for(ann, gatehouse, post_order):
    def odd(document):
        document["receiver"] = {**document["receiver"], "phone": "1380013"}

    both = post_order(1, "U-3", odd)
    page = ann.get("/console/exceptions?reason=HIGH_VALUE").text
    assert "只解除筛选出的“大额待确认”里运营可放行的" in page
    chosen = {"orders": [both], "note": "已电话确认", "reason": "HIGH_VALUE"}
    assert "1 单放行后仍因其他原因挂起" in ann.post("/console/exceptions/release", chosen, follow_redirects=True).text
    assert [hold["reason"] for hold in gatehouse.orders.page(both)["decision"]["holds"]] == ["INVALID_PHONE"]
    at_risk = {"orders": [both], "note": "x", "queue": "risk"}
    assert "未能放行" in ann.post("/console/exceptions/release", at_risk, follow_redirects=True).text
    of_service = {"orders": [both], "note": "电话已改", "queue": "service"}
    assert "1 单已放行" in ann.post("/console/exceptions/release", of_service, follow_redirects=True).text


def test_releasing_several_takes_a_reason_and_a_choice(ann, gatehouse):
    assert "请写明" in ann.post("/console/exceptions/release", {"orders": [HELD]}, follow_redirects=True).text
    assert "请先勾选" in ann.post("/console/exceptions/release", {"note": "x"}, follow_redirects=True).text
    assert gatehouse.orders.order(HELD)["status"] == "held"


def test_who_only_watches_sees_no_people_and_releases_nothing(visit, gatehouse):
    vera = visit("vera")
    page = vera.get("/console/exceptions").text
    assert "李静" not in page and "17000000000" not in page
    assert "批量放行" not in page
    assert vera.post("/console/exceptions/release", {"orders": [HELD], "note": "x"}).status_code == 403
    assert gatehouse.orders.order(HELD)["status"] == "held"


def test_three_lines_for_customer_service_with_the_phone_masked(ann):
    page = ann.get("/console/exceptions?reason=HIGH_VALUE").text
    (copied,) = re.findall(r'data-copy="([^"]+)"', page)
    order, fault, question = copied.split("\n")
    assert "JD-DEMO-0002" in order and "139****2222" in order and "李*" in order
    assert "大额待确认" in fault and "本人下单" in question
    assert "13911112222" not in copied


def test_an_empty_pool_says_what_it_is_for(stranger, ann, gatehouse):
    for held in gatehouse.exceptions.page({}, None, 50)["items"]:
        reasons = [hold["reason"] for hold in held["holds"]]
        if reasons:
            gatehouse.manual.release(held["order_no"], reasons, "x", gatehouse.people.person("ann"))
    left = numbers(ann.get("/console/exceptions").text)
    assert not left or all("flag" in ann.get("/console/exceptions").text for _ in left)
    assert stranger.get("/console/exceptions").status_code == 302


def test_every_reason_and_flag_says_what_to_do(app):
    with app.test_request_context("/console/exceptions"):
        assert [code for code in (*HOLD_REASONS, *FLAGS) if not to_do(code)] == []
