"""What remark and memo say: the day on which the buyer wishes to have it, and what nobody has understood.

The words that it takes are lists, the same that rules ask about, so an admin edits them in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.intake import leftovers, wished_days
from engine.language.facts import Value, date_value
from engine.order import Order
from engine.routing import calendars
from engine.world import World


def read(order: Order, world: World) -> Mapping[str, Value | None]:
    """Facts by name, those of the remark and those of the memo; absent where nothing is said."""
    texts = {which: text for which, text in (("remark", order.remark), ("memo", order.seller_memo)) if text}
    if not texts:
        return {}
    heard = {which: _heard(text, order, world) for which, text in texts.items()}
    words = leftovers.words_of(world.reference.list_items)
    facts = dict(fact for which, day in heard.items() for fact in _days(which, day))
    if any(leftovers.stops(text, words) for text in texts.values()):
        return facts
    left = {which: leftovers.leftover(text, words, heard[which].spans) for which, text in texts.items()}
    return {**facts, **{f"order.{which}_leftover": text for which, text in left.items() if text}}


def _heard(text: str, order: Order, world: World) -> wished_days.Heard:
    placed_on = calendars.business_date(order.placed_at, world.time_zone)
    return wished_days.hear(text, world.items(leftovers.DAY_WORDS), placed_on)


def _days(which: str, heard: wished_days.Heard) -> Iterator[tuple[str, Value]]:
    if heard.wish is None:
        return
    said = {"deliver_on": heard.wish.on, "deliver_on_past": heard.wish.past, "deliver_on_next": heard.wish.next}
    yield from ((f"order.{which}_{name}", date_value(day)) for name, day in said.items() if day)
