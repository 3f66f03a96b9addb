"""A whole `gatehouse up` for tests: real processes on a free port with a data directory of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
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
