"""`gatehouse up` as its user meets it: real processes on a free port with a data directory of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.config import Settings
from tests import postgres
from workers import embedded
from workers.children import Children

ROOT = Path(__file__).parents[2]
READY_S = 60
GONE_S = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Run:
    """One `gatehouse up`."""

    def __init__(self, home: Path, port: int, **more: str):
        self.home, self.port = home, port
        environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        environ |= {
            "GATEHOUSE_HOME": str(home),
            "PORT": str(port),
            "WEB_PROCESSES": "1",
            "PYTHONPATH": str(ROOT),
            **more,
        }
        self.log = home.with_suffix(".log")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up"],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_until_ready(self, times: int = 1) -> None:
        """Until it has said so often where the console is."""
        ready = eventually(
            lambda: self.output().count("/console/") >= times or self.process.poll() is not None, READY_S
        )
        assert ready and self.process.poll() is None, self.output()

    def get(self, path: str, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def credentials(self) -> dict[str, Any]:
        return json.loads((self.home / "credentials.json").read_text(encoding="utf-8"))

    def order_count(self) -> int:
        return len(self.get("/v1/orders?limit=100", self.credentials()["api_tokens"]["admin"])["items"])

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(GONE_S)


def eventually(truth: Callable[[], bool], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if truth():
            return True
        time.sleep(0.1)
    return truth()


def processes() -> dict[int, tuple[int, str]]:
    """Parent and command line of everything that runs, by process id."""
    listing = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
    found = {}
    for line in listing.stdout.splitlines():
        pid, parent, state, command = line.split(None, 3)
        if not state.startswith("Z"):
            found[int(pid)] = (int(parent), command)
    return found


def family_of(pid: int) -> dict[int, str]:
    """Command lines of a process's descendants, by process id."""
    running = processes()
    found: dict[int, str] = {}
    front = {pid}
    while front:
        front = {child for child, (parent, _) in running.items() if parent in front}
        found |= {child: running[child][1] for child in front}
    return found


def still_there(family: dict[int, str]) -> dict[int, str]:
    running = processes()
    return {pid: command for pid, command in family.items() if running.get(pid, (0, None))[1] == command}


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
