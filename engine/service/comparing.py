"""What versions and drafts of a ruleset say differently."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import NotFound, OrderError, Problem, StaleBase
from engine.language.differences import Speaker, differences
from engine.language.effects import EFFECTS
from engine.service import checks
from engine.service.rulebooks import Rulebooks

LIVE = "live"
_MOST_VERSIONS = 100  # that are looked through for what became of one rule
_MOST_CHANGES = 20


class Comparing:
    """Compares documents of a stage, said with the facts and lists of now."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], rulebooks: Rulebooks):
        self._database = database
        self._clock = clock
        self._rulebooks = rulebooks

    def diff(self, stage: str, one: str, other: str) -> dict[str, Any]:
        """`{stage, from, to, …}` and what `differences` tells. Each side is a version's number, "live" or "draft:<id>".

        Raises NotFound, OrderError.
        """
        checks.known(stage)
        documents = [self._document(stage, which, name) for which, name in ((one, "from"), (other, "to"))]
        return {"stage": stage, "from": one, "to": other, **self.documents(stage, *documents)}

    def documents(self, stage: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        """What `differences` tells of two documents."""
        return differences(stage, before, after, self._speaker())

    def refuse_stale(self, draft: Any, at: dt.datetime | None) -> None:
        """Raise StaleBase, with what was published meanwhile, unless the draft was made from the version that will be
        live when it is published: at `at`, or now."""
        with self._database.read() as uow:
            expected = uow.rulesets.expected(draft.stage, at or self._clock())
            if expected == draft.base_version:
                return
            live = uow.rulesets.document(draft.stage, expected) if expected else {}
            base = _version(uow, draft.stage, draft.base_version) or {}
        said = f"the draft is made from version {draft.base_version} of {draft.stage}; by now it is {expected}"
        raise StaleBase(said, {
            "base_version": draft.base_version, "live_version": expected,
            "diff": self.documents(draft.stage, base, live),
        })  # fmt: skip

    def history_of(self, stage: str, member: str) -> list[dict[str, Any]]:
        """In which versions a rule or table came, changed or went, the newest first: `{version, change, published_at,
        published_by, note, title, document, sentence, rows}`. `change` is added, changed or removed; of a table
        `sentence` is None, of a rule `rows`. The latest 20 of them, in the latest 100 versions."""
        with self._database.read() as uow:
            published = [each for each in uow.rulesets.versions(checks.known(stage)) if each["state"] != "scheduled"]
            some, speaker = published[:_MOST_VERSIONS], self._speaker()
            found: list[dict[str, Any]] = []
            is_ = _member(uow.snapshots.get(some[0]["digest"]), member) if some else None
            for number, version in enumerate(some):
                if number + 1 < len(published):
                    was = _member(uow.snapshots.get(published[number + 1]["digest"]), member)
                else:
                    was = None
                if was != is_ and len(found) < _MOST_CHANGES:
                    found.append({**version, **_changed_to(stage, was, is_, speaker)})
                is_ = was
        return found

    def _document(self, stage: str, which: str, name: str) -> Any:
        with self._database.read() as uow:
            if which == LIVE:
                return uow.rulesets.live().get(stage, (0, "", {}))[2]
            if re.fullmatch("[1-9][0-9]{0,8}", which):
                return uow.rulesets.document(stage, int(which))
            if not which.startswith("draft:"):
                raise OrderError([Problem(name, "not-a-choice", "must be a version's number, live, or draft:<id>")])
            draft = uow.drafts.get(which.removeprefix("draft:"))
        if draft is None or draft.stage != stage:
            raise NotFound(f"there is no draft {which.removeprefix('draft:')} of {stage}")
        return draft.document

    def _speaker(self) -> Speaker:
        _, lists = self._rulebooks.live_documents()
        titles = {code: _both(each.get("title"), code) for code, each in lists.items()}
        return Speaker(self._rulebooks.live().rulebook.catalogue, EFFECTS, titles)


def _member(document: Mapping[str, Any], member: str) -> Any:
    """The rule or table of that id; None where there is none."""
    members = (each for name in ("rules", "tables") for each in document.get(name) or ())
    return next((each for each in members if each.get("id") == member), None)


def _changed_to(stage: str, was: Any, is_: Any, speaker: Speaker) -> dict[str, Any]:
    shown = was if is_ is None else is_
    is_table = "rows" in shown
    return {
        "change": "added" if was is None else "removed" if is_ is None else "changed",
        "title": shown.get("title"), "document": shown,
        "sentence": None if is_table else speaker.rule(shown, stage),
        "rows": len(shown["rows"]) if is_table else None,
    }  # fmt: skip


def _version(uow: Any, stage: str, version: int) -> Any:
    try:
        return uow.rulesets.document(stage, version)
    except NotFound:
        return None


def _both(title: Any, code: str) -> Mapping[str, str]:
    """A list's title in each language."""
    if isinstance(title, Mapping):
        return {language: title.get(language) or code for language in ("zh", "en")}
    return {language: title or code for language in ("zh", "en")}
