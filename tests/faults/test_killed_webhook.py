"""kill -9 between telling another system and knowing that it was told: it is told again under the same key."""

from __future__ import annotations

import hashlib
import hmac
import json
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from engine.service import gatehouse as clockwork
from engine.service.principals import Principal
from tests.conftest import open_gatehouse

SECRET = "a-secret-for-the-tests"
DIES_AFTER_TELLING = """
import os, signal
from workers import __main__ as worker, handlers, jobs
real = handlers.HANDLERS["webhook"]
jobs.HANDLERS = {**handlers.HANDLERS, "webhook": lambda *a: (real(*a), os.kill(os.getpid(), signal.SIGKILL))}
worker.main()
"""
WORKER = "from workers.__main__ import main\nmain()\n"


@pytest.fixture
def told():
    """What another system was told: `(key, signature, body)` of each request; `told.url` is where it is."""

    class Told(list):
        url = ""

    came = Told()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((self.headers["Idempotency-Key"], self.headers["X-Gatehouse-Signature"], body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    came.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield came
    server.shutdown()
    server.server_close()


@pytest.fixture
def environ(environ, told):
    return {**environ, "WEBHOOKS": f"crm={told.url}", "WEBHOOK_SECRET": SECRET}


def test_a_killed_worker_tells_again_under_the_same_key(home, valkey, spawn, samples, eventually, told, environ):
    gatehouse = open_gatehouse(home, clockwork.utc_now)
    live = gatehouse.rulebooks.live().rulebook.ruleset("audit").document
    rule = {
        "id": "audit.tell-crm", "title": {"zh": "告诉", "en": "Tell"}, "why": {"zh": "试", "en": "A try"},
        "then": [{"do": "webhook", "name": "crm"}],
    }  # fmt: skip
    editor = Principal("person", "eva", frozenset({"editor"}))
    gatehouse.rulebooks.publish("audit", {**live, "rules": [*live["rules"], rule]}, editor)
    document = dict(next(each for each in samples if each.verdict == "approve").document)
    order_no = gatehouse.orders.submit(document, "own-shop").order["order_no"]

    def action():
        (found,) = (each for each in gatehouse.orders.page(order_no)["actions"] if each["type"] == "webhook")
        return found

    assert spawn(DIES_AFTER_TELLING).wait(60) == -signal.SIGKILL
    assert (len(told), action()["status"]) == (1, "sent")
    spawn(WORKER)
    eventually(lambda: action()["status"] == "done")
    (first, second), made = told, action()
    assert first[0] == second[0] == made["id"]
    assert first[2] == second[2] and json.loads(first[2])["decision_id"] == made["decision_id"]
    for _, signature, body in told:
        stated, _, signed = signature.partition(",v1=")
        assert signed == hmac.new(SECRET.encode(), stated[2:].encode() + b"." + body, hashlib.sha256).hexdigest()
    page = gatehouse.orders.page(order_no)
    assert gatehouse.decisions.replay(page["decision"]["id"])["identical"]
    gatehouse.close()
