"""I6, I6b: the day on which a buyer wishes to have it. It is Wednesday, 11 November 2026, 10:30."""

from __future__ import annotations

import pytest

from tests.scenarios.documents import LHASA, WUHAN, a_line

MASK = "MASK-20"


def seen(case, rule):
    """What a rule that fired saw, by fact."""
    rows = [row for stage in case.explanation()["stages"] for row in stage["rules"] if row["rule"] == rule]
    (fired,) = (row for row in rows if row["outcome"] == "fired")
    return {each["fact"]: each["seen"] for each in fired["conditions"] if each["fact"]}


def days(case):
    """(leaves, arrives) of each shipment."""
    return [(each["ships_on"], each["promised_on"]) for each in case.shipments]


# I6 too soon, or unclear


@pytest.mark.parametrize("where", ["remark", "seller_memo"])
def test_i6_a_weekday_past_in_the_week_of_placing_is_asked_about_with_both_readings(desk, where):
    case = desk.post(**{where: "周一配送"})
    hold = case.hold("DELIVERY_DATE_CONFLICT")
    assert (case.holds, hold["queue"], hold["severity"]) == (["DELIVERY_DATE_CONFLICT"], "service", "red")
    assert (sum(case.reserved.values()), case.actions("outbound")) == (2, [])
    said = "memo" if where == "seller_memo" else "remark"
    readings = seen(case, "intake.delivery-day-unclear")
    assert readings[f"order.{said}_deliver_on_past"] == 20261109
    assert readings[f"order.{said}_deliver_on_next"] == 20261116
    desk.release(case, "DELIVERY_DATE_CONFLICT")
    assert case.verdict == "approve"


def test_i6_a_weekday_still_to_come_or_named_with_its_week_is_clear(desk):
    assert desk.post(remark="周五配送").verdict == "approve"
    assert desk.post(remark="下周一配送").holds == ["SHIP_DATE_NOT_DUE"]
    assert desk.post(remark="本周一配送").holds == ["DELIVERY_DATE_CONFLICT"]


def test_i6_a_day_before_the_earliest_possible_arrival_is_asked_about(desk):
    desk.stock(MASK, {"BJ1": 50})
    for words in ("今天送", "11月11日送", "11号送达"):
        case = desk.post(MASK, receiver=WUHAN, remark=words)
        assert case.holds == ["DELIVERY_DATE_CONFLICT"], words
        assert seen(case, "carrier.wished-day-too-soon") == {"order.deliver_on": 20261111}
    assert desk.post(MASK, receiver=WUHAN, remark="明天送").verdict == "approve"
    assert desk.post(MASK, receiver=LHASA, remark="明天送", shipping_cents=9_000).holds == ["DELIVERY_DATE_CONFLICT"]
    assert desk.post(MASK, receiver=WUHAN, delivery={"deliver_on": "2026-11-11"}).holds == ["DELIVERY_DATE_CONFLICT"]
    assert desk.post(MASK, receiver=WUHAN, delivery={"deliver_on": "2026-11-12"}).verdict == "approve"


def test_i6_the_earliest_arrival_counts_what_has_to_come_from_farther_away(desk):
    desk.stock(MASK, {"WH1": 2, "BJ1": 50})
    two, three = (desk.post(a_line(MASK, units), receiver=WUHAN, remark="今天送") for units in (2, 3))
    assert (two.verdict, [service for _, service in two.routes]) == ("approve", ["RIDER-SAME"])
    assert three.holds == ["DELIVERY_DATE_CONFLICT"]


def test_i6_a_service_that_misses_the_day_is_not_used_where_another_makes_it(desk):
    desk.stock(MASK, {"BJ1": 50})
    assert desk.post(MASK, receiver=WUHAN).routes == [("BJ1", "ZTO-STD")]
    case = desk.post(MASK, receiver=WUHAN, remark="后天送")
    assert (case.routes, days(case)) == ([("BJ1", "JD-STD")], [("2026-11-11", "2026-11-13")])
    assert "SLA_MISSED" in case.exclusions("service")["BJ1/ZTO-STD"]
    quick = desk.post(MASK, receiver=WUHAN, remark="明天送")
    assert (quick.routes, days(quick)) == ([("BJ1", "JD-NEXT")], [("2026-11-11", "2026-11-12")])


def test_i6_the_memo_outranks_remark_and_choice_and_a_remark_does_not_outrank_a_choice(desk):
    chosen = {"delivery": {"deliver_on": "2026-11-13"}}
    assert desk.post(remark="周四送", **chosen).holds == ["DELIVERY_DATE_CONFLICT"]
    assert desk.post(remark="周五送", **chosen).verdict == "approve"
    agreed = desk.post(remark="周一送", seller_memo="周五送", **chosen)
    assert (agreed.verdict, days(agreed)) == ("approve", [("2026-11-11", "2026-11-13")])
    moved = desk.post(remark="周四送", seller_memo="周五送")
    assert days(moved) == [("2026-11-11", "2026-11-13")]


# I6b later than need be


def test_i6b_it_waits_until_the_wished_day_less_the_days_in_transit_and_then_goes_by_itself(desk):
    case = desk.post(remark="11月20日送")
    hold = case.hold("SHIP_DATE_NOT_DUE")
    assert (case.holds, hold["severity"], hold["until"]) == (
        ["SHIP_DATE_NOT_DUE"], "info", "2026-11-18T00:00:00+08:00",
    )  # fmt: skip
    assert (case.routes, days(case)) == ([("BJ1", "ZTO-STD")], [("2026-11-18", "2026-11-20")])
    assert (sum(case.reserved.values()), case.actions("outbound")) == (2, [])
    assert desk.sweep(hours=6 * 24 + 13.49) == 0
    assert desk.sweep(hours=0.01) == 1
    assert (case.status, days(case)) == ("approved", [("2026-11-18", "2026-11-20")])


def test_i6b_a_day_chosen_when_ordering_waits_likewise(desk):
    case = desk.post(delivery={"deliver_on": "2026-11-16"})
    assert case.hold("SHIP_DATE_NOT_DUE")["until"] == "2026-11-14T00:00:00+08:00"


def test_i6b_a_later_first_day_for_shipping_is_one_hold_and_not_two(desk):
    case = desk.post(delivery={"deliver_on": "2026-11-20", "ship_not_before": "2026-11-16"})
    assert [hold["until"] for hold in case.decision["holds"]] == ["2026-11-16T00:00:00+08:00"]
    desk.sweep(hours=5 * 24)
    assert case.hold("SHIP_DATE_NOT_DUE")["until"] == "2026-11-18T00:00:00+08:00"


def test_i6b_what_would_come_on_the_wished_day_anyway_goes_at_once(desk):
    case = desk.post(remark="13号送达")
    assert (case.verdict, case.routes, days(case)) == (
        "approve", [("BJ1", "ZTO-STD")], [("2026-11-11", "2026-11-13")],
    )  # fmt: skip
