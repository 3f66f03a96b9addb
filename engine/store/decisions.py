"""Decisions: stored whole, with what they read, and with what the latest one of each order leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.decision import Decision, Flag, Hold, derived_id
from engine.errors import Conflict
from engine.order import Order
from engine.store.firings import entry_of
from engine.store.models.decisions import DecisionRow, FiringRow, FlagRow, HoldRow
from engine.store.models.orders import OrderRow
from engine.store.shipments import Shipments
from engine.store.snapshots import Snapshots
from engine.store.statements import bump, counter, insert, insert_new, table
from engine.world import Standing

_DIFFERENCES = "cross-check-differences"  # the counter's name


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision with everything that a replay of it needs."""

    decision: Decision
    world: Mapping[str, Any]  # refs, for `uow.world.rebuild`
    order: Order  # as it was decided
    order_digest: str
    trigger: str  # what made it: submitted, sweep, released …


class Decisions:
    """The decisions."""

    def __init__(self, connection: sa.Connection, snapshots: Snapshots):
        self._connection = connection
        self._snapshots = snapshots
        self._shipments = Shipments(connection)

    def add(
        self, decision: Decision, world_refs: Mapping[str, Any], order_digest: str, trigger: str,
        planned: Sequence[Standing] = (),
    ) -> None:  # fmt: skip
        """Store a decision as the order's latest, with the shipments that it plans, as they will stand.

        Raises Conflict when another one took its place in the sequence.
        """
        self._count(decision)
        document = canonical.dump(decision)
        insert(self._connection, DecisionRow, {
            "id": decision.id, "order_no": decision.order_no, "sequence": decision.sequence,
            "verdict": decision.verdict.value, "decided_at": decision.decided_at, "trigger": trigger,
            "rulebook": decision.rulebook, "order_digest": order_digest, "document": document, "world": world_refs,
        })  # fmt: skip
        insert(self._connection, FiringRow, _firings(decision, document["firings"]))
        self._reopen(HoldRow, decision, [_hold(decision, hold) for hold in decision.holds])
        self._reopen(FlagRow, decision, [_flag(decision, flag) for flag in decision.flags])
        self._shipments.plan(decision, planned)

    def flag(self, decision: Decision, flag: Flag, at: dt.datetime) -> None:
        """Raise a flag between decisions, for what was reported since the latest; again is the same flag."""
        raised = {**_flag(decision, flag), "opened_at": at}
        if not insert_new(self._connection, FlagRow, raised):
            ended = sa.update(FlagRow).where(FlagRow.id == raised["id"], FlagRow.closed_at.is_not(None))
            self._connection.execute(ended.values(closed_at=None, opened_at=at))

    def raised_since(self, decision: Decision) -> list[dict[str, Any]]:
        """Flags that are up and that the latest decision does not have itself: `{code, severity, rule, message}`."""
        row, known = FlagRow, {flag.code for flag in decision.flags}
        up = sa.select(row.code, row.severity, row.rule, row.message).where(
            row.order_no == decision.order_no, row.closed_at.is_(None)
        )
        rows = self._connection.execute(up.order_by(row.opened_at, row.id))
        return [dict(each._mapping) for each in rows if each.code not in known]

    def get(self, decision_id: str) -> StoredDecision | None:
        """The decision of an id."""
        return self._stored(_STORED.where(DecisionRow.id == decision_id))

    def latest(self, order_no: str) -> StoredDecision | None:
        """The newest decision about an order."""
        newest = _STORED.where(DecisionRow.order_no == order_no).order_by(DecisionRow.sequence.desc()).limit(1)
        return self._stored(newest)

    def history(self, order_no: str) -> list[dict[str, Any]]:
        """All decisions of an order, oldest first: `{id, sequence, verdict, decided_at, trigger, rulebook, holds}`."""
        row = DecisionRow
        rows = self._connection.execute(
            sa.select(row.id, row.sequence, row.verdict, row.decided_at, row.trigger, row.rulebook, row.document)
            .where(row.order_no == order_no).order_by(row.sequence)
        )  # fmt: skip
        return [_entry(each) for each in rows]

    def count_difference(self) -> None:
        """One more order that the two evaluators judged differently."""
        bump(self._connection, _DIFFERENCES)

    def differences(self) -> int:
        """How many there were."""
        return counter(self._connection, _DIFFERENCES)

    def ids(self) -> list[str]:
        """All decisions, oldest first."""
        oldest_first = sa.select(DecisionRow.id).order_by(DecisionRow.decided_at, DecisionRow.id)
        return list(self._connection.scalars(oldest_first))

    def _stored(self, statement: Any) -> StoredDecision | None:
        row = self._connection.execute(statement).first()
        if row is None:
            return None
        return StoredDecision(
            decision=canonical.load(Decision, row.document), world=row.world, trigger=row.trigger,
            order=canonical.load(Order, self._snapshots.get(row.order_digest)), order_digest=row.order_digest,
        )  # fmt: skip

    def _count(self, decision: Decision) -> None:
        """Take the next place in the order's sequence; of two deciders at once only one does."""
        taken = self._connection.execute(_COUNT, {
            "wanted": decision.order_no, "before": decision.sequence - 1, "decisions": decision.sequence,
            "verdict": decision.verdict.value, "attempts": 0, "begun_at": None, "again_for": None,
            "priority": decision.priority,
        })  # fmt: skip
        if taken.rowcount != 1:
            raise Conflict(f"Order {decision.order_no} was decided by somebody else in the meantime.")

    def _reopen(self, row: Any, decision: Decision, wanted: list[dict[str, Any]]) -> None:
        """Keep open what is still wanted (since when it was), close what is not, open what is new."""
        what = "reason" if row is HoldRow else "code"
        formerly = self._open(row, table(row).c[what], decision)
        fresh = []
        for values in wanted:
            known = formerly.pop((values["rule"], values[what]), None)
            if known is None:
                fresh.append(values)
            else:
                kept = {name: value for name, value in values.items() if name not in ("id", "opened_at")}
                self._connection.execute(sa.update(row).where(row.id == known).values(**kept))
        if formerly:
            ended = sa.update(row).where(row.id.in_(sorted(formerly.values()))).values(closed_at=decision.decided_at)
            self._connection.execute(ended)
        insert(self._connection, row, fresh)

    def _open(self, row: Any, what: Any, decision: Decision) -> dict[tuple[str, str], str]:
        """The ids of what is open, by (rule, reason or code)."""
        if decision.sequence == 1:
            return {}
        is_open = sa.and_(row.order_no == decision.order_no, row.closed_at.is_(None))
        rows = self._connection.execute(sa.select(row.id, row.rule, what.label("what")).where(is_open))
        return {(each.rule, each.what): each.id for each in rows}


