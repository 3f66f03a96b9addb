"""Health, readiness and metrics."""

from __future__ import annotations

import dataclasses
import json
import os

import pytest

from api import create_app
from engine.matching.matcher import Matcher
from tests.api.conftest import of_high_value, sample
from tests.conftest import open_gatehouse


def failed(response) -> list[str]:
    assert (response.status_code, response.json["code"]) == (503, "not-ready")
    assert response.headers["Retry-After"]
    return [each["path"] for each in response.json["errors"]]


def test_a_seeded_gatehouse_is_healthy_and_ready(shared):
    nobody = shared.caller(None)
    assert nobody.get("/healthz").json == {"status": "ok"}
    assert nobody.get("/readyz").json["status"] == "ready"


def test_without_its_database_it_is_healthy_and_not_ready(house):
    house.gatehouse.database.close()
    file = house.gatehouse.settings.home / "gatehouse.db"
    for each in file.parent.glob("gatehouse.db*"):
        each.unlink()
    file.mkdir()
    assert house.caller(None).get("/healthz").status_code == 200
    assert set(failed(house.caller(None).get("/readyz"))) == {"database", "schema", "rulebook"}


def test_an_empty_database_is_not_ready(clock, tmp_path):
    gatehouse = open_gatehouse(tmp_path, clock)
    client = create_app(gatehouse, gatehouse.settings).test_client()
    assert failed(client.get("/readyz")) == ["schema", "rulebook"]
    gatehouse.database.migrate()
    assert failed(client.get("/readyz")) == ["rulebook"]
    gatehouse.close()


def test_a_database_that_cannot_be_written_is_told(gatehouse, monkeypatch):
    client = create_app(gatehouse, gatehouse.settings).test_client()
    assert client.get("/readyz").json["checks"]["writing"] == "ok"
    allowed = os.access  # as root, whom tests may run as, everything is
    monkeypatch.setattr(os, "access", lambda path, mode: "gatehouse.db" not in str(path) and allowed(path, mode))
    assert failed(client.get("/readyz")) == ["writing"]


@pytest.mark.parametrize("how", ["a URL", "a socket of an embedded one"])
def test_a_queue_that_should_be_there_and_is_not_is_told(gatehouse, how):
    settings = gatehouse.settings
    if how == "a URL":
        settings = dataclasses.replace(settings, redis_url="redis://127.0.0.1:1/0")
    else:
        settings.valkey_socket.touch()
    assert failed(create_app(gatehouse, settings).test_client().get("/readyz")) == ["queue"]


def test_metrics_count_requests_decisions_and_what_is_stored(call):
    call("taobao").post("/v1/orders", sample())
    call("taobao").post("/v1/orders", of_high_value())
    call("taobao").post("/v1/orders", b"{")
    call("taobao").post("/v1/decide", sample())
    call("taobao").get("/v1/nothing")
    said = call(None).get("/metrics").text.splitlines()
    for line in (
        'gatehouse_requests_total{method="POST",route="/v1/orders",status="201"} 2.0',
        'gatehouse_requests_total{method="POST",route="/v1/orders",status="400"} 1.0',
        'gatehouse_requests_total{method="GET",route="-",status="404"} 1.0',
        'gatehouse_decisions_total{verdict="approve"} 1.0',
        'gatehouse_decisions_total{verdict="hold"} 1.0',
        'gatehouse_decide_seconds_count{kind="order"} 2.0',
        'gatehouse_decide_seconds_count{kind="dry-run"} 1.0',
        'gatehouse_orders{status="approved"} 1.0',
        'gatehouse_orders_decided{verdict="hold"} 1.0',
        'gatehouse_open_holds{reason="HIGH_VALUE"} 1.0',
        'gatehouse_stock_short_places 0.0',
        'gatehouse_orders_waiting_for_stock 0.0',
    ):
        assert line in said, line
    (actions,) = [line for line in said if line.startswith("gatehouse_open_actions ")]
    assert float(actions.split()[1]) > 0


def test_a_difference_between_evaluators_is_logged_and_counted(house, call, monkeypatch, capsys):
    def said() -> list[str]:
        return call(None).get("/metrics").text.splitlines()

    assert "gatehouse_cross_check_differences_total 0.0" in said()
    assert 'gatehouse_matching{mode="both"} 1.0' in said()
    monkeypatch.setattr(Matcher, "fire", lambda self, stage, subjects, lists: set())
    decision = call("taobao").post("/v1/orders", sample()).json["decision"]
    assert [each["reason"] for each in decision["holds"]] == ["RULE_ERROR"]
    assert "gatehouse_cross_check_differences_total 1.0" in said()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [each for each in lines if each["event"] == "evaluators differ"]
    assert (line["level"], line["order_no"], line["rulebook"]) == ("error", decision["order_no"], decision["rulebook"])
    assert line["matcher"] == [] and line["evaluator"] and line["stage"]
