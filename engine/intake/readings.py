"""What an order may mean where it says two things: an address or a day, each as it would stand if one were meant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from engine.order import Receiver
from engine.routing import divisions, geo


def as_text_says(receiver: Receiver) -> Receiver | None:
    """The receiver in the place that the address text names; None where it names none."""
    stated = geo.stated_at_start(receiver.address)
    if not stated:
        return None
    by_level = {each.level: each.name for each in _whole(stated[-1])}
    province, city, district = (by_level.get(level) for level in ("province", "city", "district"))
    return replace(
        receiver, province=province, city=city, district=district, town=None, postcode=None, lat=None, lng=None
    )


def as_fields_say(receiver: Receiver) -> Receiver | None:
    """The receiver whose address text no longer names a place; None where it names none."""
    stated = geo.stated_at_start(receiver.address)
    if not stated:
        return None
    address = receiver.address or ""
    for each in stated:
        address = re.sub(rf"^\s*(?:{_spaced(each.name)}|{_spaced(divisions.stem(each.name))})\s*", "", address)
    return replace(receiver, address=address)


def with_day(memo: str, spans: Sequence[tuple[int, int]], day: dt.date) -> str:
    """The memo with that day instead of those it named: the memo outranks the remark and what was chosen."""
    for start, end in sorted(spans, reverse=True):
        memo = memo[:start] + memo[end:]
    rest = re.sub(r"^[\s,，。;；、]+|[\s,，。;；、]+$", "", memo)
    said = f"{day.year}年{day.month}月{day.day}日送"
    return f"{said}, {rest}" if rest else said


def _whole(division: divisions.Division) -> list[divisions.Division]:
    """The division and all that it lies in."""
    found = [division]
    while found[-1].parent:
        found.append(divisions.atlas().by_code[found[-1].parent])
    return found


def _spaced(name: str) -> str:
    return r"\s*".join(map(re.escape, name))
