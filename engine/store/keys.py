"""Which phones, addresses and receivers count as the same, however spelled. None: not known (absent or masked)."""

from __future__ import annotations

import re

from engine import canonical
from engine.order import Receiver
from engine.phones import phone_key


def address_key(receiver: Receiver | None) -> str | None:
    """The platform's fingerprint of an address, else one of its words without spaces and punctuation."""
    if receiver is None:
        return None
    if receiver.fingerprint:
        return receiver.fingerprint
    if receiver.masked or not receiver.address or "*" in receiver.address:
        return None
    parts = (receiver.country, receiver.province, receiver.city, receiver.district, receiver.town, receiver.address)
    return canonical.digest([re.sub(r"[\W_]+", "", part or "").casefold() for part in parts])


def receiver_key(receiver: Receiver | None) -> str | None:
    """Who receives, where: tells the receivers of one buyer apart."""
    where = address_key(receiver)
    if receiver is None or where is None:
        return None
    return canonical.digest([where, phone_key(receiver.phone), (receiver.name or "").strip()])
