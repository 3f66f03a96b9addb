"""Speaks to the API that this machine serves, past any proxy."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

from engine.config import Settings

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def reachable_host(host: str) -> str:
    """The address to call for one that a server listens on."""
    return ANY_ADDRESS.get(host, host)


def base_url(settings: Settings) -> str:
    """Where a browser on this machine finds us."""
    host = reachable_host(settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def is_ready(settings: Settings) -> bool:
    """Does /readyz say yes? It may hang: we listen before anybody serves, so it is given little time."""
    try:
        return _call(settings, "GET", "/readyz", {}, None, timeout_s=2)[0] == 200
    except (OSError, HTTPException):
        return False


def post_order(settings: Settings, path: str, key: str, document: object) -> tuple[int, Any]:
    """Post one order as a channel would; gives the status and the answer. Raises OSError, HTTPException, ValueError."""
    body = json.dumps(document, ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    status, answer = _call(settings, "POST", path, headers, body, timeout_s=15)
    return status, json.loads(answer)


def _call(
    settings: Settings, method: str, path: str, headers: dict[str, str], body: bytes | None, timeout_s: float
) -> tuple[int, bytes]:
    connection = HTTPConnection(reachable_host(settings.host), settings.port, timeout=timeout_s)
    try:
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
