"""What an unclear order may mean, as buttons: both readings, and what each comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import format_date, gettext

from engine.intake.readings import as_fields_say
from engine.order import Receiver
from engine.service.manual_readings import ADDRESS, DAY, SOON, Reading

REASONS = frozenset({ADDRESS, DAY})


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A button."""

    id: str
    reason: str
    title: str
    detail: str  # what was typed in; or what comes of it, in our words
    ours: bool


def views(readings: Iterable[Reading]) -> list[ReadingView]:
    return [_view(each) for each in readings]


def _view(reading: Reading) -> ReadingView:
    if reading.receiver is not None:
        by_text = reading.id == "address:text"
        title = gettext("按详细地址") if by_text else gettext("按省市区")
        shown = as_fields_say(reading.receiver) or reading.receiver  # the place once
        return ReadingView(reading.id, reading.reason, title, _address(shown), False)
    assert reading.day is not None
    if reading.id == SOON:
        detail = gettext("%(day)s 赶不上，不等这一天", day=_day(reading.day))
        return ReadingView(reading.id, reading.reason, gettext("尽快送"), detail, True)
    detail = gettext("写进备注，到时发货")
    return ReadingView(reading.id, reading.reason, gettext("%(day)s 送达", day=_day(reading.day)), detail, True)


def _day(day: dt.date) -> str:
    return format_date(day, gettext("M月d日 EEE"))


def _address(receiver: Receiver) -> str:
    parts = (receiver.province, receiver.city, receiver.district, receiver.address)
    return " ".join(dict.fromkeys(part for part in parts if part))
