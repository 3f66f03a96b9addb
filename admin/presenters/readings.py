"""What an unclear order may mean, or what may be done about its coupons, as buttons, with what each comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import format_date, gettext

from admin.amounts import money
from engine.intake.readings import as_fields_say
from engine.order import Receiver
from engine.service.manual_coupons import AS_PAID, COUPON, REFUND
from engine.service.manual_readings import ADDRESS, DAY, SOON, Reading

REASONS = frozenset({ADDRESS, DAY, COUPON})


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
    if reading.reason == COUPON:
        said = _coupon(reading.id, money(reading.cents, reading.currency))
        return ReadingView(reading.id, reading.reason, *said, True)
    assert reading.day is not None
    if reading.id == SOON:
        detail = gettext("%(day)s 赶不上，不等这一天", day=_day(reading.day))
        return ReadingView(reading.id, reading.reason, gettext("尽快送"), detail, True)
    detail = gettext("写进备注，到时发货")
    return ReadingView(reading.id, reading.reason, gettext("%(day)s 送达", day=_day(reading.day)), detail, True)


def _coupon(which: str, amount: str) -> tuple[str, str]:
    """What a press does about coupons, and what comes of it."""
    if which == REFUND:
        return gettext("确认并退差价"), gettext("补用优惠，退 %(amount)s", amount=amount)
    if which == AS_PAID:
        return gettext("按原价放行"), gettext("不改价，差 %(amount)s", amount=amount)
    return gettext("联系客户"), gettext("给客服建待办，少付 %(amount)s", amount=amount)


def _day(day: dt.date) -> str:
    return format_date(day, gettext("M月d日 EEE"))


def _address(receiver: Receiver) -> str:
    parts = (receiver.province, receiver.city, receiver.district, receiver.address)
    return " ".join(dict.fromkeys(part for part in parts if part))
