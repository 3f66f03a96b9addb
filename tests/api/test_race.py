"""Many callers at once, through a real server."""

from __future__ import annotations

import collections
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
from werkzeug.serving import make_server

from tests.api.conftest import sample

CALLERS = 20


@pytest.fixture
def port(house):
    """The port of a server that runs the application in threads."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


def post(port, key, body):
    """Status and answer; a body that comes piece by piece is sent in chunks."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/v1/orders", body, {"Authorization": f"Bearer {key}"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def at_once(calls):
    """The answers to calls that all start together."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_twenty_who_post_the_same_order_one_is_first(house, port):
    body, key = json.dumps(sample()), house.keys["taobao"]
    answers = at_once([lambda: post(port, key, body)] * CALLERS)
    assert collections.Counter(status for status, _ in answers) == {201: 1, 200: CALLERS - 1}
    assert len({answer["decision"]["id"] for _, answer in answers}) == 1
    assert sum(row["reserved"] for row in house.gatehouse.stock.rows("LAUNDRY-2L", limit=100)["items"]) == 3
    movements = house.gatehouse.stock.ledger("LAUNDRY-2L", limit=100)["items"]
    assert [each["kind"] for each in movements].count("reserved") == 1
    assert house.gatehouse.orders.counts()["status"] == {"approved": 1}


def test_of_twenty_who_post_other_content_under_one_number_one_is_kept(house, port):
    document, key = sample(), house.keys["taobao"]
    bodies = [json.dumps(document | {"seller_memo": "谢谢" * n}) for n in range(CALLERS)]
    answers = at_once([lambda body=body: post(port, key, body) for body in bodies])
    assert collections.Counter(status for status, _ in answers) == {201: 1, 409: CALLERS - 1}


def test_the_last_units_are_promised_once(house, port):
    key = house.keys["taobao"]
    for row in house.gatehouse.stock.rows("LAUNDRY-2L", limit=100)["items"]:
        body = {"adjustment_id": f"few-{row['warehouse']}", "warehouse": row["warehouse"], "sku": "LAUNDRY-2L",
                "on_hand": 6 if row["warehouse"] == "BJ1" else 0, "safety_stock": 0, "reason": "test"}  # fmt: skip
        assert house.caller("ops").post("/v1/stock/adjustments", body).status_code == 200
    bodies = [json.dumps(sample()) for _ in range(8)]
    answers = at_once([lambda body=body: post(port, key, body) for body in bodies])
    assert [status for status, _ in answers] == [201] * 8
    verdicts = collections.Counter(answer["decision"]["verdict"] for _, answer in answers)
    assert verdicts == {"approve": 2, "hold": 6}
    (row,) = [row for row in house.gatehouse.stock.rows("LAUNDRY-2L", "BJ1")["items"]]
    assert (row["reserved"], row["available"]) == (6, 0)


def test_who_sends_too_much_still_reads_the_answer(house, port):
    key = house.keys["taobao"]
    status, answer = post(port, key, b"x" * 5_000_000)
    assert (status, answer["code"]) == (413, "too-large")
    chunks = (b"x" * 100_000 for _ in range(50))
    status, answer = post(port, key, chunks)
    assert (status, answer["code"]) == (413, "too-large")


def test_a_body_in_chunks_is_read(house, port):
    body = json.dumps(sample()).encode()
    chunks = (body[at : at + 100] for at in range(0, len(body), 100))
    assert post(port, house.keys["taobao"], chunks)[0] == 201


def test_whoever_hangs_up_halfway_leaves_nothing_behind(house, port):
    head = f"POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.keys['taobao']}\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"{head}Content-Length: 5000\r\n\r\n".encode() + b'{"channel_order_no": "HALF"')
    assert post(port, house.keys["taobao"], json.dumps(sample()))[0] == 201
    assert house.gatehouse.orders.counts()["status"] == {"approved": 1}
