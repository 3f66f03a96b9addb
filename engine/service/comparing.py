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
