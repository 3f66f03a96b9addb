"""The exception pool: what waits for people, what is most pressing, and releasing several orders at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from engine.decision import Hold
from engine.errors import Conflict, Forbidden, NotFound, OrderError
from engine.holds import HOLD_REASONS
from engine.service.manual import Manual
from engine.service.principals import Principal

_IN_BULK = "ops"  # what a higher role must lift is looked at one by one


class Exceptions:
    """Use cases of the pool."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], manual: Manual):
        self._database = database
        self._clock = clock
        self._manual = manual

    def page(self, filters: Mapping[str, Any], cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
        """`{items, next_cursor, counts}`: orders with their holds and flags, urgent first, then by when they must have
        left, then the oldest. Filters: `queue reason severity channel overdue`; counts are those without filters."""
        now = self._clock()
        with self._database.read() as uow:
            items, next_cursor = uow.exceptions.page(filters, now, cursor, limit)
            counts = uow.exceptions.counts(now)
        return {"items": items, "next_cursor": next_cursor, "counts": counts}

    def waiting(self) -> dict[str, Any]:
        """`{orders, queues, reasons}` of the whole pool, by which every page of the console leads to it."""
        with self._database.read() as uow:
            return uow.exceptions.waiting()

    def number(self) -> int:
        """How many orders there are in the pool."""
        with self._database.read() as uow:
            return uow.exceptions.number(self._clock())

    def release(
        self, order_nos: Sequence[str], reason: str, by: Principal, asked: Mapping[str, str] = MappingProxyType({})
    ) -> list[dict[str, Any]]:
        """Take off several orders the holds that ops may lift, each decided again by itself.

        `asked`: the filters by which they were found, any of queue, reason, severity. Whoever looked only at some holds
        has looked into these only, so no others are lifted.

        Gives `{order_no, released: [reason], left: [reason], refused}` for each; holds that need an approver stay, and
        `refused` says why nothing could be done. Raises Forbidden.
        """
        by.require(_IN_BULK)
        return [self._release(order_no, reason, by, asked) for order_no in dict.fromkeys(order_nos)]

    def _release(self, order_no: str, reason: str, by: Principal, asked: Mapping[str, str]) -> dict[str, Any]:
        with self._database.read() as uow:
            latest = uow.decisions.latest(order_no)
        holds = latest.decision.holds if latest else ()
        held = {hold.reason for hold in holds}
        meant = {hold.reason for hold in holds if _is_meant(hold, asked)}
        lifted = sorted(each for each in meant if HOLD_REASONS[each].released_by == _IN_BULK)
        answer = {"order_no": order_no, "released": lifted, "left": sorted(held - set(lifted)), "refused": None}
        if not lifted:
            return answer
        try:
            decision = self._manual.release(order_no, lifted, reason, by)["decision"]
        except (Conflict, Forbidden, NotFound, OrderError) as error:
            return {**answer, "released": [], "left": sorted(held), "refused": error.message}
        return {**answer, "left": sorted({hold["reason"] for hold in decision["holds"]})}


def _is_meant(hold: Hold, asked: Mapping[str, str]) -> bool:
    wanted = {"reason": hold.reason, "queue": hold.queue, "severity": hold.severity}
    return all(wanted[name] == asked[name] for name in wanted if asked.get(name))
