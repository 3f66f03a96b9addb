"""Which phone numbers are the same, however they are written."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"(?:(?:\+|00)?86-?)?(1[3-9]\d-?\d{4}-?\d{4})(?!\d)")  # Chinese; an extension may follow


def phone_key(phone: str | None) -> str | None:
    """A phone's digits, without +86 before a Chinese mobile and without an extension behind it; None: none, stars."""
    if not phone or "*" in phone:
        return None
    compact = re.sub(r"[\s()]", "", phone)
    mobile = _MOBILE.match(compact)
    return re.sub(r"[^\d+]", "", mobile[1] if mobile else compact) or None


def last4(phone: str | None) -> str | None:
    """The last four digits, also of a masked phone that shows them."""
    shown = phone_key(phone) or (phone or "").strip()
    return shown[-4:] if re.fullmatch(r".*\d{4}", shown, re.DOTALL) else None
