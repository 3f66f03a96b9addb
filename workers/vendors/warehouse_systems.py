"""The warehouse system's local stand-in: outbound requests land in a table that one can look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.service import Gatehouse


def request_outbound(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for a shipment; the same shipment number again is the same request. Gives `{shipment_no, accepted_at}`."""
    payload = action["payload"]
    with gatehouse.actions.vendors() as uow:
        row = uow.vendors.outbound(
            shipment_no=payload["shipment_no"],
            order_no=action["order_no"],
            warehouse=payload["warehouse"],
            lines=payload["lines"],
            at=gatehouse.clock(),
        )
        uow.commit()
    return {"shipment_no": payload["shipment_no"], "accepted_at": str(row["at"])}
