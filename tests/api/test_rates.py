"""Too fast: 429 and when to go on."""

from __future__ import annotations

import pytest

from tests.api.conftest import House, sample
from tests.conftest import Clock, open_gatehouse


@pytest.fixture
def slow(home):
    """The API where everybody may change something three times a minute."""
    gatehouse = open_gatehouse(home, Clock(), MATCHING="evaluator", WRITES_PER_MINUTE="3")
    yield House(gatehouse)
    gatehouse.close()


def test_who_sends_too_fast_is_told_when_to_go_on(slow):
    taobao = slow.caller("taobao")
    statuses = [taobao.post("/v1/orders", sample()).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]
    refused = taobao.post("/v1/orders", sample())
    assert refused.json["code"] == "too-fast" and 1 <= int(refused.headers["Retry-After"]) <= 20
    assert taobao.get("/v1/orders").status_code == 200, "reading is not slowed down"
    assert slow.caller("own-shop").post("/v1/orders", sample()).status_code == 201, "nor are others"


def test_who_tries_keys_is_slowed_down_by_address(slow):
    wrong = {"Authorization": "Bearer wrong"}
    statuses = [slow.client.get("/v1/orders", headers=wrong).status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    assert slow.caller("taobao").get("/v1/orders").status_code == 200
