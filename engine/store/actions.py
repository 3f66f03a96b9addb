"""The outbox: actions stored with the decision, sent to the queue at least once, done at most by one worker at a time.

An action is open until its receipt. pending → sent → running → done, or retrying (after a failure, until `retry_at`),
dead (a person has to look) or skipped. `running` is shown as `sent`.
"""

from __future__ import annotations

import builtins
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine import canonical
from engine.decision import ActionIntent
from engine.digests import TOLD_TOGETHER
from engine.store import pages
from engine.store.models.outbox import ActionAfterRow, ActionRow
from engine.store.statements import insert, insert_new

OPEN = ("pending", "sent", "running", "retrying")
FINISHED = ("done", "skipped")
WITHDRAWN = {"withdrawn": True}  # the receipt of what a later decision did not want
_TAKES_BACK = ("cancel_outbound", "void_waybill", "refund")
_UNTOUCHED = (ActionRow.status.in_(("pending", "sent")), ActionRow.claimed_by.is_(None))
UNBEGUN = ("pending", "sent", "retrying", "dead")  # no worker is at it
_STORED_AS = {"sent": ("sent", "running")}  # a worker's being at it is shown as `sent`
_COLUMNS = (
    ActionRow.id, ActionRow.order_no, ActionRow.decision_id, ActionRow.type, ActionRow.payload, ActionRow.not_before,
    ActionRow.status, ActionRow.attempt, ActionRow.sent_at, ActionRow.claimed_by, ActionRow.claimed_attempt,
    ActionRow.lease_until, ActionRow.retry_at, ActionRow.done_at, ActionRow.receipt, ActionRow.error,
)  # fmt: skip


