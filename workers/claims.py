"""What only one run at a time may hold: the data directory and the port."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from engine.errors import GatehouseError

PATIENCE_S = 15  # how long the processes of a killed run may hold on to the port
BACKLOG = 1024


class AlreadyRunning(GatehouseError):
    """Gatehouse already runs on this data directory."""

    code = "already-running"


class PortTaken(GatehouseError):
    """The port cannot be listened on."""

    code = "port-taken"


@contextmanager
def claim_home(home: Path) -> Iterator[bool]:
    """Hold the data directory; yields whether the run before was killed. Raises AlreadyRunning.

    The kernel drops the lock with the process, so a killed run blocks nobody; its number stays in the file and tells.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / "gatehouse.lock"
    with open(path, "a+", encoding="ascii") as file:
        file.seek(0)
        holder = file.read().strip()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"Gatehouse already runs on {home} (process {holder or 'unknown'}); stop it first, "
                "or set GATEHOUSE_HOME to another directory"
            ) from None
        _write(file, str(os.getpid()))
        try:
            yield bool(holder)
        finally:
            _write(file, "")


def _write(file: TextIO, text: str) -> None:
    file.truncate(0)
    file.write(text)
    file.flush()


@contextmanager
def claim_port(host: str, port: int, patience_s: float = 0) -> Iterator[socket.socket]:
    """Listen; try again for so long where the port is taken. Raises PortTaken."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            listener = _listen(host, port)
            break
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise PortTaken(_advice(host, port, error)) from error
            time.sleep(0.2)
    with listener:
        yield listener


def _listen(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address, family=family, backlog=BACKLOG)


def _advice(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken by another program; choose one with PORT, for example PORT={port + 1}"
    return f"cannot listen on HOST={host} PORT={port}: {error.strerror or error}"
