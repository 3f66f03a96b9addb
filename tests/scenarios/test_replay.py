"""Every decision can be made again: in another process, after stock, rates, goods, lists and rules have changed."""

from __future__ import annotations

import sqlite3

from tests.conftest import open_gatehouse
from tests.scenarios.documents import COD, UNPAID, a_coupon, a_line


def a_day(desk, samples):
    """The demo's samples, and orders that were decided more than once."""
    for sample in samples:
        desk.submit(sample.document, sample.channel)
    desk.post(payment=UNPAID, coupons=[a_coupon("A", 300, applied=False)])
    desk.post(a_line("ICECREAM-8", 9))
    desk.release(desk.post(a_line("LAPTOP-14"), payment=COD, seller_memo="发顺丰"), "HIGH_VALUE")
    desk.sweep(minutes=50)


def test_replays_are_identical_in_another_process_and_another_world(desk, samples, home, clock):
    a_day(desk, samples)
    ids = desk.gatehouse.decisions.ids()
    explained = {each: desk.gatehouse.decisions.explanation(each) for each in ids}
    desk.upheaval()
    other = open_gatehouse(home, clock, MATCHING="evaluator")
    try:
        assert len(ids) == 10 + 3 + 1 + 2, "as posted, released, and twice when an hour had passed"
        assert all(other.decisions.replay(each)["identical"] for each in ids)
        assert {each: other.decisions.explanation(each) for each in ids} == explained
    finally:
        other.close()


def test_the_other_world_would_decide_otherwise(desk):
    """Else identical replays would prove nothing."""
    before = desk.post()
    desk.upheaval()
    after = desk.post()
    assert (before.status, after.status) == ("approved", "held")
    assert before.decision["rulebook"] != after.decision["rulebook"]


def test_a_replay_names_what_was_tampered_with(desk, home):
    case = desk.post()
    with sqlite3.connect(home / "gatehouse.db") as database:
        database.execute("UPDATE decisions SET document = replace(document, 'ZTO-STD', 'SF-STD')")
    replay = desk.gatehouse.decisions.replay(case.decision["id"])
    assert not replay["identical"]
    found = {each["path"]: (each["was"], each["is"]) for each in replay["differences"]}
    assert found["shipments.0.service"] == ("SF-STD", "ZTO-STD")
    with sqlite3.connect(home / "gatehouse.db") as database:
        database.execute("UPDATE decisions SET document = replace(document, 'SF-STD', 'ZTO-STD')")
