"""Channels that have gone silent: three times longer without an order than is usual for the hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.config import Settings

_DAYS = 14  # of which the usual is taken
_LEAST_DAYS = 3  # a channel that has been there for less has no usual
_TIMES = 3  # orders that would have come meanwhile on a usual day: each is one usual silence
_DAY = dt.timedelta(days=1)
_LOOKS_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """A channel without orders, and since when."""

    channel: str
    name: str
    since: dt.datetime  # when its last order was placed

    @property
    def id(self) -> str:
        """Of the one notice about it."""
        return f"silent@{self.channel}@{self.since.astimezone(dt.UTC).isoformat()}"


class Silences:
    """Use cases around channels that have gone silent."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime]):
        self._database = database
        self._settings = settings
        self._clock = clock
        self._looked: tuple[dt.datetime, list[Silence]] | None = None

    def lately(self) -> list[Silence]:
        """Those that were silent at most a minute ago: pages that many people open do not count orders each time."""
        now = self._clock()
        if self._looked is None or now - self._looked[0] >= _LOOKS_EVERY:
            self._looked = now, self.now()
        return self._looked[1]

    def now(self) -> list[Silence]:
        """The enabled channels that are silent, by code.

        The usual is what came between the same times of day on the fourteen days before.
        """
        with self._database.read() as uow:
            channels, _ = uow.reference.list("channels", None, 1000)
            found = (self._silence(each, uow) for each in channels if each.get("enabled", True))
            return [each for each in found if each is not None]

    def _silence(self, channel: dict[str, Any], uow: Any) -> Silence | None:
        now = self._clock()
        seen = uow.orders.first_and_last(channel["code"], now - (_DAYS + 1) * _DAY, now)
        if seen is None:
            return None
        first, last = seen
        start = max(last, now - _DAY)
        days = min(_DAYS, (start - first) // _DAY)
        if days < _LEAST_DAYS:
            return None
        spans = [(start - ago * _DAY, now - ago * _DAY) for ago in range(1, days + 1)]
        if uow.orders.placed_in(channel["code"], spans) < _TIMES * days:
            return None
        return Silence(channel["code"], channel["name"], last)
