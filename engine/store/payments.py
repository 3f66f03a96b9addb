"""Which payments the provider is to be asked about, when, and what it said last."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from engine.store.models.decisions import HoldRow
from engine.store.models.orders import OrderRow
from engine.store.models.payments import PaymentInquiryRow
from engine.store.statements import insert_new


class PaymentInquiries:
    """The inquiries, one an order."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def due(self, now: dt.datetime, limit: int) -> list[str]:
        """Orders held for money that was paid and has not come, never asked about or to be asked about again; those
        that wait longest first."""
        row = PaymentInquiryRow
        held = (
            sa.select(HoldRow.order_no).join(OrderRow, OrderRow.order_no == HoldRow.order_no)
            .join(row, row.order_no == HoldRow.order_no, isouter=True)
            .where(
                HoldRow.closed_at.is_(None), HoldRow.reason == "AWAITING_PAYMENT", HoldRow.severity != "info",
                OrderRow.paid.is_(True), sa.or_(row.next_at.is_(None), row.next_at <= now),
            )
        )  # fmt: skip
        oldest_first = held.group_by(HoldRow.order_no).order_by(sa.func.min(HoldRow.opened_at), HoldRow.order_no)
        return list(self._connection.scalars(oldest_first.limit(limit)))

    def begin(self, order_no: str, now: dt.datetime, next_at: dt.datetime) -> bool:
        """Take up asking; of several who try at once one does. Whoever dies over it has it asked at `next_at`."""
        row = PaymentInquiryRow
        fresh = {"order_no": order_no, "next_at": next_at, "asked": 1, "failures": 0}
        if insert_new(self._connection, row, fresh):
            return True
        due = sa.update(row).where(row.order_no == order_no, row.next_at <= now)
        return self._connection.execute(due.values(next_at=next_at, asked=row.asked + 1)).rowcount == 1

    def answered(self, order_no: str, answer: str, at: dt.datetime) -> bool:
        """The provider said so; whether it says something else than before."""
        row, before = PaymentInquiryRow, self.answer(order_no)
        values = {"answer": answer, "answered_at": at, "failures": 0}
        self._connection.execute(sa.update(row).where(row.order_no == order_no).values(**values))
        return before != answer

    def failed(self, order_no: str) -> int:
        """The provider did not answer; how often in a row that was."""
        row = PaymentInquiryRow
        counted = sa.update(row).where(row.order_no == order_no).values(failures=row.failures + 1)
        return self._connection.execute(counted.returning(row.failures)).scalar_one()

    def postpone(self, order_no: str, next_at: dt.datetime) -> None:
        """Ask again then."""
        row = PaymentInquiryRow
        self._connection.execute(sa.update(row).where(row.order_no == order_no).values(next_at=next_at))

    def answer(self, order_no: str) -> str | None:
        """What the provider said last: settled, processing, failed, unknown; None: nothing yet."""
        return self._connection.execute(_ANSWER, {"wanted": order_no}).scalar()

    def of(self, order_no: str) -> dict[str, Any] | None:
        """The inquiry of an order."""
        row = PaymentInquiryRow
        columns = (row.next_at, row.asked, row.failures, row.answer, row.answered_at)
        found = self._connection.execute(sa.select(*columns).where(row.order_no == order_no)).first()
        return dict(found._mapping) if found else None


_ANSWER = sa.select(PaymentInquiryRow.answer).where(PaymentInquiryRow.order_no == sa.bindparam("wanted"))
