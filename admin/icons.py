"""The few icons that pages use, cut out of the sheet of two thousand that comes with Bootstrap-Flask."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import flask_bootstrap

NAMES = (
    "arrow-clockwise", "arrow-left", "arrow-right", "arrow-repeat", "box-arrow-right", "box-seam", "building",
    "chat-left-text-fill", "check-circle-fill", "check-lg", "chevron-double-left", "chevron-right", "clipboard",
    "clock", "clock-history", "credit-card", "diagram-3", "exclamation-triangle-fill", "flag-fill", "geo-alt", "inbox",
    "info-circle-fill", "journal-check", "lightbulb", "lightning-charge-fill", "list-ul", "pause-circle-fill",
    "person-circle", "search", "tag", "ticket-perforated", "translate", "truck", "unlock",
    "x-circle-fill", "x-lg",
)  # fmt: skip
_SHEET = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/icons/bootstrap-icons.svg"


@cache
def sheet() -> str:
    """An SVG with one `<symbol>` an icon, named as Bootstrap names it."""
    whole = _SHEET.read_text("utf-8")
    symbols = {name: symbol for symbol, name in re.findall(r'(<symbol [^>]*\bid="([^"]+)">.*?</symbol>)', whole, re.S)}
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols[name] for name in NAMES)}</svg>'
