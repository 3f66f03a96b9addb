"""Events are read as strictly as orders."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.errors import OrderError
from engine.intake.events import load_order_event, load_reconciliation, load_vendor_event

AT = "2026-11-11T10:31:00+08:00"


def problems(load, document) -> list[tuple[str, str]]:
    with pytest.raises(OrderError) as caught:
        load(document)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_an_event_is_loaded_with_its_data_as_its_type_says():
    document = {"event_id": "1", "type": "payment_updated", "at": AT, "data": {"status": "paid"}}
    event, identity = load_order_event(document)
    assert identity is None
    assert event.at == dt.datetime(2026, 11, 11, 2, 31, tzinfo=dt.UTC) and event.data == {"status": "paid"}


def test_an_event_without_data_is_read_like_one_with_none():
    bare = {"event_id": "1", "type": "cancelled", "at": AT}
    assert load_order_event(bare) == load_order_event({**bare, "data": {}}) == load_order_event({**bare, "data": None})


def test_equal_content_has_an_equal_digest_however_it_is_spelled():
    one, _ = load_order_event({"event_id": "1", "type": "payment_updated", "at": AT, "data": {"status": "paid"}})
    other, _ = load_order_event({
        "event_id": "1", "type": "payment_updated", "at": "2026-11-11T02:31:00Z",
        "data": {"status": "paid", "method": None},
    })  # fmt: skip
    assert one.digest == other.digest


def test_problems_of_the_envelope_and_of_its_data_are_named_together():
    document = {"type": "feedback_received", "at": "yesterday", "data": {"rating": 6, "stars": 5}, "more": 1}
    assert problems(load_order_event, document) == [
        ("event_id", "required"), ("at", "invalid-type"), ("more", "unknown-field"),
        ("data.rating", "out-of-range"), ("data.stars", "unknown-field"),
    ]  # fmt: skip


def test_an_unknown_type_is_named_and_its_data_left_alone():
    document = {"event_id": "1", "type": "paid", "at": AT, "data": {"whatever": 1}}
    assert problems(load_order_event, document) == [("type", "not-a-choice")]


def test_lines_that_stand_twice_are_named():
    line = {"line_no": "1", "sku": "A", "quantity": 1, "unit_cents": 100}
    data = {"lines": [line, line], "payable_cents": 200}
    document = {"event_id": "1", "type": "lines_changed", "at": AT, "data": data}
    assert problems(load_order_event, document) == [("data.lines.1.line_no", "duplicate-key")]


def test_a_shipment_is_named_in_one_way():
    document = {"event_id": "1", "type": "picked", "at": AT}
    assert problems(load_vendor_event, document) == [("shipment_no", "required")]
    assert problems(load_vendor_event, {**document, "shipment_no": "a", "waybill_no": "b"}) == [
        ("shipment_no", "not-a-choice")
    ]


def test_a_short_pick_says_how_many_were_there():
    document = {"event_id": "1", "type": "short_picked", "at": AT, "shipment_no": "a"}
    assert problems(load_vendor_event, document) == [("data.lines", "required")]
    data = {"lines": [{"line_no": "1", "picked": -1}]}
    assert problems(load_vendor_event, {**document, "data": data}) == [("data.lines.0.picked", "out-of-range")]


def test_a_reconciliation_is_about_a_time():
    wanted = {"from": AT, "to": AT, "channel_order_nos": []}
    assert problems(load_reconciliation, wanted) == [("to", "out-of-range")]
    assert problems(load_reconciliation, {}) == [
        ("from", "required"), ("to", "required"), ("channel_order_nos", "required")
    ]  # fmt: skip
