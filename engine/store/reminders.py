"""What people are reminded of: that nobody looks at the pool, and orders that must leave soon."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from engine.store.models.orders import OrderRow
from engine.store.statements import counter, raise_to

_SEEN, _ASKED = "pool_seen", "pool_asked"  # counted in minutes, so that they fit an integer of any database
_UNRELEASED = ("received", "held", "approved")


class Reminders:
    """When the pool was looked at and asked after, and which orders are late to leave."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def seen_at(self) -> dt.datetime | None:
        """The minute in which somebody last looked at the pool; None: nobody ever did."""
        return self._instant(_SEEN)

    def see(self, at: dt.datetime) -> None:
        """Somebody looks at the pool."""
        raise_to(self._connection, _SEEN, _minutes(at))

    def asked_at(self) -> dt.datetime | None:
        """The last time of day at which it was asked whether somebody had looked; None: never yet."""
        return self._instant(_ASKED)

    def ask(self, at: dt.datetime) -> None:
        """It was asked at that time of day."""
        raise_to(self._connection, _ASKED, _minutes(at))

    def to_leave(self, now: dt.datetime, until: dt.datetime, order_no: str | None = None) -> list[dict[str, Any]]:
        """Orders (or that one) that nobody was asked for yet and that must leave after `now` and by `until`, the first
        to leave first: `{order_no, ship_by}`."""
        row = OrderRow
        late = [row.status.in_(_UNRELEASED), row.ship_by > now, row.ship_by <= until, row.decision_id.is_not(None)]
        late += [row.order_no == order_no] if order_no else []
        found = sa.select(row.order_no, row.ship_by).where(*late).order_by(row.ship_by, row.order_no)
        return [dict(each._mapping) for each in self._connection.execute(found)]

    def _instant(self, name: str) -> dt.datetime | None:
        minutes = counter(self._connection, name)
        return dt.datetime.fromtimestamp(minutes * 60, dt.UTC) if minutes else None


def _minutes(at: dt.datetime) -> int:
    return int(at.timestamp()) // 60
