"""Shipments: those that the latest decision of an order plans, and those that its warehouses were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine import canonical
from engine.decision import Decision, Verdict, derived_id
from engine.standing import GONE
from engine.store.models.decisions import ShipmentRow
from engine.store.models.outbox import ActionRow
from engine.store.models.reports import ShipmentReportRow
from engine.store.statements import insert
from engine.world import Standing

STOPPED, UNSTOPPABLE = "stopped", "unstoppable"


class Shipments:
    """The shipments of orders."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def standing(self, order_no: str, lock: bool = False) -> tuple[Standing, ...]:
        """Those that a warehouse was asked for, and that it neither refused nor stopped, and that did not come back.

        With `lock`, no worker begins to ask for another one until this transaction ends.
        """
        rows = self._connection.execute(_OF_ORDER, {"wanted": order_no}).all()
        asked = self._asked(rows, lock)
        return tuple(_standing(row) for row in rows if row.shipment_no in asked)

    def planned(self, order_no: str) -> tuple[Standing, ...]:
        """Those of the latest decision that no warehouse was asked for."""
        rows = self._connection.execute(_OF_ORDER, {"wanted": order_no}).all()
        asked = self._asked(rows)
        unasked = (_standing(row) for row in rows if row.shipment_no not in asked)
        return tuple(replace(each, status="planned", merged=None) for each in unasked)

    def all_handed_over(self, order_no: str) -> bool:
        """Whether it has shipments, and every warehouse of theirs has been asked (or a person saw to that)."""
        rows = self._connection.execute(_NUMBERS.where(CURRENT), {"wanted": order_no}).all()
        asking = [derived_id("outbound", row.sent_as or row.shipment_no) for row in rows]
        done = sa.select(sa.func.count()).select_from(ActionRow).where(ActionRow.id.in_(asking))
        counted = self._connection.execute(done.where(ActionRow.status.in_(("done", "skipped"))))
        return bool(asking) and counted.scalar_one() == len(asking)

    def plan(self, decision: Decision, planned: Sequence[Standing]) -> None:
        """Keep what a decision plans, in place of what earlier ones planned and no warehouse was asked for."""
        if decision.sequence > 1:
            self._leave_out(decision)
        insert(self._connection, ShipmentRow, [_columns(decision, each) for each in planned])

    def answer_recall(self, shipment_no: str, stopped: bool) -> None:
        """What its warehouse said when asked to stop it, with all that goes in its parcel."""
        answer = STOPPED if stopped else UNSTOPPABLE
        row = ShipmentRow
        asked = sa.update(row).where(sa.or_(row.shipment_no == shipment_no, row.sent_as == shipment_no))
        self._connection.execute(asked.values(recall=answer, approved=not stopped))

    def ship_by_hand(self, shipment_no: str, carrier: str | None, service: str) -> None:
        """A person sends it with a service of their choice."""
        row = self._connection.execute(
            sa.select(ShipmentRow.document).where(ShipmentRow.shipment_no == shipment_no)
        ).one()
        document = {**row.document, "carrier": carrier, "service": service}
        chosen = sa.update(ShipmentRow).where(ShipmentRow.shipment_no == shipment_no)
        self._connection.execute(chosen.values(carrier=carrier, service=service, document=document))

    def _leave_out(self, decision: Decision) -> None:
        """What a warehouse was asked for once stays known; it takes up no capacity if it does not stand any more."""
        here = {each.shipment_no for each in decision.shipments if not each.is_planned}
        rows = self._connection.execute(_NUMBERS, {"wanted": decision.order_no}).all()
        former = [row for row in rows if row.shipment_no not in here]
        asked = self._asked(former)
        unknown = sorted({row.shipment_no for row in former} - asked)
        self._connection.execute(sa.delete(ShipmentRow).where(ShipmentRow.shipment_no.in_(unknown)))
        gone = sa.update(ShipmentRow).where(ShipmentRow.shipment_no.in_(sorted(asked)))
        self._connection.execute(gone.values(approved=False))

    def in_parcel(self, shipment_no: str) -> list[str]:
        """The orders whose goods are in the parcel of a shipment, its own among them."""
        row = ShipmentRow
        here = sa.or_(row.shipment_no == shipment_no, row.sent_as == shipment_no)
        return sorted(set(self._connection.scalars(sa.select(row.order_no).where(here))))

    def _asked(self, rows: Iterable[Any], lock: bool = False) -> set[str]:
        """The numbers of those whose outbound a worker has begun: the warehouse may know of it."""
        numbers = {derived_id("outbound", row.sent_as or row.shipment_no): row.shipment_no for row in rows}
        if not numbers:
            return set()
        row = ActionRow
        wanted = sa.select(row.id, row.claimed_by).where(row.id.in_(sorted(numbers))).order_by(row.sequence)
        rows = self._connection.execute(wanted.with_for_update() if lock else wanted)
        return {numbers[each.id] for each in rows if each.claimed_by is not None}


# Of the rows there are, those that still are shipments of their order.
CURRENT = sa.and_(
    ShipmentRow.recall.is_distinct_from(STOPPED),
    ~sa.exists().where(
        ShipmentReportRow.shipment_no == ShipmentRow.shipment_no, ShipmentReportRow.status.in_(GONE)
    ).correlate(ShipmentRow),
)
_NUMBERS = sa.select(ShipmentRow.shipment_no, ShipmentRow.sent_as).where(ShipmentRow.order_no == sa.bindparam("wanted"))
_OF_ORDER = (
    sa.select(ShipmentRow.shipment_no, ShipmentRow.sent_as, ShipmentRow.document, ShipmentRow.recall,
              ShipmentReportRow.status, ShipmentReportRow.picked)
    .outerjoin(ShipmentReportRow, ShipmentReportRow.shipment_no == ShipmentRow.shipment_no)
    .where(ShipmentRow.order_no == sa.bindparam("wanted"), CURRENT)
    .order_by(ShipmentRow.shipment_no)
)  # fmt: skip


def _standing(row: Any) -> Standing:
    planned: Standing = canonical.load(Standing, row.document)
    picked = row.picked or {}
    lines = (replace(line, quantity=min(line.quantity, picked.get(line.line_no, line.quantity)))
             for line in planned.lines)  # fmt: skip
    return replace(
        planned,
        lines=tuple(line for line in lines if line.quantity),
        status=row.status or "released",
        unstoppable=row.recall == UNSTOPPABLE,
    )


def _columns(decision: Decision, planned: Standing) -> dict[str, Any]:
    document = canonical.dump(planned)
    del document["status"], document["unstoppable"]
    return {
        "shipment_no": planned.shipment_no, "order_no": decision.order_no, "decision_id": decision.id,
        "warehouse": planned.warehouse, "carrier": planned.carrier, "service": planned.service,
        "ships_on": planned.ships_on, "promised_on": planned.promised_on,
        "approved": decision.verdict is Verdict.APPROVE, "document": document, "recall": None,
        "sent_as": None if planned.asked_as == planned.shipment_no else planned.asked_as,
    }  # fmt: skip
