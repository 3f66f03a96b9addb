"""What has changed since somebody last looked, in a sequence that misses nothing.

Whoever changes an order takes its place in the sequence away; whoever asks first gives new ones. Places given while a
change is being committed would be seen too early or never; so, places only go to what is committed.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.store import order_search, pages
from engine.store.models.orders import OrderRow
from engine.store.statements import bump

_COUNTER = "order-changes"
_AT_ONCE = 5_000
_START = pages.encode((0, ""))
_UNPLACED = sa.select(OrderRow.order_no).where(OrderRow.change_no.is_(None))


def unplaced(connection: sa.Connection) -> bool:
    """Whether there are changes without a place."""
    return connection.execute(_UNPLACED.limit(1)).first() is not None


def place(connection: sa.Connection) -> None:
    """Give places to the oldest changes that have none; those at this moment being changed get theirs the next time."""
    number = bump(connection, _COUNTER)
    some = _UNPLACED.order_by(OrderRow.order_no).limit(_AT_ONCE).with_for_update(skip_locked=True)
    connection.execute(sa.update(OrderRow).where(OrderRow.order_no.in_(some)).values(change_no=number))


def since(
    connection: sa.Connection, channel: str | None, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str]:
    """Summaries of the orders that have changed since, each once and as it is now, and where to go on from.

    Raises OrderError for a cursor that is none.
    """
    limit, key = pages.bounded(limit), pages.decode(cursor, int, str, name="since")
    row = OrderRow
    wanted = sa.select(row.order_no, row.change_no).where(row.change_no.is_not(None))
    if channel is not None:
        wanted = wanted.where(row.channel == channel)
    if key is not None:
        after = (sa.literal(key[0], row.change_no.type), sa.literal(key[1], row.order_no.type))
        wanted = wanted.where(sa.tuple_(row.change_no, row.order_no) > sa.tuple_(*after))
    found = connection.execute(wanted.order_by(row.change_no, row.order_no).limit(limit)).all()
    last = pages.encode((found[-1].change_no, found[-1].order_no)) if found else cursor or _START
    return order_search.by_numbers(connection, [each.order_no for each in found]), last
