"""Drafts of rules as pages tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from admin import dates, labels

STATES: labels.Table = {
    "draft": (lazy_gettext("编写中"), "quiet"),
    "checked": (lazy_gettext("已检查"), "good"),
    "in_review": (lazy_gettext("待审核"), "warn"),
    "approved": (lazy_gettext("已同意"), "good"),
    "scheduled": (lazy_gettext("已定时"), "busy"),
    "published": (lazy_gettext("已发布"), "done"),
}
_WRITTEN = ("draft", "checked", "in_review", "approved")


def shown(draft: Mapping[str, Any]) -> dict[str, Any]:
    """A draft with its state in words, and when it was changed last."""
    updated = draft["updated_at"]
    said = {"look": labels.look(STATES, draft["state"]), "ago": dates.ago(updated), "exact": dates.exact(updated)}
    return {**draft, **said}


def can_be_changed(draft: Mapping[str, Any]) -> bool:
    """Whether it is still written on."""
    return draft["state"] in _WRITTEN
