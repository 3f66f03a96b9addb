"""How long calls take, measured side by side so that a noisy minute hits all of them."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

ROUNDS = 15
Timed = tuple[Callable[[Any], Any], Sequence[Any]]  # what is called, and with what


@contextmanager
def one_core() -> Iterator[int | None]:
    """Everything on the last core that we may use; gives its number, or None where the system cannot pin."""
    if not hasattr(os, "sched_setaffinity"):
        yield None
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield max(allowed)
    finally:
        os.sched_setaffinity(0, allowed)


def microseconds(timed: Mapping[str, Timed], rounds: int = ROUNDS) -> dict[str, float]:
    """By name, the median over rounds of the mean time of a call. In each round every one has its turn."""
    found: dict[str, list[float]] = {name: [] for name in timed}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, (call, arguments) in timed.items():
                found[name].append(_mean(call, arguments))
    finally:
        gc.enable()
    return {name: statistics.median(each) for name, each in found.items()}


def _mean(call: Callable[[Any], Any], arguments: Sequence[Any]) -> float:
    started = time.perf_counter()
    for argument in arguments:
        call(argument)
    return (time.perf_counter() - started) / len(arguments) * 1e6
