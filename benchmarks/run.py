"""`make bench`: how long the parts of a decision take, with the shipped rules and the demo's orders.

Microseconds depend on the machine and on what else it does; the ratios are what to compare. The parts take turns, round
by round, so that a slow moment hits all of them, and the median round counts. Writes benchmarks/results/<instant>.json.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.config import SOFTWARE, Settings
from engine.demo import reference as demo
from engine.demo.orders import sample_orders
from engine.explain import explain
from engine.intake.schema import load_order
from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.matching.judge import Judge
from engine.order import Order
from engine.service import Gatehouse
from engine.stages import Run, run_stages
from engine.store.database import Database
from engine.world import World

ROOT = Path(__file__).resolve().parent.parent
NOW = dt.datetime(2026, 11, 11, 2, 30, tzinfo=dt.UTC)  # 10:30 in Shanghai
ROUNDS = 30
BASE = "decide, evaluator"


@dataclass(frozen=True)
class Case:
    """A sample order with everything that deciding it takes."""

    channel: str
    document: dict[str, Any]
    order: Order
    world: World


class Bench:
    """The shipped rules, compiled each way, and the sample orders."""

    def __init__(self) -> None:
        self.rulebook, lists = read_rulebook(ROOT / "rulesets", CATALOGUE, EFFECTS)
        self.judges = {mode: Judge(self.rulebook, mode) for mode in ("evaluator", "matcher", "both")}
        channels = demo.reference(NOW.date()).channels
        self.cases = []
        for sample in sample_orders(NOW):
            document = dict(sample.document)
            order = load_order(document, channels[sample.channel])
            self.cases.append(Case(sample.channel, document, order, demo.world(order, NOW.date(), lists)))
        self.channels = channels
        self.runs = [self.decide(case, "evaluator") for case in self.cases]

    def decide(self, case: Case, mode: str) -> Run:
        return run_stages(case.order, case.world, self.rulebook, NOW, self.judges[mode])

    def judge(self, run: Run, case: Case, mode: str) -> None:
        """Ask about every subject of a run again: matching alone, without facts and effects."""
        for stage in run.stages:
            self.judges[mode].fire(stage.stage, stage.subjects, case.world.reference.list_items)

    def parts(self) -> dict[str, Callable[[], object]]:
        """What is timed: each goes once over all sample orders."""
        pairs = list(zip(self.runs, self.cases, strict=True))
        parts: dict[str, Callable[[], object]] = {
            f"decide, {mode}": lambda mode=mode: [self.decide(case, mode) for case in self.cases]
            for mode in self.judges
        }
        parts |= {
            f"judge only, {mode}": lambda mode=mode: [self.judge(run, case, mode) for run, case in pairs]
            for mode in self.judges
        }
        parts["read the order"] = lambda: [
            load_order(case.document, self.channels[case.channel]) for case in self.cases
        ]
        judge = self.judges["evaluator"]
        parts["explain"] = lambda: [explain(run, case.order, case.world, self.rulebook, judge) for run, case in pairs]
        return parts


@contextmanager
def stored(cases: list[Case]) -> Iterator[Callable[[], object]]:
    """Submitting every sample order to a SQLite file: accepted, decided, recorded, two commits each."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.from_environ({"GATEHOUSE_HOME": home})
        gatehouse = Gatehouse(Database(settings.database_url), settings, lambda: NOW)
        gatehouse.database.migrate()
        gatehouse.seeding.rules(ROOT / "rulesets")
        gatehouse.seeding.demo(NOW.date())
        rounds = iter(range(10**9))

        def submit() -> None:
            number = next(rounds)
            for case in cases:
                document = {**case.document, "channel_order_no": f"{case.document['channel_order_no']}-{number}"}
                gatehouse.orders.submit(document, case.channel)

        yield submit
        gatehouse.close()


def timed(parts: dict[str, Callable[[], object]], per_call: int, rounds: int) -> dict[str, float]:
    """Median microseconds an order, by part."""
    taken: dict[str, list[float]] = {name: [] for name in parts}
    for part in parts.values():  # warm up
        part()
    for _ in range(rounds):
        for name, part in parts.items():
            began = time.perf_counter()
            part()
            taken[name].append((time.perf_counter() - began) * 1e6 / per_call)
    return {name: statistics.median(values) for name, values in taken.items()}


def table(medians: dict[str, float]) -> str:
    """A line a part: microseconds an order, and how that compares with deciding by the evaluator."""
    width = max(map(len, medians))
    lines = [f"{'part':<{width}}  {'µs an order':>11}  {'ratio':>6}"]
    lines += [f"{name:<{width}}  {value:>11,.0f}  {value / medians[BASE]:>6.2f}" for name, value in medians.items()]
    return "\n".join(lines)


def report(bench: Bench, medians: dict[str, float]) -> dict[str, Any]:
    """What is written down: enough to know what was measured, where, and on what."""
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "software": SOFTWARE,
        "python": platform.python_version(),
        "machine": {"system": platform.platform(), "cpus": os.cpu_count()},
        "rulebook": {"digest": bench.rulebook.digest, "rules": sum(map(_size, bench.rulebook.rulesets.values()))},
        "orders": len(bench.cases),
        "rounds": ROUNDS,
        "us_an_order": {name: round(value, 1) for name, value in medians.items()},
        "ratio": {name: round(value / medians[BASE], 3) for name, value in medians.items()},
    }


def _size(ruleset: Any) -> int:
    return len(ruleset.all_rules)


def main() -> None:
    """Measure, print, write."""
    bench = Bench()
    with stored(bench.cases) as submit:
        medians = timed({**bench.parts(), "submit to SQLite": submit}, len(bench.cases), ROUNDS)
    answer = report(bench, medians)
    folder = ROOT / "benchmarks/results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{answer['at'].replace(':', '').replace('+0000', 'Z')}.json"
    path.write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{answer['orders']} orders × {ROUNDS} rounds, {answer['rulebook']['rules']} rules and table rows")
    print(table(medians))
    print(f"written to {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
