"""When channels' orders come in: the last one of each, and how many came in some spans of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from engine.store.models.orders import OrderRow


def first_and_last(
    connection: sa.Connection, channel: str, since: dt.datetime, until: dt.datetime
) -> tuple[dt.datetime, dt.datetime] | None:
    """When the first and the last order of a channel was placed in that time; None: there is none."""
    mine = sa.select(OrderRow.placed_at).where(
        OrderRow.channel == channel, OrderRow.placed_at >= since, OrderRow.placed_at <= until
    )
    last = connection.scalar(mine.order_by(OrderRow.placed_at.desc()).limit(1))
    return None if last is None else (connection.scalar(mine.order_by(OrderRow.placed_at).limit(1)) or last, last)


def placed_in(connection: sa.Connection, channel: str, spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> int:
    """How many orders of a channel were placed in any of the spans, their ends left out."""
    at = OrderRow.placed_at
    inside = [sa.and_(at > start, at < end) for start, end in spans]
    counted = sa.select(sa.func.count()).select_from(OrderRow).where(OrderRow.channel == channel, sa.or_(*inside))
    return connection.scalar(counted) or 0
