"""Reminders: nobody has looked at the exception pool for half a day; an order must leave soon and cannot yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.config import Settings
from engine.decision import ActionIntent, derived_id
from engine.routing import calendars
from engine.service.principals import Principal

SHIP_SOON = dt.timedelta(hours=4)
_NOTED_EVERY = dt.timedelta(minutes=1)  # looking again within one is the same look


@dataclass(frozen=True, slots=True)
class PoolReminder:
    """A time of day by which somebody should have looked at the pool, and what waits there."""

    id: str  # "pool@2026-11-11T09:30:00+08:00" in UTC
    at: dt.datetime
    counts: Mapping[str, Any] | None  # {orders, urgent, overdue, …}; None: nobody needs to be told


class Reminders:
    """Use cases of the clockwork, and of whoever looks at the pool."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime]):
        self._database = database
        self._settings = settings
        self._clock = clock

    def pool_seen(self, by: Principal) -> None:
        """Somebody looks at the pool; it counts where they may do something about it."""
        if not by.may("ops"):
            return
        now = self._clock()
        with self._database.read() as uow:
            seen_at = uow.reminders.seen_at()
        if seen_at is None or now - seen_at >= _NOTED_EVERY:
            self._database.write_retrying(lambda uow: uow.reminders.see(now))

    def pool_due(self) -> PoolReminder | None:
        """The time of day that has come and was not asked about yet; None: there is none.

        The first one after Gatehouse was set up is only noted: nobody could have looked before.
        """
        former, latest = self._times()
        if latest is None:
            return None
        with self._database.read() as uow:
            asked_at, seen_at = uow.reminders.asked_at(), uow.reminders.seen_at()
            if asked_at is not None and asked_at >= latest:
                return None
            unseen = asked_at is not None and (seen_at is None or seen_at < former)
            counts = uow.exceptions.counts(self._clock()) if unseen else None
        told = counts if counts and counts["orders"] else None
        return PoolReminder(f"pool@{latest.astimezone(dt.UTC).isoformat()}", latest, told)

    def pool_asked(self, reminder: PoolReminder) -> None:
        """That time of day is done with, whether there was something to tell or not."""
        self._database.write_retrying(lambda uow: uow.reminders.ask(reminder.at))

    def ship_by(self) -> int:
        """Remind of orders that must leave within four hours and were not handed to a warehouse, once each. How many.

        What a platform, or two days after paying, says of when it must leave may change: then it is told again.
        """
        now = self._clock()
        with self._database.read() as uow:
            late = uow.reminders.to_leave(now, now + SHIP_SOON)
            known = {each["id"] for each in uow.actions.by_ids(_id(each) for each in late)}
        fresh = [each["order_no"] for each in late if _id(each) not in known]
        return sum(self._database.write_retrying(partial(self._remind, each)) for each in fresh)

    def _remind(self, order_no: str, uow: Any) -> int:
        """The same for one order, as it is now that nobody else changes it."""
        decision_id, now = uow.orders.decision_id(order_no, lock=True), self._clock()
        for each in uow.reminders.to_leave(now, now + SHIP_SOON, order_no):
            told = {"to": "order_desk", "template": "ship-by-near", "rule": "engine.ship-by",
                    "ship_by": each["ship_by"].isoformat()}  # fmt: skip
            uow.actions.add(order_no, decision_id, [ActionIntent(_id(each), "notify", told)])
            return 1
        return 0

    def _times(self) -> tuple[dt.datetime, dt.datetime | None]:
        """The last time of day that has come today, and the one before it; None: none has come today."""
        now, zone = self._clock(), self._settings.time_zone
        minutes = sorted(map(calendars.minute_of_day, self._settings.pool_reminders))
        today = calendars.business_date(now, zone)
        days = (today - dt.timedelta(days=1), today)
        all_times = [calendars.day_start(day, zone) + dt.timedelta(minutes=each) for day in days for each in minutes]
        come = [each for each in all_times if each <= now]
        if not come or calendars.business_date(come[-1], zone) < today:
            return now, None
        return come[-2], come[-1]


def _id(late: Mapping[str, Any]) -> str:
    return derived_id("notify", late["order_no"], "ship-by", late["ship_by"].isoformat())
