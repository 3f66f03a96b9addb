"""How far a draft is on its way to being live, and the one step that comes next for whoever looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import dates
from engine.service.principals import Principal

_WRITTEN = ("draft", "checked", "in_review", "approved")


@dataclass(frozen=True, slots=True)
class May:
    """What this reader may do with a draft now."""

    write: bool
    preview: bool
    check: bool
    submit: bool
    approve: bool
    reject: bool
    publish: bool
    unschedule: bool
    why_not: str  # what they are waiting for, where nothing leads on


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way."""

    title: str
    state: str  # done now ahead
    note: str = ""


def may(draft: Mapping[str, Any], by: Principal, review: bool) -> May:
    """What they may do. `review`: a second person has to agree before anything is published."""
    state, edits, approves = draft["state"], by.may("editor"), by.may("approver")
    written = state in _WRITTEN
    is_author = by.name in draft["editors"]
    publishes = approves if review else edits
    ready = state == "approved" if review else written
    found = May(
        write=edits and written,
        preview=edits and state != "published",
        check=edits and state in (*_WRITTEN, "scheduled"),
        submit=edits and review and state in ("draft", "checked"),
        approve=approves and state == "in_review" and not (review and is_author),
        reject=approves and state in ("in_review", "approved"),
        publish=publishes and ready,
        unschedule=publishes and state == "scheduled",
        why_not="",
    )
    return _told(found, draft, by, review, is_author)


def _told(found: May, draft: Mapping[str, Any], by: Principal, review: bool, is_author: bool) -> May:
    state = draft["state"]
    why = ""
    if state == "in_review" and not found.approve:
        why = gettext("等另一个人审核：写过这份草稿的人不能自己同意。") if is_author else gettext("等审批人审核。")
    elif state == "approved" and not found.publish:
        why = gettext("已同意，等审批人发布。")
    elif state in ("draft", "checked") and not (found.publish or found.submit):
        why = gettext("只有规则编辑可以提交或发布。")
    return replace(found, why_not=why)


# The states that a draft goes through, by which of them it has reached.
_WITHOUT_REVIEW: Sequence[tuple[str, Any]] = (
    ("draft", lazy_gettext("编写")), ("checked", lazy_gettext("检查")), ("scheduled", lazy_gettext("发布")),
)  # fmt: skip
_WITH_REVIEW: Sequence[tuple[str, Any]] = (
    ("draft", lazy_gettext("编写")), ("checked", lazy_gettext("检查")), ("in_review", lazy_gettext("提交")),
    ("approved", lazy_gettext("审核")), ("scheduled", lazy_gettext("发布")),
)  # fmt: skip
_DONE_WHEN: Mapping[str, str] = {"draft": "checked", "scheduled": "published"}  # the others when they are reached
_ORDER = ("draft", "checked", "in_review", "approved", "scheduled", "published")


def way(draft: Mapping[str, Any], review: bool) -> list[Step]:
    """The way from the first word to live, and where the draft stands on it."""
    reviewed = review or draft["state"] in ("in_review", "approved")
    rows = _WITH_REVIEW if reviewed else _WITHOUT_REVIEW
    reached = _ORDER.index(draft["state"])
    done = [reached >= _ORDER.index(_DONE_WHEN.get(code, code)) for code, _ in rows]
    first_open = done.index(False) if False in done else len(done)
    states = ["done" if each else "now" if number == first_open else "ahead" for number, each in enumerate(done)]
    return [Step(str(title), state, _note(draft, code)) for (code, title), state in zip(rows, states, strict=True)]


def _note(draft: Mapping[str, Any], code: str) -> str:
    if code == "draft":
        return draft["author"]
    if code == "approved":
        return draft["approved_by"] or ""
    if code == "scheduled" and draft["publish_at"] and draft["state"] == "scheduled":
        return dates.minute(draft["publish_at"])
    return ""


def next_label(found: May, draft: Mapping[str, Any]) -> str:
    """What the button says that leads on from the editor."""
    if found.publish:
        return gettext("去发布")
    if found.submit:
        return gettext("去提交审核")
    if found.approve:
        return gettext("去审核")
    if found.unschedule:
        return gettext("定时发布")
    return gettext("查看改动") if draft["state"] != "published" else gettext("已发布")
