"""What was measured, as a table that fits a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.decision import EXPLANATION, MATCHING, WHOLE, Decided
from benchmarks.matching import DATALOGIC, EVALUATOR, MATCHER, PYTHON, ZEN, Measured

ENGINES = (EVALUATOR, MATCHER, PYTHON, ZEN, DATALOGIC)
TARGETS = (  # (what, over what, how many times at least)
    (ZEN, EVALUATOR, 8.0),
    (DATALOGIC, EVALUATOR, 4.0),
)
MATCHER_MOST = 1.2  # times zen-engine
GROWTH_MOST = 12.0  # the evaluator's cost from the smallest to the largest ruleset


def report(measured: Sequence[Measured], decided: Decided, machine: str) -> str:
    """Everything, line by line."""
    return "\n".join(
        [
            machine,
            "",
            "Microseconds an order, medians; equal answers were checked first.",
            *_table(measured),
            "",
            *_shapes(measured),
            "",
            *_targets(measured),
            "",
            *_decision(decided),
        ]
    )


def _table(measured: Iterable[Measured]) -> Iterator[str]:
    ratios = ("zen/eval", "datalogic/eval", "matcher/zen")
    heads = (*(f"{name:>14}" for name in ENGINES), *(f"{name:>16}" for name in ratios))
    yield "".join((f"{'rules':18}{'fire':>6}", *heads))
    for each in measured:
        times = (f"{each.us[name]:14,.1f}" if name in each.us else f"{'-':>14}" for name in ENGINES)
        found = (_ratio(each, ZEN, EVALUATOR), _ratio(each, DATALOGIC, EVALUATOR), _ratio(each, MATCHER, ZEN))
        shown = (f"{'-':>16}" if ratio is None else f"{ratio:16.2f}" for ratio in found)
        yield "".join((f"{each.case:18}{each.fires:6.1%}", *times, *shown))


def _ratio(each: Measured, over: str, under: str) -> float | None:
    return each.us[over] / each.us[under] if over in each.us and under in each.us else None


def _shapes(measured: Sequence[Measured]) -> Iterator[str]:
    """Of the largest ruleset: which shape of each engine was the quickest."""
    largest = _largest(measured)
    for engine, shapes in largest.shapes.items():
        listed = ", ".join(f"{shape} {us:,.0f}" for shape, us in shapes.items())
        yield f"{engine} took its quickest shape ({largest.case}): {listed}"


def _targets(measured: Sequence[Measured]) -> Iterator[str]:
    for each in measured:
        if each.rules != _largest(measured).rules:
            continue
        for over, under, least in TARGETS:
            ratio = _ratio(each, over, under)
            if ratio is not None:
                yield f"{each.case}: {under} {ratio:.1f} x as fast as {over} (aim {least:.0f}): {_met(ratio >= least)}"
        ratio = _ratio(each, MATCHER, ZEN)
        if ratio is not None:
            met = _met(ratio <= MATCHER_MOST)
            yield f"{each.case}: {MATCHER} takes {ratio:.2f} x the time of {ZEN} (aim {MATCHER_MOST}): {met}"
        smallest = _smallest(measured, each)
        growth = each.us[EVALUATOR] / smallest.us[EVALUATOR]
        yield (
            f"{each.case}: {EVALUATOR} {growth:.1f} x that of {smallest.case} (aim under {GROWTH_MOST:.0f}): "
            f"{_met(growth < GROWTH_MOST)}"
        )


def _largest(measured: Iterable[Measured]) -> Measured:
    return max(measured, key=lambda each: each.rules)


def _smallest(measured: Iterable[Measured], like: Measured) -> Measured:
    shape = like.case.split()[0]
    return min((each for each in measured if each.case.split()[0] == shape), key=lambda each: each.rules)


def _met(met: bool) -> str:
    return "met" if met else "MISSED"


def _decision(decided: Decided) -> Iterator[str]:
    alone = decided.us[MATCHING]
    yield (
        f"A whole decision: {decided.rules} rules and rows, {decided.subjects} subjects judged, {decided.candidates}; "
        f"matching them by the evaluator alone takes {alone:,.0f} us."
    )
    for name, us in decided.us.items():
        if name.startswith(WHOLE) or name == EXPLANATION:
            yield f"  {name:28}{us:10,.0f} us = {us / alone:5.1f} x the evaluator alone"
