"""kill -9 at the worst moments: nothing accepted is lost, nothing is done twice."""

from __future__ import annotations

import json
import signal

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from engine.digests import TOLD_TOGETHER
from engine.service import gatehouse as clockwork
from tests.conftest import Clock, open_gatehouse
from workers.relay import QUEUE, relay_due

WIRING = """
import json, os, signal
from engine.config import Settings
from engine.service import Gatehouse
from engine.store.database import Database
settings = Settings.from_environ(os.environ)
gatehouse = Gatehouse(Database(settings.database_url), settings)
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
"""

# Dies in the gap between the commit that accepts an order and the one that decides it.
DIES_AFTER_ACCEPTING = (
    WIRING
    + "gatehouse.decisions.decide = die\n"
    + "gatehouse.orders.submit(json.loads({document!r}), 'own-shop')\n"
)

# Dies while judging, as a crash inside the matcher's C code would.
DIES_WHILE_DECIDING = WIRING + "import engine.service.decisions as d\nd.run_stages = die\ngatehouse.orders.sweep()\n"

# A worker that dies after its vendor has done the work and before anybody knows.
WORKER_DIES_AFTER_ACTING = (
    WIRING
    + "from workers import __main__ as worker, handlers\n"
    + "real = handlers.HANDLERS['waybill']\n"
    + "handlers.HANDLERS = {**handlers.HANDLERS, 'waybill': lambda *a: (real(*a), die())}\n"
    + "import workers.jobs\nworkers.jobs.HANDLERS = handlers.HANDLERS\n"
    + "worker.main()\n"
)
WORKER = "from workers.__main__ import main\nmain()\n"


@pytest.fixture
def document(samples):
    """An order that is approved and leaves at once: own-shop waits for nobody."""
    return dict(next(each for each in samples if each.verdict == "approve").document)


def all_done(page):
    """Whether workers have done everything but what is told together, which waits for its half hour."""
    at_once = [each for each in page["actions"] if each["payload"].get("to") not in TOLD_TOGETHER]
    return all(each["status"] == "done" for each in at_once)


def later(home, **by):
    """A Gatehouse in this process whose clock is the real one, some time on."""
    clock = Clock(clockwork.utc_now())
    clock.advance(**by)
    return open_gatehouse(home, clock)


def test_an_accepted_order_survives_its_process_and_is_decided_once(home, spawn, document):
    assert spawn(DIES_AFTER_ACCEPTING.format(document=json.dumps(document))).wait(60) == -signal.SIGKILL
    gatehouse = later(home, minutes=1)
    order_no = "own-shop." + document["channel_order_no"]
    assert gatehouse.orders.order(order_no)["status"] == "received"
    assert gatehouse.orders.sweep() == 1
    assert gatehouse.orders.order(order_no)["status"] in ("approved", "released")
    assert gatehouse.orders.sweep() == 0
    assert len(gatehouse.orders.page(order_no)["history"]) == 1
    again = gatehouse.orders.submit(document, "own-shop")
    assert (again.created, again.decision["id"]) == (False, gatehouse.orders.order(order_no)["decision_id"])
    gatehouse.close()


def test_an_order_that_kills_its_process_twice_is_held_for_a_person(home, spawn, document):
    order_no = "own-shop." + document["channel_order_no"]
    spawn(DIES_AFTER_ACCEPTING.format(document=json.dumps(document))).wait(60)
    hurry = "import engine.service.orders as o\no._LEFT_BEHIND_S = -1\n"
    assert spawn(DIES_WHILE_DECIDING.replace("gatehouse.orders.sweep", hurry + "gatehouse.orders.sweep")).wait(60) < 0
    gatehouse = later(home, minutes=1)
    assert gatehouse.orders.order(order_no)["status"] == "received"
    gatehouse.orders.sweep()
    page = gatehouse.orders.page(order_no)
    assert page["order"]["status"] == "held"
    assert [hold["reason"] for hold in page["decision"]["holds"]] == ["RULE_ERROR"]
    assert gatehouse.decisions.replay(page["decision"]["id"])["identical"]
    gatehouse.close()


def test_a_killed_worker_leaves_every_action_done_once(home, valkey, spawn, document, eventually):
    gatehouse = open_gatehouse(home, clockwork.utc_now)
    decision = gatehouse.orders.submit(document, "own-shop").decision
    assert decision["verdict"] == "approve"
    assert spawn(WORKER_DIES_AFTER_ACTING).wait(60) == -signal.SIGKILL
    assert len(gatehouse.orders.page(decision["order_no"])["vendors"]["waybills"]) == 1
    spawn(WORKER)
    page = lambda: gatehouse.orders.page(decision["order_no"])  # noqa: E731
    eventually(lambda: all_done(page()))
    shown = page()
    assert shown["order"]["status"] == "released"
    assert len(shown["vendors"]["outbounds"]) == len(shown["decision"]["shipments"])
    assert len(shown["vendors"]["waybills"]) == len(shown["decision"]["shipments"])
    assert shown["decision"]["shipments"][0]["parcels"][0]["waybill_no"]
    gatehouse.close()


def test_a_lost_queue_costs_time_and_nothing_else(home, valkey, spawn, document, eventually):
    gatehouse = open_gatehouse(home, clockwork.utc_now)
    gatehouse.actions._lease_s = 1
    decision = gatehouse.orders.submit(document, "own-shop").decision
    connection = Redis.from_url(valkey)
    assert relay_due(gatehouse, Queue(QUEUE, connection=connection, serializer=JSONSerializer)) == 1
    connection.flushall()
    spawn(WORKER)
    eventually(lambda: all_done(gatehouse.orders.page(decision["order_no"])))
    gatehouse.close()
