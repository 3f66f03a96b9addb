"""Orders that nobody waits for, and orders that cannot be decided."""

from __future__ import annotations

import pytest

from workers.ticks import _sweep


@pytest.fixture
def documents(samples):
    document = dict(next(each for each in samples if each.verdict == "approve").document)
    return [document | {"channel_order_no": f"W-{index}"} for index in range(3)]


def test_an_order_posted_without_waiting_is_decided_by_the_next_sweep(gatehouse, documents):
    submission = gatehouse.orders.submit(documents[0], "own-shop", respond_async=True)
    assert (submission.created, submission.pending, submission.decision) == (True, True, None)
    assert gatehouse.orders.sweep() == 1
    assert gatehouse.orders.order("own-shop.W-0")["status"] == "approved"


def test_an_order_that_cannot_be_decided_does_not_keep_others_waiting_and_is_held_in_the_end(
    gatehouse, documents, monkeypatch
):
    import engine.service.decisions as decisions

    for document in documents:
        gatehouse.orders.submit(document, "own-shop", respond_async=True)
    real = decisions.run_stages

    def poisoned(order, world, *rest):
        if order.channel_order_no == "W-0" and not world.crashed:
            raise ZeroDivisionError
        return real(order, world, *rest)

    monkeypatch.setattr(decisions, "run_stages", poisoned)
    assert _sweep(gatehouse) == 3
    statuses = [gatehouse.orders.order(f"own-shop.W-{index}")["status"] for index in range(3)]
    assert statuses == ["received", "approved", "approved"]
    gatehouse.clock.advance(minutes=1)
    _sweep(gatehouse)
    gatehouse.clock.advance(minutes=1)
    _sweep(gatehouse)
    page = gatehouse.orders.page("own-shop.W-0")
    assert [hold["reason"] for hold in page["decision"]["holds"]] == ["RULE_ERROR"]
