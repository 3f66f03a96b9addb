from __future__ import annotations

import datetime as dt

import pytest

from engine.demo.channels import CHANNELS
from engine.demo.orders import sample_orders
from engine.holds import HOLD_REASONS
from engine.intake.schema import load_order

NOW = dt.datetime(2026, 11, 21, 2, 30, tzinfo=dt.UTC)
SAMPLES = sample_orders(NOW)
BY_CODE = {channel.code: channel for channel in CHANNELS}


def order_of(sample):
    return load_order(sample.document, BY_CODE[sample.channel])


def test_there_are_ten_samples_on_all_eight_channels():
    assert len(SAMPLES) == 10
    assert {sample.channel for sample in SAMPLES} == set(BY_CODE)
    assert len({order_of(sample).order_no for sample in SAMPLES}) == 10


def test_four_are_held_for_four_reasons_beside_the_unpaid_one():
    reasons = [reason for sample in SAMPLES for reason in sample.holds]
    assert len(set(reasons) - {"AWAITING_PAYMENT"}) == 4
    assert set(reasons) <= set(HOLD_REASONS)
    assert all((sample.verdict == "hold") == bool(sample.holds) for sample in SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name["en"])
def test_every_sample_loads_adds_up_and_was_placed_within_the_hour(sample):
    order = order_of(sample)
    assert order.stated_total_cents == order.payable_cents > 0
    assert NOW - dt.timedelta(hours=1) <= order.placed_at < NOW
    if order.payment.status == "paid":
        assert order.payment.paid_cents == order.payable_cents
        assert order.placed_at < order.payment.settled_at < NOW
    assert sample.name["zh"] and sample.name["en"]


def test_the_samples_are_the_same_every_time_but_for_their_times():
    later = sample_orders(NOW + dt.timedelta(days=1))
    for sample, other in zip(SAMPLES, later, strict=True):
        assert order_of(sample).order_no == order_of(other).order_no
        assert order_of(sample).lines == order_of(other).lines
