"""What remark and memo say: the day on which the buyer wishes to have it.

The words that it takes are lists, the same that rules ask about, so an admin edits them in one place.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.intake import wished_days
from engine.language.facts import Value, date_value
from engine.order import Order
from engine.routing import calendars
from engine.world import World

DAY_WORDS = "wish-delivery-day"


def read(order: Order, world: World) -> Mapping[str, Value | None]:
    """Facts by name, those of the remark and those of the memo; absent where nothing is said."""
    texts = {"remark": order.remark, "memo": order.seller_memo}
    return {name: value for which, text in texts.items() if text for name, value in _days(which, text, order, world)}


def _days(which: str, text: str, order: Order, world: World) -> list[tuple[str, Value | None]]:
    placed_on = calendars.business_date(order.placed_at, world.time_zone)
    wish = wished_days.hear(text, world.items(DAY_WORDS), placed_on).wish
    if wish is None:
        return []
    said = {"deliver_on": wish.on, "deliver_on_past": wish.past, "deliver_on_next": wish.next}
    return [(f"order.{which}_{name}", date_value(day)) for name, day in said.items() if day]
