"""Many orders in one request, an order a line (NDJSON), answered line by line as they are decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, current_app, stream_with_context

from api.current import gatehouse
from api.logs import log_failure, note
from api.problems import problem_of, unexpected_problem
from engine.errors import GatehouseError, OrderError, Problem
from engine.intake.bodies import read_json

MAX_BATCH_LINES = 1_000
MAX_BATCH_BYTES = 10_000_000  # a thousand orders of ten kilobytes; one line has the cap of a single order

Line = tuple[int, bytes]  # its number in the body, from 1


def batch_answer(body: bytes, channel: str, respond_async: bool) -> Response:
    """What became of each line, while the next is being decided. Raises OrderError for none or too many lines."""
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    _check_count(lines)
    note(lines=len(lines))
    said = stream_with_context(_answers(lines, channel, respond_async))
    return Response(said, mimetype="application/x-ndjson")


def _check_count(lines: Sequence[Line]) -> None:
    if not lines:
        raise OrderError([Problem("", "required", "send an order a line, at least one")], "The batch is empty.")
    if len(lines) > MAX_BATCH_LINES:
        wanted = f"must have at most {MAX_BATCH_LINES:,} lines, not {len(lines):,}"
        raise OrderError([Problem("", "too-long", wanted)], "The batch is too long.")


def _answers(lines: Sequence[Line], channel: str, respond_async: bool) -> Iterator[str]:
    for number, line in lines:
        told = {"line": number, **_done(line, channel, respond_async)}
        yield current_app.json.dumps(told, separators=(",", ":")) + "\n"


def _done(line: bytes, channel: str, respond_async: bool) -> dict[str, Any]:
    try:
        return _submitted(line, channel, respond_async)
    except GatehouseError as error:
        problem = problem_of(error)
        if problem["status"] >= 500:
            log_failure(error)
    except Exception as error:  # an edge of the process: this line fails, the next ones are orders too
        log_failure(error)
        problem = unexpected_problem()
    return {"status": problem["status"], "problem": problem}


def _submitted(line: bytes, channel: str, respond_async: bool) -> dict[str, Any]:
    submission = gatehouse().orders.submit(read_json(line), channel, respond_async)
    decided = {"decision": submission.decision} if submission.decision else {}
    status = 202 if submission.pending else 201 if submission.created else 200
    return {"status": status, "order_no": submission.order["order_no"], **decided}
