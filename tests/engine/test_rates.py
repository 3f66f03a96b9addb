"""How fast callers may go on."""

from __future__ import annotations

from engine.rates import MOST_CALLERS, Rates


def test_a_minutes_worth_goes_at_once_then_one_as_soon_as_it_has_come_back():
    rates = Rates(60)
    assert [rates.wait_s("a", 0) for _ in range(60)] == [0] * 60
    assert rates.wait_s("a", 0) == 1
    assert rates.wait_s("a", 0.5) == 0.5
    assert rates.wait_s("a", 1) == 0
    assert rates.wait_s("a", 1) == 1


def test_callers_do_not_slow_one_another_down():
    rates = Rates(1)
    assert (rates.wait_s("a", 0), rates.wait_s("b", 0)) == (0, 0)
    assert rates.wait_s("a", 30) == 30


def test_only_so_many_callers_are_remembered():
    rates = Rates(1)
    for number in range(MOST_CALLERS + 1):
        rates.wait_s(str(number), 0)
    assert rates.wait_s("0", 0) == 0, "forgotten"
    assert rates.wait_s(str(MOST_CALLERS), 0) > 0
