"""Drafts that are to go live at a time: each is made live once, by whichever process comes first, or refused then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.decision import derived_id
from engine.errors import Overtaken, RulebookError
from engine.notices import SHIPPED, filled
from engine.service import checks
from engine.service.drafts import tell
from engine.service.rulebooks import Checked, Rulebooks

CHECKED_AHEAD = dt.timedelta(seconds=10)  # a check takes about a second, and what is due should not wait for it
_TRIES = 3
_BY = "gatehouse"
_REFUSED = "draft-refused"  # a template

Findings = list[dict[str, Any]]


class Schedule:
    """What is to be published when."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], rulebooks: Rulebooks):
        self._database = database
        self._clock = clock
        self._rulebooks = rulebooks
        self._ready: dict[str, Checked] = {}  # what is due next, by id of the draft

    def publish_due(self) -> int:
        """Publish the drafts whose time has come, each after a check with what is live then: how many that were.

        One that must not go live becomes a draft again with what speaks against it, and its author gets a notice.
        """
        with self._database.read() as uow:
            drafts = uow.drafts.due(self._clock() + CHECKED_AHEAD)
        self._ready = {each.id: self._ready[each.id] for each in drafts if each.id in self._ready}
        done = 0
        for draft in drafts:
            if draft.publish_at <= self._clock():
                done += self._settle(draft)
            else:
                self._prepare(draft)
        return done

    def _prepare(self, draft: Any) -> Checked | Findings:
        """The draft, ready to go live; or what speaks against it."""
        ready = self._ready.pop(draft.id, None)
        if ready is None or not self._rulebooks.is_as_checked(ready):
            try:
                ready = self._rulebooks.prepare(draft.stage, draft.document)
            except RulebookError as error:
                return checks.told_of(error)
        self._ready[draft.id] = ready
        live = ready.base[draft.stage][0] if draft.stage in ready.base else 0
        return ready if live == draft.base_version else [_stale(draft, live)]

    def _settle(self, draft: Any) -> int:
        for _ in range(_TRIES):
            found = self._prepare(draft)
            try:
                if isinstance(found, Checked):
                    return self._rulebooks.commit(partial(self._publish, draft, found))
                return self._database.write_retrying(partial(self._refuse, draft, found))
            except Overtaken:  # check again on top of it
                continue
        return 0  # the next turn tries again

    def _publish(self, draft: Any, checked: Checked, uow: Any) -> int:
        if not _is_scheduled(uow, draft):
            return 0  # another process has done it
        version = uow.rulesets.version(draft.stage, draft.version)
        by, note = version["published_by"], version["note"]
        self._rulebooks.record(uow, checked, by, note, {draft.stage: draft.version})
        now, findings = self._clock(), [checks.told(each) for each in checked.findings]
        uow.drafts.set(draft.id, state="published", findings=findings, updated_at=now, updated_by=by)
        tell(uow, now, by, "publish", draft.id, {"version": draft.version, "note": note, "at": draft.publish_at})
        return 1

    def _refuse(self, draft: Any, findings: Findings, uow: Any) -> int:
        if not _is_scheduled(uow, draft):
            return 0
        now = self._clock()
        uow.rulesets.unschedule(draft.stage, draft.version)
        uow.drafts.set(
            draft.id, state="draft", findings=findings, approved_by=None, publish_at=None, version=None,
            updated_at=now, updated_by=_BY,
        )  # fmt: skip
        names = sorted({each["name"] for each in findings if each["severity"] == "error"})
        said = {"version": draft.version, "at": draft.publish_at, "findings": names}
        tell(uow, now, _BY, "refuse", draft.id, said)
        notice = derived_id(_REFUSED, draft.id, draft.version)
        text = _refusal(uow, {"draft": draft.id, "stage": draft.stage, "findings": ", ".join(names)})
        uow.vendors.notice(notice, draft.author, _REFUSED, text, "", now)
        return 1


def _refusal(uow: Any, said: Mapping[str, str]) -> str:
    """What the author is told, in both languages: nobody knows which one they read."""
    kept = uow.reference.get("templates", _REFUSED)
    texts = kept["text"] if kept else SHIPPED[_REFUSED]
    return "\n".join(filled(texts[language], said) for language in ("zh", "en"))


def _is_scheduled(uow: Any, draft: Any) -> bool:
    """Whether it still is as it was read; nobody else changes it until this transaction ends."""
    now = uow.drafts.get(draft.id, lock=True)
    return (now.state, now.version) == ("scheduled", draft.version)


def _stale(draft: Any, live: int) -> dict[str, Any]:
    """What speaks against a draft that was made from another version than the live one."""
    return {
        "name": "stale-base", "severity": "error", "path": draft.stage, "rule": "", "witness": {},
        "message": {
            "zh": f"草稿基于第 {draft.base_version} 版，现在生效的是第 {live} 版",
            "en": f"the draft is made from version {draft.base_version}; by now version {live} is live",
        },
        "suggestion": {"zh": "对比两版，改好后重新发布", "en": "compare the two, and publish again"},
    }  # fmt: skip
