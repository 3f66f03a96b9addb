"""What rules asked for in vain."""

from __future__ import annotations

from engine.decision import Firing
from engine.overruled import Overruled, overruled


def firing(rule, *effects, subject="order"):
    return Firing("coupon", rule, subject, effects, {})


def test_of_wished_days_the_first_counts_however_they_are_written():
    first = firing("intake.a", {"do": "require", "deliver_on": 20261113, "carrier": None})
    same = firing("intake.b", {"do": "require", "deliver_on": "2026-11-13", "carrier": "SF"})
    late = firing("intake.c", {"do": "require", "deliver_on": "2026-11-14", "carrier": "SF"})
    asked, kept = ({"do": "require", "deliver_on": day} for day in ("2026-11-14", "2026-11-13"))
    assert overruled([first, same, late]) == {("intake.c", "order"): (Overruled(asked, "intake.a", kept),)}


def test_each_thing_that_is_asked_in_vain_is_told():
    first = firing("intake.a", {"do": "require", "carrier": "SF", "ship_not_before": "2026-11-13"})
    other = firing("intake.b", {"do": "require", "carrier": "JD", "ship_not_before": "2026-11-14"})
    (lost,) = overruled([first, other]).values()
    assert [dict(each.asked) for each in lost] == [
        {"do": "require", "carrier": "JD"}, {"do": "require", "ship_not_before": "2026-11-14"},
    ]  # fmt: skip


def test_dropping_a_coupon_counts_before_applying_it_whichever_comes_first():
    apply, drop = {"do": "apply_coupon", "code": "A"}, {"do": "drop_coupon", "code": "A"}
    firings = [firing("coupon.apply", apply, subject="coupon:A"), firing("coupon.drop", drop, subject="coupon:A")]
    expected = {("coupon.apply", "coupon:A"): (Overruled(apply, "coupon.drop", drop),)}
    assert overruled(firings) == overruled(firings[::-1]) == expected
    assert overruled([firings[0], firing("coupon.drop", {**drop, "code": "B"})]) == {}


def test_what_adds_up_overrules_nothing():
    assert overruled([
        firing("audit.a", {"do": "release_after", "minutes": 10}, {"do": "tag", "name": "x"}),
        firing("audit.b", {"do": "release_after", "minutes": 20}, {"do": "tag", "name": "y"}),
    ]) == {}  # fmt: skip
