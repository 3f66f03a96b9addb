"""T5: the pool that nobody looks at. T6: orders that must leave soon and cannot."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.service.principals import Principal
from tests.scenarios.desk import OPS
from workers.vendors.notices import remind_of_pool

VIEWER = Principal("person", "vera", frozenset({"viewer"}))


@pytest.fixture
def pool(desk):
    """What the order desk was told of the pool, after each turn of the clock; set up half past ten on a Wednesday."""

    class Pool:
        def at(self, clock: str, days: int = 0) -> list[str]:
            hours, minutes = map(int, clock.split(":"))
            there = desk.clock().astimezone(dt.timezone(dt.timedelta(hours=8)))
            desk.clock.now = there.replace(hour=hours, minute=minutes) + dt.timedelta(days=days)
            return self.turn()

        def turn(self) -> list[str]:
            remind_of_pool(desk.gatehouse)
            with desk.gatehouse.database.read() as uow:
                notices = uow.vendors.of("")["notices"]
            assert {(each["to"], each["template"]) for each in notices} <= {("order_desk", "pool-unseen")}
            return [each["text"] for each in notices]

        def look(self, by: Principal = OPS) -> None:
            desk.gatehouse.reminders.pool_seen(by)

    found = Pool()
    assert found.turn() == [], "nobody could have looked before it was set up"
    return found


def test_t5_who_has_not_looked_by_the_time_of_day_is_told_what_is_open_once(desk, pool):
    desk.post(receiver={"phone": "1"}), desk.post(receiver={"phone": "1"}, priority="urgent")
    assert pool.at("13:59") == []
    said = "到 14:00 还没有人看过异常订单池: 待处理 2 单, 其中超时 2 单, 加急 1 单。"
    assert pool.at("14:00") == [said]
    assert pool.at("14:01") == [said] == pool.at("17:29")
    assert len(pool.at("17:30")) == 2 and len(pool.at("23:59")) == 2
    assert len(pool.at("00:01", days=1)) == 2, "the night is nobody's"
    assert pool.at("09:30")[-1].startswith("到 09:30")


def test_t5_whoever_can_do_something_about_it_and_looks_is_left_alone(desk, pool):
    desk.post(receiver={"phone": "1"})
    pool.at("13:00")
    pool.look(VIEWER)
    assert len(pool.at("14:00")) == 1, "a viewer cannot"
    pool.look()
    assert len(pool.at("17:30")) == 1
    assert len(pool.at("09:29", days=1)) == 1
    assert len(pool.at("09:30")) == 2, "yesterday's look was before the last time"


def test_t5_an_empty_pool_is_nothing_to_be_told_of_also_later(desk, pool):
    assert pool.at("14:00") == []
    desk.post(receiver={"phone": "1"})
    assert pool.at("15:00") == []
    assert len(pool.at("17:30")) == 1


def ship_by(desk, **ahead):
    return (desk.clock() + dt.timedelta(**ahead)).isoformat()


def reminders(case):
    said = [each["payload"] for each in case.actions("notify")]
    return [each["ship_by"] for each in said if each["rule"] == "engine.ship-by"]


def test_t6_four_hours_before_it_must_leave_the_order_desk_is_reminded_once(desk):
    case = desk.post(receiver={"phone": "1"}, ship_by=ship_by(desk, hours=4, minutes=1))
    gone = desk.post(ship_by=ship_by(desk, hours=4, minutes=1))
    desk.carry_out(gone)
    assert desk.gatehouse.reminders.ship_by() == 0
    desk.clock.advance(minutes=1)
    assert [desk.gatehouse.reminders.ship_by() for _ in range(2)] == [1, 0]
    assert (len(reminders(case)), reminders(gone)) == (1, [])
    desk.carry_out(case)
    told = [(each["to"], each["text"]) for each in case.page["vendors"]["notices"]]
    assert ("order_desk", f"订单 {case.order_no} 须在 11-11 14:31 前发货, 现在还没有下发, 请尽快处理。") in told


def test_t6_a_paid_order_must_leave_within_two_days(desk):
    case = desk.post(receiver={"phone": "1"})  # paid 10:20:09
    desk.clock.advance(hours=43, minutes=50)
    assert desk.gatehouse.reminders.ship_by() == 0
    desk.clock.advance(seconds=10)
    assert desk.gatehouse.reminders.ship_by() == 1 and len(reminders(case)) == 1


def test_t6_who_is_not_to_be_sent_is_not_reminded_of(desk):
    late = {"ship_by": ship_by(desk, hours=2)}
    cancelled = desk.post(receiver={"phone": "1"}, **late)
    desk.report(cancelled, "cancelled", reason="不要了")
    unpaid = desk.post(payment={"status": "unpaid", "method": "alipay"}, **late)
    assert (cancelled.status, unpaid.status) == ("cancelled", "awaiting_payment")
    assert desk.gatehouse.reminders.ship_by() == 0
