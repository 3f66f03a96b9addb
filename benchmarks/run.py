"""`make bench`: times matcher and evaluator beside other engines, and a whole decision; prints and keeps the table."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import platform
from importlib import metadata
from pathlib import Path

from benchmarks import decision, matching, rivals
from benchmarks.generated import SHAPES, carrier_table, ruleset
from benchmarks.report import report
from benchmarks.timing import one_core

SIZES = (50, 500, 2_000)
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """One run on one core."""
    modules = {name: module for name, package in matching.PACKAGES.items() if (module := rivals.optional(package))}
    for name in matching.PACKAGES.keys() - modules.keys():
        print(f"{name} is not installed here, so it is left out. (.ci/setup bench installs it.)")
    with one_core() as core:
        cases = [ruleset(shape, size) for shape in SHAPES for size in SIZES]
        measured = [matching.measure(case, modules) for case in (*cases, carrier_table())]
        decided = decision.measure()
    print(report(measured, decided, _machine(core)))
    print(f"Kept as benchmarks/results/{_keep(measured, decided, core).name}")


def _machine(core: int | None) -> str:
    pinned = "not pinned to a core" if core is None else f"pinned to core {core}"
    versions = ", ".join(f"{name} {version}" for name, version in _versions().items())
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {pinned}; {versions}"


def _versions() -> dict[str, str]:
    found = {}
    for name in ("durable_rules", *matching.PACKAGES):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _keep(measured: list[matching.Measured], decided: decision.Decided, core: int | None) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}.json"
    data = {
        "machine": _machine(core),
        "microseconds": [dataclasses.asdict(each) for each in measured],
        "decision": dataclasses.asdict(decided),
    }
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
