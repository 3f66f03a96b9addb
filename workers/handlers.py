"""What each type of action does. A handler may run again after a crash, so it asks by a key that its vendor knows the
work by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.service import Gatehouse
from workers.vendors import carriers, channels, notices, payments, tasks, warehouse_systems, webhooks

Action = Mapping[str, Any]
Receipt = dict[str, Any]

# Adding a type of action is one row here and one function.
HANDLERS: Mapping[str, Callable[[Gatehouse, Action], Receipt]] = {
    "outbound": warehouse_systems.request_outbound,
    "cancel_outbound": warehouse_systems.cancel_outbound,
    "waybill": carriers.order_waybill,
    "void_waybill": carriers.void_waybill,
    "transfer": warehouse_systems.request_transfer,
    "channel_confirm": channels.confirm_shipment,
    "notify": notices.send,
    "task": tasks.open_task,
    "capture": payments.capture,
    "refund": payments.refund,
    "webhook": webhooks.call,
}