_COUNT = sa.update(table(OrderRow)).where(
    OrderRow.order_no == sa.bindparam("wanted"), OrderRow.decisions == sa.bindparam("before")
)
_STORED = sa.select(
    DecisionRow.document, DecisionRow.world, DecisionRow.order_digest, DecisionRow.trigger
)  # fmt: skip


def _entry(row: Any) -> dict[str, Any]:
    entry = canonical.dump(row._mapping)
    entry["holds"] = list(dict.fromkeys(hold["reason"] for hold in entry.pop("document")["holds"]))
    return entry


def _firings(decision: Decision, firings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "decision_id": decision.id, "position": position, "order_no": decision.order_no, "at": decision.decided_at,
            "stage": firing["stage"], "rule": firing["rule"], "subject": firing["subject"], "seen": firing["seen"],
            "waived": firing["waived"], "entry": entry_of(firing["rule"]), "verdict": decision.verdict.value,
            "channel": decision.order_no.partition(".")[0], "effects": firing["effects"],
        }
        for position, firing in enumerate(firings)
    ]  # fmt: skip


def _hold(decision: Decision, hold: Hold) -> dict[str, Any]:
    return {
        **_opened(decision, "hold", hold.reason, hold.rule), "reason": hold.reason, "queue": hold.queue,
        "severity": hold.severity, "due_at": hold.due_at, "until": hold.until,
    }  # fmt: skip


def _flag(decision: Decision, flag: Flag) -> dict[str, Any]:
    opened = _opened(decision, "flag", flag.code, flag.rule)
    return {**opened, "code": flag.code, "severity": flag.severity, "message": flag.message}


def _opened(decision: Decision, kind: str, what: str, rule: str) -> dict[str, Any]:
    return {
        "id": derived_id(kind, decision.order_no, decision.sequence, what, rule), "order_no": decision.order_no,
        "decision_id": decision.id, "rule": rule, "opened_at": decision.decided_at, "closed_at": None,
    }  # fmt: skip
