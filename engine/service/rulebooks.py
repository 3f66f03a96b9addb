"""The live rulebook and its compiled form, one of each a process, swapped when another is published."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.config import Settings
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook
from engine.language.effects import EFFECTS
from engine.language.rules import Rulebook
from engine.matching.judge import Judge

_CHECK_EVERY_S = 1.0  # a publish is live in every process within two seconds
_KEPT = 4  # compiled rulebooks: the live one, and a few that replays asked for


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rulebook ready to decide with."""

    rulebook: Rulebook
    judge: Judge


class Rulebooks:
    """Compiled rulebooks by digest."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime]):
        self._database = database
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._compiled: OrderedDict[str, Compiled] = OrderedDict()
        self._live: str | None = None
        self._checked_at = float("-inf")

    def live(self) -> Compiled:
        """The rulebook that decides now. One decision uses one rulebook, whatever is published meanwhile."""
        with self._lock:
            if self._live is None or time.monotonic() - self._checked_at > _CHECK_EVERY_S:
                self._live = self._pin_live()
                self._checked_at = time.monotonic()
            return self._get(self._live)

    def at(self, digest: str) -> Compiled:
        """The rulebook of a former decision. Raises NotFound."""
        with self._lock:
            return self._get(digest)

    def forget_live(self) -> None:
        """Look again at what is live, at the next decision."""
        with self._lock:
            self._checked_at = float("-inf")

    def close(self) -> None:
        """Free every compiled rulebook."""
        with self._lock:
            for compiled in self._compiled.values():
                compiled.judge.close()
            self._compiled.clear()

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

    def _get(self, digest: str) -> Compiled:
        if digest not in self._compiled:
            with self._database.read() as uow:
                documents = uow.rulesets.rulebook(digest)
            rulebook = load_rulebook(documents, CATALOGUE, EFFECTS, None)
            self._compiled[digest] = Compiled(rulebook, self._judge(rulebook))
        self._compiled.move_to_end(digest)
        self._drop_oldest()
        return self._compiled[digest]

    def _judge(self, rulebook: Rulebook) -> Judge:
        return Judge(rulebook, self._settings.matching, self._settings.cross_check_percent)

    def _drop_oldest(self) -> None:
        # The judge is not closed here: a decision may still be using it. It frees itself when nobody does.
        while len(self._compiled) > _KEPT:
            self._compiled.popitem(last=False)
