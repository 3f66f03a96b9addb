"""Rules that come with a new release: what is live stays live, and what has changed is offered as drafts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine import canonical
from engine.intake.reference import load_reference
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook, read_folder
from engine.language.effects import EFFECTS
from engine.language.upgrades import upgraded
from engine.service import checks
from engine.service.drafts import OPEN, tell
from engine.service.seeding import SHIPPED_NOTE

_BY = "gatehouse"


class Upgrading:
    """Compares what is shipped with what was shipped before."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime]):
        self._database = database
        self._clock = clock

    def offer(self, folder: Path) -> list[str]:
        """Make a draft for each ruleset that is shipped otherwise than before: their ids; none the second time.

        A draft is the live rules with the shipped changes. What the shop has changed as well stays as the shop has it,
        and is named in the draft's history. Lists that are not there yet come along. Raises RulebookError.
        """
        shipped = read_folder(folder)
        load_rulebook(shipped.documents, CATALOGUE, EFFECTS, shipped.lists, shipped.places)

        def work(uow: Any) -> list[str]:
            if uow.rulesets.empty():
                return []
            self._add_lists(uow, shipped.lists)
            offered = (self._offer(uow, stage, checks.whole(stage, each)) for stage, each in shipped.documents.items())
            return [each for each in offered if each is not None]

        return self._database.write_retrying(work)

    def _offer(self, uow: Any, stage: str, shipped: Any) -> str | None:
        digest = canonical.digest(shipped)
        base, last = self._base(uow, stage)
        if last == digest:
            return None
        live = uow.rulesets.live().get(stage, (0, "", {}))
        document, kept = upgraded(base, shipped, checks.whole(stage, live[2]))
        uow.snapshots.put(shipped)
        self._withdraw(uow, stage)
        draft_id = None
        if document != live[2]:
            draft_id = uow.drafts.add(stage, live[0], document, _BY, self._clock())
            said = {"note": SHIPPED_NOTE, "base_version": live[0], "left_as_they_are": kept}
            tell(uow, self._clock(), _BY, "create", draft_id, said)
        after = {"digest": digest, "base": uow.snapshots.put(base), "draft": draft_id}
        uow.audit.write(self._clock(), _BY, "rulesets.shipped", _what(stage), None, after)
        return draft_id

    def _base(self, uow: Any, stage: str) -> tuple[Any, str | None]:
        """The shipped rules that the shop knows of, and the digest of those that were shipped last.

        An offer that is still open is not known of yet: the next one has its changes too, and takes its place unless
        somebody has worked on it.
        """
        entries, _ = uow.audit.list(None, 1, _what(stage))
        if not entries:
            seeded = [each for each in uow.rulesets.versions(stage) if each["published_by"] == _BY]
            digest = seeded[-1]["digest"] if seeded else None
            return (uow.snapshots.get(digest) if digest else checks.whole(stage, {})), digest
        last = entries[0]["after"]
        draft = uow.drafts.get(last["draft"]) if last["draft"] else None
        if draft is None or draft.state not in OPEN:
            return uow.snapshots.get(last["digest"]), last["digest"]
        return uow.snapshots.get(last["base"]), last["digest"]

    def _withdraw(self, uow: Any, stage: str) -> None:
        """Give up the offer before this one, unless somebody has worked on it."""
        for draft in uow.drafts.of(stage, ("draft", "checked")):
            if draft.editors == (_BY,):
                uow.drafts.set(draft.id, state="discarded", updated_at=self._clock(), updated_by=_BY)
                tell(uow, self._clock(), _BY, "discard", draft.id, {"note": "another version is shipped by now"})

    def _add_lists(self, uow: Any, lists: Mapping[str, Any]) -> None:
        for code, document in lists.items():
            if uow.reference.get("lists", code) is None:
                loaded = load_reference("lists", code, document)
                uow.reference.put("lists", code, loaded)
                uow.audit.write(self._clock(), _BY, "lists.put", code, None, loaded)


def _what(stage: str) -> str:
    return f"shipped/{stage}"
