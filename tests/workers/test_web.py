"""The web server's worker: who is slow is cut off, and keeps nobody else waiting."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.running import ROOT, eventually, free_port

THREADS = 2
PATIENCE_S = 1.5
APP = """
def app(environ, start_response):
    try:
        said = str(len(environ["wsgi.input"].read()))
    except OSError as error:
        said = type(error).__name__
    answer = b"x" * 30_000_000 if environ["PATH_INFO"] == "/large" else said.encode()
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
"""
HASTY = f"from workers import web\nweb.PATIENCE_S, web.SLOWEST_BYTES_PER_S = {PATIENCE_S}, 40_000\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where a server with two threads listens that has little patience."""
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "hasty.py").write_text(HASTY)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", str(tmp_path / "hasty.py"), "--chdir", str(tmp_path),
               "--bind", f"127.0.0.1:{port}", "--worker-class", "workers.web.Worker", "--threads", str(THREADS),
               "--no-sendfile", "--no-control-socket", "--log-level", "warning", "app:app"]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    try:
        assert eventually(lambda: answers(port), 20)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def answers(port: int) -> bool:
    try:
        return asked(port) == b"0"
    except OSError:
        return False


def asked(port: int, body: bytes = b"", timeout_s: float = 10) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("POST", "/", body)
        return connection.getresponse().read()
    finally:
        connection.close()


def connected(port: int, said: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(said)
    return connection


def test_those_who_say_nothing_keep_nobody_waiting(port):
    silent = [connected(port) for _ in range(THREADS * 4)]
    started = time.monotonic()
    assert asked(port) == b"0"
    assert time.monotonic() - started < 1
    for each in silent:
        each.close()


@pytest.mark.parametrize(
    "begun",
    [b"POST / HTTP/1.1\r\nX-Slow: ", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"],
    ids=["in the head", "in the body"],
)
def test_who_trickles_is_cut_off_and_the_others_are_answered(port, begun):
    slow = [connected(port, begun) for _ in range(THREADS)]
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_S * 0.8:
        for each in slow:
            each.sendall(b"x")  # always something, so that no single wait is long
        time.sleep(0.1)
    assert asked(port) == b"0"
    assert time.monotonic() - started < PATIENCE_S * 2 + 2
    for each in slow:
        told = each.recv(1000)
        assert told == b"" or told.endswith(b"ConnectionResetError")
        each.close()


def test_who_does_not_take_the_answer_is_cut_off(port):
    slow = [connected(port, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(THREADS)]
    time.sleep(0.3)
    started = time.monotonic()
    assert asked(port, timeout_s=60) == b"0"
    assert time.monotonic() - started > PATIENCE_S * 0.5, "both threads were busy"
    for each in slow:
        each.close()


def test_who_keeps_pace_may_take_longer(port):
    size, pieces = 80_000, 8
    connection = connected(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
    for _ in range(pieces):
        connection.sendall(b"x" * (size // pieces))
        time.sleep(PATIENCE_S * 1.6 / pieces)
    assert connection.recv(1000).endswith(b"%d" % size)
    connection.close()


def test_a_connection_serves_again_and_each_request_has_its_own_time(port):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    for at in range(3):
        connection.request("POST", "/", b"x" * at)
        assert connection.getresponse().read() == b"%d" % at
        time.sleep(PATIENCE_S * 0.6)
    connection.close()
