"""Whether somebody who speaks for a buyer has shown that they do."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping

from engine import phones
from engine.errors import Conflict, OrderError, Problem
from engine.order import Order
from engine.service.principals import Principal

ASKED_FOR = frozenset({"cancelled", "receiver_changed", "lines_changed"})  # events that take or redirect the goods
_AT_RISK = frozenset({"BLACKLISTED", "HIGH_RISK_OF_FRAUD"})
_REFUSED = "The event cannot be accepted as it is."


def check(order: Order, type_: str, shown: Mapping[str, str] | None, holds: Collection[str], by: Principal) -> None:
    """Raise OrderError unless the caller on the phone knows whose order it is, and Conflict during a risk hold.

    A channel's key speaks for its buyers, and so does an administrator who shows nothing, as a system that reports for
    several channels. Others name the last four digits of the receiver's phone and the receiver's name (the buyer's,
    where nobody receives); which of the two is wrong is not told.
    """
    if by.kind == "channel" or type_ not in ASKED_FOR or (shown is None and by.may("admin")):
        return
    if risks := sorted(_AT_RISK.intersection(holds)):
        held = f"order {order.order_no} is held as {', '.join(risks)}"
        raise Conflict(f"{held}; nothing is changed for callers meanwhile")
    if shown is None:
        wanted = "is required of who speaks for the buyer: {phone_last4, name} of the receiver"
        raise OrderError([Problem("identity", "required", wanted)], _REFUSED)
    if not _known(order, shown):
        raise OrderError([Problem("identity", "not-a-choice", "is not that of the order's receiver")], _REFUSED)


def _known(order: Order, shown: Mapping[str, str]) -> bool:
    person = order.receiver or order.buyer
    return phones.last4(person.phone) == shown["phone_last4"] and _plain(person.name) == _plain(shown["name"]) != ""


def _plain(name: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", name or "").casefold().split())
