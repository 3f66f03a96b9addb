"""Who sent the request: a channel's key, a token, or the session of a console that is open in the same browser.

The console sets `app.extensions["gatehouse_session_principal"]`, a function that gives the signed-in person or None.
It is asked only where no Authorization header came; whatever changes something needs the session's CSRF token too.
"""

from __future__ import annotations

import time

from flask import current_app, g, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from api.current import gatehouse, principal
from engine.errors import Forbidden, OrderError, Problem, TooFast, Unauthorized
from engine.rates import Rates
from engine.service.principals import Principal

CSRF_HEADER = "X-CSRFToken"
RATES = "gatehouse_rates"  # where the application keeps how fast its callers go
SESSION_HOOK = "gatehouse_session_principal"
_LONGEST_KEY = 200
_SAFE = ("GET", "HEAD", "OPTIONS")


def authenticate() -> None:
    """Find out who it is, before any view runs. Raises Unauthorized, Forbidden, TooFast."""
    header = request.headers.get("Authorization")
    try:
        g.principal = _by_session() if header is None else _by_key(header)
    except Unauthorized:
        _slow_down(f"address:{request.remote_addr}")
        raise
    if request.method not in _SAFE:
        _slow_down(f"{g.principal.kind}:{g.principal.name}")


def posting_channel(asked: str | None) -> str:
    """The channel that an order is posted for: the key's own, else the one that was asked for (`?channel=`).

    Raises Forbidden, and OrderError where a token names no channel.
    """
    who = principal()
    if who.kind == "channel" and who.channel is not None:
        if asked not in (None, who.channel):
            raise Forbidden(f"this key is for channel {who.channel}")
        return who.channel
    who.require("ops")
    if asked is None:
        problem = Problem("channel", "required", "name the channel: ?channel=<code>")
        raise OrderError([problem], "The channel is missing.")
    return asked


def _slow_down(caller: str) -> None:
    """Raise TooFast for who has sent more than anybody may in a minute."""
    rates: Rates = current_app.extensions[RATES]
    if wait_s := rates.wait_s(caller, time.monotonic()):
        raise TooFast(wait_s)


def _by_key(header: str) -> Principal:
    scheme, _, key = header.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not 0 < len(key) <= _LONGEST_KEY:
        raise Unauthorized("send the key as: Authorization: Bearer <key>")
    return gatehouse().people.authenticate(key)


def _by_session() -> Principal:
    hook = current_app.extensions.get(SESSION_HOOK)
    person = hook() if hook else None
    if person is None:
        raise Unauthorized
    if request.method not in _SAFE:
        _check_csrf()
    return person


def _check_csrf() -> None:
    try:
        validate_csrf(request.headers.get(CSRF_HEADER))
    except ValidationError as error:
        raise Forbidden(f"{CSRF_HEADER}: {error}") from None
