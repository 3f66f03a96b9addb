"""A whole decision: all stages of the shipped rulebook, 6 warehouses x 8 services, and what its explanation adds."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.timing import microseconds
from engine.config import Settings
from engine.demo.orders import sample_orders
from engine.explain import explain
from engine.matching.evaluator import Evaluator
from engine.matching.judge import MODES, Judge
from engine.service import Gatehouse
from engine.stages import Run, run_stages
from engine.store.database import Database

NOW = dt.datetime(2026, 11, 11, 2, 30, tzinfo=dt.UTC)
RULESETS = Path(__file__).parents[1] / "rulesets"
CALLS = 20
WHOLE, MATCHING, EXPLANATION = "decision", "evaluator alone", "explanation as a document"


@dataclass(frozen=True)
class Decided:
    """Microseconds of one approved order, by what was done, and how much there was to decide."""

    us: dict[str, float]
    rules: int
    subjects: int  # that rules judged, over all stages
    candidates: str


def measure() -> Decided:
    """Decisions of every mode are equal before any is timed."""
    with _sample() as (order, world, rulebook):
        judges = {mode: Judge(rulebook, mode) for mode in MODES}
        runs = {mode: run_stages(order, world, rulebook, NOW, judge) for mode, judge in judges.items()}
        run, judge = runs["both"], judges["both"]
        assert len({each.decision.replayable() for each in runs.values()}) == 1, "the modes decide differently"
        assert run.error is None and run.decision.verdict.value == "approve", run.decision
        evaluator, lists = Evaluator(rulebook), world.reference.list_items

        def decide(mode: str) -> Any:
            return lambda _: run_stages(order, world, rulebook, NOW, judges[mode])

        def evaluate(run: Run) -> None:
            for stage in run.stages:
                evaluator.fire(stage.stage, stage.subjects, lists)

        nothing = range(CALLS)
        us = microseconds(
            {
                MATCHING: (evaluate, [run] * CALLS),
                **{f"{WHOLE}, {mode}": (decide(mode), nothing) for mode in MODES},
                EXPLANATION: (lambda _: explain(run, order, world, rulebook, judge), range(2)),
            }
        )
        for each in judges.values():
            each.close()
    rules = sum(len(ruleset.all_rules) for ruleset in rulebook.rulesets.values())
    return Decided(us, rules, sum(len(stage.subjects) for stage in run.stages), _candidates(run))


@contextmanager
def _sample() -> Iterator[tuple[Any, Any, Any]]:
    """The demo's first order, the world as it is loaded for it, and the shipped rulebook."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.from_environ({"GATEHOUSE_HOME": home, "MATCHING": "evaluator"})
        gatehouse = Gatehouse(Database(settings.database_url), settings, lambda: NOW)
        gatehouse.database.migrate()
        gatehouse.seeding.rules(RULESETS)
        gatehouse.seeding.demo(NOW.date())
        sample = sample_orders(NOW)[0]
        order_no = gatehouse.orders.submit(sample.document, sample.channel, respond_async=True).order["order_no"]
        with gatehouse.database.read() as uow:
            order = uow.orders.get(order_no).order
            world, _ = uow.world.load(order, NOW, settings.time_zone)
        yield order, world, gatehouse.rulebooks.live().rulebook
        gatehouse.close()


def _candidates(run: Run) -> str:
    services = [each for stage in run.stages for each in stage.subjects if each.about == "service"]
    warehouses = {each.values["service.warehouse"] for each in services if "service.warehouse" in each.values}
    return f"{len(warehouses)} warehouses, {len(services)} services" if warehouses else f"{len(services)} services"
