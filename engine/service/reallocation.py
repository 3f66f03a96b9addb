"""Stock that came or went: orders that wait are decided again oldest first, orders whose units are gone youngest first.

Both go one order at a time, whatever processes take part: the next in the queue of a sku, or of a place, is not
decided before the one in front of it has been, else it could get the units of that one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from engine.service.decisions import Decisions
from engine.service.orders import left_behind

_MOST = 200  # orders of one queue in one go: other queues have their turn, too

Next = Callable[[Any], Any]  # the order of a queue whose turn it is, in a unit of work; None: nobody's


class Reallocation:
    """Orders decided again because of stock."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], decisions: Decisions):
        self._database = database
        self._clock = clock
        self._decisions = decisions

    def sweep(self) -> int:
        """Decide everything that gained or lost units. Gives how many orders that were."""
        with self._database.read() as uow:
            short, arrived = uow.reallocation.short(), uow.reallocation.arrived()
        losing = sum(self._drain("stock_short", partial(_next_to_lose, place)) for place in short)
        return losing + sum(self._drain("stock_arrived", partial(_next_for, sku)) for sku in arrived)

    def _drain(self, trigger: str, next_of: Next) -> int:
        """Decide the orders of a queue until it is nobody's turn, or somebody else is at it."""
        for done in range(_MOST):
            turn = self._database.write_retrying(partial(self._take, next_of))
            if turn is None:
                return done
            self._decisions.decide(turn.order_no, trigger, turn.after)
        return _MOST

    def _take(self, next_of: Next, uow: Any) -> Any:
        turn, now = next_of(uow), self._clock()
        if turn is None or not uow.orders.begin(turn.order_no, turn.after, now, left_behind(now)):
            return None
        return turn


def _next_to_lose(place: tuple[str, str], uow: Any) -> Any:
    return uow.reallocation.next_to_lose(place)


def _next_for(sku: str, uow: Any) -> Any:
    return uow.reallocation.next_for(sku)