class Actions:
    """The actions. Where several are given or answered, they are in the order in which they were added."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def add(self, order_no: str, decision_id: str, intents: Sequence[ActionIntent]) -> None:
        """Store actions with their decision. Those whose id is known are left as they are, but for one that nobody has
        begun: it is done as is wanted now, also if it had been withdrawn."""
        fresh = [
            intent for intent in intents
            if self._insert(order_no, decision_id, intent) or self._renew(decision_id, intent)
        ]  # fmt: skip
        pairs = [(intent.id, other) for intent in fresh for other in dict.fromkeys(intent.after)]
        waits = [{"action_id": mine, "after_id": other} for mine, other in pairs]
        insert(self._connection, ActionAfterRow, waits)

    def of(self, order_no: str) -> list[dict[str, Any]]:
        """The actions of an order."""
        return self._shown(ActionRow.order_no == order_no)

    def by_ids(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """The actions of some ids; unknown ones are left out."""
        return self._shown(ActionRow.id.in_(list(ids)))

    def list(
        self, filters: Mapping[str, str | None], cursor: str | None, limit: int
    ) -> tuple[builtins.list[dict[str, Any]], str | None]:
        """Actions of all orders, newest first. Filters: `status type order`."""
        limit, key = pages.bounded(limit), pages.decode(cursor, int)
        columns = {"type": ActionRow.type, "order": ActionRow.order_no}
        wanted: builtins.list[Any] = [column == filters[name] for name, column in columns.items() if filters.get(name)]
        status = filters.get("status")
        if status:
            wanted.append(ActionRow.status.in_(_STORED_AS.get(status, (status,))))
        if key is not None:
            wanted.append(ActionRow.sequence < key[0])
        found = sa.select(ActionRow.sequence, ActionRow.id).where(*wanted).order_by(ActionRow.sequence.desc())
        rows = self._connection.execute(found.limit(limit + 1)).all()
        page, next_cursor = pages.cut(rows, limit, lambda row: (row.sequence,))
        return self.by_ids(row.id for row in page)[::-1], next_cursor

    def due(self, now: dt.datetime, lease_s: int, limit: int) -> builtins.list[dict[str, Any]]:
        """Actions to send to the queue: new, retried, or sent or claimed so long ago that whoever had them is gone."""
        row, stale = ActionRow, now - dt.timedelta(seconds=lease_s)
        lost = sa.and_(row.status == "sent", row.sent_at <= stale)
        # Claimed straight after what it waited for, it was never sent itself: only its lease counts.
        abandoned = sa.and_(row.status == "running", row.lease_until <= now)
        resend = sa.or_(lost, abandoned)
        unsent = sa.and_(row.status == "pending", sa.or_(row.not_before.is_(None), row.not_before <= now))
        again = sa.and_(row.status == "retrying", row.retry_at <= now)
        return self._shown(row.status.in_(OPEN), _ALONE, sa.or_(unsent, again, resend), ~_WAITS, limit=limit)

    def ready(self, order_no: str, now: dt.datetime) -> builtins.list[dict[str, Any]]:
        """Actions of an order that a worker may begin now; whether one still can is settled by `claim`."""
        row = ActionRow
        timely = sa.or_(row.not_before.is_(None), row.not_before <= now)
        again = sa.and_(row.status == "retrying", row.retry_at <= now)
        return self._shown(
            row.order_no == order_no, _ALONE, sa.or_(row.status.in_(("pending", "sent", "running")), again), timely,
            ~_WAITS,
        )  # fmt: skip

    def mark_sent(self, ids: Iterable[str], now: dt.datetime) -> None:
        """They were put on the queue under the next attempt's number. What a fast worker already has stays running."""
        row = ActionRow
        claimed = sa.and_(row.status == "running", row.lease_until > now)
        status = sa.case((claimed, "running"), else_="sent")
        self._connection.execute(
            sa.update(row)
            .where(row.id.in_(list(ids)), row.status.in_(OPEN))
            .values(status=status, attempt=row.attempt + 1, sent_at=now)
        )

    def hasten(self, decision_id: str, from_: dt.datetime, to: dt.datetime) -> None:
        """Have a decision's actions that wait until `from_` wait until `to` only."""
        waiting = sa.update(ActionRow).where(
            ActionRow.decision_id == decision_id, ActionRow.status == "pending", ActionRow.not_before == from_
        )
        self._connection.execute(waiting.values(not_before=to))

    def claim(
        self, action_id: str, attempt: int, worker: str, now: dt.datetime, lease_s: int
    ) -> dict[str, Any] | None:
        """The action, now this worker's for `lease_s`; None when done, dead, backing off, waiting, or somebody else's.

        Any attempt's job may claim: jobs that come late are as good as the newest.
        """
        row = ActionRow
        free = sa.or_(
            row.status.in_(("pending", "sent")), sa.and_(row.status == "running", row.lease_until <= now),
            sa.and_(row.status == "retrying", row.retry_at <= now),
        )  # fmt: skip
        claimed = self._connection.execute(
            sa.update(row).where(row.id == action_id, free, ~_WAITS).values(
                status="running", claimed_by=worker, claimed_attempt=attempt,
                lease_until=now + dt.timedelta(seconds=lease_s),
            )
        )  # fmt: skip
        return self.by_ids([action_id])[0] if claimed.rowcount == 1 else None

    def finish(self, action_id: str, receipt: Any, at: dt.datetime) -> None:
        """It is done; the first receipt stays."""
        values = {"status": "done", "receipt": receipt, "done_at": at, "lease_until": None, "error": None}
        self._connection.execute(sa.update(ActionRow).where(*_unfinished(action_id)).values(**values))

    def fail(
        self, action_id: str, error: str, at: dt.datetime, retry_at: dt.datetime | None = None, dead: bool = False
    ) -> None:
        """It failed: to be tried again from `retry_at` (None: at once), or dead until a person looks."""
        values = {
            "status": "dead" if dead else "retrying", "error": error, "lease_until": None,
            "retry_at": None if dead else retry_at or at,
        }  # fmt: skip
        self._connection.execute(sa.update(ActionRow).where(*_unfinished(action_id)).values(**values))

    def revive(self, action_id: str) -> bool:
        """Send a dead action again; False when it is not dead."""
        dead = sa.update(ActionRow).where(ActionRow.id == action_id, ActionRow.status == "dead")
        return self._connection.execute(dead.values(status="pending", attempt=0)).rowcount == 1

    def skip(self, action_id: str, by: str | None = None) -> bool:
        """Leave one undone, so that what waits for it may go on; False when it is finished or a worker is at it.

        `by`: the person who saw to it, so that it counts as begun.
        """
        row = ActionRow
        values = {"status": "skipped", "claimed_by": sa.func.coalesce(row.claimed_by, by)}
        skipped = sa.update(row).where(row.id == action_id, row.status.in_(UNBEGUN)).values(**values)
        return self._connection.execute(skipped).rowcount == 1

    def take_over(self, action_ids: Iterable[str], by: str, receipt: Any, at: dt.datetime) -> None:
        """A person has done these themselves; what waited for them goes on."""
        row = ActionRow
        values = {
            "status": "done", "claimed_by": sa.func.coalesce(row.claimed_by, by), "receipt": receipt, "done_at": at,
            "lease_until": None, "error": None,
        }  # fmt: skip
        open_ = sa.update(row).where(row.id.in_(sorted(action_ids)), row.status != "done")
        self._connection.execute(open_.values(**values))

    def withdraw(self, action_ids: Iterable[str]) -> None:
        """Leave these undone as far as no worker has begun them: a later decision does not want them any more. What
        takes something back is done all the same."""
        row = ActionRow
        unwanted = sa.and_(row.id.in_(sorted(action_ids)), row.type.not_in(_TAKES_BACK), *_UNTOUCHED)
        self._connection.execute(sa.update(row).where(unwanted).values(status="skipped", receipt=WITHDRAWN))

    def open_count(self) -> int:
        """How many still have to be done; dead ones and what waits to be told together are not counted."""
        counted = sa.select(sa.func.count()).select_from(ActionRow).where(ActionRow.status.in_(OPEN), _ALONE)
        return self._connection.execute(counted).scalar_one()

    def _insert(self, order_no: str, decision_id: str, intent: ActionIntent) -> bool:
        return insert_new(self._connection, ActionRow, {
            "id": intent.id, "order_no": order_no, "decision_id": decision_id, "type": intent.type,
            "payload": intent.payload, "not_before": intent.not_before, "status": "pending", "attempt": 0,
            "digest": _told_together(intent),
        })  # fmt: skip

    def _renew(self, decision_id: str, intent: ActionIntent) -> bool:
        """Have a known action done as is wanted now; False once a worker has begun it or a person skipped it."""
        row = ActionRow
        withdrawn = sa.and_(row.status == "skipped", row.receipt == WITHDRAWN)
        open_ = sa.update(row).where(row.id == intent.id, sa.or_(sa.and_(*_UNTOUCHED), withdrawn))
        renewed = self._connection.execute(open_.values(
            decision_id=decision_id, payload=intent.payload, not_before=intent.not_before, status="pending",
            receipt=None,
        ))  # fmt: skip
        if renewed.rowcount == 1:
            self._connection.execute(sa.delete(ActionAfterRow).where(ActionAfterRow.action_id == intent.id))
        return renewed.rowcount == 1

    def _shown(self, *conditions: Any, limit: int | None = None) -> builtins.list[dict[str, Any]]:
        wanted = sa.select(*_COLUMNS).where(*conditions).order_by(ActionRow.sequence).limit(limit)
        actions = [canonical.dump(row._mapping) for row in self._connection.execute(wanted)]
        after = self._after([action["id"] for action in actions])
        return [_public(action, after.get(action["id"], [])) for action in actions]

    def _after(self, ids: Sequence[str]) -> dict[str, builtins.list[str]]:
        row, other = ActionAfterRow, ActionRow
        waits = sa.select(row.action_id, row.after_id).join(other, other.id == row.after_id)
        after: dict[str, builtins.list[str]] = {}
        for each in self._connection.execute(waits.where(row.action_id.in_(ids)).order_by(other.sequence)):
            after.setdefault(each.action_id, []).append(each.after_id)
        return after


_ALONE = ActionRow.digest.is_(None)  # the others are sent by engine.store.digests
_EARLIER = aliased(ActionRow)
_WAITS = (
    sa.exists()
    .where(ActionAfterRow.action_id == ActionRow.id, _EARLIER.id == ActionAfterRow.after_id)
    .where(_EARLIER.status.not_in(FINISHED))
    .correlate(ActionRow)
)


def _told_together(intent: ActionIntent) -> str | None:
    to = intent.payload.get("to")
    return to if intent.type == "notify" and to in TOLD_TOGETHER else None


def _unfinished(action_id: str) -> tuple[Any, ...]:
    return ActionRow.id == action_id, ActionRow.status.not_in(FINISHED)


def _public(action: dict[str, Any], after: builtins.list[str]) -> dict[str, Any]:
    status = "sent" if action["status"] == "running" else action["status"]
    return {**action, "status": status, "after": after}
