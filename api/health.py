"""Is the process up, can it work, and what has it counted?"""

from __future__ import annotations

from collections.abc import Callable

import redis
from flask import Response, current_app

from api.answers import answer
from api.current import gatehouse
from api.logs import log_failure
from api.metrics import metrics_page
from api.openapi import OpenRoutes
from api.problems import respond
from api.shapes import TEXT, record
from engine.config import Settings

routes = OpenRoutes("health", "For machines that watch.")

_PING_S = 2.0


@routes.route("/healthz", methods=["GET"])
@routes.gives(200, record(status=TEXT), "The process is up.")
@routes.doc(security=[])
def get_health() -> Response:
    """Is the process up?"""
    return answer({"status": "ok"})


@routes.route("/readyz", methods=["GET"])
@routes.gives(200, record(status=TEXT, checks={"type": "object"}), "It can take orders.")
@routes.alt_response(503, response="Unavailable")
@routes.doc(security=[])
def get_readiness() -> Response:
    """Can it take orders: is the database there and migrated, are the rules compiled, is the queue there?"""
    checks = _checks(current_app.extensions["gatehouse_settings"])
    failed = [_failure(name) for name, check in checks.items() if not _passes(check)]
    if not failed:
        return answer({"status": "ready", "checks": {name: "ok" for name in checks}})
    problem = {
        "type": "urn:gatehouse:not-ready", "title": "This process cannot take orders now.", "status": 503,
        "code": "not-ready", "errors": failed,
    }  # fmt: skip
    return respond(problem, {"Retry-After": "5"})


@routes.route("/metrics", methods=["GET"])
@routes.gives(200, {"type": "string"}, "In the format of Prometheus.", "text/plain")
@routes.doc(security=[])
def get_metrics() -> Response:
    """What Prometheus scrapes."""
    return metrics_page(current_app.extensions["gatehouse_metrics"])


def _checks(settings: Settings) -> dict[str, Callable[[], object]]:
    """What must work; each answers False or raises where it does not."""
    database = gatehouse().database
    checks: dict[str, Callable[[], object]] = {
        "database": database.ping,
        "writing": database.is_writable,
        "schema": database.is_current,
        "rulebook": gatehouse().rulebooks.live,
    }
    if settings.redis_url or settings.valkey_socket.exists():
        checks["queue"] = lambda: _ping_queue(settings.queue_url)
    return checks


def _passes(check: Callable[[], object]) -> bool:
    try:
        return check() is not False
    except Exception as error:  # an edge of the process: whatever it is, the answer is "not ready"
        log_failure(error)
        return False


def _failure(name: str) -> dict[str, str]:
    return {"path": name, "code": "unavailable", "message": _MESSAGES[name]}


def _ping_queue(url: str) -> bool:
    with redis.Redis.from_url(url, socket_timeout=_PING_S, socket_connect_timeout=_PING_S) as queue:
        return bool(queue.ping())


_MESSAGES = {
    "database": "the database does not answer",
    "writing": "the database cannot be written: its disk or file is read-only, or it is a standby",
    "schema": "the database is not migrated to this version: gatehouse migrate",
    "rulebook": "there is no rulebook that can be compiled",
    "queue": "Redis does not answer",
}
