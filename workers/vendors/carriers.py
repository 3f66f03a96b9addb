"""The carriers' local stand-in: one waybill number a shipment, from a table that one can look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.service import Gatehouse


def order_waybill(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Order a label; the same shipment again has the same number. Gives `{shipment_no, waybill_no, cod_cents}`."""
    payload = action["payload"]
    with gatehouse.actions.vendors() as uow:
        row = uow.vendors.waybill(
            shipment_no=payload["shipment_no"],
            order_no=action["order_no"],
            service=payload["service"],
            cod_cents=payload["cod_cents"],
            at=gatehouse.clock(),
        )
        uow.commit()
    return {"shipment_no": payload["shipment_no"], "waybill_no": row["waybill_no"], "cod_cents": row["cod_cents"]}
