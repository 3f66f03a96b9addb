"""P4: the payment provider is asked about money that was paid and has not come."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.scenarios.documents import UNPAID
from workers.vendors.payments import ask_due

PAYABLE = 2 * 3_990
UNSETTLED = {"settled_at": None}


@pytest.fixture
def provider(gatehouse):
    """Tells the provider's stand-in of a transaction."""

    def knows(transaction_no, status, paid_cents=0, settled_at=None):
        with gatehouse.database.write() as uow:
            uow.vendors.put_payment(transaction_no, status, paid_cents, settled_at)
            uow.commit()

    return knows


def number(case):
    return case.page["order"]["payment"]["transaction_no"]


def inquiry(desk, case):
    with desk.gatehouse.database.read() as uow:
        return uow.payments.of(case.order_no)


def test_p4_settled_is_as_if_the_channel_had_said_so(desk, provider):
    case = desk.post(payment=UNSETTLED)
    settled_at = desk.clock.now
    provider(number(case), "settled", PAYABLE, settled_at)
    assert ask_due(desk.gatehouse) == 1
    assert (case.status, case.holds) == ("approved", [])
    payment = case.page["order"]["payment"]
    assert (dt.datetime.fromisoformat(payment["settled_at"]), payment["paid_cents"]) == (settled_at, PAYABLE)
    desk.clock.advance(hours=1)
    assert ask_due(desk.gatehouse) == 0, "there is nothing left to ask"
    assert desk.differences() == {}


def test_p4_it_is_asked_every_ten_minutes(desk, provider):
    case = desk.post(payment=UNSETTLED)
    provider(number(case), "processing")
    assert (ask_due(desk.gatehouse), ask_due(desk.gatehouse)) == (1, 0)
    desk.clock.advance(minutes=9, seconds=59)
    assert ask_due(desk.gatehouse) == 0
    desk.clock.advance(seconds=1)
    assert ask_due(desk.gatehouse) == 1
    assert (case.holds, inquiry(desk, case)["asked"]) == (["AWAITING_PAYMENT"], 2)
    provider(number(case), "settled", PAYABLE, desk.clock.now)
    desk.clock.advance(minutes=10)
    ask_due(desk.gatehouse)
    assert case.status == "approved"


@pytest.mark.parametrize("answer", ["failed", "unknown"])
def test_p4_another_answer_is_a_mismatch_until_the_provider_knows_better(desk, provider, answer):
    case = desk.post(payment=UNSETTLED)
    provider(number(case), answer)
    ask_due(desk.gatehouse)
    assert case.holds == ["AWAITING_PAYMENT", "PAYMENT_MISMATCH"]
    assert case.hold("PAYMENT_MISMATCH")["rule"] == "payment.provider-differs"
    decisions = len(case.page["history"])
    desk.clock.advance(minutes=10)
    ask_due(desk.gatehouse)
    assert len(case.page["history"]) == decisions, "the same answer again says nothing new"
    provider(number(case), "settled", PAYABLE, desk.clock.now)
    desk.clock.advance(minutes=10)
    ask_due(desk.gatehouse)
    assert (case.status, case.holds) == ("approved", [])
    assert desk.differences() == {}


def test_p4_settled_with_another_amount_is_a_mismatch(desk, provider):
    case = desk.post(payment=UNSETTLED)
    provider(number(case), "settled", PAYABLE - 100, desk.clock.now)
    ask_due(desk.gatehouse)
    assert case.holds == ["PAYMENT_MISMATCH"]


def test_p4_a_provider_that_does_not_answer_is_asked_ever_more_rarely(desk, provider):
    case = desk.post(payment=UNSETTLED)
    provider(number(case), "unavailable")
    waits = []
    for _ in range(6):
        assert ask_due(desk.gatehouse) == 1
        after = inquiry(desk, case)["next_at"] - desk.clock.now
        waits.append(round(after.total_seconds() / 60))
        desk.clock.advance(minutes=waits[-1])
    assert waits == [20, 40, 80, 120, 120, 120]
    provider(number(case), "processing")
    ask_due(desk.gatehouse)
    assert inquiry(desk, case)["next_at"] - desk.clock.now == dt.timedelta(minutes=10)
    assert case.holds == ["AWAITING_PAYMENT"]


def test_p4_only_what_was_paid_and_has_a_number_is_asked_about(desk):
    desk.post(payment=UNPAID)
    desk.post(payment={"transaction_no": None})
    desk.post(payment={"status": "processing", "method": "card", "transaction_no": "T-p"})
    desk.post()
    assert ask_due(desk.gatehouse) == 0


def test_p4_killed_while_asking_it_is_asked_again_ten_minutes_later(desk, provider):
    case = desk.post(payment=UNSETTLED)
    provider(number(case), "settled", PAYABLE, desk.clock.now)
    assert desk.gatehouse.payments.begin(case.order_no) is not None
    assert desk.gatehouse.payments.begin(case.order_no) is None, "one asks"
    desk.clock.advance(minutes=10)
    assert ask_due(desk.gatehouse) == 1
    assert case.status == "approved"
