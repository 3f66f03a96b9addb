"""Deciding again that fails keeps the units which an order had: nobody knows yet that it does not need them."""

from __future__ import annotations

import pytest

from engine.errors import MatcherError
from engine.matching.judge import Judge
from engine.service.principals import Principal
from tests.conftest import open_gatehouse

OPS = Principal("token", "li", frozenset({"ops"}))


@pytest.fixture
def gatehouse(home, clock):
    opened = open_gatehouse(home, clock, MATCHING="evaluator")
    yield opened
    opened.close()


@pytest.fixture
def order_no(gatehouse, samples):
    """An approved order that has units reserved."""
    for each in samples:
        decided = gatehouse.orders.submit(each.document, each.channel)
        if decided.decision["verdict"] == "approve" and reserved(gatehouse, decided.order["order_no"]):
            return decided.order["order_no"]
    raise AssertionError("no sample is approved")


def reserved(gatehouse, order_no):
    with gatehouse.database.read() as uow:
        return uow.stock.reservations(order_no)


def again(gatehouse, order_no, trigger="rules_changed"):
    """Its next decision."""
    gatehouse.database.write_retrying(lambda uow: uow.orders.again(order_no, trigger))
    gatehouse.orders.sweep()
    return gatehouse.orders.page(order_no)["decision"]


def broken(stage):
    """What a judge does that cannot judge that stage."""
    fire = Judge.fire

    def failing(self, of_stage, *args, **more):
        if of_stage == stage:
            raise MatcherError("it broke")
        return fire(self, of_stage, *args, **more)

    return failing


def settled(gatehouse):
    with gatehouse.database.read() as uow:
        return list(uow.stock.differences()) == []


@pytest.mark.parametrize("stage", ["intake", "warehouse", "fulfilment"])
def test_what_was_reserved_stays_so_until_it_can_be_judged(gatehouse, order_no, monkeypatch, stage):
    before, planned = reserved(gatehouse, order_no), gatehouse.orders.page(order_no)["decision"]["shipments"]
    with monkeypatch.context() as patch:
        patch.setattr(Judge, "fire", broken(stage))
        for _ in range(2):  # what it keeps now it keeps the next time as well
            failed = again(gatehouse, order_no)
            assert "RULE_ERROR" in [hold["reason"] for hold in failed["holds"]]
            assert (failed["shipments"], reserved(gatehouse, order_no)) == (planned, before)
            assert gatehouse.decisions.replay(failed["id"])["identical"]
            assert settled(gatehouse)
    assert again(gatehouse, order_no)["verdict"] == "approve"
    assert reserved(gatehouse, order_no) == before and settled(gatehouse)


def test_an_order_that_stopped_the_process_twice_keeps_its_units(gatehouse, order_no, clock):
    before = reserved(gatehouse, order_no)
    after = gatehouse.orders.order(order_no)["decision_id"]
    gatehouse.database.write_retrying(lambda uow: uow.orders.again(order_no, "rules_changed"))
    for _ in range(2):
        clock.advance(seconds=60)
        begun = lambda uow: uow.orders.begin(order_no, after, clock(), clock())  # noqa: E731
        assert gatehouse.database.write_retrying(begun)
    clock.advance(seconds=60)
    gatehouse.orders.sweep()
    crashed = gatehouse.orders.page(order_no)["decision"]
    assert [hold["reason"] for hold in crashed["holds"]] == ["RULE_ERROR"]
    assert reserved(gatehouse, order_no) == before and settled(gatehouse)
    assert gatehouse.decisions.replay(crashed["id"])["identical"]
    assert again(gatehouse, order_no)["verdict"] == "approve"
    assert reserved(gatehouse, order_no) == before


def test_an_order_that_is_cancelled_meanwhile_gives_them_back(gatehouse, order_no, monkeypatch):
    monkeypatch.setattr(Judge, "fire", broken("intake"))
    again(gatehouse, order_no)
    gatehouse.manual.cancel(order_no, {"reason": "not wanted"}, OPS)
    assert reserved(gatehouse, order_no) == {} and settled(gatehouse)


def test_an_order_whose_first_deciding_fails_keeps_nothing(gatehouse, samples, monkeypatch):
    monkeypatch.setattr(Judge, "fire", broken("intake"))
    decided = gatehouse.orders.submit(samples[0].document, samples[0].channel)
    assert decided.decision["shipments"] == [] and reserved(gatehouse, decided.order["order_no"]) == {}
