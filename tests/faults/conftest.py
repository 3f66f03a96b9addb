"""Real processes to kill: a Valkey, and Python processes that work on the test's own data directory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.config import Settings
from workers import embedded
from workers.children import Children

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environ(home):
    """The environment of every process of the test."""
    return {**os.environ, "GATEHOUSE_HOME": str(home), "ACTION_LEASE_S": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def valkey(environ):
    """A real Valkey under the data directory; gives its URL."""
    settings = Settings.from_environ(environ)
    children = Children(say=lambda _: None)
    embedded.make_room(settings)
    children.start(embedded.valkey(settings, environ))
    embedded.wait_until_ready(settings.queue_url)
    yield settings.queue_url
    children.stop_all()


@pytest.fixture
def spawn(environ):
    """spawn(code) starts a Python process; those still alive at the end are killed."""
    started = []

    def start(code: str) -> subprocess.Popen:
        started.append(subprocess.Popen([sys.executable, "-c", code], env=environ, cwd=ROOT))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture
def eventually():
    """eventually(check) waits until `check()` is true, and fails after a while."""

    def wait(check, timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while not check():
            assert time.monotonic() < deadline, "did not come about in time"
            time.sleep(0.1)

    return wait
