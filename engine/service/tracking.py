"""Shipments that hang: nobody collects them, or nobody scans them. Service looks into it, and the buyer is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from engine.config import Settings
from engine.decision import ActionIntent, Flag, derived_id
from engine.routing import calendars

_WITHOUT_SCAN = dt.timedelta(hours=48)
_UNCOLLECTED = dt.timedelta(hours=24)
_SEEN_TO_WITHIN_MINUTES = 240  # working ones
_SAID: Mapping[str, Mapping[str, str]] = {  # by kind
    "no-scan": {
        "zh": "48 小时无物流更新：催快递并联系买家", "en": "No scan for 48 hours: ask the carrier, talk to the buyer",
    },
    "not-collected": {
        "zh": "24 小时未揽收：催仓库和快递", "en": "Not collected for 24 hours: ask the warehouse and the carrier",
    },
}  # fmt: skip


class Tracking:
    """Use cases around shipments that hang."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime]):
        self._database = database
        self._settings = settings
        self._clock = clock

    def sweep(self) -> int:
        """Flag the orders whose shipments hang, once for each time that one does, and take the flag off those that go
        on. Gives how many were flagged."""
        with self._database.read() as uow:
            stale, flagged = self._find(uow), set(uow.stale_shipments.flagged())
            known = {each["id"] for each in uow.actions.by_ids(map(_task_id, stale))}
        fresh = {each.order_no for each in stale if each.order_no not in flagged or _task_id(each) not in known}
        for order_no in sorted(flagged - {each.order_no for each in stale}):
            self._database.write_retrying(partial(self._look, order_no))
        return sum(self._database.write_retrying(partial(self._look, order_no)) for order_no in sorted(fresh))

    def _find(self, uow: Any, order_no: str | None = None) -> Sequence[Any]:
        now = self._clock()
        day = calendars.business_date(now - _UNCOLLECTED, self._settings.time_zone)
        return uow.stale_shipments.find(now - _WITHOUT_SCAN, now - _UNCOLLECTED, day, order_no)

    def _look(self, order_no: str, uow: Any) -> bool:
        """Whether shipments of an order hang, as it is now that nobody else changes it."""
        uow.orders.decision_id(order_no, lock=True)
        stale = self._find(uow, order_no)
        if not stale:
            uow.stale_shipments.clear(order_no, self._clock())
            return False
        decision = uow.decisions.latest(order_no).decision
        for each in stale:
            flag = Flag("TRACKING_STALE", "red", f"engine.{each.kind}", _SAID[each.kind])
            uow.decisions.flag(decision, flag, self._clock())
            uow.actions.add(order_no, decision.id, [self._task(each), _notice(each)])
        return True

    def _task(self, stale: Any) -> ActionIntent:
        due_at = calendars.working_due(self._clock(), _SEEN_TO_WITHIN_MINUTES, self._settings.time_zone)
        payload = {
            "queue": "service", "title": _SAID[stale.kind], "due_at": due_at.isoformat(),
            "rule": f"engine.{stale.kind}", "subject": f"shipment:{stale.shipment_no}",
        }  # fmt: skip
        return ActionIntent(_task_id(stale), "task", payload)


def _task_id(stale: Any) -> str:
    """The same while nothing happens to it."""
    return derived_id("task", stale.shipment_no, stale.kind, stale.since.isoformat())


def _notice(stale: Any) -> ActionIntent:
    kind = stale.kind
    told = {
        "to": "buyer", "template": f"parcel-{kind}", "rule": f"engine.{kind}", "shipment_no": stale.asked_as,
    }  # fmt: skip
    return ActionIntent(derived_id("notify", stale.shipment_no, kind, stale.since.isoformat()), "notify", told)
