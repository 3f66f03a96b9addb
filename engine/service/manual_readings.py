"""A person says which of two readings of an order is meant: the address text or the fields, one day or another; and
what is done about coupons that are not right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import canonical, reports
from engine.decision import Decision, Firing
from engine.errors import OrderError, Problem
from engine.intake import leftovers, wished_days
from engine.intake.readings import as_fields_say, as_text_says, with_day
from engine.order import Order, Receiver
from engine.routing import calendars, geo
from engine.service import manual_coupons
from engine.service.manual_content import lay_over
from engine.service.manual_coupons import COUPON
from engine.service.principals import Principal
from engine.world import Waiver

ADDRESS, DAY = "INCORRECT_ADDRESS", "DELIVERY_DATE_CONFLICT"
SOON = "day:soon"
_EARLIEST = "order.earliest_arrival_on"


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that an order may mean."""

    id: str  # address:text, address:fields, day:2026-11-16, day:soon: as soon as it can; of coupons: manual_coupons
    reason: str  # of the hold that it settles
    day: dt.date | None = None  # the day that is meant; of day:soon the one that cannot be kept
    receiver: Receiver | None = None  # as they would stand
    cents: int = 0  # the difference that coupons make
    currency: str = "CNY"


def readings(uow: Any, stored: Any, now: dt.datetime) -> list[Reading]:
    """The readings of an order as it is held now; none where nothing is unclear."""
    kept = uow.decisions.get(stored.decision_id) if stored.decision_id else None
    if kept is None:
        return []
    held = {hold.reason for hold in kept.decision.holds}
    today = calendars.business_date(now, kept.world["time_zone"])
    found = list(_addresses(stored.order)) if ADDRESS in held else []
    for firing in _unclear(kept.decision):
        found += _days(firing, today)
    found += _coupons(kept.decision, stored.order.currency)
    return list({each.id: each for each in found}.values())


def clarify(said: Mapping[str, Any], by: Principal, uow: Any, stored: Any, now: dt.datetime) -> None:
    """Have the order say what that reading is. Raises OrderError for one that it does not have."""
    offered = {each.id: each for each in readings(uow, stored, now)}
    chosen = offered.get(said["reading"])
    if chosen is None:
        wanted = f"must be one of {', '.join(offered)}" if offered else "the order says nothing that is unclear"
        raise OrderError([Problem("reading", "not-a-choice", wanted)], "The order cannot be read like that.")
    if chosen.receiver is not None:
        lay_over("receiver_changed", canonical.dump(chosen.receiver), by, uow, stored, now)
    elif chosen.reason == COUPON:
        manual_coupons.settle(chosen.id, uow.decisions.get(stored.decision_id).decision, by, uow, stored, now)
    elif chosen.id == SOON:
        _waive(by, uow, stored, now)
    elif chosen.day is not None:
        lay_over(reports.MEMO, {"seller_memo": _memo(chosen.day, uow, stored)}, by, uow, stored, now)


def _addresses(order: Order) -> Iterable[Reading]:
    """Text or fields, where the text names another place than the fields do."""
    receiver = order.receiver
    if receiver is None or receiver.masked:
        return
    place = geo.locate(receiver.province, receiver.city, receiver.district)
    if geo.mentions_other_place(receiver.address or "", place):
        for which, meant in (("text", as_text_says(receiver)), ("fields", as_fields_say(receiver))):
            if meant is not None:
                yield Reading(f"address:{which}", ADDRESS, receiver=meant)


def _coupons(decision: Decision, currency: str) -> Iterable[Reading]:
    """What may be done about coupons that are not right."""
    for which, cents in manual_coupons.choices(decision).items():
        yield Reading(which, COUPON, cents=cents, currency=currency)


def _unclear(decision: Decision) -> list[Firing]:
    """The firings that hold the order for its day."""
    return [
        firing
        for firing in decision.firings
        if not firing.waived and any(each["do"] == "hold" and each["reason"] == DAY for each in firing.effects)
    ]


def _days(firing: Firing, today: dt.date) -> Iterable[Reading]:
    """Each day that the rule saw. One that is past, or sooner than anything can arrive, means as soon as it can."""
    days = {fact: _day(value) for fact, value in firing.seen.items() if fact.endswith("_on") or "deliver_on" in fact}
    earliest = days.pop(_EARLIEST, None)
    for day in sorted({day for day in days.values() if day is not None}):
        if day < (earliest or today):
            yield Reading(SOON, DAY, day)
        else:
            yield Reading(f"day:{day.isoformat()}", DAY, day)
    if earliest is not None:
        yield Reading(f"day:{earliest.isoformat()}", DAY, earliest)


def _day(value: Any) -> dt.date | None:
    """The day of a date fact (yyyymmdd)."""
    return dt.date(value // 10000, value // 100 % 100, value % 100) if isinstance(value, int) else None


def _waive(by: Principal, uow: Any, stored: Any, now: dt.datetime) -> None:
    """Nothing is said of a day any more that could keep the order waiting."""
    for firing in _unclear(uow.decisions.get(stored.decision_id).decision):
        uow.waivers.add(stored.order.order_no, Waiver(firing.rule, DAY, firing.subject, firing.seen, by.name, now, ""))


def _memo(day: dt.date, uow: Any, stored: Any) -> str:
    """The memo with that day instead of whatever days it named."""
    words = (uow.reference.get("lists", leftovers.DAY_WORDS) or {}).get("items", ())
    zone = uow.decisions.get(stored.decision_id).world["time_zone"]
    placed_on = calendars.business_date(stored.order.placed_at, zone)
    heard = wished_days.hear(stored.order.seller_memo, frozenset(words), placed_on)
    return with_day(stored.order.seller_memo, heard.spans, day)
