"""Tasks: what people are asked to do, and what their answers do to the order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine import tasks
from engine.config import Settings
from engine.decision import ActionIntent, Decision, derived_id
from engine.errors import Conflict, NotFound
from engine.holds import HOLD_REASONS
from engine.routing import calendars
from engine.service import aftersales, confirmations, transfers
from engine.service.decisions import Decisions
from engine.service.orders import Orders, left_behind
from engine.service.principals import Principal
from engine.world import ManualHold, Waiver

_CALLS_FROM = dt.timedelta(hours=9)  # of the day
_STAYS = ("changed", "refused")  # the order must not leave as it is
_MAY_LEAVE = frozenset({"approved", "held", "awaiting_payment"})  # once stock, a day or money comes, by itself
_TRIGGER = "task_answered"


class Tasks:
    """Use cases around tasks."""

    def __init__(
        self, database: Any, settings: Settings, clock: Callable[[], dt.datetime], decisions: Decisions, orders: Orders
    ):
        self._database = database
        self._settings = settings
        self._clock = clock
        self._decisions = decisions
        self._orders = orders

    def list(
        self, filters: Mapping[str, str | None], cursor: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """`{items, next_cursor}` of tasks by when they are due. Filters: `queue status order channel`."""
        with self._database.read() as uow:
            items, next_cursor = uow.tasks.list(filters, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def counts(self) -> dict[str, int]:
        """How many are open, by queue."""
        with self._database.read() as uow:
            return uow.tasks.counts()

    def task(self, task_id: str) -> dict[str, Any]:
        """A task with its `answers`, and the reasons of holds that confirming takes off (`lifts`). Raises NotFound."""
        with self._database.read() as uow:
            task = _known(uow, task_id)
            decision = uow.decisions.latest(task["order_no"])
            answers = uow.tasks.answers(task_id)
        lifts = tasks.lifted_by(decision.decision, task_id) if decision and task["status"] == "open" else ()
        return {**task, "answers": answers, "lifts": list(lifts)}

    def open(self, action: Mapping[str, Any]) -> None:
        """Open the task that an action asks for; again is the same task. One that the order no longer needs is kept
        as dropped."""
        order_no = action["order_no"]
        with self._database.write() as uow:
            uow.orders.decision_id(order_no, lock=True)
            latest = uow.decisions.latest(order_no)
            of_decision = tasks.is_of_decisions(action["payload"])
            wanted = not of_decision or latest is None or action["id"] in tasks.wanted(latest.decision)
            uow.tasks.open(action["id"], order_no, action["payload"], self._clock(), wanted)
            uow.commit()

    def answer(self, task_id: str, outcome: str, note: str, by: Principal) -> dict[str, Any]:
        """Say what came of a task: `{task, order, decision}`.

        `confirmed` takes off the holds of the rule that asked, and lets an order leave that waited for nothing else;
        `changed` and `refused` keep the order here, by a hold of that person's where the rule that asked holds nothing;
        `no_answer` asks again, after three of them tomorrow at nine, and the buyer is written to. Of goods that are
        brought to a store, `confirmed` says that they are there, `refused` that they will not be sent; of after-sales,
        each answer leads to the next step. Raises NotFound, Forbidden, Conflict (the task is done or no longer wanted).
        """
        by.require("ops")
        order_no, again_after = self._database.write_retrying(partial(self._answer, task_id, outcome, note.strip(), by))
        if again_after is not None:
            self._decisions.decide(order_no, _TRIGGER, again_after)
        order = self._orders.order(order_no)
        return {
            "task": self.task(task_id),
            "order": order,
            "decision": self._decisions.document(order["decision_id"]),
        }

    def _answer(
        self, task_id: str, outcome: str, note: str, by: Principal, uow: Any
    ) -> tuple[str, str | None]:
        """Write the answer down with all that follows; the order, and its decision if it is to be decided again."""
        order_no = _known(uow, task_id)["order_no"]
        seen = uow.orders.decision_id(order_no, lock=True)
        task = _known(uow, task_id)  # as it is now that nobody else can answer it
        if task["status"] != "open":
            raise Conflict(f"task {task_id} is {task['status']}; there is nothing to answer")
        decision = uow.decisions.get(seen).decision
        lifts = tasks.lifted_by(decision, task_id) if outcome == "confirmed" else ()
        for reason in lifts:
            by.require(HOLD_REASONS[reason].released_by or "ops")
        now = self._clock()
        tries = task["tries"] + (outcome == "no_answer")
        gives_up = outcome == "no_answer" and tries % tasks.TRIES == 0
        uow.tasks.answer(task_id, outcome, note, by.name, now, self._tomorrow(now) if gives_up else None)
        said = {"task": task_id, "title": task["title"], "outcome": outcome, "reason": note, "holds": list(lifts)}
        uow.manual.record(order_no, "task", by.name, now, said)
        uow.audit.write(now, by.name, "task.answer", order_no, None, said)
        if gives_up:
            uow.actions.add(order_no, seen, [_please_call(order_no, task_id, tries)])
        return order_no, self._follow(uow, decision, task, outcome, lifts, note, by, now)

    def _follow(
        self, uow: Any, decision: Decision, task: Mapping[str, Any], outcome: str, lifts: tuple[str, ...], note: str,
        by: Principal, now: dt.datetime,
    ) -> str | None:  # fmt: skip
        """What an answer does to the order; the decision after which it is to be decided again, if it is."""
        order_no, brought = decision.order_no, tasks.transfer_of(task)
        if aftersales.lead_on(uow, decision.id, task, outcome, now, self._settings.time_zone):
            return None
        if brought and transfers.answered(brought, outcome, note, by, uow, now):
            return _decide_again(uow, decision, now)
        if lifts:
            for waiver in _waivers(decision, task["id"], lifts, note, by, now):
                uow.waivers.add(order_no, waiver)
            return _decide_again(uow, decision, now)
        status = uow.orders.get(order_no).status
        if outcome in _STAYS and status in _MAY_LEAVE and not tasks.lifted_by(decision, task["id"]):
            why = note or task["title"]["zh"]
            uow.changes.hold(order_no, ManualHold("MANUAL", why, by.name, now))
            return _decide_again(uow, decision, now)
        if outcome == "confirmed":
            leaves_at = confirmations.hasten(uow, decision, now)
            if leaves_at is not None and status == "approved":
                uow.orders.set_state(order_no, "approved", decision.id, leaves_at)
        return None

    def _tomorrow(self, now: dt.datetime) -> dt.datetime:
        zone = self._settings.time_zone
        tomorrow = calendars.business_date(now, zone) + dt.timedelta(days=1)
        return calendars.day_start(tomorrow, zone) + _CALLS_FROM


def _known(uow: Any, task_id: str) -> dict[str, Any]:
    task = uow.tasks.get(task_id)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    return task


def _decide_again(uow: Any, decision: Decision, now: dt.datetime) -> str:
    """We decide right after this. Should we die, a sweep does."""
    uow.orders.again(decision.order_no, _TRIGGER)
    uow.orders.begin(decision.order_no, decision.id, now, left_behind(now))
    return decision.id


def _waivers(
    decision: Decision, task_id: str, reasons: tuple[str, ...], note: str, by: Principal, now: dt.datetime
) -> list[Waiver]:
    firing = tasks.asked(decision)[task_id]
    return [Waiver(firing.rule, reason, firing.subject, firing.seen, by.name, now, note) for reason in reasons]


def _please_call(order_no: str, task_id: str, tries: int) -> ActionIntent:
    payload = {"to": "buyer", "template": "no-answer", "rule": "engine.no-answer"}
    return ActionIntent(derived_id(order_no, "notify", task_id, tries), "notify", payload)
