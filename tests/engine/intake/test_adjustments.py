from __future__ import annotations

import pytest

from engine.errors import OrderError
from engine.intake.adjustments import load_adjustment

ADJUSTMENT = {"adjustment_id": "a-1", "warehouse": "SH1", "sku": "A", "on_hand": 5, "reason": "盘点"}


def wrong(document):
    """(path, code) of every problem."""
    with pytest.raises(OrderError) as refused:
        load_adjustment(document)
    return {(each.path, each.code) for each in refused.value.problems}


def test_an_adjustment_loads_with_every_key():
    absent = {"delta": None, "safety_stock": None, "channel_shares": None}
    assert load_adjustment(ADJUSTMENT) == ADJUSTMENT | absent | {"kind": "adjusted"}
    moved = load_adjustment(ADJUSTMENT | {"on_hand": None, "delta": -3, "channel_shares": {"taobao": 60}})
    assert (moved["on_hand"], moved["delta"], moved["channel_shares"]) == (None, -3, {"taobao": 60})


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"on_hand": None}, "on_hand", "required"),
        ({"delta": 1}, "on_hand", "not-a-choice"),
        ({"on_hand": -1}, "on_hand", "out-of-range"),
        ({"on_hand": 10**10}, "on_hand", "out-of-range"),
        ({"on_hand": 1.0}, "on_hand", "invalid-type"),
        ({"adjustment_id": ""}, "adjustment_id", "required"),
        ({"reason": None}, "reason", "required"),
        ({"channel_shares": []}, "channel_shares", "invalid-type"),
        ({"channel_shares": {"taobao": 101}}, "channel_shares.taobao", "out-of-range"),
        ({"foo": 1}, "foo", "unknown-field"),
    ],
)
def test_a_wrong_adjustment_is_refused(changes, path, code):
    assert wrong(ADJUSTMENT | changes) == {(path, code)}
