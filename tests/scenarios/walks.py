"""Walks by their seeds: on SQLite, in as many processes as there are processors."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import structlog

from engine.service import Gatehouse
from tests.conftest import Clock, open_gatehouse
from tests.scenarios.compiling import compiled_once
from tests.scenarios.walk_laws import AT_END, EACH_STEP
from tests.scenarios.walk_steps import STEPS, begin
from tests.scenarios.walking import Course, Opened, trouble

COURSE = Course(begin, STEPS, EACH_STEP, AT_END)
_rulebooks: dict = {}


def on_sqlite(seeded_home: Path, folder: Path) -> Opened:
    """A house of one's own each time, all of them in the same folder."""

    @contextmanager
    def fresh() -> Iterator[tuple[Gatehouse, Clock]]:
        home, clock = folder / "walk", Clock()
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(seeded_home, home)
        gatehouse = open_gatehouse(home, clock, MATCHING="evaluator")
        try:
            yield gatehouse, clock
        finally:
            gatehouse.close()

    return fresh


def first_trouble(seeded_home: Path, seeds: Sequence[int], length: int) -> str | None:
    """What goes wrong on the first of many walks of so many steps on which something does, as `trouble` tells it."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawned) as processes:
        found = processes.map(partial(_trouble, seeded_home, length), seeds, chunksize=5)
        try:
            return next(filter(None, found), None)
        finally:
            processes.shutdown(cancel_futures=True)


def _trouble(seeded_home: Path, length: int, seed: int) -> str | None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    with tempfile.TemporaryDirectory() as folder, compiled_once(_rulebooks):
        return trouble(on_sqlite(seeded_home, Path(folder)), COURSE, seed, length, every=20)
