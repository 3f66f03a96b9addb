"""F1 to F4, A1 to A7: whom risk looks at, and when an order may go."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.scenarios.desk import APPROVER
from tests.scenarios.documents import AUTHORIZED, COD, LHASA, UNPAID, a_line

EARBUDS = "EARBUDS-PRO"
OTHER = {"name": "李静"}  # another receiver than the buyer


def of(cents, **more):
    """A line that makes the order worth so much."""
    return a_line(EARBUDS, unit_cents=cents, **more)


def minutes_until_release(case):
    decision = case.decision
    release_at = dt.datetime.fromisoformat(case.page["order"]["release_at"])
    return (release_at - dt.datetime.fromisoformat(decision["decided_at"])).total_seconds() / 60


def working_minutes_until_due(case, reason):
    due = dt.datetime.fromisoformat(case.hold(reason)["due_at"])
    return (due - dt.datetime.fromisoformat(case.decision["decided_at"])).total_seconds() / 60


# F1 the blacklist


@pytest.mark.parametrize(
    ("listed", "other"),
    [
        ({"receiver": {"phone": "17000000000"}}, {"receiver": {"phone": "17000000002"}}),
        ({"receiver": {"phone": "+86 170 0000 0000"}}, {"receiver": {"phone": "+86 170 0000 0002"}}),
        ({"receiver": {"phone": "17000000000-1234"}}, {"receiver": {"phone": "17000000002-1234"}}),
        ({"buyer": {"phone": "17100000000"}}, {"buyer": {"phone": "17100000001"}}),
        ({"buyer": {"id": "b-666"}}, {"buyer": {"id": "b-6666"}}),
        ({"receiver": {"address": "黑石路1号2室西单元"}}, {"receiver": {"address": "黑石路1号3室西单元"}}),
        ({"receiver": {"fingerprint": "fp-666"}}, {"receiver": {"fingerprint": "fp-667"}}),
    ],
    ids=["phone", "phone-spelled", "phone-extended", "buyers-phone", "buyer", "address", "fingerprint"],
)
def test_f1_whoever_is_on_the_blacklist_is_held_and_nobody_else(desk, listed, other):
    case = desk.post(**listed)
    assert (case.holds, case.hold("BLACKLISTED")["queue"], case.status) == (["BLACKLISTED"], "risk", "held")
    assert desk.post(**other).verdict == "approve"


# F2 high value


def test_f2_five_thousand_is_held_with_a_call_and_a_fen_less_is_not(desk):
    case = desk.post(of(500_000))
    assert (case.holds, case.tasks()) == (["HIGH_VALUE"], [("risk", "fraud.high-value")])
    assert (case.hold("HIGH_VALUE")["severity"], sum(case.reserved.values())) == ("red", 1)
    less = desk.post(of(499_999))
    assert (less.verdict, less.tasks()) == ("approve", [])


def test_f2_trusted_and_corporate_buyers_are_not_called(desk):
    for buyer in ("b-0001", "corp-1001"):
        assert desk.post(of(500_000), buyer={"id": buyer}).verdict == "approve"
    assert desk.post(of(500_000), buyer={"id": None}, channel="phone").holds == ["HIGH_VALUE"]


# F3 high-risk regions


def test_f3_a_listed_region_is_called_and_held_from_a_thousand(desk):
    small, large = desk.post(of(99_999), receiver=LHASA), desk.post(of(100_000), receiver=LHASA)
    assert (small.verdict, small.tasks()) == ("approve", [("risk", "fraud.high-risk-region")])
    assert (large.holds, large.tasks()) == (["HIGH_RISK_REGION"], [("risk", "fraud.high-risk-region")])
    elsewhere = desk.post(of(100_000))
    assert (elsewhere.verdict, elsewhere.tasks()) == ("approve", [])


def test_f3_the_list_is_the_admins(desk):
    desk.list_items("high-risk-regions", "北京市")
    assert desk.post(of(100_000)).holds == ["HIGH_RISK_REGION"]


# F4 scores


def score(desk, *lines, **changes):
    return desk.post(*lines, **changes).decision["risk_score"]


def test_f4_an_account_younger_than_seven_days_scores(desk):
    assert score(desk, buyer={"registered_at": "2026-11-04T10:20:01+08:00"}) == 20
    assert score(desk, buyer={"registered_at": "2026-11-04T10:20:00+08:00"}) == 0


def test_f4_three_orders_to_one_phone_or_address_within_the_hour_score(desk):
    phone = {"phone": "13612345678"}
    assert [score(desk, receiver=phone) for _ in range(4)] == [0, 0, 0, 30]
    address = {"address": "学院路5号3号楼402"}
    assert [score(desk, receiver=address) for _ in range(4)] == [0, 0, 0, 30]
    long_ago = {"phone": "13612345679"}
    scores = [score(desk, receiver=long_ago, placed_at="2026-11-11T09:20:00+08:00") for _ in range(3)]
    assert (scores, score(desk, receiver=long_ago)) == ([0, 0, 0], 0), "an hour ago is not within the hour"


def test_f4_addresses_that_many_share_do_not_score(desk):
    for address in ("学院路5号学生宿舍3栋402", "学院路5号丰巢快递柜", "学院路5号写字楼12层"):
        assert [score(desk, receiver={"address": address}) for _ in range(5)] == [0] * 5


def test_f4_a_refund_rate_over_forty_percent_scores(desk):
    def after(refunded, kept, buyer):
        for number in range(refunded + kept):
            status = {"status": "refunded", "method": "alipay"} if number < refunded else {}
            desk.post(payment=status, buyer={"id": buyer}, placed_at=f"2026-10-{number + 1:02}T10:00:00+08:00")
        return score(desk, buyer={"id": buyer})

    assert after(refunded=2, kept=3, buyer="b-40") == 0
    assert after(refunded=3, kept=2, buyer="b-60") == 25
    assert after(refunded=4, kept=0, buyer="b-four-orders") == 0


def test_f4_a_receiver_who_is_not_the_buyer_scores_from_two_thousand(desk):
    assert (score(desk, of(200_000), receiver=OTHER), score(desk, of(199_999), receiver=OTHER)) == (15, 0)
    assert score(desk, of(200_000)) == 0
    spelled = {"phone": "+86 136-1234-5678"}
    assert score(desk, of(200_000), receiver=spelled, buyer={"phone": "13612345678"}) == 0


def test_f4_large_orders_at_night_score_but_not_on_promotion_days(desk):
    def at(hour, cents=200_000, day="09"):
        return score(desk, of(cents), placed_at=f"2026-11-{day}T{hour}+08:00")

    assert [at("00:00:00"), at("04:59:59")] == [10, 10]
    assert [at("05:00:00"), at("23:59:59"), at("00:00:00", 199_999), at("00:00:00", day="11")] == [0] * 4


def test_f4_three_receivers_of_one_buyer_in_a_day_score(desk):
    scores = [score(desk, buyer={"id": "b-many"}) for _ in range(4)]  # each order has a receiver of its own
    assert scores == [0, 0, 0, 20]
    one = {"name": "张伟", "phone": "13612345670", "address": "学院路5号学生宿舍3栋402"}
    assert [score(desk, buyer={"id": "b-one"}, receiver=one) for _ in range(3)] == [0] * 3


def suspicious(desk, line, **changes):
    """Orders whose scores add up: the fourth to a phone within the hour, by an account of yesterday."""
    phone = {"phone": "13687654321"}
    for _ in range(3):
        desk.post(receiver=phone, placed_at=changes.get("placed_at", "2026-11-11T10:20:00+08:00"))
    young = {"phone": "13687654321", "registered_at": "2026-11-08T10:20:00+08:00", **changes.pop("buyer", {})}
    return desk.post(line, buyer=young, receiver={**phone, **changes.pop("receiver", {})}, **changes)


def test_f4_sixty_points_hold_and_fewer_do_not(desk):
    night = "2026-11-09T01:00:00+08:00"
    fifty = suspicious(desk, of(100_000))
    assert (fifty.decision["risk_score"], fifty.verdict) == (50, "approve")
    sixty = suspicious(desk, of(200_000), placed_at=night)
    assert (sixty.decision["risk_score"], sixty.holds) == (60, ["HIGH_RISK_OF_FRAUD"])
    assert working_minutes_until_due(sixty, "HIGH_RISK_OF_FRAUD") == 120
    assert (sixty.status, sum(sixty.reserved.values())) == ("held", 1)


def test_f4_ninety_points_are_due_in_half_an_hour_and_still_nothing_is_rejected(desk):
    for number in range(5):
        day = f"2026-10-{number + 1:02}T10:00:00+08:00"
        desk.post(payment={"status": "refunded", "method": "alipay"}, buyer={"id": "b-bad"}, placed_at=day)
    eighty_five = suspicious(desk, of(200_000), buyer={"id": "b-bad"}, placed_at="2026-11-09T01:00:00+08:00")
    assert eighty_five.decision["risk_score"] == 85
    assert working_minutes_until_due(eighty_five, "HIGH_RISK_OF_FRAUD") == 120
    ninety = suspicious(desk, of(200_000), buyer={"id": "b-bad"}, receiver=OTHER)
    assert (ninety.decision["risk_score"], ninety.holds) == (90, ["HIGH_RISK_OF_FRAUD"])
    assert working_minutes_until_due(ninety, "HIGH_RISK_OF_FRAUD") == 30


def test_f4_an_admins_rejection_of_a_paid_order_opens_a_refund_task(desk):
    rule = {
        "id": "fraud.forged", "title": {"zh": "伪造", "en": "Forged"}, "why": "test",
        "when": {"fact": "buyer.level", "is": "eq", "value": "forged"}, "then": [{"do": "reject", "reason": "FORGED"}],
    }  # fmt: skip
    desk.publish("fraud", lambda document: document["rules"].append(rule))
    paid, unpaid = desk.post(buyer={"level": "forged"}), desk.post(buyer={"level": "forged"}, payment=UNPAID)
    assert (paid.status, paid.holds, paid.reserved) == ("rejected", [], {})
    assert paid.tasks() == [("finance", "engine.rejected")]
    desk.carry_out(paid)
    assert [task["status"] for task in paid.page["tasks"]] == ["open"]
    assert (unpaid.status, unpaid.actions()) == ("rejected", [])
    assert desk.post().verdict == "approve"


# A1 purchase limits


def test_a1_the_limit_per_order_counts_all_lines_of_a_sku(desk):
    spirit = "BAIJIU-500"
    assert desk.post(a_line(spirit, 2)).verdict == "approve"
    case = desk.post(a_line(spirit, 3))
    assert (case.holds, case.hold("PURCHASE_LIMIT")["queue"]) == (["PURCHASE_LIMIT"], "service")
    assert desk.post(a_line(spirit), a_line(spirit, 2)).holds == ["PURCHASE_LIMIT"]
    assert desk.post(a_line(spirit, 2), a_line("MUG-WHITE", 9)).verdict == "approve"


def test_a1_the_limit_per_buyer_counts_thirty_days(desk):
    def two(when, buyer="b-thirsty"):
        return desk.post(a_line("BAIJIU-500", 2), buyer={"id": buyer}, placed_at=when)

    two("2026-10-12T10:20:00+08:00")  # thirty days before, which is outside
    assert [two("2026-10-20T10:00:00+08:00").holds, two("2026-11-01T10:00:00+08:00").holds] == [[], []]
    assert two("2026-11-11T10:20:00+08:00").holds == [], "six of six"
    assert two("2026-11-11T10:25:00+08:00").holds == ["PURCHASE_LIMIT"]
    assert two("2026-11-11T10:25:00+08:00", buyer="b-another").holds == []


# A2 unknown skus


def test_a2_a_sku_that_is_unknown_is_held_and_frees_the_stock(desk):
    for sku in ("NO-SUCH", ""):
        case = desk.post("LAUNDRY-2L", a_line(sku))
        assert (case.holds, case.reserved) == (["UNKNOWN_SKU"], {})
        assert case.hold("UNKNOWN_SKU")["queue"] == "catalogue"
    desk.create("skus", "NO-SUCH", title="新品", category="care", weight_g=100)
    desk.stock("NO-SUCH", {"BJ1": 5})
    assert desk.post("NO-SUCH").verdict == "approve"


def test_a2_a_sku_of_other_channels_is_not_for_sale_here(desk):
    case = desk.post("OOLONG-500", channel="shopify")
    assert (case.holds, case.hold("NOT_FOR_SALE_HERE")["queue"]) == (["NOT_FOR_SALE_HERE"], "catalogue")
    assert case.reserved == {}
    assert desk.post("OOLONG-500", channel="taobao").verdict == "approve"


# A4 presale


def test_a4_a_presale_line_keeps_the_whole_order_waiting_until_its_day(desk):
    desk.change("skus", "MASK-20", release_on="2026-11-13")
    case = desk.post("LAUNDRY-2L", a_line("MASK-20", kind="presale"))
    hold = case.hold("PRESALE_NOT_DUE")
    assert (case.status, hold["severity"], hold["until"]) == ("held", "info", "2026-11-13T00:00:00+08:00")
    assert sum(case.reserved.values()) == 2, "both lines are kept for it"
    assert desk.sweep(hours=37.49) == 0
    assert desk.sweep(hours=0.01) == 1
    assert (case.status, case.holds, sum(case.reserved.values())) == ("approved", [], 2)


def test_a4_on_the_day_itself_it_is_due(desk):
    desk.change("skus", "MASK-20", release_on="2026-11-11")
    assert desk.post("MASK-20").verdict == "approve"
    desk.change("skus", "MASK-20", release_on="2026-11-12")
    assert desk.post("MASK-20").holds == ["PRESALE_NOT_DUE"]


# A5 the platform says do not ship


def test_a5_what_the_platform_forbids_is_held_and_frees_its_stock(desk):
    case = desk.post(channel="taobao", attributes={"platform_forbids_shipping": True})
    hold = case.hold("PLATFORM_FORBIDS")
    assert (case.holds, hold["queue"], hold["severity"]) == (["PLATFORM_FORBIDS"], "service", "red")
    assert (case.reserved, case.actions("outbound")) == ({}, [])
    desk.release(case, "PLATFORM_FORBIDS", by=APPROVER)
    assert case.verdict == "approve"


def test_a5_anything_but_a_plain_yes_forbids_nothing(desk):
    said = [{"platform_forbids_shipping": value} for value in (False, None, "no", 1)] + [{"platform": "true"}]
    assert [desk.post(channel="taobao", attributes=each).verdict for each in said] == ["approve"] * 5


# A6 what is paid, or not due before delivery, goes


def test_a6_what_is_paid_or_due_later_is_approved(desk):
    good = [desk.post(), desk.post(payment=COD), desk.post(payment=AUTHORIZED), desk.post("GIFT-TOTE", payment=UNPAID)]
    assert [case.status for case in good] == ["approved"] * 4
    assert [case.status for case in (desk.post(payment=UNPAID), desk.post(payment={"settled_at": None}))] == [
        "awaiting_payment", "held",
    ]  # fmt: skip


def test_a6_the_strongest_verdict_wins_and_every_fault_is_named(desk):
    case = desk.post(of(500_000), receiver={"phone": "1", "province": None})
    assert case.holds == ["HIGH_VALUE", "INCORRECT_ADDRESS", "INVALID_PHONE"]
    assert (case.verdict, case.actions("outbound")) == ("hold", [])


def test_a6_what_no_rule_judged_is_held(desk):
    desk.publish("audit", lambda document: document.update(rules=[]))
    assert desk.post().holds == ["NO_RULE_MATCHED"]


# A7 when an approved order leaves


def test_a7_it_leaves_after_its_channels_delay(desk):
    channels = ("own-shop", "taobao", "jd")
    assert [minutes_until_release(desk.post(channel=channel)) for channel in channels] == [0, 10, 10]
    desk.change("channels", "jd", release_after_minutes=25)
    assert minutes_until_release(desk.post(channel="jd")) == 25


def test_a7_urgent_orders_leave_at_once(desk):
    stated, wished = desk.post(channel="taobao", priority="urgent"), desk.post(channel="taobao", remark="加急")
    assert [minutes_until_release(case) for case in (stated, wished)] == [0, 0]
    assert [case.notices()[0] for case in (stated, wished)] == [("order_desk", "order-urgent")] * 2


def test_a7_half_an_hour_is_left_for_a_call_and_then_it_leaves_with_its_flag(desk):
    for receiver, flag in (({"name": "张女士"}, "NAME_VAGUE"), ({"address": "大望路甲18号"}, "ADDRESS_UNIT_MISSING")):
        for channel in ("own-shop", "taobao"):
            assert minutes_until_release(desk.post(receiver=receiver, channel=channel)) == 30
        case = desk.post(receiver=receiver)
        (outbound,) = case.actions("outbound")
        assert outbound["payload"]["flags"] == [flag]


def test_a7_nothing_reaches_the_warehouse_before_its_minute(desk):
    case = desk.post(channel="taobao")
    desk.clock.advance(minutes=9, seconds=59)
    assert (desk.carry_out(case), case.status) == (0, "approved")
    desk.clock.advance(seconds=1)
    assert (desk.carry_out(case), case.status) == (3, "released")
