"""The channels' local stand-in: what was shipped lands in a table that one can look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.service import Gatehouse


def confirm_shipment(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Tell a channel that a shipment has left; the same shipment again is told once.

    Gives `{shipment_no, channel_order_no, carrier, waybill_nos}`.
    """
    payload = action["payload"]
    number, labelled_as = payload["shipment_no"], payload["labelled_as"]
    with gatehouse.actions.vendors() as uow:
        row = uow.vendors.confirm(
            shipment_no=number,
            order_no=action["order_no"],
            channel=payload["channel"],
            carrier=payload["carrier"],
            waybill_nos=uow.vendors.shipment_states([labelled_as])[labelled_as]["waybills"],
            lines=payload["lines"],
            at=gatehouse.clock(),
        )
        uow.commit()
    said = {name: row[name] for name in ("shipment_no", "carrier", "waybill_nos")}
    return {**said, "channel_order_no": payload["channel_order_no"]}
