"""The WSGI application: routes, errors, log lines, metrics and headers, around the use cases that it is given."""

from __future__ import annotations

import functools

from flask import Flask, Response, request

from api import (
    actions,
    audit,
    catalogue,
    decisions,
    docs,
    drafts,
    events,
    exceptions,
    firings,
    health,
    logs,
    manual,
    merging,
    metrics,
    openapi,
    orders,
    previews,
    problems,
    redecide,
    reference,
    rulesets,
    stock,
    tasks,
    users,
)
from api.auth import RATES
from engine.config import Settings
from engine.intake.bodies import MAX_BODY_BYTES
from engine.rates import Rates
from engine.service import Gatehouse

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(gatehouse: Gatehouse, settings: Settings) -> Flask:
    """The API over the use cases of one database.

    A console in the same application sets its own headers and secret key, and
    `app.extensions[api.auth.SESSION_HOOK]` to let its sessions in.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    app.extensions["gatehouse"], app.extensions["gatehouse_settings"] = gatehouse, settings
    app.extensions[RATES] = Rates(settings.writes_per_minute)
    app.after_request(_harden)
    logs.register(app, settings)
    metrics.register(app, gatehouse)
    gatehouse.decisions.on_disagreement = functools.partial(logs.log_disagreement, app)
    problems.register(app)
    described = openapi.document(app)
    for routes in (
        orders, manual, merging, events, decisions, reference, stock, catalogue, rulesets, drafts, previews,
        redecide, exceptions,
        firings, tasks, actions, audit, users, health,
    ):
        described.register_blueprint(routes.routes)
    app.register_blueprint(docs.docs)
    return app


def _harden(response: Response) -> Response:
    """Headers for whatever does not set its own."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/v1/"):
        response.headers["Cache-Control"] = "no-store"
    return response
