"""Tasks: each is opened once, answered until it is done, and dropped when nothing asks for it any more."""

from __future__ import annotations

import builtins
import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.store import pages
from engine.store.models.orders import OrderRow
from engine.store.models.tasks import TaskOutcomeRow, TaskRow
from engine.store.statements import insert, insert_new
from engine.tasks import REFUND_RULE

OPEN, DONE, DROPPED = "open", "done", "dropped"
_NEVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)  # when a task without a due time is due, for sorting
_DUE = sa.func.coalesce(TaskRow.due_at, sa.literal(_NEVER, TaskRow.due_at.type))


class Tasks:
    """The tasks."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def open(self, task_id: str, order_no: str, asked: Mapping[str, Any], at: dt.datetime, wanted: bool = True) -> None:
        """Ask people to do something; the same task again is the first one. `asked` is the action's payload."""
        due_at = dt.datetime.fromisoformat(asked["due_at"]) if asked.get("due_at") else None
        insert_new(self._connection, TaskRow, {
            "id": task_id, "order_no": order_no, "stage": asked.get("stage"), "rule": asked.get("rule"),
            "subject": asked.get("subject"), "queue": asked["queue"], "title": asked["title"], "due_at": due_at,
            "status": OPEN if wanted else DROPPED, "opened_at": at, "tries": 0, "note": "",
        })  # fmt: skip

    def get(self, task_id: str) -> dict[str, Any] | None:
        """The task of an id, with the `channel` of its order."""
        row = self._connection.execute(_SHOWN.where(TaskRow.id == task_id)).first()
        return canonical.dump(row._mapping) if row else None

    def of(self, order_no: str) -> list[dict[str, Any]]:
        """The tasks of an order, oldest first."""
        wanted = _SHOWN.where(TaskRow.order_no == order_no).order_by(TaskRow.opened_at, TaskRow.id)
        rows = self._connection.execute(wanted)
        return [canonical.dump(row._mapping) for row in rows]

    def list(
        self, filters: Mapping[str, str | None], cursor: str | None, limit: int
    ) -> tuple[builtins.list[dict[str, Any]], str | None]:
        """Tasks by when they are due, those without a due time last. Filters: `queue status order channel`."""
        limit, key = pages.bounded(limit), pages.decode(cursor, str, str)
        wanted = _SHOWN.where(*(_FILTERS[name] == value for name, value in filters.items() if value))
        if key is not None:
            due = sa.literal(pages.instant(key[0]), TaskRow.due_at.type)
            wanted = wanted.where(sa.tuple_(_DUE, TaskRow.id) > sa.tuple_(due, sa.literal(key[1], TaskRow.id.type)))
        rows = self._connection.execute(wanted.order_by(_DUE, TaskRow.id).limit(limit + 1)).all()
        page, next_cursor = pages.cut(rows, limit, lambda row: ((row.due_at or _NEVER).isoformat(), row.id))
        return [canonical.dump(row._mapping) for row in page], next_cursor

    def counts(self) -> dict[str, int]:
        """How many are open, by queue."""
        counted = sa.select(TaskRow.queue, sa.func.count()).where(TaskRow.status == OPEN)
        return {queue: count for queue, count in self._connection.execute(counted.group_by(TaskRow.queue))}

    def done(self, ids: Collection[str]) -> frozenset[str]:
        """Those of the tasks that are done."""
        wanted = sa.select(TaskRow.id).where(TaskRow.id.in_(sorted(ids)), TaskRow.status == DONE)
        return frozenset(self._connection.scalars(wanted))

    def answer(
        self, task_id: str, outcome: str, note: str, by: str, at: dt.datetime, again_at: dt.datetime | None = None
    ) -> None:
        """Write an answer down. `no_answer` leaves it open (due at `again_at`, where that is given); others end it."""
        answered = {"task_id": task_id, "outcome": outcome, "note": note, "by": by, "at": at}
        insert(self._connection, TaskOutcomeRow, answered)
        values: dict[str, Any] = {"outcome": outcome, "note": note}
        if outcome == "no_answer":
            values |= {"tries": TaskRow.tries + 1} | ({"due_at": again_at} if again_at else {})
        else:
            values |= {"status": DONE, "done_at": at, "done_by": by}
        self._connection.execute(sa.update(TaskRow).where(TaskRow.id == task_id).values(**values))

    def answers(self, task_id: str) -> builtins.list[dict[str, Any]]:
        """Every answer, oldest first: `{outcome, note, by, at}`."""
        row = TaskOutcomeRow
        rows = self._connection.execute(
            sa.select(row.outcome, row.note, row.by, row.at).where(row.task_id == task_id).order_by(row.id)
        )
        return [canonical.dump(each._mapping) for each in rows]

    def keep(self, order_no: str, wanted: Collection[str]) -> None:
        """Of an order's tasks that decisions asked for, drop the open ones that are not wanted; take up again those
        that are."""
        by_decisions = sa.or_(TaskRow.stage.is_not(None), TaskRow.rule == REFUND_RULE)
        asked = sa.update(TaskRow).where(TaskRow.order_no == order_no, by_decisions)
        unwanted = TaskRow.id.not_in(sorted(wanted))
        self._connection.execute(asked.where(TaskRow.status == OPEN, unwanted).values(status=DROPPED))
        self._connection.execute(asked.where(TaskRow.status == DROPPED, ~unwanted).values(status=OPEN))


_FILTERS: Mapping[str, Any] = {
    "queue": TaskRow.queue, "status": TaskRow.status, "order": TaskRow.order_no, "channel": OrderRow.channel,
}  # fmt: skip
_SHOWN = sa.select(
    TaskRow.id, TaskRow.order_no, OrderRow.channel, TaskRow.stage, TaskRow.rule, TaskRow.subject, TaskRow.queue,
    TaskRow.title, TaskRow.status, TaskRow.due_at, TaskRow.opened_at, TaskRow.tries, TaskRow.outcome, TaskRow.note,
    TaskRow.done_at, TaskRow.done_by,
).join(OrderRow, OrderRow.order_no == TaskRow.order_no)  # fmt: skip
