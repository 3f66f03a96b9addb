"""A full disk stops no process: what can be answered is answered, and what cannot be written is refused."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.conftest import ROOT

# What a disk without room does, without one: no file may become longer.
NO_ROOM = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\n"
COUNT = """
import os
from api.metrics import Metrics
from engine.config import Settings
from engine.service import Gatehouse
from engine.store.database import Database
settings = Settings.from_environ(os.environ)
metrics = Metrics(Gatehouse(Database(settings.database_url), settings))
for at in range(200):
    metrics.requested("GET", f"/v1/{at}", 200, 0.1)
print(metrics.page().decode())
"""


@pytest.fixture
def counted(environ, tmp_path):
    """counted(code) runs the code, and gives the lines that it printed and its folder of counters."""

    def run(code: str):
        folder = tmp_path / "metrics"
        folder.mkdir()
        result = subprocess.run(
            [sys.executable, "-c", code], env={**environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}, cwd=ROOT,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines(), folder

    return run


LAST = 'gatehouse_requests_total{method="GET",route="/v1/199",status="200"} 1.0'


def test_counters_have_their_room_before_they_need_it(counted):
    lines, folder = counted(COUNT)
    assert LAST in lines
    files = sorted(folder.iterdir())
    assert [each.name.partition("_")[0] for each in files] == ["counter", "histogram"]
    for each in files:
        about = each.stat()
        assert about.st_size in (262_144, 1_048_576) and about.st_blocks * 512 >= about.st_size, "it has holes"


def test_a_process_that_finds_no_room_for_its_counters_works_without_them(counted):
    lines, folder = counted(NO_ROOM + COUNT)
    assert any(line.startswith("gatehouse_orders") for line in lines)
    assert list(folder.iterdir()) == []
