"""The web server's worker: threads answer, and nobody can keep one busy by being slow.

Whoever connects waits in the poller, not in a thread, until the first bytes come. From then on a request must come, and
then its answer be taken, within PATIENCE_S, to which every byte adds what it takes at SLOWEST_BYTES_PER_S. Who is
slower is cut off; a line of 160 kbit/s is not.
"""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

PATIENCE_S = 20.0
SLOWEST_BYTES_PER_S = 20_000
_PIECE = 65_536


class PacedSocket(socket.socket):
    """A connection whose other end has to keep pace, except where somebody has set a timeout of their own."""

    _read_until: float | None = None  # of time.monotonic(); None: the next bytes begin a request

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Some bytes. Raises ConnectionResetError when the request takes too long."""
        if self.gettimeout() is not None:
            return super().recv(size, flags)
        if self._read_until is None:
            self._read_until = time.monotonic() + PATIENCE_S
        with _ending(self, self._read_until):
            read = super().recv(size, flags)
        self._read_until = _later(self._read_until, len(read))
        return read

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send it. Raises ConnectionResetError when it is taken too slowly."""
        self._read_until = None
        if self.gettimeout() is not None:
            return super().sendall(data, flags)
        until, whole = time.monotonic() + PATIENCE_S, memoryview(data)
        for at in range(0, len(whole), _PIECE):
            with _ending(self, until):
                super().sendall(whole[at : at + _PIECE], flags)
            until = _later(until, _PIECE)


def _later(until: float, moved: int) -> float:
    """The end, after so many bytes. What goes quickly, into the system's buffers at first, is no excuse for later."""
    return min(until + moved / SLOWEST_BYTES_PER_S, time.monotonic() + PATIENCE_S)


@contextmanager
def _ending(connection: PacedSocket, until: float) -> Iterator[None]:
    """What a blocking socket does inside ends by then; if by force, with an error that the server takes quietly."""
    try:
        connection.settimeout(max(until - time.monotonic(), 0.001))
        yield
    except TimeoutError:
        raise ConnectionResetError(errno.ECONNRESET, "the other end is too slow") from None
    finally:
        connection.settimeout(None)


class Worker(ThreadWorker):
    """gunicorn's threads with paced connections."""

    def accept(self, listener: Any) -> None:
        """Take a connection and let it wait where waiting costs no thread."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        paced = PacedSocket(fileno=accepted.detach())
        connection = TConn(self.cfg, paced, address, listener.getsockname())
        if not self.alive:  # asked to stop while it came: nothing more is put into the poller
            return self.enqueue_req(connection)
        waiting: Future[object] = Future()
        waiting.set_result(_DEFER)
        self.finish_request(connection, waiting)
