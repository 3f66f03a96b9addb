"""What the worker says of itself: readable by machines, and nothing of what orders say."""

from __future__ import annotations

import io
import json
import sys

import pytest
import sqlalchemy as sa
import structlog

from workers import logs
from workers.jobs import log

PHONE = "13800138000"


@pytest.fixture
def said(capsys):
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    structlog.reset_defaults()


def test_lines_are_json_from_the_level_on(said):
    logs.configure("WARNING")
    log.info("action done", order_no="own-shop.1")
    log.warning("queue unreachable", tick="relay")
    [line] = said()
    assert (line["event"], line["level"], line["tick"]) == ("queue unreachable", "warning", "relay")
    assert line["timestamp"].endswith("Z")


def test_an_error_is_told_by_kind_and_frames_and_never_by_its_message(said):
    logs.configure("INFO")
    try:
        try:
            raise ValueError(f"{PHONE} is none")
        except ValueError as error:
            raise RuntimeError(PHONE) from error
    except RuntimeError:
        log.exception("action failed", order_no="own-shop.1")
    [line] = said()
    assert line["order_no"] == "own-shop.1" and line["level"] == "error"
    assert line["error"] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert any("test_logs.py" in frame for frame in line["frames"])
    assert PHONE not in json.dumps(line)


def test_a_log_that_nobody_reads_any_more_stops_nothing(said, monkeypatch):
    logs.configure("INFO")
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    log.info("action done")


def test_what_a_database_refuses_is_not_quoted(gatehouse):
    refused = sa.text("INSERT INTO orders (order_no) VALUES (:phone)")
    with gatehouse.database.write() as uow, pytest.raises(sa.exc.DBAPIError) as caught:
        uow.actions._connection.execute(refused, {"phone": PHONE})
    assert PHONE not in str(caught.value)
