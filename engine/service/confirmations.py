"""Decisions and tasks kept in step, inside the transaction of whoever changes either."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine import tasks
from engine.decision import Decision, Verdict


def settle(uow: Any, decision: Decision, now: dt.datetime) -> dt.datetime | None:
    """After a decision was recorded: drop tasks that it does not ask for, and say when the order leaves."""
    if decision.sequence > 1:
        uow.tasks.keep(decision.order_no, tasks.wanted(decision))
    return hasten(uow, decision, now) or decision.release_at


def hasten(uow: Any, decision: Decision, now: dt.datetime) -> dt.datetime | None:
    """Let an approved order leave now if the last task that it gave time for is done; when it leaves, or None.

    The caller holds the order's lock, so of two who finish the last two tasks the later one sees both.
    """
    waited_for = tasks.awaited(decision)
    if decision.verdict is not Verdict.APPROVE or not waited_for or not tasks.leaves_once_confirmed(decision):
        return None
    if decision.release_at is None or decision.release_at <= now or uow.tasks.done(waited_for) != waited_for:
        return None
    uow.actions.hasten(decision.id, decision.release_at, now)
    return now
