"""From the outbox to the queue. The database says what is to be done; the queue only wakes a worker up.

An action stays open until its receipt. Handed out longer ago than its lease, it is handed out again under another job
id, so a lost job, a lost queue or a killed worker costs time and nothing else. Ids are read first, then enqueued,
then marked: Redis is never called inside a database transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from rq import Queue
from rq.exceptions import DuplicateJobError

from engine.service import Gatehouse

QUEUE = "gatehouse"  # one queue a worker: with two, RQ loses a job when killed between taking and starting it
RESULT_TTL_S = 0
FAILURE_TTL_S = 60  # a failed job keeps its id as long, and would block the same one


def relay_due(gatehouse: Gatehouse, queue: Queue) -> int:
    """Hand out everything that is due, one job an order. Gives the number of jobs."""
    due = gatehouse.actions.due()
    by_order: dict[str, list[dict[str, Any]]] = {}
    for action in due:
        by_order.setdefault(action["order_no"], []).append(action)
    for order_no, actions in by_order.items():
        _enqueue(queue, order_no, actions)
    if due:
        gatehouse.actions.mark_sent([action["id"] for action in due])
    return len(by_order)


def relay_previews(gatehouse: Gatehouse, queue: Queue) -> int:
    """Hand out the next bit of every preview that nobody is at. Gives how many that were.

    A bit is short and comes behind the orders that wait already, so previews never keep them waiting for long.
    """
    due = gatehouse.previews.due()
    for preview_id, done in due:
        with suppress(DuplicateJobError):  # it waits in the queue still
            queue.enqueue(
                "workers.jobs.preview", preview_id, job_id=f"{preview_id}-{done}", unique=True,
                result_ttl=RESULT_TTL_S, failure_ttl=FAILURE_TTL_S,
            )  # fmt: skip
    return len(due)


def _enqueue(queue: Queue, order_no: str, actions: Sequence[dict[str, Any]]) -> None:
    first = actions[0]
    with suppress(DuplicateJobError):  # another relay was quicker; the job is there
        queue.enqueue(
            "workers.jobs.carry_out",
            order_no,
            job_id=f"{first['id']}-{first['attempt'] + 1}",
            unique=True,
            result_ttl=RESULT_TTL_S,
            failure_ttl=FAILURE_TTL_S,
        )
