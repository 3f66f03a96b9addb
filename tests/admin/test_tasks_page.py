from __future__ import annotations

import re

import pytest

from engine.service.principals import Principal
from tests.admin.conftest import APPROVED, HELD
from workers import jobs


@pytest.fixture
def task(gatehouse):
    """The open task of HELD."""
    jobs.bind(gatehouse)
    jobs.carry_out(HELD)
    (found,) = gatehouse.tasks.list({"order": HELD, "status": "open"})["items"]
    return found["id"]


def test_a_task_says_whom_to_call_what_to_ask_and_by_when(ann, task):
    page = ann.get("/console/tasks").text
    for said in ("电话确认大额订单", "JD-DEMO-0002", "13911112222", "李静", "是否本人下单", "剩"):
        assert said in page, said


@pytest.mark.parametrize(
    ("outcome", "status", "told"),
    [("confirmed", "approved", "已确认"), ("refused", "held", "建议取消"), ("no_answer", "held", "稍后再打"),
     ("changed", "held", "请改好后放行")],
)  # fmt: skip
def test_a_press_of_a_button_answers_it(ann, gatehouse, task, outcome, status, told):
    page = ann.post(f"/console/tasks/{task}", {"outcome": outcome, "note": "讲过了"}, follow_redirects=True).text
    assert told in page
    assert gatehouse.orders.order(HELD)["status"] == status
    assert gatehouse.tasks.task(task)["answers"][0]["note"] == "讲过了"


def test_what_was_answered_already_is_said_so(ann, task):
    ann.post(f"/console/tasks/{task}", {"outcome": "confirmed"})
    page = ann.post(f"/console/tasks/{task}", {"outcome": "refused"}, follow_redirects=True).text
    assert "刚被别人处理" in page
    assert "请选择结果" in ann.post(f"/console/tasks/{task}", {"outcome": "x"}, follow_redirects=True).text


def test_a_refused_task_is_found_among_the_done_with_what_to_do_next(ann, task):
    ann.post(f"/console/tasks/{task}", {"outcome": "refused", "note": "不是我买的"})
    page = ann.get("/console/tasks?status=done").text
    assert "不是我买的" in page and "建议取消" in page
    assert "没有待办" in ann.get("/console/tasks?queue=risk").text


def test_who_only_watches_calls_nobody(visit, task):
    vera = visit("vera")
    page = vera.get("/console/tasks").text
    assert "13911112222" not in page and not re.search(r'name="outcome"', page)
    assert vera.post(f"/console/tasks/{task}", {"outcome": "confirmed"}).status_code == 302
    assert vera.get("/console/tasks").text.count("电话确认大额订单") == 1, "still open"


def buttons(page: str) -> list[tuple[str, str]]:
    """(outcome, text) of what may be answered."""
    return re.findall(r'name="outcome" value="(\w+)"[^>]*>([^<]+)<', page)


def test_a_step_of_after_sales_is_answered_in_its_own_words(ann, gatehouse, clock):
    event = {"event_id": "r-1", "type": "return_requested", "at": clock().isoformat(), "data": {
        "kind": "exchange", "lines": [{"line_no": "1", "quantity": 1}], "reason": "尺码不对",
    }}  # fmt: skip
    gatehouse.order_events.report(APPROVED, event, Principal("channel", "taobao", frozenset(), "taobao"))
    jobs.bind(gatehouse)
    jobs.carry_out(APPROVED)
    there = f"/console/tasks?about={APPROVED}"
    page = ann.get(there).text
    assert "买家申请售后，同意还是拒绝：换货" in page and "尺码不对" in page
    assert buttons(page) == [
        ("confirmed", "同意"), ("changed", "另商"), ("no_answer", "没人接"), ("refused", "拒绝售后"),
    ]  # fmt: skip
    (task,) = gatehouse.tasks.list({"order": APPROVED, "status": "open"})["items"]
    page = ann.post(f"/console/tasks/{task['id']}", {"outcome": "confirmed"}, follow_redirects=True).text
    assert "已记下：同意。进入下一步。" in page
    jobs.carry_out(APPROVED)
    page = ann.get(there).text
    assert buttons(page) == [("confirmed", "已办好"), ("refused", "没办成")]
    (task,) = gatehouse.tasks.list({"order": APPROVED, "status": "open"})["items"]
    said = {"outcome": "refused", "order": APPROVED}
    page = ann.post(f"/console/tasks/{task['id']}", said, follow_redirects=True).text
    assert "没办成" in page and "建议取消" not in page and gatehouse.orders.order(APPROVED)["status"] == "approved"


def test_goods_that_are_brought_to_a_store_are_answered_in_their_own_words(ann, gatehouse, samples):
    document = next(each.document for each in samples if each.document["delivery"]["method"] == "pickup")
    line = {**document["lines"][0], "quantity": 50}
    paid = line["quantity"] * line["unit_cents"]
    document = {**document, "channel_order_no": "PICK-1", "lines": [line], "payable_cents": paid, "coupons": [],
                "payment": {**document["payment"], "paid_cents": paid}}  # fmt: skip
    order = gatehouse.orders.submit(document, "store").order
    jobs.bind(gatehouse)
    jobs.carry_out(order["order_no"])
    page = ann.get(f"/console/tasks?about={order['order_no']}&queue=warehouse").text
    assert buttons(page) == [("confirmed", "已到店"), ("refused", "调不来")]


@pytest.fixture
def count(gatehouse):
    """An open task to count a shelf."""
    payload = {
        "queue": "warehouse", "title": {"zh": "少拣：请盘点", "en": "Short pick: please count"}, "due_at": None,
        "rule": "engine.short-picked", "subject": f"shipment:{APPROVED}-1-1",
    }  # fmt: skip
    gatehouse.tasks.open({"id": "count-1", "order_no": APPROVED, "payload": payload})
    return "count-1"


def test_what_is_no_call_is_not_answered_as_one(ann, gatehouse, count):
    page = ann.get("/console/tasks?queue=warehouse").text
    assert "少拣：请盘点" in page and "已办好" in page and "没办成" in page and "办得怎么样" in page
    for of_a_call in ("没人接", "不要了", "电话里说了什么", "13800138000"):
        assert of_a_call not in page, of_a_call
    told = ann.post(f"/console/tasks/{count}", {"outcome": "changed", "note": "货不见了"}, follow_redirects=True).text
    assert "没办成" in told and "建议取消" not in told
    assert gatehouse.orders.order(APPROVED)["status"] == "held", "it must not leave as it is"
    assert "没办成" in ann.get(f"/console/orders/{APPROVED}").text


def test_what_was_done_needs_nothing_more(ann, gatehouse, count):
    told = ann.post(f"/console/tasks/{count}", {"outcome": "confirmed"}, follow_redirects=True).text
    assert "已办好" in told and gatehouse.orders.order(APPROVED)["status"] == "approved"
