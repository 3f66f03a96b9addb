"""`gatehouse up` as its user meets it: real processes on a free port with a data directory of their own."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.config import Settings
from tests import postgres
from tests.running import GONE_S, READY_S, ROOT, Run, eventually, family_of, free_port, still_there
from workers import embedded
from workers.children import Children


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start one on a home, this test's own unless named."""
    started: list[Run] = []

    def start(home: Path | None = None, port: int | None = None, **more: str) -> Run:
        started.append(Run(home or tmp_path / "home", port or free_port(), **more))
        return started[-1]

    yield start
    for run in started:
        run.end()


def test_the_first_start_shows_everything_and_ctrl_c_stops_all_of_it(start: Callable[..., Run], tmp_path: Path) -> None:
    run = start()
    run.wait_until_ready()
    assert run.get("/readyz")["status"] == "ready"

    credentials = run.credentials()
    assert stat.S_IMODE(os.stat(run.home / "credentials.json").st_mode) == 0o600
    assert set(credentials["console"]) == {"url", "username", "password"}
    assert credentials["console"]["url"].startswith(f"http://127.0.0.1:{run.port}/")
    assert sorted(credentials["channels"]) == sorted(
        ["own-shop", "taobao", "jd", "douyin", "shopify", "woocommerce", "store", "phone"]
    )
    for secret in (credentials["console"]["password"], credentials["api_tokens"]["admin"]):
        assert secret not in run.output()
        assert secret.encode() not in (run.home / "gatehouse.db").read_bytes()
    assert "样例订单 Sample orders" in run.output()
    assert run.order_count() == 10

    same_home = start(run.home, free_port())
    assert same_home.process.wait(READY_S) == 2
    assert f"already runs on {run.home} (process {run.process.pid})" in run.output()

    same_port = start(tmp_path / "other", run.port)
    assert same_port.process.wait(READY_S) == 2
    assert f"PORT={run.port + 1}" in same_port.output()

    family = family_of(run.process.pid)
    commands = "\n".join(family.values())
    for program in ("valkey-server", "gunicorn", "-m workers"):
        assert program in commands
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.process.wait(GONE_S) == 0
    assert not still_there(family)
    with socket.create_server(("127.0.0.1", run.port)):
        pass


def test_nothing_outlives_a_hard_kill_and_the_next_start_carries_on(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_ready()
    family = family_of(run.process.pid)
    assert len(family) >= 4
    run.process.kill()
    run.process.wait()
    again = start(run.home, run.port)  # at once, while the others are still ending
    again.wait_until_ready(times=2)
    assert eventually(lambda: not still_there(family), GONE_S), still_there(family)
    assert again.order_count() == 10
    assert again.output().count("样例订单 Sample orders") == 1


def test_a_killed_worker_is_started_again(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_ready()
    [(pid, command)] = [each for each in family_of(run.process.pid).items() if each[1].endswith("-m workers")]
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: "worker ended (SIGKILL); starting it again" in run.output(), 10)
    assert eventually(lambda: command in family_of(run.process.pid).values(), 10)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    try:
        with postgres.start() as server, postgres.database(server) as url:
            yield url.render_as_string(hide_password=False)
    except postgres.NoPostgres as why:
        pytest.skip(f"no PostgreSQL here: {why}")


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of the user's own."""
    settings = Settings.from_environ({"GATEHOUSE_HOME": str(tmp_path / "redis")})
    children = Children(say=lambda _: None)
    embedded.make_room(settings)
    children.start(embedded.valkey(settings, os.environ))
    embedded.wait_until_ready(settings.queue_url)
    yield settings.queue_url
    children.stop_all()


@pytest.mark.postgres
def test_a_database_and_a_queue_of_ones_own_are_used(
    start: Callable[..., Run], postgres_url: str, redis_url: str
) -> None:
    run = start(DATABASE_URL=postgres_url.replace("+psycopg", ""), REDIS_URL=redis_url)
    run.wait_until_ready()
    assert run.order_count() == 10
    assert "valkey-server" not in "\n".join(family_of(run.process.pid).values())
    assert not (run.home / "gatehouse.db").exists()
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.process.wait(GONE_S) == 0


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "cli", "up"],
        cwd=ROOT,
        env={**os.environ, "GATEHOUSE_HOME": str(tmp_path), "MATCHING": "guessing"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert "MATCHING must be one of" in result.stderr
    assert "Traceback" not in result.stderr
