"""People releasing holds: nothing that one of them did is lost, whatever happens at the same moment."""

from __future__ import annotations

import pytest

from engine.errors import Conflict
from engine.service import decisions


@pytest.fixture
def held(gatehouse, samples):
    """An order held for its phone and for its address: gives its number."""
    document = dict(next(each for each in samples if each.verdict == "approve").document)
    receiver = {**document["receiver"], "phone": "1380013", "address": "天津市南开区白堤路8号3号楼2单元501"}
    submission = gatehouse.orders.submit({**document, "receiver": receiver}, "own-shop")
    assert reasons(submission.decision) == {"INVALID_PHONE", "INCORRECT_ADDRESS"}
    return submission.order["order_no"]


def reasons(decision):
    return {hold["reason"] for hold in decision["holds"]}


def just_once(call):
    """The call, the first time; nothing after that."""
    left = [call]
    return lambda: left.pop()() if left else None


def test_releasing_one_hold_leaves_the_other(gatehouse, held, admin):
    answer = gatehouse.manual.release(held, ["INVALID_PHONE"], "called", admin)
    assert reasons(answer["decision"]) == {"INCORRECT_ADDRESS"}
    assert gatehouse.manual.release(held, ["INCORRECT_ADDRESS"], "called", admin)["order"]["status"] == "approved"


def release_and_die(gatehouse, order_no, holds, by):
    """A release whose process ends before it decides."""

    def die(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(gatehouse.manual._decisions, "decide", die)
        gatehouse.manual.release(order_no, holds, "called", by)


def test_a_release_whose_process_died_is_carried_through(gatehouse, held, admin, clock):
    release_and_die(gatehouse, held, ["INVALID_PHONE", "INCORRECT_ADDRESS"], admin)
    assert gatehouse.orders.order(held)["status"] == "held"
    clock.advance(minutes=1)
    assert gatehouse.orders.sweep() == 1
    assert gatehouse.orders.order(held)["status"] == "approved"
    assert gatehouse.orders.sweep() == 0


def test_a_release_that_ends_every_process_is_held_for_a_person(gatehouse, held, admin, clock):
    def die(*_):
        raise KeyboardInterrupt

    release_and_die(gatehouse, held, ["INVALID_PHONE", "INCORRECT_ADDRESS"], admin)
    clock.advance(minutes=1)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(decisions, "run_stages", die)
        gatehouse.orders.sweep()
    assert gatehouse.orders.sweep() == 0, "whoever began may still be at it"
    clock.advance(minutes=1)
    assert gatehouse.orders.sweep() == 1
    assert reasons(gatehouse.orders.page(held)["decision"]) == {"RULE_ERROR"}
    assert gatehouse.orders.sweep() == 0


def test_a_release_that_solves_nothing_is_decided_once_more_only(gatehouse, held, admin, clock):
    release_and_die(gatehouse, held, ["INVALID_PHONE"], admin)
    clock.advance(minutes=1)
    assert (gatehouse.orders.sweep(), gatehouse.orders.sweep()) == (1, 0)
    assert reasons(gatehouse.orders.page(held)["decision"]) == {"INCORRECT_ADDRESS"}


def test_a_release_during_a_decision_counts(gatehouse, held, admin, monkeypatch):
    """Another hold is released after the world was read and before the decision is recorded."""
    other = just_once(lambda: release_and_die(gatehouse, held, ["INVALID_PHONE"], admin))
    real = decisions.run_stages

    def run_stages(*arguments):
        other()
        return real(*arguments)

    monkeypatch.setattr(decisions, "run_stages", run_stages)
    answer = gatehouse.manual.release(held, ["INCORRECT_ADDRESS"], "called", admin)
    assert answer["order"]["status"] == "approved"
    assert gatehouse.decisions.replay(answer["decision"]["id"])["identical"]


def test_a_release_of_what_was_decided_again_meanwhile_is_refused(gatehouse, held, admin, monkeypatch):
    other = just_once(lambda: gatehouse.manual.release(held, ["INVALID_PHONE"], "called", admin))
    real = gatehouse.orders.order

    def order(order_no):
        found = real(order_no)
        other()
        return found

    monkeypatch.setattr(gatehouse.orders, "order", order)
    with pytest.raises(Conflict):
        gatehouse.manual.release(held, ["INCORRECT_ADDRESS"], "called", admin)
    page = gatehouse.orders.page(held)
    assert (len(page["manual"]), reasons(page["decision"])) == (1, {"INCORRECT_ADDRESS"})
