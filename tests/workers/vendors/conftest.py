"""Another system: a real HTTP server on this machine, which keeps what it was asked and answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Told:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class System:
    """What came, and how it is answered."""

    url: str = ""
    told: list[Told] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: plain(handler, 200)


def plain(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """An answer of that status."""
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def system():
    """A system that answers 200 unless it is told otherwise."""
    there = System()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.told.append(Told(self.path, dict(self.headers), body))
            there.answer(self)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    there.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()
