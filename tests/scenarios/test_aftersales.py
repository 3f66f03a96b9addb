"""T4: what a buyer wants put right goes from step to step, each with somebody who does it and a time."""

from __future__ import annotations

import pytest

from engine import aftersales
from engine.errors import Conflict
from tests.scenarios.desk import OPS

GOODS = [{"line_no": "1", "quantity": 1}]


@pytest.fixture
def case(desk):
    """An order that has been signed for."""
    case = desk.post("SOCKS-5")
    desk.hand_over(case)
    desk.tell(case.shipments[0], "signed")
    return case


def ask_for(desk, case, kind, **said):
    desk.report(case, "return_requested", kind=kind, lines=GOODS, **said)
    desk.carry_out(case)


def steps(case, status="open"):
    """(queue, rule) of the after-sales tasks of that status."""
    mine = [each for each in case.page["tasks"] if (each["subject"] or "").startswith("return:")]
    return [(each["queue"], each["rule"].removeprefix("engine.")) for each in mine if each["status"] == status]


def answer(desk, case, outcome="confirmed", note=""):
    (task,) = [each for each in case.page["tasks"] if each["status"] == "open"]
    desk.gatehouse.tasks.answer(task["id"], outcome, note, OPS)
    desk.carry_out(case)


def told(case):
    notices = [each["template"] for each in case.page["vendors"]["notices"]]
    return sorted(each for each in notices if each.startswith("aftersale"))


@pytest.mark.parametrize(
    ("kind", "queues"),
    [
        ("return", ["service", "warehouse", "warehouse", "finance"]),
        ("refund", ["service", "finance"]),
        ("exchange", ["service", "warehouse", "warehouse", "warehouse"]),
        ("resend", ["service", "warehouse"]),
        ("price_adjustment", ["service", "finance"]),
        ("coupon", ["service", "service"]),
        ("lost", ["service", "logistics", "finance"]),
        ("whatever a platform calls it", ["service", "warehouse", "warehouse", "finance"]),
    ],
)
def test_t4_each_kind_takes_its_steps_to_the_end_and_the_buyer_is_asked_how_it_was(desk, case, kind, queues):
    ask_for(desk, case, kind, reason="破了")
    for number, queue in enumerate(queues):
        assert [each for each, _ in steps(case)] == [queue], number
        assert told(case) == (["aftersale-send-back"] if number and "goods_back" in aftersales.path(kind) else [])
        answer(desk, case)
    assert (steps(case), len(steps(case, "done"))) == ([], len(queues))
    assert "aftersale-closed" in told(case)
    assert case.status == "delivered" and case.reserved == {}


def test_t4_a_step_says_what_is_asked_of_whom_by_when(desk, case):
    ask_for(desk, case, "exchange", reason="尺码不对")
    answer(desk, case)
    (task,) = [each for each in case.page["tasks"] if each["status"] == "open"]
    assert task["title"] == {
        "zh": "等退货到仓，收到后确认：换货，SOCKS-5 × 1, 尺码不对",
        "en": "Goods come back: confirm once they are in: exchange, SOCKS-5 × 1, 尺码不对",
    }
    assert (task["queue"], task["due_at"]) == ("warehouse", "2026-11-18T03:01:00+00:00"), "63 working hours"


def test_t4_who_is_declined_is_told_so(desk, case):
    ask_for(desk, case, "return")
    answer(desk, case, "refused", "超过七天")
    assert (steps(case), told(case)) == ([], ["aftersale-declined"])


def test_t4_what_does_not_go_as_agreed_is_settled_with_the_buyer(desk, case):
    ask_for(desk, case, "return")
    answer(desk, case, "no_answer")
    assert steps(case) == [("service", "return-requested")], "it is still to be answered"
    answer(desk, case), answer(desk, case)
    answer(desk, case, "refused", "已穿过")
    assert steps(case) == [("service", "aftersale-settle")]
    answer(desk, case)
    assert (steps(case), told(case)) == ([], ["aftersale-closed", "aftersale-send-back"])


def test_t4_several_requests_go_their_own_ways_and_none_is_answered_twice(desk, case):
    ask_for(desk, case, "refund")
    ask_for(desk, case, "coupon")
    first, second = [each["id"] for each in case.page["tasks"]]
    desk.gatehouse.tasks.answer(first, "confirmed", "", OPS)
    with pytest.raises(Conflict):
        desk.gatehouse.tasks.answer(first, "refused", "", OPS)
    desk.gatehouse.tasks.answer(second, "refused", "", OPS)
    desk.carry_out(case)
    assert len(steps(case)) == 1 and told(case) == ["aftersale-declined"]


def test_t2_an_order_is_completed_once_all_that_was_asked_for_is_done(desk, case):
    ask_for(desk, case, "refund")
    desk.clock.advance(days=8)
    assert desk.gatehouse.vendor_events.complete() == 0 and case.status == "delivered"
    answer(desk, case)
    assert desk.gatehouse.vendor_events.complete() == 0, "the money is still to be given back"
    answer(desk, case)
    assert desk.gatehouse.vendor_events.complete() == 1 and case.status == "completed"


def test_t4_declining_an_order_that_has_not_left_keeps_it_going(desk):
    case = desk.post("SOCKS-5", channel="taobao")
    ask_for(desk, case, "return")
    answer(desk, case, "refused", "还没发")
    assert (case.status, case.holds) == ("approved", [])
