"""The versions of a ruleset as pages tell of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import dates, labels
from engine.errors import NotFound
from engine.service import Gatehouse
from engine.service.seeding import SHIPPED_NOTE

STATES: labels.Table = {
    "live": (lazy_gettext("生效中"), "good"),
    "scheduled": (lazy_gettext("已定时"), "busy"),
    "superseded": (lazy_gettext("已被取代"), "quiet"),
}
_SWITCHED = re.compile(r"(pause|resume) ([a-z0-9.-]+): (.*)", re.DOTALL)  # notes of engine.service.pausing
_OTHERS: Mapping[str, Any] = {"pipeline": lazy_gettext("流程"), "facts": lazy_gettext("自定义事实")}


def ruleset_title(name: str) -> str:
    """What a stage, the pipeline or the declared facts are called."""
    return labels.word(_OTHERS if name in _OTHERS else labels.STAGES, name)


def shown(version: Mapping[str, Any]) -> dict[str, Any]:
    """A version with its state in words, and when it went, or goes, live."""
    at = version["published_at"]
    said = {"look": labels.look(STATES, version["state"]), "ago": dates.ago(at), "exact": dates.exact(at)}
    return {**version, **said, "note": note(version["note"])}


def note(text: str | None) -> str:
    """Why a version was published; what we say ourselves in the reader's language."""
    if text == SHIPPED_NOTE:
        return gettext("随版本附带")
    switched = _SWITCHED.fullmatch(text or "")
    if switched is None:
        return text or ""
    how = {"pause": gettext("暂停"), "resume": gettext("恢复")}[switched[1]]
    return gettext("%(how)s %(rule)s：%(why)s", how=how, rule=switched[2], why=switched[3])


def latest(gatehouse: Gatehouse, name: str) -> dict[str, Any] | None:
    """The live version; None where nothing was ever published."""
    try:
        found = gatehouse.rulebooks.versions(name)
    except NotFound:
        return None
    return next((shown(each) for each in found if each["state"] == "live"), None)
