"""The payment provider's local stand-in: money is captured once, given back once, and can be asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from engine.errors import VendorUnavailable
from engine.service import Gatehouse


def capture(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Capture what was authorised; the same action again is the same capture. Gives `{transaction_no, cents}`."""
    payload = action["payload"]
    with gatehouse.actions.vendors() as uow:
        uow.vendors.capture(
            action_id=action["id"],
            order_no=action["order_no"],
            transaction_no=payload["transaction_no"],
            cents=payload["cents"],
            at=gatehouse.clock(),
        )
        uow.commit()
    return {"transaction_no": payload["transaction_no"], "cents": payload["cents"]}


def refund(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Give money back; the same action again is the same refund. Gives `{transaction_no, cents}`."""
    payload = action["payload"]
    with gatehouse.actions.vendors() as uow:
        row = uow.vendors.refund(
            action_id=action["id"],
            order_no=action["order_no"],
            transaction_no=payload["transaction_no"],
            cents=payload["cents"],
            at=gatehouse.clock(),
        )
        uow.commit()
    return {"transaction_no": row["transaction_no"], "cents": row["cents"]}


def status(gatehouse: Gatehouse, transaction_no: str) -> dict[str, Any]:
    """What the provider knows: `{status: settled | processing | failed | unknown, paid_cents, settled_at}`.

    The stand-in knows what it was told; of everything else it says that it is still being processed, so that a demo is
    not full of mismatches. Raises VendorUnavailable.
    """
    with gatehouse.database.read() as uow:
        known = uow.vendors.payment(transaction_no)
    if known is None:
        return {"status": "processing", "paid_cents": 0, "settled_at": None}
    if known["status"] == "unavailable":
        raise VendorUnavailable("the payment provider does not answer")
    settled_at = dt.datetime.fromisoformat(known["settled_at"]) if known["settled_at"] else None
    return {"status": known["status"], "paid_cents": known["paid_cents"], "settled_at": settled_at}


def ask_due(gatehouse: Gatehouse) -> int:
    """Ask about every payment that is due for it. Gives how many were asked about."""
    inquiries = [found for order_no in gatehouse.payments.due() if (found := gatehouse.payments.begin(order_no))]
    for inquiry in inquiries:
        try:
            known = status(gatehouse, inquiry.transaction_no)
        except VendorUnavailable:
            gatehouse.payments.unanswered(inquiry)
        else:
            gatehouse.payments.answered(inquiry, known["status"], known["paid_cents"], known["settled_at"])
    return len(inquiries)
