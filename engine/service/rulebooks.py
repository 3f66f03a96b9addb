"""What is published: the live rulebook of this process, swapped when others are published, and publishing itself."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine import canonical
from engine.analysis import Finding
from engine.analysis.unknown_names import unknown_names
from engine.config import Settings
from engine.errors import Conflict, NotFound, OrderError, Overtaken, Problem
from engine.intake.reference import load_reference
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook
from engine.language.effects import EFFECTS
from engine.language.mentions import by_mention
from engine.language.rules import Rulebook
from engine.matching.judge import Judge
from engine.notices import SHIPPED
from engine.service import checks
from engine.service.checks import Documents, Lists
from engine.service.compiled import Compiled, CompiledRulebooks
from engine.service.principals import Principal

CHECK_EVERY_S = 1.0  # a publish is live in every process within two seconds …
WAIT_AFTER_S = 1.9  # … even where compiling takes long, or nobody asked for an hour: then who asks waits

Result = TypeVar("Result")
Live = Mapping[str, tuple[int, str, Any]]  # (version, digest, document) by stage


@dataclass(frozen=True, slots=True)
class Checked:
    """Documents that may go live on top of what was live when they were checked, and with the lists of then."""

    changes: Documents
    rulebook: Rulebook
    base: Live
    lists: Lists
    added: Lists = field(default_factory=dict)  # lists that come along
    findings: tuple[Finding, ...] = ()  # warnings


class Rulebooks:
    """The published rules."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime]):
        self._database = database
        self._settings = settings
        self._clock = clock
        self._compiled = CompiledRulebooks(database, settings)
        self._looking = threading.Lock()  # one thread looks what is live, and compiles it
        self._live: Compiled | None = None
        self._checked_at = float("-inf")
        self._published = self._seen = 0  # publishes in this process, and how many of them the last look has seen

    def live(self) -> Compiled:
        """The rulebook that decides now. One decision uses one rulebook, whatever is published meanwhile."""
        live = self._live
        if live and not self._is_due():
            return live
        must_wait = live is None or self._seen != self._published or self._unseen_for_s() > WAIT_AFTER_S
        if not self._looking.acquire(blocking=must_wait):
            assert live is not None
            return live  # another thread is compiling the next one
        try:
            if self._live is None or self._is_due():
                self._look()
            assert self._live is not None
            return self._live
        finally:
            self._looking.release()

    def at(self, digest: str) -> Compiled:
        """The rulebook of a former decision. Raises NotFound."""
        live = self._live
        return live if live and live.rulebook.digest == digest else self._compiled.get(digest)

    def forget_live(self) -> None:
        """Look again at what is live, at the next decision."""
        self._published += 1

    def check(self, changes: Documents) -> list[Finding]:
        """What the analysis finds in the live rules with these changes. Raises RulebookError for invalid documents."""
        live, lists = self._published_now()
        rulebook, found = checks.examine(_changed(live, changes), lists)
        return [*found, *self._unknown_names(rulebook)]

    def publish(
        self, stage: str, document: Any, by: Principal, note: str = "", base_version: int | None = None
    ) -> int:
        """Make a document live: a stage's ruleset, "pipeline" or "facts". Its version; the live one if it is equal.

        `base_version` is the live version that the author started from. Raises Forbidden, Conflict (another is live by
        now), and RulebookError with everything that speaks against it.
        """
        bases = {} if base_version is None else {stage: base_version}
        return self.publish_all({stage: document}, by, note, bases).get(stage) or self._live_version(stage)

    def publish_all(
        self, documents: Documents, by: Principal, note: str = "", bases: Mapping[str, int] | None = None,
        new_lists: Lists | None = None,
    ) -> dict[str, int]:  # fmt: skip
        """Make several documents live at once, those that differ from what is live: the new versions by stage.

        `new_lists` are lists that there are not yet, by code; those that there are stay. Raises as `publish` does.
        """
        by.require("editor")
        live, lists = self._published_now()
        _refuse_stale(live, bases or {})
        changes = _differing(live, documents)
        added = {code: each for code, each in (new_lists or {}).items() if code not in lists}
        if added:
            by.require("admin")
        if not changes and not added:
            return {}
        rulebook, found = checks.approve(_changed(live, changes), {**lists, **added})
        checked = Checked(changes, rulebook, live, lists, added, tuple(found))
        return self.commit(lambda uow: self.record(uow, checked, by.name, note))

    def prepare(self, stage: str, document: Any) -> Checked:
        """The document, ready to go live now. Raises RulebookError with everything that speaks against it."""
        live, lists = self._published_now()
        changes = {stage: checks.whole(stage, document)}
        rulebook, found = checks.approve(_changed(live, changes), lists)
        warnings = (*found, *self._unknown_names(rulebook))
        return Checked(changes, rulebook, live, lists, findings=warnings)

    def prepare_pause(self, stage: str, document: Any) -> Checked:
        """The same for live rules of which some are switched off or on: what else they say went live once before."""
        live, lists = self._published_now()
        changes = {stage: document}
        return Checked(changes, checks.load(_changed(live, changes), lists), live, lists)

    def is_as_checked(self, checked: Checked) -> bool:
        """Whether the same rules and lists are still there that it was checked with."""
        return self._published_now() == (checked.base, checked.lists)

    def commit(self, work: Callable[[Any], Result]) -> Result:
        """What `work(uow)` answers, which makes something live."""
        answer = self._database.write_retrying(work)
        self.forget_live()
        return answer

    def record(
        self, uow: Any, checked: Checked, by: str, note: str, scheduled: Mapping[str, int] | None = None
    ) -> dict[str, int]:
        """Publish it, and pin the rulebook that it makes: the new versions by stage.

        `scheduled`: versions that were numbered before. Raises Overtaken when other rules are live by now.
        """
        now = self._clock()
        uow.rulesets.lock()
        if uow.rulesets.live() != checked.base:
            raise Overtaken("other rules were published meanwhile; look at them and publish again")
        for code, document in checked.added.items():
            loaded = load_reference("lists", code, document)
            uow.reference.put("lists", code, loaded)
            uow.audit.write(now, by, "lists.put", code, None, loaded)
        versions = {}
        for stage, document in checked.changes.items():
            digest = canonical.digest(document)
            number = (scheduled or {}).get(stage)
            versions[stage] = uow.rulesets.publish(stage, document, digest, by, now, note, number)
            former = checked.base.get(stage)
            before = {"version": former[0], "digest": former[1]} if former else None
            after = {"version": versions[stage], "digest": digest, "note": note}
            uow.audit.write(now, by, "rulesets.publish", stage, before, after)
        uow.rulesets.pin(checked.rulebook.digest, uow.rulesets.live_digests(), now)
        return versions

    def with_changes(self, changes: Documents) -> Compiled:
        """What is live with these changes, to try them out. Who asks for it closes its judge.

        The evaluator alone judges by it: nobody has tried yet whether the matcher can compile these rules, and a
        compilation that hangs or dies must not take a web process along. Raises RulebookError for what is not valid.
        """
        live, lists = self._published_now()
        whole = {stage: checks.whole(stage, document) for stage, document in changes.items()}
        rulebook = load_rulebook(_changed(live, whole), CATALOGUE, EFFECTS, lists)
        return Compiled(rulebook, Judge(rulebook, "evaluator"))

    def require_shortcut(self, by: Principal) -> None:
        """Raise Forbidden unless they may change what is live without a draft; where drafts are reviewed, reviewers
        may."""
        by.require("approver" if self._settings.require_review else "editor")

    def rollback(self, stage: str, version: int, by: Principal, reason: str) -> int:
        """Publish a former version of a stage again: the new version. Raises as `publish` does, and NotFound."""
        self.require_shortcut(by)
        if not reason.strip():
            raise OrderError([Problem("reason", "required", "say why; it is kept with the version")])
        with self._database.read() as uow:
            document = uow.rulesets.document(checks.known(stage), version)
            live_version, _, live = uow.rulesets.live()[stage]
        if live == document:
            raise Conflict(f"version {live_version} of {stage} is live and says the same as version {version}")
        return self.publish(stage, document, by, reason.strip(), live_version)

    def versions(self, stage: str) -> list[dict[str, Any]]:
        """The versions of a stage, newest first: `{version, state, digest, published_at, published_by, note}`."""
        with self._database.read() as uow:
            found = uow.rulesets.versions(checks.known(stage))
        if not found:
            raise NotFound(f"nothing was ever published for {stage}")
        return found

    def version(self, stage: str, version: int) -> dict[str, Any]:
        """A version with its `document`. Raises NotFound."""
        with self._database.read() as uow:
            document = uow.rulesets.document(checks.known(stage), version)
            row = uow.rulesets.version(stage, version)
        return {**row, "document": document}

    def live_documents(self) -> tuple[dict[str, Any], Lists]:
        """What is live: the documents by stage, and the lists by code."""
        live, lists = self._published_now()
        return {stage: document for stage, (_, _, document) in live.items()}, lists

    def close(self) -> None:
        """Free every compiled rulebook."""
        with self._looking:
            self._compiled.close()
            if self._live:
                self._live.judge.close()  # harmless when done twice
            self._live = None

    def _is_due(self) -> bool:
        return self._seen != self._published or self._unseen_for_s() > CHECK_EVERY_S

    def _unseen_for_s(self) -> float:
        """How old a publish may be that this process does not know of."""
        return time.monotonic() - self._checked_at

    def _look(self) -> None:
        published, began = self._published, time.monotonic()
        self._live = self.at(self._pin_live())
        self._seen, self._checked_at = published, began

    def _pin_live(self) -> str:
        with self._database.read() as uow:
            digests = uow.rulesets.live_digests()
            known = uow.rulesets.rulebook_named(digests)
        if known:
            return known
        with self._database.write() as uow:
            documents = {stage: document for stage, (_, _, document) in uow.rulesets.live().items()}
            rulebook = load_rulebook(documents, CATALOGUE, EFFECTS, None)
            uow.rulesets.pin(rulebook.digest, uow.rulesets.live_digests(), self._clock())
            uow.commit()
        return rulebook.digest

    def _unknown_names(self, rulebook: Rulebook) -> list[Finding]:
        """Warnings about templates of notices that neither admins keep nor come with Gatehouse, and about webhooks that
        no setting names."""
        named = {code for kind, code in by_mention(rulebook) if kind == "templates"}
        with self._database.read() as uow:
            known = {*uow.reference.some("templates", named), *SHIPPED}
        return list(unknown_names(rulebook, {"templates": known, "webhooks": self._settings.webhooks}))

    def _published_now(self) -> tuple[Live, Lists]:
        with self._database.read() as uow:
            return uow.rulesets.live(), _all_lists(uow)

    def _live_version(self, stage: str) -> int:
        with self._database.read() as uow:
            return uow.rulesets.live()[stage][0]


def _changed(live: Live, changes: Documents) -> dict[str, Any]:
    return {**{stage: document for stage, (_, _, document) in live.items()}, **changes}


def _differing(live: Live, documents: Documents) -> dict[str, Any]:
    """Those that are not live, whole."""
    wanted = {stage: checks.whole(stage, document) for stage, document in documents.items()}
    digests = {stage: digest for stage, (_, digest, _) in live.items()}
    return {stage: each for stage, each in wanted.items() if digests.get(stage) != canonical.digest(each)}


def _refuse_stale(live: Live, bases: Mapping[str, int]) -> None:
    for stage, base in bases.items():
        version = live[stage][0] if stage in live else 0
        if version != base:
            raise Conflict(f"{stage} is at version {version} by now, not {base}: look at what changed")


def _all_lists(uow: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    cursor = None
    while True:
        page, cursor = uow.reference.list("lists", cursor, 200)
        found.update({each["code"]: each for each in page})
        if cursor is None:
            return found
