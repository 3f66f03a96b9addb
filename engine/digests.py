"""Messages that are told together: to whom, and from when to when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

# A recipient that rules name: who reads it. What is told to it waits for the next half hour.
TOLD_TOGETHER: Mapping[str, str] = {"order_desk_digest": "order_desk"}
_EVERY = dt.timedelta(minutes=30)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def half_hour(now: dt.datetime) -> dt.datetime:
    """The last :00 or :30; what was decided before it is told at once, the rest half an hour later."""
    return now - (now - _EPOCH) % _EVERY
