"""A random walk over the house: steps drawn from a seed, one a number, so that each draws the same without the others.

What fails is run again with fewer and fewer steps, and told as the list of those that are left.
"""

from __future__ import annotations

import itertools
import random
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from engine.errors import GatehouseError, MatcherError, Outdated, Overtaken, StockTaken, VendorError
from engine.service import Gatehouse
from engine.service import decisions as deciding
from tests.conftest import Clock
from tests.scenarios.desk import Desk
from workers import jobs

INTERNAL = (StockTaken, Outdated, Overtaken, MatcherError, VendorError)  # never an answer to a caller
SHRINK_S = 90

Step = Callable[["Walk", random.Random], None]
Law = Callable[["Walk"], None]


class Killed(BaseException):
    """The process ends here."""


class Walk:
    """One walk: the house, what has been said so far, and what is to go wrong next."""

    def __init__(self, gatehouse: Gatehouse, clock: Clock, steps: Sequence[Step]):
        self.gatehouse = gatehouse
        self.clock = clock
        self.desk = Desk(gatehouse, clock)
        self.steps = steps
        self.posted: dict[str, tuple[dict[str, Any], str]] = {}  # document and channel, by order number
        self.events: list[tuple[str, dict[str, Any]]] = []  # of orders: number, document
        self.reports: list[tuple[str, dict[str, Any]]] = []  # of vendors: vendor, document
        self.told: list[str] = []
        self.kills = 0
        self.world_changed = False  # rules or reference data: nobody is decided again because of those
        self.weather: Callable[[str], None] = lambda type_: None  # raises what a vendor fails with
        self.meanwhile: Callable[[], None] | None = None  # what somebody else does before the next decision is recorded
        self._numbers = itertools.count(1)
        self._label = ""

    def name(self, prefix: str) -> str:
        """A name that no other step gives."""
        return f"{prefix}-{self._label}-{next(self._numbers)}"

    def say(self, text: str) -> None:
        self.told.append(text)

    def orders(self) -> list[str]:
        return sorted(self.posted)

    def do(self, label: str, chosen: random.Random, step: Step | None = None) -> None:
        """That step, or any one of them, and what comes of it. The generator is its own."""
        before, self._label = self._label, label
        step = step or chosen.choice(self.steps)
        at = len(self.told)
        self.say(f"{self._label}. {self.clock():%d %H:%M} {step.__name__}")
        try:
            step(self, chosen)
        except Killed:
            self.kills += 1
            self.say("   † killed")
        except INTERNAL:
            raise
        except GatehouseError as error:
            assert error.message, "a refusal says why"
            self.say(f"   refused: {type(error).__name__}: {str(error)[:160]}")
        finally:
            self.told[at:] = [" ".join(self.told[at:])]
            self._label, self.meanwhile = before, None


@contextmanager
def disturbed(walk: Walk) -> Iterator[None]:
    """Let somebody else come in between: after a decision was computed, and before it is recorded."""
    plainly, database = deciding.run_stages, walk.gatehouse.database
    write, writing = database.write, []

    @contextmanager
    def counted() -> Iterator[Any]:
        with write() as uow:
            writing.append(uow)
            try:
                yield uow
            finally:
                writing.pop()

    def run_stages(*args: Any) -> Any:
        run = plainly(*args)
        if walk.meanwhile is not None and not writing:  # within a transaction nobody could come in between
            meanwhile, walk.meanwhile = walk.meanwhile, None
            meanwhile()
        return run

    handlers = {type_: _in_weather(walk, type_, handler) for type_, handler in jobs.HANDLERS.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deciding, "run_stages", run_stages)
        patch.setattr(jobs, "HANDLERS", handlers)
        patch.setattr(database, "write", counted)
        yield


def _in_weather(walk: Walk, type_: str, handler: Any) -> Any:
    """A handler whose vendor fails when the walk says so: before it has heard, or after."""

    def handle(gatehouse: Gatehouse, action: Any) -> Any:
        walk.weather(f"before {type_}")
        receipt = handler(gatehouse, action)
        walk.weather(f"after {type_}")
        return receipt

    return handle


Opened = Callable[[], AbstractContextManager[tuple[Gatehouse, Clock]]]  # a fresh house


@dataclass(frozen=True)
class Course:
    """What walks are made of."""

    begin: Step
    steps: Sequence[Step]
    laws: Sequence[Law]  # at times
    at_end: Sequence[Law]


def walked(
    opened: Opened, course: Course, seed: int, indexes: Collection[int], every: int = 1
) -> tuple[list[str], BaseException | None]:
    """What was done, and what went wrong, if anything did. The laws are asked after `every` so many steps."""
    with opened() as (gatehouse, clock):
        walk = Walk(gatehouse, clock, course.steps)
        try:
            with disturbed(walk):
                walk.do("0", random.Random(f"{seed}/0"), course.begin)
                for index in sorted(indexes):
                    walk.do(str(index), random.Random(f"{seed}/{index}"))
                    for law in course.laws if index % every == 0 else ():
                        law(walk)
                for law in course.at_end:
                    walk.say(f"at the end: {law.__name__}")
                    law(walk)
        except Exception as error:
            return walk.told, error
        return walk.told, None


def trouble(opened: Opened, course: Course, seed: int, length: int, every: int) -> str | None:
    """What goes wrong on a walk, with the fewest steps that lead there; None: nothing does."""
    _, error = walked(opened, course, seed, range(1, length + 1), every)
    if error is None:
        return None
    kind = _kind(error)

    def fails(indexes: Collection[int]) -> bool:
        _, found = walked(opened, course, seed, indexes)
        return found is not None and _kind(found) == kind

    fewest = _shrunk(fails, range(1, length + 1))
    told, last = walked(opened, course, seed, fewest)
    error = last or error
    steps, traced = "\n".join(told), "".join(traceback.format_exception(error))
    return f"seed {seed}, steps {fewest}:\n{steps}\n{traced}"


def _kind(error: BaseException) -> tuple[str, str]:
    """Which error, and where: what makes two failures one."""
    return type(error).__name__, traceback.extract_tb(error.__traceback__)[-1].name


def _shrunk(fails: Callable[[Collection[int]], bool], indexes: Collection[int]) -> list[int]:
    """Fewer steps that fail as well: without ever smaller parts of them, as long as there is time."""
    left, size, deadline = sorted(indexes), max(1, len(indexes) // 2), time.monotonic() + SHRINK_S
    while size and time.monotonic() < deadline:
        at = 0
        while at < len(left) and time.monotonic() < deadline:
            fewer = left[:at] + left[at + size :]
            if fails(fewer):
                left = fewer
            else:
                at += size
        size //= 2
    return left
