"""Drives the durable rules engine: the same answers as the evaluator, from compiled patterns.

The engine is C, holds the interpreter's lock, and has edges at which it crashes or hangs. What keeps clear of them:
chunks (see `engine.matching.chunks`), one fixed session a chunk, one fact at a time, every fact retracted again, a
warm-up so that closing is safe, and a bound on firings. After any error a chunk's session is thrown away.
"""

from __future__ import annotations

import contextlib
import re
import threading
import weakref
from collections.abc import Sequence
from typing import Any

import durable_rules_engine as _engine

from engine.errors import MatcherError
from engine.language.facts import Subject
from engine.language.rules import Rulebook
from engine.matching.chunks import FACT_ID, SENTINEL, SENTINEL_KIND, SESSION, Chunk, cut
from engine.matching.evaluate import Lists

MOST_SUBJECTS = 5_000

_RETRACTION = f'{{"sid":"{SESSION}","id":"{FACT_ID}"}}'
_WARM_FACT = f'{{"sid":"{SESSION}","id":"$w","kind":"{SENTINEL_KIND}"}}'
_WARM_RETRACTION = f'{{"sid":"{SESSION}","id":"$w"}}'
_NO_MATCH = 1  # assert_fact: accepted, nothing matched
# A firing is the rule's name and our own JSON text, which starts with what we put there; user text cannot forge it.
_FIRING = re.compile(r'\{"r(\d+)":')


class Matcher:
    """One rulebook, compiled. Threads may share it; they wait for each other."""

    def __init__(self, rulebook: Rulebook):
        """Raises RulebookError for a rule that expands too far, MatcherError when the engine does not take it."""
        self._lock = threading.Lock()
        self._closed = False
        self._chunks: dict[tuple[str, str], list[tuple[Chunk, Session]]] = {}
        self._finalizer = weakref.finalize(
            self, _close, self._chunks
        )  # so that dropping it frees the engine's memory too
        self._finalizer.atexit = False
        try:
            for key, chunks in cut(rulebook).items():
                compiled = self._chunks.setdefault(key, [])
                for number, chunk in enumerate(chunks):
                    session = Session(chunk.document, chunk.rules, f"{key[0]}.{key[1]}.{number}")
                    compiled.append((chunk, session))
        except BaseException:
            self.close()
            raise

    def fire(self, stage: str, subjects: Sequence[Subject], lists: Lists) -> set[tuple[str, int]]:
        """The pairs (rule id, index of the subject) that hold. Raises MatcherError."""
        if len(subjects) > MOST_SUBJECTS:
            raise MatcherError(f"More than {MOST_SUBJECTS} subjects at once")
        with self._lock:
            if self._closed:
                raise MatcherError("The matcher is closed")
            return {
                (rule_id, index)
                for index, subject in enumerate(subjects)
                for rule_id in self._fired(stage, subject, lists)
            }

    def close(self) -> None:
        """Frees the compiled rules. Harmless when done twice."""
        with self._lock:
            self._closed = True
            self._finalizer()

    def _fired(self, stage: str, subject: Subject, lists: Lists) -> set[str]:
        worked_out: dict[Any, bool | None] = {}
        found: set[str] = set()
        for chunk, session in self._chunks.get((stage, subject.about), ()):
            found.update(session.match(chunk.fact(subject, lists, worked_out)))
        return found


def try_document(document: str, name: str) -> None:
    """Compiles an engine document, warms it up and closes it. It may hang: see `engine.matching.probe`."""
    Session(document, (), name).close()


def _close(chunks: dict[tuple[str, str], list[tuple[Chunk, Session]]]) -> None:
    for compiled in chunks.values():
        for _, session in compiled:
            session.close()
    chunks.clear()


class Session:
    """A document in the engine: compiled, warmed up, and empty between facts."""

    def __init__(self, document: str, rules: Sequence[str], name: str):
        """`rules`: the rule ids to which the document's patterns "r0", "r1", … belong."""
        self._rules = rules
        try:
            self._handle = _engine.create_ruleset(name, document)
        except _engine.error as error:
            raise MatcherError(f"The engine does not take {name}: {error}") from None
        self._warm_up()

    def match(self, fact: str) -> set[str]:
        """The ids of the rules that fire for a fact, given as JSON text."""
        try:
            try:
                return {self._rules[number] for number in self._firings(fact)}
            finally:
                _engine.retract_fact(self._handle, _RETRACTION)
        except (_engine.error, MatcherError) as error:
            self._reset()
            raise MatcherError(f"The engine failed: {error}") from error

    def close(self) -> None:
        """Deletes the session, then the rules: the other way round leaks."""
        self._delete_session()
        _engine.delete_ruleset(self._handle)

    def _firings(self, fact: str) -> list[int]:
        code, offset = _engine.assert_fact(self._handle, fact)
        if code == _NO_MATCH:
            return []
        if code != 0:
            raise MatcherError(f"the fact was not accepted, code {code}")
        found: list[int] = []
        started = _engine.start_action_for_state(self._handle, offset)
        message = started[1] if started else None
        while message:
            firing = _FIRING.match(message)
            if firing is None or len(found) >= len(self._rules):  # each pattern fires at most once for a fact
                raise MatcherError("it fires without end")
            found.append(int(firing.group(1)))
            message = _engine.complete_and_start_action(self._handle, offset)
        return found

    def _warm_up(self) -> None:
        """Fires the sentinel once; a session in which nothing ever fired cannot be deleted safely."""
        code, offset = _engine.assert_fact(self._handle, _WARM_FACT)
        started = _engine.start_action_for_state(self._handle, offset) if code == 0 else None
        if not started or f'"{SENTINEL}"' not in started[1]:
            raise MatcherError("The engine did not warm up")
        if _engine.complete_and_start_action(self._handle, offset) is not None:
            raise MatcherError("The engine fires without end while warming up")
        _engine.retract_fact(self._handle, _WARM_RETRACTION)

    def _reset(self) -> None:
        self._delete_session()
        self._warm_up()

    def _delete_session(self) -> None:
        with contextlib.suppress(_engine.error):  # there is none
            _engine.delete_state(self._handle, SESSION)
