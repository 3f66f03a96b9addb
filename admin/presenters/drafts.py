"""Drafts of rules as pages tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
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
STEPS: Mapping[str, Any] = {
    "create": lazy_gettext("新建草稿"),
    "save": lazy_gettext("保存改动"),
    "check": lazy_gettext("检查"),
    "submit": lazy_gettext("提交审核"),
    "approve": lazy_gettext("同意"),
    "reject": lazy_gettext("退回作者"),
    "publish": lazy_gettext("发布"),
    "schedule": lazy_gettext("定时发布"),
    "unschedule": lazy_gettext("取消定时"),
    "refuse": lazy_gettext("到时未能发布"),
    "discard": lazy_gettext("放弃"),
}
_WRITTEN = ("draft", "checked", "in_review", "approved")


def shown(draft: Mapping[str, Any]) -> dict[str, Any]:
    """A draft with its state in words, and when it was changed last."""
    updated = draft["updated_at"]
    said = {"look": labels.look(STATES, draft["state"]), "ago": dates.ago(updated), "exact": dates.exact(updated)}
    said["goes_live"] = dates.minute(draft["publish_at"]) if draft["state"] == "scheduled" else ""
    return {**draft, **said}


def can_be_changed(draft: Mapping[str, Any]) -> bool:
    """Whether it is still written on."""
    return draft["state"] in _WRITTEN


def events(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What people did with a draft, newest first; what somebody saved in a row is one line, with how often."""
    found: list[dict[str, Any]] = []
    for (_by, action), group in groupby(entries, key=lambda each: (each["by"], each["action"])):
        rows = list(group)
        one = action == "save"
        found += [{**event(each), "times": len(rows) if one else 1} for each in (rows[:1] if one else rows)]
    return found


def event(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody did with a draft, and why."""
    said = entry["details"] or {}
    return {
        "title": labels.word(STEPS, entry["action"]), "by": entry["by"], "note": said.get("note") or "",
        "ago": dates.ago(entry["at"]), "exact": dates.exact(entry["at"]),
    }  # fmt: skip
