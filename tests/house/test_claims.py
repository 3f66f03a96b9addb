"""The data directory and the port: one run at a time, and words that say what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workers.claims import AlreadyRunning, PortTaken, claim_home, claim_port

HOLDER = """
import sys, time
from pathlib import Path
from workers.claims import claim_home
with claim_home(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the data directory."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_run_on_the_same_home_is_refused_and_told_who_holds_it(tmp_path: Path, holder) -> None:
    with pytest.raises(AlreadyRunning, match=f"process {holder.pid}") as caught, claim_home(tmp_path):
        pass
    assert "GATEHOUSE_HOME" in caught.value.message


def test_a_killed_run_blocks_nobody_and_is_noticed(tmp_path: Path, holder) -> None:
    holder.kill()
    holder.wait()
    with claim_home(tmp_path) as earlier_was_killed:
        assert earlier_was_killed


def test_an_orderly_end_is_no_kill(tmp_path: Path) -> None:
    home = tmp_path / "new"
    with pytest.raises(ZeroDivisionError), claim_home(home) as earlier_was_killed:
        assert not earlier_was_killed
        raise ZeroDivisionError
    with claim_home(home) as earlier_was_killed:
        assert not earlier_was_killed


def test_a_new_home_is_open_to_us_alone(tmp_path: Path) -> None:
    with claim_home(tmp_path / "new"):
        assert os.stat(tmp_path / "new").st_mode & 0o077 == 0


@pytest.fixture
def taken() -> socket.socket:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other


def test_a_taken_port_is_told_with_the_setting_that_helps(taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    with pytest.raises(PortTaken, match=f"port {port} .* PORT={port + 1}"), claim_port("127.0.0.1", port):
        pass


def test_a_port_that_a_killed_run_still_holds_is_waited_for(taken: socket.socket) -> None:
    threading.Timer(0.4, taken.close).start()
    with claim_port("127.0.0.1", taken.getsockname()[1], patience_s=10) as listener:
        assert listener.getsockname() != ()


def test_a_host_that_is_not_ours_is_told_by_its_setting() -> None:
    with pytest.raises(PortTaken, match="HOST=192.0.2.1"), claim_port("192.0.2.1", 8000):
        pass
