"""The payment provider's local stand-in: authorised money is captured once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
