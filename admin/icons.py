"""The few icons that pages use, cut out of the sheet of two thousand that comes with Bootstrap-Flask."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import flask_bootstrap

NAMES = (
    "arrow-clockwise", "arrow-counterclockwise", "arrow-down", "arrow-down-up", "arrow-left", "arrow-left-right",
    "arrow-repeat", "arrow-right", "arrow-up", "bar-chart-line", "box-arrow-right", "box-seam", "building",
    "calendar-event", "chat-left-quote", "chat-left-text-fill", "check-circle-fill", "check-lg", "check2-circle",
    "check2-square", "chevron-double-left", "chevron-down", "chevron-left", "chevron-right", "chevron-up",
    "clipboard", "clipboard2-check", "clock", "clock-history", "code-slash", "copy", "credit-card", "diagram-3",
    "download", "exclamation-triangle-fill", "eye", "flag-fill", "funnel", "geo-alt", "grip-vertical", "inbox",
    "info-circle-fill", "journal-check", "journal-text", "lightbulb", "lightning-charge-fill", "link-45deg", "list-ul",
    "pause-circle-fill", "pencil", "person-circle", "play-circle", "plus-lg", "plus-square-dotted", "printer",
    "rocket-takeoff", "search", "send", "shield-check", "signpost-split", "slash-circle", "table", "tag", "telephone",
    "three-dots", "ticket-perforated", "translate", "trash3", "truck", "unlock", "upload", "x-circle-fill", "x-lg",
)  # fmt: skip
_SHEET = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/icons/bootstrap-icons.svg"


@cache
def sheet() -> str:
    """An SVG with one `<symbol>` an icon, named as Bootstrap names it."""
    whole = _SHEET.read_text("utf-8")
    symbols = {name: symbol for symbol, name in re.findall(r'(<symbol [^>]*\bid="([^"]+)">.*?</symbol>)', whole, re.S)}
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols[name] for name in NAMES)}</svg>'
