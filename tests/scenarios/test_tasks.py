"""F2 and A7: what people are asked to do, and what their answers do to the order."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from engine.errors import Conflict, Forbidden, NotFound
from engine.service.principals import Principal
from tests.scenarios.desk import APPROVER, OPS
from tests.scenarios.documents import UNPAID, a_line

VAGUE = {"name": "张女士"}
NO_UNIT = {"address": "大望路甲18号"}
DEAR = a_line("EARBUDS-PRO", unit_cents=500_000)


def the_task(desk, case):
    """The one open task of an order, opened by the worker."""
    desk.carry_out(case)
    (task,) = (each for each in case.page["tasks"] if each["status"] == "open")
    return task["id"]


def answer(desk, task, outcome, by=OPS, note="电话里说的"):
    return desk.gatehouse.tasks.answer(task, outcome, note, by)


def minutes_until_release(desk, case):
    at = desk.gatehouse.orders.order(case.order_no)["release_at"]
    return (dt.datetime.fromisoformat(at) - desk.clock.now).total_seconds() / 60


def leaves_now(desk, case):
    """Whether the warehouse hears of it at the worker's next turn."""
    desk.carry_out(case)
    return case.status == "released"


# F2


def test_f2_confirmed_lifts_high_value_as_that_persons_waiver(desk):
    case = desk.post(DEAR)
    assert case.holds == ["HIGH_VALUE"]
    answered = answer(desk, the_task(desk, case), "confirmed")
    assert (answered["order"]["status"], answered["decision"]["verdict"]) == ("approved", "approve")
    (waiver,) = case.decision["waivers"]
    assert (waiver["rule"], waiver["reason"], waiver["by"], waiver["note"]) == (
        "fraud.high-value", "HIGH_VALUE", "lin", "电话里说的",
    )  # fmt: skip
    assert desk.differences() == {}


def test_f2_confirmed_lifts_only_what_was_asked_about(desk):
    case = desk.post(DEAR, receiver={"phone": "1"})
    answer(desk, the_task(desk, case), "confirmed")
    assert case.holds == ["INVALID_PHONE"]


def test_f2_three_calls_without_an_answer_write_to_the_buyer_and_ask_again_tomorrow_at_nine(desk):
    case = desk.post(DEAR)
    task = the_task(desk, case)
    for _ in range(2):
        assert answer(desk, task, "no_answer")["task"]["status"] == "open"
    assert ("buyer", "no-answer") not in case.notices()
    third = answer(desk, task, "no_answer")["task"]
    assert (third["status"], third["tries"], third["due_at"]) == ("open", 3, "2026-11-12T01:00:00+00:00")
    assert case.notices().count(("buyer", "no-answer")) == 1
    desk.carry_out(case)
    assert "联系" in [each["text"] for each in case.page["vendors"]["notices"] if each["template"] == "no-answer"][0]
    for _ in range(3):
        answer(desk, task, "no_answer")
    assert case.notices().count(("buyer", "no-answer")) == 2, "three more calls, one more message"
    assert case.holds == ["HIGH_VALUE"]


def test_f2_refused_keeps_the_hold_with_the_note(desk):
    case = desk.post(DEAR)
    task = the_task(desk, case)
    answered = answer(desk, task, "refused", note="不是本人下单")
    assert (case.status, case.holds) == ("held", ["HIGH_VALUE"])
    assert (answered["task"]["outcome"], answered["task"]["note"]) == ("refused", "不是本人下单")
    assert case.page["manual"][-1]["data"]["outcome"] == "refused"


def test_f2_a_task_is_answered_once(desk):
    case = desk.post(DEAR)
    task = the_task(desk, case)
    answer(desk, task, "confirmed")
    with pytest.raises(Conflict):
        answer(desk, task, "refused")
    with pytest.raises(NotFound):
        answer(desk, "nobody-asked", "confirmed")


def test_f2_a_release_by_hand_takes_the_task_back_and_a_return_of_the_hold_asks_again(desk):
    case = desk.post(DEAR)
    task = the_task(desk, case)
    desk.release(case, "HIGH_VALUE")
    assert [each["status"] for each in case.page["tasks"]] == ["dropped"]
    with pytest.raises(Conflict):
        answer(desk, task, "confirmed")


def test_f2_a_task_that_was_waived_before_the_worker_came_is_not_opened(desk):
    case = desk.post(DEAR)
    desk.release(case, "HIGH_VALUE")
    desk.carry_out(case)
    assert [each["status"] for each in case.page["tasks"]] == ["dropped"]


def test_f2_confirming_needs_the_role_that_the_hold_asks_for(desk):
    case = desk.post(DEAR)
    task = the_task(desk, case)
    with pytest.raises(Forbidden):
        answer(desk, task, "confirmed", Principal("person", "vera", frozenset({"viewer"})))
    assert answer(desk, task, "confirmed", APPROVER)["order"]["status"] == "approved"


# A7


