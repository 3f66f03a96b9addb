"""Sourcing against every split there is: is it the best, how long does it take, and how much worse is greedy?

    python -m benchmarks.sourcing [INSTANCES]

Instances are dealt out to all cores; the times are of single calls, from candidates to the report on each of them.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks import oracle
from benchmarks.splits import instance

INSTANCES = 5_000


@dataclass(frozen=True)
class Tried:
    """One instance: what Gatehouse chose, what is best, and what nearest-first would have cost."""

    seed: int
    seconds: float
    exact: bool  # as the search says of itself
    chosen: tuple[int, int] | None  # (shipments, cents); None: it cannot all be shipped
    best: tuple[int, int] | None
    greedy: tuple[int, int] | None
    compared: bool = True  # False: the oracle gave up


def tried(seed: int) -> Tried:
    """The instance of that number, shipped by Gatehouse and by the oracle."""
    case = instance(seed)
    started = time.perf_counter()
    route = case.shipped()
    seconds = time.perf_counter() - started
    chosen = (len(route.shipments), route.cost_cents or 0) if route.outcome == "complete" else None
    greedy = (route.greedy["shipments"], route.greedy["cost_cents"]) if chosen and route.greedy else None
    try:
        return Tried(seed, seconds, route.exact, chosen, oracle.best(case), greedy)
    except oracle.TooMany:
        return Tried(seed, seconds, route.exact, chosen, None, greedy, compared=False)


def enough(wanted: int, first: int = 0) -> list[Tried]:
    """So many instances that the oracle could finish, from that number on."""
    found: list[Tried] = []
    with multiprocessing.Pool() as pool:
        for each in pool.imap(tried, range(first, first + 2 * wanted), chunksize=20):
            found.append(each)
            if sum(one.compared for one in found) == wanted:
                break
        pool.terminate()
    return found


def wrong(tries: Iterable[Tried]) -> list[Tried]:
    """Those where the choice is not the best there is."""
    return [each for each in tries if each.compared and each.chosen != each.best]


def report(tries: list[Tried]) -> Iterator[str]:
    """The figures, as lines."""
    compared = [each for each in tries if each.compared]
    times = sorted(each.seconds * 1e3 for each in tries)
    yield f"{len(compared)} instances compared ({len(tries) - len(compared)} more had too many splits to try)"
    yield f"not the best split: {len(wrong(tries))}; search cut short: {sum(not each.exact for each in tries)}"
    yield f"shipments needed: {_counted(each.best[0] for each in compared if each.best)}"
    late = times[len(times) * 95 // 100]
    yield f"ms a call: median {statistics.median(times):.2f}, 95 % {late:.2f}, most {times[-1]:.1f}"
    yield from _greedy(compared)


def _greedy(compared: list[Tried]) -> Iterator[str]:
    both = [(each.greedy, each.best) for each in compared if each.greedy and each.best]
    more = [greedy[0] - best[0] for greedy, best in both if greedy[0] > best[0]]
    dearer = [greedy[1] - best[1] for greedy, best in both if greedy > best and greedy[1] > best[1]]
    yield f"nearest first finished {len(both)} of them: {len(more)} with more shipments, {len(dearer)} dearer"
    if dearer:
        share = statistics.mean(g[1] / b[1] - 1 for g, b in both if g > b and g[1] > b[1])
        yield f"  where dearer, by {share:.0%} on average and {max(dearer) / 100:.2f} yuan at most"
    never = sum(1 for each in compared if each.best and not each.greedy)
    yield f"  {never} more it could not finish at all"


def _counted(values: Iterable[int]) -> str:
    return ", ".join(f"{value}: {count}" for value, count in sorted(Counter(values).items()))


def main(arguments: list[str]) -> Any:
    """Exit status 1 when a better split was found."""
    tries = enough(int(arguments[0]) if arguments else INSTANCES)
    print("\n".join(report(tries)))
    return 1 if wrong(tries) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
