"""The embedded Valkey: a real one, which keeps its jobs over a kill and leaves nothing in the way of the next run."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis

from engine.config import Settings
from engine.errors import GatehouseError
from workers import embedded
from workers.children import Children

# Starts a Valkey that outlives it, as a run on a system that tells no child might.
LEAVER = """
import os, subprocess
from engine.config import Settings
from workers import embedded
settings = Settings.from_environ(os.environ)
embedded.make_room(settings)
child = embedded.valkey(settings, os.environ)
server = subprocess.Popen(child.command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(server.pid, flush=True)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environ({"GATEHOUSE_HOME": str(tmp_path / "a home")})


@pytest.fixture
def children():
    family = Children(say=lambda _: None)
    yield family
    family.stop_all()


def start(settings: Settings, children: Children) -> Redis:
    """Start a Valkey and wait for it."""
    embedded.make_room(settings)
    children.start(embedded.valkey(settings, os.environ))
    embedded.wait_until_ready(settings.queue_url)
    return Redis.from_url(settings.queue_url)


def test_it_listens_on_a_private_socket_and_on_no_port(settings: Settings, children: Children) -> None:
    client = start(settings, children)
    assert set(client.config_get("port").values()) <= {"0", b"0"}
    assert stat.S_IMODE(os.stat(settings.valkey_socket).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(settings.home).st_mode) & 0o077 == 0


def test_what_is_queued_survives_a_hard_kill(settings: Settings, children: Children) -> None:
    client = start(settings, children)
    client.rpush("queue", *range(500))
    time.sleep(1.5)  # it syncs every second
    assert children.all[0].process is not None
    children.all[0].process.send_signal(signal.SIGKILL)
    children.stop_all()
    children.all.clear()
    assert start(settings, children).llen("queue") == 500


def test_a_home_too_deep_for_a_socket_gets_one_elsewhere(tmp_path: Path, children: Children) -> None:
    settings = Settings.from_environ({"GATEHOUSE_HOME": str(tmp_path / ("d" * 100))})
    assert len(os.fsencode(settings.valkey_socket)) <= 100
    assert start(settings, children).ping()
    folder = settings.valkey_socket.parent
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    children.stop_all()
    folder.rmdir()


def test_a_socket_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    settings = Settings.from_environ({"GATEHOUSE_HOME": str(tmp_path / ("e" * 100))})
    folder = settings.valkey_socket.parent
    folder.mkdir()
    folder.chmod(0o755)
    try:
        with pytest.raises(GatehouseError, match="not ours alone"):
            embedded.make_room(settings)
    finally:
        folder.rmdir()


def test_a_server_that_a_killed_run_left_is_ended_first(settings: Settings, children: Children) -> None:
    environ = {**os.environ, "GATEHOUSE_HOME": str(settings.home)}
    leaver = subprocess.run([sys.executable, "-c", LEAVER], env=environ, capture_output=True, text=True, check=True)
    left = int(leaver.stdout)
    embedded.wait_until_ready(settings.queue_url)
    client = start(settings, children)
    assert client.info("server")["process_id"] != left
    with pytest.raises(ProcessLookupError):
        os.kill(left, 0)


def test_a_stale_socket_is_in_nobodys_way(settings: Settings, children: Children) -> None:
    settings.home.mkdir(parents=True)
    settings.valkey_socket.touch()
    assert start(settings, children).ping()


def test_a_queue_that_does_not_answer_is_told_in_time(settings: Settings) -> None:
    began = time.monotonic()
    with pytest.raises(embedded.QueueUnavailable, match="does not answer within 0.3 s"):
        embedded.wait_until_ready(settings.queue_url, timeout_s=0.3)
    assert time.monotonic() - began < 5


def test_one_whose_data_are_damaged_says_where_to_look_and_what_may_go(settings: Settings, children: Children) -> None:
    start(settings, children).close()
    children.stop_all()
    [log] = (settings.home / "valkey" / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(b"\xff" * 1000)
    embedded.make_room(settings)
    children.start(embedded.valkey(settings, os.environ))
    with pytest.raises(embedded.QueueUnavailable) as told:
        embedded.wait_until_ready(settings.queue_url, timeout_s=1, advice=embedded.advice(settings))
    assert f"{settings.home / 'valkey' / 'valkey.log'} says why" in told.value.message
    assert "Bad file format" in (settings.home / "valkey" / "valkey.log").read_text()
    children.stop_all()
    (settings.home / "valkey").rename(settings.home / "damaged")
    start(settings, children)
