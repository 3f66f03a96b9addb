"""One JSON line a request: its id, route, status, milliseconds, who, which order; never a key, phone, name or address.

Paths and queries hold phones, so the route's pattern is logged instead. Of an exception its kind and frames are logged,
not its message: messages of a database quote the values that it did not like.
"""

from __future__ import annotations

import contextlib
import re
import sys
import threading
import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request

from engine.config import Settings
from engine.errors import traced
from engine.matching.judge import Disagreement

REQUEST_ID = "X-Request-Id"
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = ("/healthz", "/readyz", "/metrics")  # asked every few seconds by machines


def register(app: Flask, settings: Settings) -> None:
    """Log every request of the application."""
    app.extensions["gatehouse_log"] = _logger(settings.log_level)
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of this request: the caller's own where it is a plain one, else ours."""
    return g.request_id


def note(**said: Any) -> None:
    """Add something to the line of this request."""
    g.noted.update(said)


def log_failure(error: BaseException) -> None:
    """Log an error that is ours."""
    _log().error("failed", request_id=request_id(), **traced(error))


def log_disagreement(app: Flask, order_no: str, rulebook: str, disagreement: Disagreement) -> None:
    """Log that the two evaluators judged an order differently, with both answers."""
    app.extensions["gatehouse_log"].error(
        "evaluators differ", order_no=order_no, rulebook=rulebook, stage=disagreement.stage, **disagreement.answers()
    )


def route() -> str:
    """The pattern of the route that was asked for; "-" where there is none."""
    return request.url_rule.rule if request.url_rule else "-"


def seconds() -> float:
    """How long this request has taken so far."""
    return time.perf_counter() - g.began


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
    g.began, g.noted = time.perf_counter(), {}


def _end(response: Response) -> Response:
    response.headers[REQUEST_ID] = request_id()
    say = _log().debug if route() in _QUIET else _log().info
    who = g.get("principal")
    say(
        "request",
        request_id=request_id(),
        method=request.method,
        route=route(),
        status=response.status_code,
        ms=round(seconds() * 1000, 1),
        principal=f"{who.kind}:{who.name}" if who else None,
        **g.noted,
    )
    return response


class _Lines:
    """Writes lines to what is standard output now. A log that nobody reads any more stops no order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def line(self, text: str) -> None:
        with self._lock, contextlib.suppress(OSError, ValueError):
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    debug = info = warning = error = line


def _log() -> Any:
    return current_app.extensions["gatehouse_log"]


def _logger(level: str) -> Any:
    return structlog.wrap_logger(
        _Lines(),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
    )
