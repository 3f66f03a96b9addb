"""I6 and I2c: where an order says two things, one press says which is meant. It is Wednesday, 11 November 2026."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, Forbidden, OrderError
from engine.service.principals import Principal
from tests.scenarios.desk import OPS, channel_of
from tests.scenarios.documents import WUHAN

MASK = "MASK-20"


def readings(desk, case):
    return {each.id: each for each in desk.gatehouse.manual.readings(case.order_no)}


def choose(desk, case, reading, by=OPS):
    return desk.gatehouse.manual.clarify(case.order_no, {"reading": reading}, by)


def wished(case):
    """The first rule's wish for a day."""
    found = [each for firing in case.decision["firings"] for each in firing["effects"] if each["do"] == "require"]
    return [each["deliver_on"] for each in found if "deliver_on" in each]


@pytest.mark.parametrize("where", ["remark", "seller_memo"])
def test_i6_the_coming_day_is_meant(desk, where):
    case = desk.post(**{where: "周一配送"})
    assert set(readings(desk, case)) == {"day:soon", "day:2026-11-16"}
    choose(desk, case, "day:2026-11-16")
    assert "DELIVERY_DATE_CONFLICT" not in case.holds
    assert wished(case) == [20261116]
    assert case.page["order"]["seller_memo"] == "2026年11月16日送"
    assert case.page["order"]["remark"] == ("周一配送" if where == "remark" else "")
    assert desk.differences() == {}


def test_i6_the_past_day_was_a_slip_and_it_goes_as_soon_as_it_can(desk):
    case = desk.post(remark="周一配送")
    assert choose(desk, case, "day:soon")["decision"]["verdict"] == "approve"
    (waiver,) = case.decision["waivers"]
    assert (waiver["reason"], waiver["by"]) == ("DELIVERY_DATE_CONFLICT", "lin")
    assert desk.differences() == {}


def test_i6_remark_and_chosen_day_differ_and_either_may_be_meant(desk):
    for meant in ("2026-11-20", "2026-11-24"):
        case = desk.post(remark="11月20日送", delivery={"deliver_on": "2026-11-24"})
        assert set(readings(desk, case)) == {"day:2026-11-20", "day:2026-11-24"}
        choose(desk, case, f"day:{meant}")
        assert "DELIVERY_DATE_CONFLICT" not in case.holds
        assert wished(case)[0] == int(meant.replace("-", ""))


def test_i6_sooner_than_it_can_arrive_the_first_possible_day_is_offered(desk):
    desk.stock(MASK, {"BJ1": 50})
    case = desk.post(MASK, receiver=WUHAN, remark="今天送")
    soon, first = readings(desk, case).values()
    assert (soon.id, str(soon.day)) == ("day:soon", "2026-11-11")
    choose(desk, case, first.id)
    assert case.holds in ([], ["SHIP_DATE_NOT_DUE"])
    assert wished(case)[0] == int(first.id[4:].replace("-", ""))


def test_i6_what_else_stands_in_the_memo_stays(desk):
    case = desk.post(seller_memo="周一配送, 放前台")
    choose(desk, case, "day:2026-11-16")
    assert case.page["order"]["seller_memo"] == "2026年11月16日送, 放前台"
    assert ("放前台 / Leave at the front desk", None) in case.instructions


def test_i2c_text_or_fields_are_taken_with_one_press(desk):
    other = {"address": "浙江省杭州市西湖区文三路1号2幢301室"}
    by_text, by_fields = desk.post(receiver=other), desk.post(receiver=other)
    assert by_text.holds == ["INCORRECT_ADDRESS"]
    assert set(readings(desk, by_text)) == {"address:text", "address:fields"}
    choose(desk, by_text, "address:text")
    receiver = by_text.page["order"]["receiver"]
    assert (receiver["province"], receiver["city"], receiver["district"]) == ("浙江省", "杭州市", "西湖区")
    assert by_text.verdict == "approve"
    choose(desk, by_fields, "address:fields")
    receiver = by_fields.page["order"]["receiver"]
    assert (receiver["province"], receiver["address"]) == ("北京市", "文三路1号2幢301室")
    assert by_fields.verdict == "approve"
    assert desk.differences() == {}


def test_i2c_what_the_channel_reports_later_counts_instead(desk):
    case = desk.post(receiver={"address": "浙江省杭州市西湖区文三路1号2幢301室"})
    choose(desk, case, "address:fields")
    desk.clock.advance(minutes=1)
    receiver = {**case.page["order"]["receiver"], "address": "望京街10号1单元101"}
    event = {"event_id": "e-1", "type": "receiver_changed", "at": desk.clock.now.isoformat(), "data": receiver}
    desk.gatehouse.order_events.report(case.order_no, event, channel_of(case.order_no))
    assert case.page["order"]["receiver"]["address"] == "望京街10号1单元101"


def test_readings_are_offered_only_where_something_is_unclear_and_taken_only_as_offered(desk):
    case = desk.post(receiver={"phone": "1"})
    assert readings(desk, case) == {}
    with pytest.raises(OrderError):
        choose(desk, case, "day:2026-11-16")
    unclear = desk.post(remark="周一配送")
    with pytest.raises(OrderError):
        choose(desk, unclear, "day:2026-11-17")
    with pytest.raises(Forbidden):
        choose(desk, unclear, "day:soon", Principal("person", "vera", frozenset({"viewer"})))
    choose(desk, unclear, "day:soon")
    with pytest.raises(Conflict):
        choose(desk, unclear, "day:soon")
