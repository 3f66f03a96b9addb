"""kill -9 over and over while orders come in: what was accepted is decided once, and everything is done once."""

from __future__ import annotations

import itertools
import json
import os
import signal
import threading
import time
from http.client import HTTPConnection, HTTPException

import pytest

from engine.digests import TOLD_TOGETHER
from engine.service import gatehouse as clockwork
from tests.conftest import open_gatehouse
from tests.running import Run, eventually, family_of, free_port

ROUNDS = 10
SENDERS = 4
# What is killed, in turn: the last process whose command has it, so of the web server one that answers.
VICTIMS = ("wsgi:app", "-m workers", "valkey-server")
CALM_S = 120


class Sender(threading.Thread):
    """A channel that posts one order after the other, each until it is told that it is kept."""

    def __init__(self, port: int, key: str, document: dict, numbers: itertools.count, stop: threading.Event):
        super().__init__(daemon=True)
        self.port, self.key, self.document, self.numbers, self.stop = port, key, document, numbers, stop
        self.kept: list[str] = []
        self.surprises: list[int] = []

    def run(self) -> None:
        while not self.stop.is_set():
            number = f"STORM-{next(self.numbers)}"
            while not self.is_kept(number):
                time.sleep(0.2)
            self.kept.append(f"own-shop.{number}")

    def is_kept(self, number: str) -> bool:
        """Post it. False: nobody answered, or not now, so it is posted again."""
        document = of_somebody_else(self.document, number)
        headers = {"Authorization": f"Bearer {self.key}"}
        if int(number.partition("-")[2]) % 3 == 0:
            headers["Prefer"] = "respond-async"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/v1/orders", json.dumps(document), headers)
            status = connection.getresponse().status
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        if status not in (200, 201, 202, 503):
            self.surprises.append(status)
        return status in (200, 201, 202)


@pytest.fixture
def run(tmp_path):
    """Everything, as `gatehouse up` starts it."""
    started = Run(tmp_path / "home", free_port(), WEB_PROCESSES="2", ACTION_LEASE_S="2")
    started.wait_until_ready()
    yield started
    started.end()


def kill_one(run: Run, what: str) -> None:
    victims = [pid for pid, command in family_of(run.process.pid).items() if what in command]
    if victims:  # else it is being started again just now
        os.kill(max(victims), signal.SIGKILL)


def stormed(run: Run, document: dict) -> list[str]:
    """The numbers of the orders that were kept while processes were killed."""
    stop, numbers, key = threading.Event(), itertools.count(), run.credentials()["channels"]["own-shop"]["key"]
    senders = [Sender(run.port, key, document, numbers, stop) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for number in range(ROUNDS):
        time.sleep(1.5)
        kill_one(run, VICTIMS[number % len(VICTIMS)])
    stop.set()
    for sender in senders:
        sender.join(CALM_S)
        assert not sender.is_alive() and not sender.surprises
    return [order_no for sender in senders for order_no in sender.kept]


def of_somebody_else(document: dict, number: str) -> dict:
    """The order under that number, of another buyer to another door: orders alike would wait for a call."""
    address = f"{document['receiver']['address']}{number.partition('-')[2]}室"
    receiver = {**document["receiver"], "address": address}
    return {**document, "channel_order_no": number, "buyer": {**document["buyer"], "id": number}, "receiver": receiver}


def one_unit(document: dict) -> dict:
    """The order with one unit of its first line and nothing else."""
    line = {**document["lines"][0], "quantity": 1, "discount_cents": 0}
    cents = line["unit_cents"]
    payment = {**document["payment"], "paid_cents": cents}
    return {**document, "lines": [line], "coupons": [], "payment": payment, "shipping_cents": 0, "payable_cents": cents}


@pytest.mark.slow
def test_orders_survive_a_storm_of_kills(run, samples):
    document = one_unit(next(each for each in samples if each.verdict == "approve").document)
    kept = stormed(run, document)
    assert len(kept) == len(set(kept)) > ROUNDS
    gatehouse = open_gatehouse(run.home, clockwork.utc_now)
    waiting = set(kept)

    def all_done() -> bool:
        waiting.difference_update([each for each in waiting if is_done(gatehouse.orders.page(each))])
        return not waiting

    assert eventually(all_done, CALM_S), [gatehouse.orders.page(each) for each in sorted(waiting)[:2]]
    pages = [gatehouse.orders.page(order_no) for order_no in kept]
    for page in pages:
        assert_done_once(page)
    assert_every_unit_is_accounted_for(gatehouse, document["lines"][0]["sku"])
    replays = [gatehouse.decisions.replay(decision_id) for decision_id in gatehouse.decisions.ids()]
    assert all(replay["identical"] for replay in replays)
    gatehouse.close()


def is_done(page: dict) -> bool:
    """What waits for the next half hour is not a worker's to do."""
    return page["decision"] is not None and all(
        action["status"] == "done" for action in page["actions"] if not told_together(action)
    )


def told_together(action: dict) -> bool:
    return action["payload"].get("to") in TOLD_TOGETHER


def assert_done_once(page: dict) -> None:
    """One decision; of each thing that it asked for, one."""
    decision, vendors = page["decision"], page["vendors"]
    assert len(page["history"]) == 1
    assert "RULE_ERROR" not in [hold["reason"] for hold in decision["holds"]]
    shipments = [each["shipment_no"] for each in decision["shipments"]] if decision["verdict"] == "approve" else []
    assert [each["shipment_no"] for each in vendors["outbounds"]] == shipments
    assert [each["shipment_no"] for each in vendors["waybills"]] == shipments
    assert len(vendors["notices"]) == sum(
        each["type"] == "notify" and not told_together(each) for each in page["actions"]
    )


def assert_every_unit_is_accounted_for(gatehouse, sku: str) -> None:
    """What is reserved is what the ledger moved and what orders hold, and never more than there is."""
    rows = gatehouse.stock.rows(sku, limit=1000)["items"]
    orders = [each["order_no"] for each in paged(gatehouse.orders.search, {})]  # also what is in bundles, and gifts
    held: dict[str, int] = {}
    for order_no in orders:
        for (warehouse, of), units in gatehouse.orders.page(order_no)["reservations"].items():
            held[warehouse] = held.get(warehouse, 0) + (units if of == sku else 0)
    moved: dict[str, int] = {}
    for each in paged(gatehouse.stock.ledger, sku, None):
        moved[each["warehouse"]] = moved.get(each["warehouse"], 0) + each["reserved_change"]
    assert any(row["reserved"] for row in rows)
    for row in rows:
        assert row["reserved"] == held.get(row["warehouse"], 0) == moved.get(row["warehouse"], 0)
        assert 0 <= row["reserved"] <= max(0, row["on_hand"] - row["safety_stock"])


def paged(ask, *about):
    """The items of every page."""
    cursor = None
    while True:
        page = ask(*about, cursor, 1000)
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return
