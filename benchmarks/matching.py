"""Matcher and evaluator beside other engines, over one ruleset."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from benchmarks import rivals
from benchmarks.generated import Case
from benchmarks.timing import Timed, microseconds
from engine.language.facts import Subject
from engine.matching.evaluate import evaluated
from engine.matching.evaluator import Evaluator
from engine.matching.matcher import Matcher

EVALUATOR, MATCHER, PYTHON, ZEN, DATALOGIC = "evaluator", "matcher", "Python", "zen-engine", "datalogic-py"
PACKAGES = {ZEN: "zen", DATALOGIC: "datalogic_py"}
SHAPES: Mapping[str, Callable[[Any, Any], dict[str, rivals.Answer]]] = {
    ZEN: rivals.zen_shapes,
    DATALOGIC: rivals.datalogic_shapes,
}
SHAPE_ROUNDS = 3  # the slow shapes only have to be shown to be slower


@dataclass(frozen=True)
class Measured:
    """Microseconds an order, by engine; an engine that is not installed is left out."""

    case: str
    rules: int
    fires: float  # share of (rule, order) pairs that hold
    us: dict[str, float]
    shapes: dict[str, dict[str, float]] = field(default_factory=dict)  # by engine and shape, the best one first


def measure(case: Case, modules: Mapping[str, ModuleType]) -> Measured:
    """All engines give the same answers before any is timed. Raises AssertionError when they do not."""
    expected = [_ids(evaluated(case.rules, [subject], {})) for subject in case.subjects]
    inputs = rivals.plain_inputs(case)
    matcher = Matcher(case.rulebook)
    try:
        evaluator = Evaluator(case.rulebook)
        timed: dict[str, Timed] = {
            EVALUATOR: (_firing(evaluator, case.stage), case.subjects),
            MATCHER: (_firing(matcher, case.stage), case.subjects),
            PYTHON: (rivals.python(case.rules), inputs),
        }
        every_shape = {name: SHAPES[name](case.rules, module) for name, module in modules.items()}
        _check({**timed, **_timed(every_shape, inputs)}, expected)
        shapes = {name: _by_shape(found, inputs) for name, found in every_shape.items()}
        for name, by_shape in shapes.items():
            timed[name] = every_shape[name][next(iter(by_shape))], inputs
        us = microseconds(timed)
    finally:
        matcher.close()
    fired = sum(map(len, expected))
    return Measured(case.name, len(case.rules), fired / len(expected) / len(case.rules), us, shapes)


def _firing(engine: Evaluator | Matcher, stage: str) -> Callable[[Subject], set[tuple[str, int]]]:
    return lambda subject: engine.fire(stage, [subject], {})


def _timed(every_shape: Mapping[str, Mapping[str, rivals.Answer]], inputs: rivals.Inputs) -> dict[str, Timed]:
    return {
        f"{name}, {shape}": (answer, inputs) for name, found in every_shape.items() for shape, answer in found.items()
    }


def _check(timed: Mapping[str, Timed], expected: list[set[str]]) -> None:
    for name, (call, arguments) in timed.items():
        for number, (argument, wanted) in enumerate(zip(arguments, expected, strict=True)):
            assert _ids(call(argument)) == wanted, f"{name} differs for order {number}"


def _by_shape(found: Mapping[str, rivals.Answer], inputs: rivals.Inputs) -> dict[str, float]:
    us = microseconds({shape: (answer, inputs) for shape, answer in found.items()}, SHAPE_ROUNDS)
    return dict(sorted(us.items(), key=lambda pair: pair[1]))


def _ids(answer: Collection[Any]) -> set[str]:
    return {each if isinstance(each, str) else each[0] for each in answer}
