"""What a request stands in: the use cases it calls, and who sent it."""

from __future__ import annotations

from flask import current_app, g

from engine.errors import Unauthorized
from engine.service import Gatehouse
from engine.service.principals import Principal


def gatehouse() -> Gatehouse:
    """The use cases."""
    return current_app.extensions["gatehouse"]


def principal() -> Principal:
    """Who sent the request. Raises Unauthorized where nobody was asked."""
    if "principal" not in g:
        raise Unauthorized
    return g.principal
