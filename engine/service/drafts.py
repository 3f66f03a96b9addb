"""Drafts of rules: written, checked, reviewed, and published at once or at a time.

draft → checked → in_review → approved → scheduled or published; discarded aside. Saving other content goes back to
draft. Every step says in the audit log who took it and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from engine import canonical
from engine.config import Settings
from engine.errors import Conflict, DraftChanged, Forbidden, NotFound, OrderError, Overtaken, Problem, RulebookError
from engine.service import checks
from engine.service.comparing import Comparing
from engine.service.compiled import Compiled
from engine.service.principals import Principal
from engine.service.rulebooks import Checked, Rulebooks

OPEN = ("draft", "checked", "in_review", "approved", "scheduled")
STATES = (*OPEN, "published", "discarded")
_EDITABLE = ("draft", "checked", "in_review", "approved")
_TRIES = 3  # to publish while others do

Result = TypeVar("Result")


class Drafts:
    """Use cases around drafts."""

    def __init__(
        self, database: Any, settings: Settings, clock: Callable[[], dt.datetime], rulebooks: Rulebooks,
        comparing: Comparing,
    ):  # fmt: skip
        self._database = database
        self._settings = settings
        self._clock = clock
        self._rulebooks = rulebooks
        self._comparing = comparing

    def of(self, stage: str | None = None, state: str | None = None) -> list[dict[str, Any]]:
        """Drafts of a stage or of all, last changed first, without their documents; those still open unless `state`."""
        if stage is not None:
            checks.known(stage)
        with self._database.read() as uow:
            found = uow.drafts.of(stage, OPEN if state is None else (state,))
            live = _live_versions(uow)
        return [_summary(each, live) for each in found]

    def get(self, stage: str, draft_id: str) -> dict[str, Any]:
        """The draft: its document, and beside it what there is to say of the draft. Raises NotFound."""
        with self._database.read() as uow:
            return _document(_found(uow, stage, draft_id), _live_versions(uow))

    @contextmanager
    def compiled(self, draft_id: str) -> Iterator[Compiled]:
        """The live rules with that draft instead of its stage's, to try out. Raises NotFound, and RulebookError for
        what is not valid."""
        with self._database.read() as uow:
            draft = uow.drafts.get(draft_id)
        if draft is None or draft.state == "discarded":
            raise NotFound(f"there is no draft {draft_id}")
        compiled = self._rulebooks.with_changes({draft.stage: draft.document})
        try:
            yield compiled
        finally:
            compiled.judge.close()

    def create(
        self, stage: str, by: Principal, document: Mapping[str, Any] | None = None, base_version: int | None = None
    ) -> dict[str, Any]:
        """Begin a draft: with that document, or with a copy of the version it is based on, which is the live one unless
        said. The document need not be valid. Raises NotFound, OrderError for a version that there is not."""
        by.require("editor")
        checks.known(stage)

        def work(uow: Any) -> dict[str, Any]:
            base = _live_versions(uow).get(stage, 0) if base_version is None else base_version
            copy = _version_document(uow, stage, base)
            content = checks.whole(stage, copy if document is None else document)
            draft_id = uow.drafts.add(stage, base, content, by.name, self._clock())
            said = {"base_version": base, "digest": canonical.digest(content)}
            tell(uow, self._clock(), by.name, "create", draft_id, said)
            return _document(uow.drafts.get(draft_id), _live_versions(uow))

        return self._database.write_retrying(work)

    def save(
        self, stage: str, draft_id: str, document: Mapping[str, Any], revision: int, by: Principal,
        base_version: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Keep other content, valid or not, in place of revision `revision`.

        Raises NotFound, Conflict for a draft that is scheduled or published, and DraftChanged with what somebody else
        has saved meanwhile, so that nobody's work is lost.
        """
        by.require("editor")
        content = checks.whole(stage, document)

        def work(uow: Any) -> dict[str, Any] | None:
            draft = _found(uow, stage, draft_id, lock=True)
            _require_state(draft, _EDITABLE)
            if draft.revision != revision:
                return None
            base = draft.base_version if base_version is None else base_version
            if base_version is not None:
                _version_document(uow, stage, base)
            if content == draft.document and base == draft.base_version:
                return _document(draft, _live_versions(uow))
            self._keep(uow, draft, content, base, by)
            return _document(uow.drafts.get(draft_id), _live_versions(uow))

        saved = self._database.write_retrying(work)
        if saved is None:
            raise self._changed(stage, draft_id, content)
        return saved

    def discard(self, stage: str, draft_id: str, by: Principal) -> None:
        """Give a draft up. Its document stands in the audit log. Raises NotFound, Conflict."""
        by.require("editor")

        def work(uow: Any) -> None:
            draft = _found(uow, stage, draft_id, lock=True)
            _require_state(draft, _EDITABLE)
            uow.drafts.set(draft_id, state="discarded", updated_at=self._clock(), updated_by=by.name)
            tell(uow, self._clock(), by.name, "discard", draft_id, None, {"document": draft.document})

        self._database.write_retrying(work)

    def check(self, stage: str, draft_id: str, by: Principal) -> dict[str, Any]:
        """`{draft, findings}`: what the draft would do to the live rules, and warnings. It is checked now.

        Raises RulebookError with every finding when it must not go live; these are kept with the draft. NotFound.
        """
        by.require("editor")
        draft = self._draft(stage, draft_id)
        _require_state(draft, OPEN)
        try:
            checked = self._rulebooks.prepare(stage, draft.document)
        except RulebookError as error:
            self._found_wrong(draft, by, checks.told_of(error))
            raise
        findings = [checks.told(each) for each in checked.findings]
        state = "checked" if draft.state == "draft" else draft.state
        self._step(draft, by, "check", state, {"findings": len(findings)}, findings=findings)
        return {"draft": self.get(stage, draft_id), "findings": findings}

    def submit(self, stage: str, draft_id: str, by: Principal, note: str = "") -> dict[str, Any]:
        """Ask for review, once it is checked. Raises as `check` does, and StaleBase."""
        by.require("editor")
        draft = self._draft(stage, draft_id)
        _require_state(draft, ("draft", "checked"))
        self._comparing.refuse_stale(draft, None)
        self.check(stage, draft_id, by)
        return self._step(replace(draft, state="checked"), by, "submit", "in_review", {"note": note})

    def approve(
        self, stage: str, draft_id: str, by: Principal, note: str = "", revision: int | None = None
    ) -> dict[str, Any]:
        """Agree to what was submitted; `revision` is the one that was read.

        Raises Forbidden for somebody who wrote it, where a second person has to review; Conflict for what is not under
        review; DraftChanged.
        """
        by.require("approver")
        draft = self._draft(stage, draft_id)
        if revision is not None and revision != draft.revision:
            raise self._changed(stage, draft_id, draft.document)
        _require_state(draft, ("in_review",))
        if self._settings.require_review and by.name in draft.editors:
            raise Forbidden("who wrote a draft does not approve it; somebody else has to")
        return self._step(draft, by, "approve", "approved", {"note": note}, approved_by=by.name)

    def send_back(self, stage: str, draft_id: str, by: Principal, reason: str) -> dict[str, Any]:
        """Give it back to its author, with a reason. Raises NotFound, Conflict."""
        by.require("approver")
        draft = self._draft(stage, draft_id)
        _require_state(draft, ("in_review", "approved"))
        return self._step(draft, by, "reject", "draft", {"note": reason}, approved_by=None)

    def publish(
        self, stage: str, draft_id: str, by: Principal, note: str, at: dt.datetime | None = None
    ) -> dict[str, Any]:
        """Make the draft live, now or at `at`: the version, with its document.

        It is checked again. Raises RulebookError with every finding, StaleBase when it was made from another version
        than the live one, Conflict when it is not approved though it has to be, OrderError for a time that is past.
        """
        self._require_publisher(by)
        if not note.strip():
            raise OrderError([Problem("note", "required", "say why; it is kept with the version")])
        if at is not None and at <= self._clock():
            raise OrderError([Problem("at", "out-of-range", "must lie ahead; leave it out to publish now")])
        for attempt in range(1, _TRIES + 1):
            try:
                version = self._publish(self._draft(stage, draft_id), by, note.strip(), at)
            except Overtaken:  # by another stage's publish: check again on top of it
                if attempt == _TRIES:
                    raise
            else:
                return self._rulebooks.version(stage, version)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def unschedule(self, stage: str, draft_id: str, by: Principal, reason: str) -> dict[str, Any]:
        """Not to publish it at its time after all. Raises NotFound, Conflict."""
        self._require_publisher(by)
        draft = self._draft(stage, draft_id)
        _require_state(draft, ("scheduled",))
        state = "approved" if draft.approved_by else "checked"
        forget = {"publish_at": None, "version": None}
        said = {"note": reason, "version": draft.version, "at": draft.publish_at}
        return self._step(draft, by, "unschedule", state, said, _forget_version, **forget)

    def history(self, stage: str, draft_id: str) -> list[dict[str, Any]]:
        """Who did what with it and why, newest first: `{at, by, action, details}`. Raises NotFound."""
        with self._database.read() as uow:
            draft = uow.drafts.get(draft_id)
            if draft is None or draft.stage != stage:
                raise NotFound(f"there is no draft {draft_id} of {stage}")
            entries, _ = uow.audit.list(None, 1000, _what(draft_id))
        return [
            {"at": each["at"], "by": each["by"], "action": each["action"].partition(".")[2], "details": each["after"]}
            for each in entries
        ]

    def _publish(self, draft: Any, by: Principal, note: str, at: dt.datetime | None) -> int:
        _require_state(draft, ("approved",) if self._settings.require_review else _EDITABLE)
        self._comparing.refuse_stale(draft, at)
        try:
            checked = self._rulebooks.prepare(draft.stage, draft.document)
        except RulebookError as error:
            self._found_wrong(draft, by, checks.told_of(error))
            raise
        if at is None and draft.stage in checked.base and checked.base[draft.stage][2] == draft.document:
            raise Conflict(f"the live version of {draft.stage} says the same")
        findings = [checks.told(each) for each in checked.findings]

        def work(uow: Any) -> int:
            _unchanged(uow, draft)
            if at is None:
                version = self._rulebooks.record(uow, checked, by.name, note)[draft.stage]
                state, action = "published", "publish"
            else:
                version = self._schedule(uow, draft, checked, by, note, at)
                state, action = "scheduled", "schedule"
            self._set(uow, draft, by, state, version=version, publish_at=at, findings=findings)
            tell(uow, self._clock(), by.name, action, draft.id, {"version": version, "note": note, "at": at})
            return version

        return self._rulebooks.commit(work)

    def _schedule(
        self, uow: Any, draft: Any, checked: Checked, by: Principal, note: str, at: dt.datetime
    ) -> int:
        document = checked.changes[draft.stage]
        return uow.rulesets.schedule(draft.stage, document, canonical.digest(document), by.name, at, note)

    def _require_publisher(self, by: Principal) -> None:
        by.require("approver" if self._settings.require_review else "editor")

    def _draft(self, stage: str, draft_id: str) -> Any:
        with self._database.read() as uow:
            return _found(uow, stage, draft_id)

    def _keep(self, uow: Any, draft: Any, content: Mapping[str, Any], base: int, by: Principal) -> None:
        editors = [*(name for name in draft.editors if name != by.name), by.name]
        self._set(
            uow, draft, by, "draft", document=content, base_version=base, revision=draft.revision + 1,
            editors=editors, findings=None, approved_by=None,
        )  # fmt: skip
        after = {"revision": draft.revision + 1, "base_version": base, "digest": canonical.digest(content)}
        before = {"revision": draft.revision, "digest": canonical.digest(draft.document)}
        tell(uow, self._clock(), by.name, "save", draft.id, after, before)

    def _found_wrong(self, draft: Any, by: Principal, findings: list[dict[str, Any]]) -> None:
        """Keep what speaks against it, unless it was changed meanwhile. What is under review stays there."""
        state = "draft" if draft.state == "checked" else draft.state
        said = {"findings": len(findings), "refused": True}
        self._step(draft, by, "check", state, said, findings=findings)

    def _step(
        self, draft: Any, by: Principal, action: str, state: str, said: Mapping[str, Any],
        also: Callable[[Any, Any], None] = lambda uow, draft: None, **values: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Take a draft that is still as it was read to a state: the draft then."""

        def work(uow: Any) -> dict[str, Any]:
            _unchanged(uow, draft)
            also(uow, draft)
            self._set(uow, draft, by, state, **values)
            tell(uow, self._clock(), by.name, action, draft.id, {"revision": draft.revision, **said})
            return _document(uow.drafts.get(draft.id), _live_versions(uow))

        return self._database.write_retrying(work)

    def _set(self, uow: Any, draft: Any, by: Principal, state: str, **values: Any) -> None:
        uow.drafts.set(draft.id, state=state, updated_at=self._clock(), updated_by=by.name, **values)

    def _changed(self, stage: str, draft_id: str, content: Any) -> DraftChanged:
        """Says what is saved by now, and how that content differs from it."""
        draft = self._draft(stage, draft_id)
        current = self.get(stage, draft_id)
        said = f"{current['editors'][-1]} has saved revision {current['revision']} meanwhile"
        compared = self._comparing.documents(stage, draft.document, content)
        return DraftChanged(said, {"current": current, "diff": compared})


def tell(
    uow: Any, at: dt.datetime, by: str, action: str, draft_id: str, after: Any, before: Any = None
) -> None:
    """Write down in the audit log what was done with a draft."""
    uow.audit.write(at, by, f"drafts.{action}", _what(draft_id), canonical.dump(before), canonical.dump(after))


def _what(draft_id: str) -> str:
    return f"drafts/{draft_id}"


def _found(uow: Any, stage: str, draft_id: str, lock: bool = False) -> Any:
    draft = uow.drafts.get(draft_id, lock)
    if draft is None or draft.stage != stage or draft.state == "discarded":
        raise NotFound(f"there is no draft {draft_id} of {stage}")
    return draft


def _unchanged(uow: Any, draft: Any) -> None:
    """Hold a draft still that is as it was read. Raises Conflict."""
    now = uow.drafts.get(draft.id, lock=True)
    if (now.revision, now.state) != (draft.revision, draft.state):
        raise Conflict(f"{now.updated_by} has changed the draft meanwhile; it is {now.state} now")


def _require_state(draft: Any, states: tuple[str, ...]) -> None:
    if draft.state not in states:
        raise Conflict(f"draft {draft.id} is {draft.state}; this is for one that is {' or '.join(states)}")


def _version_document(uow: Any, stage: str, version: int) -> Any:
    """The document of a version; an empty one for version 0. Raises OrderError."""
    if version == 0:
        return {}
    try:
        return uow.rulesets.document(stage, version)
    except NotFound:
        problem = Problem("base_version", "not-a-choice", f"there is no version {version} of {stage}")
        raise OrderError([problem], "The draft cannot be kept as it is.") from None


def _forget_version(uow: Any, draft: Any) -> None:
    uow.rulesets.unschedule(draft.stage, draft.version)


def _live_versions(uow: Any) -> dict[str, int]:
    return uow.rulesets.live_versions()


def _summary(draft: Any, live: Mapping[str, int]) -> dict[str, Any]:
    said = {name: canonical.dump(getattr(draft, name)) for name in _SAID}
    return {**said, "note": draft.document.get("note") or "", "live_version": live.get(draft.stage, 0)}


def _document(draft: Any, live: Mapping[str, int]) -> dict[str, Any]:
    said = {name: canonical.dump(getattr(draft, name)) for name in (*_SAID, "findings")}
    return {**draft.document, **said, "live_version": live.get(draft.stage, 0)}


_SAID = (
    "id", "stage", "base_version", "author", "editors", "state", "revision", "created_at", "updated_at", "updated_by",
    "approved_by", "publish_at", "version",
)  # fmt: skip
