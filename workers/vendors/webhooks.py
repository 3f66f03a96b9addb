"""Other systems that rules call: one signed POST for an order, a name and a rule."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from engine.config import SOFTWARE
from engine.errors import VendorRejected, VendorUnavailable
from engine.service import Gatehouse

TIMEOUT_S = 5.0  # for all of it: finding the host, connecting, sending, and the answer
MOST_READ = 64 * 1024
_CUT_WITHIN_S = 0.5
_ASK_AGAIN = (408, 429)  # of the answers that say that asking is wrong


def call(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """POST that a rule fired; again is the same body under the same `Idempotency-Key`. Gives `{status}`.

    Raises VendorRejected for a name without an address and for an answer that will stay what it is, VendorUnavailable
    for everything else but a 2xx. Neither tells the address: it may hold a token.
    """
    name, settings = action["payload"]["name"], gatehouse.settings
    url, secret = settings.webhooks.get(name), settings.webhook_secret
    if url is None or secret is None:
        raise VendorRejected(f"there is no webhook {name}: add {name}=https://… to the setting WEBHOOKS, then retry")
    body = _body(gatehouse, action)
    headers = {
        "Content-Type": "application/json", "User-Agent": SOFTWARE.replace(" ", "/"), "Connection": "close",
        "Idempotency-Key": action["id"],
        "X-Gatehouse-Signature": signature(secret, int(gatehouse.clock().timestamp()), body),
    }  # fmt: skip
    try:
        status = _post(url, body, headers)
    except (OSError, HTTPException) as error:
        raise VendorUnavailable(f"webhook {name} cannot be reached: {error or type(error).__name__}") from error
    if 200 <= status < 300:
        return {"status": status}
    if 400 <= status < 500 and status not in _ASK_AGAIN:
        raise VendorRejected(f"webhook {name} answered {status}")
    raise VendorUnavailable(f"webhook {name} answered {status}")


def signature(secret: str, unix_s: int, body: bytes) -> str:
    """`t=<unix>,v1=<hex>`: the HMAC-SHA256 of the time, a dot and the body."""
    made = hmac.new(secret.encode(), b"%d." % unix_s + body, hashlib.sha256)
    return f"t={unix_s},v1={made.hexdigest()}"


def _body(gatehouse: Gatehouse, action: Mapping[str, Any]) -> bytes:
    """What is told: no personal data. The time is the decision's, so that each try says the same."""
    payload = action["payload"]
    told = {
        "id": action["id"], "type": "order.rule_fired", "order_no": action["order_no"],
        "decision_id": action["decision_id"], "stage": payload["stage"], "rule": payload["rule"],
        "name": payload["name"], "at": gatehouse.decisions.document(action["decision_id"])["decided_at"],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer; redirects are answers like others. Raises OSError, HTTPException.

    A timeout of a socket starts anew with every byte and knows nothing of name servers, so a thread does it, whose
    connection is cut when the time is up. An answer whose status has come by then counts.
    """
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    opened: list[socket.socket] = []
    thread = ThreadPoolExecutor(1)
    try:
        asked = thread.submit(_ask, connection, target, body, headers, opened)
        with contextlib.suppress(TimeoutError):
            return asked.result(TIMEOUT_S)
        for each in opened:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # the socket's own way under TLS, too
        try:
            return asked.result(_CUT_WITHIN_S)
        except (OSError, HTTPException) as error:
            raise TimeoutError(f"no answer within {TIMEOUT_S:g} s") from error
    finally:
        thread.shutdown(wait=False)


def _ask(
    connection: HTTPConnection, target: str, body: bytes, headers: Mapping[str, str], opened: list[socket.socket]
) -> int:
    with contextlib.closing(connection):
        connection.connect()
        opened.append(connection.sock)
        connection.request("POST", target, body, dict(headers))
        with connection.getresponse() as response:
            with contextlib.suppress(OSError, HTTPException):
                response.read(MOST_READ)  # nobody needs it, but who answers may finish
            return response.status
