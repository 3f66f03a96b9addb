"""The carriers' local stand-in: one waybill number a parcel, from a table that one can look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.service import Gatehouse


def order_waybill(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Order a label for each parcel; the same parcel again has the same number. The first collects the cash.

    Gives `{shipment_no, waybill_no, waybill_nos, cod_cents}`.
    """
    payload = action["payload"]
    with gatehouse.actions.vendors() as uow:
        rows = [
            uow.vendors.waybill(
                shipment_no=payload["shipment_no"],
                order_no=action["order_no"],
                service=payload["service"],
                cod_cents=payload["cod_cents"] if parcel == 1 else 0,
                at=gatehouse.clock(),
                parcel=parcel,
            )
            for parcel, _ in enumerate(payload["parcels"], start=1)
        ]
        uow.commit()
    numbers = [row["waybill_no"] for row in rows]
    return {
        "shipment_no": payload["shipment_no"],
        "waybill_no": numbers[0],
        "waybill_nos": numbers,
        "cod_cents": sum(row["cod_cents"] for row in rows),
    }


def void_waybill(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Give the labels of a shipment back; again is the same. Gives `{shipment_no, waybill_nos}`."""
    number = action["payload"]["shipment_no"]
    with gatehouse.actions.vendors() as uow:
        voided = uow.vendors.void_waybill(number, gatehouse.clock())
        uow.commit()
    return {"shipment_no": number, "waybill_nos": voided}
