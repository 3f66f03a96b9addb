"""What has come about since an order was decided, and what later decisions read: people's holds and assignments,
refusals, its cancellation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engine.store.models.change import AssignmentRow, CancellationRow, ManualHoldRow, RefusalRow
from engine.store.statements import insert, insert_new
from engine.world import Assignment, Cancellation, ManualHold, Refusal


class Changes:
    """The changes of orders, oldest first. Who adds one calls `orders.again` too, so that it is decided again."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def of(self, order_no: str) -> dict[str, Any]:
        """All of them: `{refusals, assignments, manual_holds, cancellation}`, as a world has them."""
        return {
            "refusals": self.refusals(order_no), "assignments": self.assignments(order_no),
            "manual_holds": self.holds(order_no), "cancellation": self.cancellation(order_no),
        }  # fmt: skip

    def hold(self, order_no: str, hold: ManualHold) -> None:
        """A person holds it."""
        insert(self._connection, ManualHoldRow, {
            "order_no": order_no, "reason": hold.reason, "note": hold.note, "by": hold.by, "at": hold.at,
            "due_at": hold.due_at, "recalls": hold.recalls, "lifted_by": None, "lifted_at": None,
        })  # fmt: skip

    def lift(self, order_no: str, reasons: Iterable[str], by: str, at: dt.datetime) -> None:
        """A person lifts what people held it for."""
        row = ManualHoldRow
        held = sa.update(row).where(row.order_no == order_no, row.lifted_at.is_(None), row.reason.in_(sorted(reasons)))
        self._connection.execute(held.values(lifted_by=by, lifted_at=at))

    def holds(self, order_no: str) -> tuple[ManualHold, ...]:
        """People's holds that nobody has lifted."""
        return tuple(ManualHold(*row) for row in self._connection.execute(_HOLDS, {"wanted": order_no}))

    def assign(self, order_no: str, assignment: Assignment) -> None:
        """A person chooses where it, or a line of it, ships from, or with which service."""
        insert(self._connection, AssignmentRow, {"order_no": order_no, **_values(assignment)})

    def unassign(self, order_no: str, by: str, at: dt.datetime, reason: str) -> None:
        """A person takes back what people chose so far."""
        self.assign(order_no, Assignment(None, None, None, by, at, reason))

    def assignments(self, order_no: str) -> tuple[Assignment, ...]:
        """What people chose and did not take back; the last one for a line, or for the whole order, counts."""
        counting: list[Assignment] = []
        for row in self._connection.execute(_ASSIGNMENTS, {"wanted": order_no}):
            chosen = Assignment(*row)
            counting = [*counting, chosen] if chosen.warehouse or chosen.service else []
        return tuple(counting)

    def refuse(self, order_no: str, refusal: Refusal) -> None:
        """A warehouse would not ship it, or has not all of a sku."""
        insert(self._connection, RefusalRow, {"order_no": order_no, **_values(refusal)})

    def refusals(self, order_no: str) -> tuple[Refusal, ...]:
        """What warehouses refused."""
        return tuple(Refusal(*row) for row in self._connection.execute(_REFUSALS, {"wanted": order_no}))

    def cancel(self, order_no: str, cancellation: Cancellation) -> None:
        """Nothing of it is wanted any more; the first word on that stays."""
        insert_new(self._connection, CancellationRow, {"order_no": order_no, **_values(cancellation)})

    def cancel_anew(self, order_no: str, cancellation: Cancellation) -> None:
        """The same, whatever was said of that before."""
        row = CancellationRow
        self._connection.execute(sa.delete(row).where(row.order_no == order_no))
        self.cancel(order_no, cancellation)

    def restate_cancellation(self, order_no: str, cancellation: Cancellation) -> None:
        """More is known by now of one that the same reported: when it was, and what had been paid by then."""
        row = CancellationRow
        known = sa.update(row).where(row.order_no == order_no, row.by == cancellation.by, row.rejected.is_(False))
        self._connection.execute(known.values(**_values(cancellation)))

    def cancellation(self, order_no: str) -> Cancellation | None:
        """Whether it was cancelled, or rejected by a person."""
        row = self._connection.execute(_CANCELLATION, {"wanted": order_no}).first()
        return Cancellation(*row) if row else None


def _values(change: Any) -> dict[str, Any]:
    return {name: getattr(change, name) for name in type(change).__slots__}


def _of(row: Any, *columns: Any) -> Any:
    return sa.select(*columns).where(row.order_no == sa.bindparam("wanted"))


_HOLDS = (
    _of(ManualHoldRow, ManualHoldRow.reason, ManualHoldRow.note, ManualHoldRow.by, ManualHoldRow.at,
        ManualHoldRow.due_at, ManualHoldRow.recalls)
    .where(ManualHoldRow.lifted_at.is_(None)).order_by(ManualHoldRow.id)
)  # fmt: skip
_ASSIGNMENTS = _of(
    AssignmentRow, AssignmentRow.line_no, AssignmentRow.warehouse, AssignmentRow.service, AssignmentRow.by,
    AssignmentRow.at, AssignmentRow.reason,
).order_by(AssignmentRow.id)  # fmt: skip
_REFUSALS = _of(
    RefusalRow, RefusalRow.warehouse, RefusalRow.sku, RefusalRow.reason, RefusalRow.at
).order_by(RefusalRow.id)  # fmt: skip
_CANCELLATION = _of(
    CancellationRow, CancellationRow.reason, CancellationRow.by, CancellationRow.at, CancellationRow.paid_cents,
    CancellationRow.rejected,
)  # fmt: skip
