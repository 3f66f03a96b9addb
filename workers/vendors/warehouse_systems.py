"""The warehouse system's local stand-in: outbound requests land in a table that one can look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.service import Gatehouse
from engine.standing import AMISS

_TOO_LATE = ("packed", "shipped", "signed", *AMISS)


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


def cancel_outbound(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the warehouse to stop a shipment: it does so until it has packed it. Gives `{shipment_no, stopped}`.

    Asked again, it answers what it answered first.
    """
    number = action["payload"]["shipment_no"]
    with gatehouse.actions.vendors() as uow:
        known = {each.shipment_no: each.status for each in uow.shipments.standing(action["order_no"])}
        stopped = uow.vendors.cancel_outbound(number, gatehouse.clock(), known.get(number) in _TOO_LATE)
        uow.commit()
    return {"shipment_no": number, "stopped": stopped}


def request_transfer(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a warehouse to bring goods to a store; the same number again is the same request. Gives `{transfer_no,
    accepted_at}`."""
    payload = action["payload"]
    with gatehouse.actions.vendors() as uow:
        row = uow.vendors.outbound(
            shipment_no=payload["transfer_no"],
            order_no=action["order_no"],
            warehouse=payload["from"],
            lines=payload["lines"],
            at=gatehouse.clock(),
        )
        uow.commit()
    return {"transfer_no": payload["transfer_no"], "accepted_at": str(row["at"])}