@pytest.mark.parametrize("receiver", [VAGUE, NO_UNIT], ids=["i4", "i3"])
def test_a7_a_finished_task_releases_at_once(desk, receiver):
    case = desk.post(receiver=receiver)
    task = the_task(desk, case)
    assert (case.status, minutes_until_release(desk, case)) == ("approved", 30)
    desk.clock.advance(minutes=3)
    assert not leaves_now(desk, case)
    answer(desk, task, "confirmed")
    assert minutes_until_release(desk, case) == 0
    assert leaves_now(desk, case)


def test_a7_nobody_answers_and_it_leaves_with_the_flag_after_half_an_hour(desk):
    case = desk.post(receiver=VAGUE)
    task = the_task(desk, case)
    answer(desk, task, "no_answer")
    desk.clock.advance(minutes=29)
    assert not leaves_now(desk, case)
    desk.clock.advance(minutes=1)
    assert leaves_now(desk, case)
    (outbound,) = case.actions("outbound")
    assert outbound["payload"]["flags"] == ["NAME_VAGUE"]


def test_a7_of_two_tasks_the_last_one_releases(desk):
    case = desk.post(receiver=VAGUE | NO_UNIT)
    desk.carry_out(case)
    first, second = (each["id"] for each in case.page["tasks"])
    answer(desk, first, "confirmed")
    assert minutes_until_release(desk, case) == 30
    answer(desk, second, "confirmed")
    assert minutes_until_release(desk, case) == 0


def test_a7_it_does_not_wait_again_for_what_was_confirmed(desk):
    case = desk.post(receiver={**VAGUE, "phone": "1"})
    answer(desk, the_task(desk, case), "confirmed")
    desk.release(case, "INVALID_PHONE")
    assert (case.status, minutes_until_release(desk, case)) == ("approved", 0)
    assert leaves_now(desk, case)


@pytest.mark.parametrize("outcome", ["refused", "changed"])
def test_a7_what_the_buyer_refuses_or_changes_does_not_leave(desk, outcome):
    case = desk.post(receiver=VAGUE)
    answered = answer(desk, the_task(desk, case), outcome, note="买家说重复下单了")
    assert (answered["order"]["status"], case.holds) == ("held", ["MANUAL"])
    desk.clock.advance(hours=1)
    assert not leaves_now(desk, case)
    desk.release(case, "MANUAL")
    assert case.status == "approved"
    assert desk.differences() == {}


@pytest.mark.parametrize("outcome", ["refused", "changed"])
def test_a7_what_the_buyer_refuses_or_changes_does_not_leave_once_stock_comes_either(desk, outcome):
    desk.stock("LAUNDRY-2L", {})
    case = desk.post("LAUNDRY-2L", receiver=NO_UNIT)
    answer(desk, the_task(desk, case), outcome, note="买家要换地址")
    assert case.holds == ["INVENTORY_OUT_OF_STOCK", "MANUAL"]
    desk.receive("BJ1", "LAUNDRY-2L", 10)
    desk.reallocate()
    assert (case.status, case.holds) == ("held", ["MANUAL"])


def test_a7_what_the_buyer_refuses_before_paying_does_not_leave_once_it_is_paid(desk):
    case = desk.post(receiver=VAGUE, payment=UNPAID)
    answer(desk, the_task(desk, case), "refused", note="买家不要了")
    assert (case.status, case.holds) == ("held", ["AWAITING_PAYMENT", "MANUAL"])


def test_a7_a_merge_candidate_is_given_its_time_all_the_same(desk):
    same = {"buyer": {"id": "b-m"}, "receiver": {**VAGUE, "phone": "13912345678", "address": "大望路1号楼2单元501"}}
    desk.post(channel="taobao", **same)
    case = desk.post("CABLE-USBC", channel="taobao", **same)
    assert "MERGE_CANDIDATE" in case.flags
    answer(desk, the_task(desk, case), "confirmed")
    assert minutes_until_release(desk, case) == 30


def test_a7_a_rule_of_the_admins_that_gives_more_time_is_heard(desk):
    longer = {
        "id": "audit.cool-off", "title": {"zh": "冷静期", "en": "Cooling off"}, "why": {"zh": "测试", "en": "A test."},
        "then": [{"do": "release_after", "minutes": 45}], "examples": {"fires": [{"order.channel": "taobao"}]},
    }  # fmt: skip
    desk.publish("audit", lambda document: document["rules"].append(longer))
    case = desk.post(receiver=VAGUE)
    answer(desk, the_task(desk, case), "confirmed")
    assert minutes_until_release(desk, case) == 45


def test_a7_two_who_finish_the_last_two_tasks_at_once_release_it(desk):
    for _ in range(5):
        case = desk.post(receiver=VAGUE | NO_UNIT)
        desk.carry_out(case)
        ids = [each["id"] for each in case.page["tasks"]]
        threads = [threading.Thread(target=answer, args=(desk, each, "confirmed")) for each in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert minutes_until_release(desk, case) == 0
        assert leaves_now(desk, case)
