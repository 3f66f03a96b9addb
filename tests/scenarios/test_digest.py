"""I1: the order desk hears of urgent orders and exceptions at once, of the others every half hour."""

from __future__ import annotations

import threading

import pytest

from tests.scenarios.documents import UNPAID
from workers.vendors.notices import send_digests

NO_PHONE = {"phone": "1"}
ACCEPTED = ("order_desk_digest", "orders-accepted")


def together(case):
    """(to, template) of what is told with that of other orders."""
    return [(each["payload"]["to"], each["payload"]["template"]) for each in case.digests()]


@pytest.fixture
def told(gatehouse):
    """What the order desk was told together: the texts."""

    def texts() -> list[str]:
        with gatehouse.database.read() as uow:
            notices = uow.vendors.of("")["notices"]
        assert {(each["to"], each["template"]) for each in notices} <= {("order_desk", "orders-accepted")}
        return [each["text"] for each in notices]

    return texts


def test_i1_ordinary_orders_are_told_together_once_the_half_hour_is_over(desk, told):
    desk.clock.advance(minutes=5)  # 10:35
    cases = [desk.post(), desk.post(), desk.post(channel="taobao")]
    assert all(together(case) == [ACCEPTED] for case in cases)
    desk.clock.advance(minutes=24)
    assert send_digests(desk.gatehouse) == 0 and told() == []
    desk.clock.advance(minutes=1)
    assert send_digests(desk.gatehouse) == 1
    shops = {each.code: each.name for each in desk.gatehouse.orders.channels()}
    assert told() == [f"截至 11:00 新接 3 单: {shops['own-shop']} 2, {shops['taobao']} 1。"]
    (action,) = cases[0].digests()
    assert (action["status"], action["receipt"]["to"]) == ("done", "order_desk")


def test_i1_each_order_is_told_of_once_and_nothing_is_sent_when_nothing_came(desk, told):
    desk.clock.advance(minutes=5)
    desk.post()
    for _ in range(4):
        desk.clock.advance(minutes=30)
        send_digests(desk.gatehouse)
        send_digests(desk.gatehouse)
    assert len(told()) == 1
    desk.post()
    desk.clock.advance(minutes=30)
    send_digests(desk.gatehouse)
    assert len(told()) == 2


def test_i1_urgent_orders_and_exceptions_are_told_at_once_instead(desk):
    urgent, wished, red = desk.post(priority="urgent"), desk.post(remark="加急"), desk.post(receiver=NO_PHONE)
    assert ("order_desk", "order-urgent") in urgent.notices() and ("order_desk", "order-urgent") in wished.notices()
    assert ("order_desk", "order-exception") in red.notices()
    assert [together(each) for each in (urgent, wished, red)] == [[], [], []]


def test_i1_an_order_that_waits_for_its_payment_was_accepted_too(desk):
    assert together(desk.post(payment=UNPAID)) == [ACCEPTED]


def test_i1_workers_leave_it_to_the_clock(desk):
    case = desk.post()
    desk.clock.advance(hours=1)
    desk.carry_out(case)
    (action,) = case.digests()
    assert action["status"] == "pending"
    assert desk.gatehouse.actions.open_count() == 0


@pytest.mark.parametrize(
    ("stage", "rule"),
    [("fulfilment", "fulfilment.accepted-tells-order-desk"), ("fulfilment", "fulfilment.exception-tells-order-desk"),
     ("intake", "intake.urgent-tells-order-desk")],
)  # fmt: skip
def test_i1_each_rule_can_be_switched_off(desk, stage, rule):
    def off(document):
        (found,) = (each for each in document["rules"] if each["id"] == rule)
        found["enabled"] = False

    desk.publish(stage, off)
    case = desk.post(**{"priority": "urgent"} if stage == "intake" else {"receiver": NO_PHONE} if "exc" in rule else {})
    assert together(case) == [] and not {to for to, _ in case.notices()} & {"order_desk"}


def test_i1_killed_between_gathering_and_sending_it_is_sent_all_the_same(desk, told):
    desk.clock.advance(minutes=5)
    desk.post()
    desk.clock.advance(minutes=25)
    assert desk.gatehouse.digests.gather() == 1
    late = desk.post()  # meanwhile; it is of the next half hour
    assert send_digests(desk.gatehouse) == 1
    assert len(told()) == 1 and "新接 1 单" in told()[0]
    assert send_digests(desk.gatehouse) == 0
    desk.clock.advance(minutes=30)
    send_digests(desk.gatehouse)
    assert "新接 1 单" in told()[1] and together(late) == [ACCEPTED]


def test_i1_killed_after_sending_it_is_not_sent_twice(desk, told):
    desk.clock.advance(minutes=5)
    desk.post()
    desk.clock.advance(minutes=25)
    desk.gatehouse.digests.gather()
    (digest,) = desk.gatehouse.digests.unsent()
    send_digests(desk.gatehouse)
    with desk.gatehouse.database.write() as uow:  # as if the receipt had not been written
        uow._connection.exec_driver_sql("UPDATE actions SET status = 'pending' WHERE digest IS NOT NULL")
        uow.commit()
    send_digests(desk.gatehouse)
    assert len(told()) == 1 and desk.gatehouse.digests.unsent() == [] and digest.orders == 1


def test_i1_several_clocks_send_one(desk, told):
    desk.clock.advance(minutes=5)
    for _ in range(5):
        desk.post()
    desk.clock.advance(minutes=25)
    threads = [threading.Thread(target=send_digests, args=(desk.gatehouse,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told()) == 1 and "新接 5 单" in told()[0]
