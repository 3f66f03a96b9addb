"""Rulebooks ready to decide with: a few of those asked for last are kept, so that replays need not compile again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from engine.config import Settings
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook
from engine.language.effects import EFFECTS
from engine.language.rules import Rulebook
from engine.matching.judge import Judge

KEPT = 4


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Compiled:
    """A rulebook and its judge. Who decides holds it until it is done, whatever is published meanwhile.

    So nobody has to close it: when the last one lets go, the judge frees what it compiled, at once.
    """

    rulebook: Rulebook
    judge: Judge


class CompiledRulebooks:
    """By digest. Threads may share it."""

    def __init__(self, database: Any, settings: Settings):
        self._database = database
        self._settings = settings
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Compiled] = OrderedDict()

    def get(self, digest: str) -> Compiled:
        """The rulebook that was pinned under that digest. Raises NotFound."""
        with self._lock:
            if digest not in self._kept:
                self._kept[digest] = self._compile(digest)
            self._kept.move_to_end(digest)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[digest]

    def close(self) -> None:
        """Free those that are kept."""
        with self._lock:
            while self._kept:
                self._kept.popitem()[1].judge.close()

    def _compile(self, digest: str) -> Compiled:
        with self._database.read() as uow:
            documents = uow.rulesets.rulebook(digest)
        rulebook = load_rulebook(documents, CATALOGUE, EFFECTS, None)
        judge = Judge(rulebook, self._settings.matching, self._settings.cross_check_percent)
        return Compiled(rulebook, judge)
