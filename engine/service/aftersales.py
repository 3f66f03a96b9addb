"""After-sales requests: opened by what a channel reports, led on by what people answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from engine import aftersales
from engine.order import Order
from engine.reports import OrderEvent
from engine.routing import calendars


def begin(uow: Any, order: Order, decision_id: str, event: OrderEvent, now: dt.datetime, time_zone: str) -> None:
    """Somebody is asked whether to agree."""
    _ask(uow, order, decision_id, event.event_id, event.data, aftersales.OPENED, now, time_zone)


def lead_on(
    uow: Any, decision_id: str, task: Mapping[str, Any], outcome: str, now: dt.datetime, time_zone: str
) -> bool:
    """Do what follows from the answer to a task: the next step, or the end, and the buyer hears of it. Whether the task
    is a step of these."""
    found, order_no = aftersales.step_of(task), task["order_no"]
    asked = uow.reports.event_data(order_no, found[0]) if found else None
    if found is None or asked is None:
        return False
    event_id, step = found
    comes = aftersales.after(asked["kind"], step, outcome)
    if comes is None:
        return True
    if comes in aftersales.STEPS:
        _ask(uow, uow.orders.get(order_no).order, decision_id, event_id, asked, comes, now, time_zone)
    told = aftersales.notice(order_no, event_id, comes)
    if told is not None:
        uow.actions.add(order_no, decision_id, [told])
    return True


def _ask(
    uow: Any, order: Order, decision_id: str, event_id: str, asked: Mapping[str, Any], step: str, now: dt.datetime,
    time_zone: str,
) -> None:  # fmt: skip
    due_at = calendars.working_due(now, aftersales.STEPS[step].due_minutes, time_zone)
    uow.actions.add(order.order_no, decision_id, [aftersales.task(order, event_id, asked, step, due_at)])
