"""Where a link may lead that somebody could have tampered with."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for

_PREFIX = "/console/"


def local(target: str | None) -> str:
    """The address if it is a page of this console, else the list of orders.

    Browsers read a backslash as `/` and drop tabs and line breaks: such an address may lead elsewhere than it says.
    """
    home = url_for("console.orders")
    if not target or not target.startswith(_PREFIX) or not target.isprintable() or "\\" in target:
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc else target


def came_from() -> str:
    """The page of this console that a form was sent from, else the list of orders."""
    parts = urlsplit(request.referrer or "")
    here = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return local(here if parts.netloc == request.host else None)
