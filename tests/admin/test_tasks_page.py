from __future__ import annotations

import re

import pytest

from tests.admin.conftest import HELD
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
