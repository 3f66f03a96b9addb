"""The benchmark itself: equal answers before anything is timed, and a report that says what was left out."""

from __future__ import annotations

import pytest

from benchmarks import matching, rivals
from benchmarks.decision import Decided
from benchmarks.generated import carrier_table, ruleset
from benchmarks.report import report

INSTALLED = {name: module for name, package in matching.PACKAGES.items() if (module := rivals.optional(package))}
DECIDED = Decided({"evaluator alone": 100.0, "decision, both": 1500.0}, 90, 60, "6 warehouses, 48 services")


@pytest.mark.parametrize("case", [ruleset("mixed", 40), carrier_table()], ids=["mixed", "table"])
def test_every_engine_gives_the_same_answers(case):
    measured = matching.measure(case, INSTALLED)
    assert set(measured.us) == {"evaluator", "matcher", "Python", *INSTALLED}
    assert all(us > 0 for us in measured.us.values())


def test_a_wrong_answer_stops_the_run(monkeypatch):
    monkeypatch.setattr(rivals, "python", lambda rules: lambda order: [])
    with pytest.raises(AssertionError, match="Python differs for order"):
        matching.measure(ruleset("mixed", 40), {})


def test_the_report_compares_and_judges():
    small, large = (
        matching.Measured(f"mixed {rules}", rules, 0.03, {"evaluator": us, "matcher": 9 * us, "Python": us, **rival})
        for rules, us, rival in ((50, 5.0, {}), (2000, 20.0, {"zen-engine": 150.0}))
    )
    text = report([small, large], DECIDED, "a machine")
    assert "mixed 2000: evaluator 7.5 x as fast as zen-engine (aim 8): MISSED" in text
    assert "mixed 2000: matcher takes 1.20 x the time of zen-engine (aim 1.2): met" in text
    assert "mixed 2000: evaluator 4.0 x that of mixed 50 (aim under 12): met" in text
    assert "datalogic-py (aim" not in text
    assert "decision, both                   1,500 us =  15.0 x the evaluator alone" in text
