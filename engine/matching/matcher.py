"""Drives the durable rules engine: the same answers as the evaluator, from compiled patterns.

The engine is C, holds the interpreter's lock, and has edges at which it crashes or hangs. What keeps clear of them:
chunks (see `engine.matching.chunks`), one fixed session a chunk, one fact at a time, every fact retracted again, a
warm-up so that closing is safe, and a bound on firings. After any error a chunk's session is thrown away.

A chunk is not asked about a subject that none of its patterns can match (see `engine.matching.anchors`). Nothing is
shared with the evaluator but the definition of a condition, so that the two may disagree.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Sequence
from itertools import accumulate

import durable_rules_engine as _engine

from engine.errors import MatcherError
from engine.language.facts import Subject
from engine.language.rules import Rulebook
from engine.matching.anchors import Gate
from engine.matching.chunks import FACT_ID, SENTINEL, SENTINEL_KIND, SESSION, Chunk, cut, pattern
from engine.matching.evaluate import Lists
from engine.matching.wording import Wording, Worked, texts_of

MOST_SUBJECTS = 5_000

_RETRACTION = f'{{"sid":"{SESSION}","id":"{FACT_ID}"}}'
_WARM_FACT = f'{{"sid":"{SESSION}","id":"$w","kind":"{SENTINEL_KIND}"}}'
_WARM_RETRACTION = f'{{"sid":"{SESSION}","id":"$w"}}'
_NO_MATCH = 1  # assert_fact: accepted, nothing matched


class Matcher:
    """One rulebook, compiled. Threads may share it; they wait for each other."""

    def __init__(self, rulebook: Rulebook):
        """Raises RulebookError for a rule that expands too far, MatcherError when the engine does not take it."""
        self._lock = threading.Lock()
        self._closed = False
        self._groups: dict[tuple[str, str], _Group] = {}
        # so that dropping it frees the engine's memory too
        self._finalizer = weakref.finalize(self, _close, self._groups)
        self._finalizer.atexit = False
        try:
            self._compile(rulebook)
        except BaseException:
            self.close()
            raise

    def fire(self, stage: str, subjects: Sequence[Subject], lists: Lists) -> set[tuple[str, int]]:
        """The pairs (rule id, index of the subject) that hold. Raises MatcherError."""
        if len(subjects) > MOST_SUBJECTS:
            raise MatcherError(f"More than {MOST_SUBJECTS} subjects at once")
        found: set[tuple[str, int]] = set()
        ask = Session.match if len(subjects) == 1 else _remembering()
        with self._lock:
            if self._closed:
                raise MatcherError("The matcher is closed")
            for index, subject in enumerate(subjects):
                group = self._groups.get((stage, subject.about))
                if group:
                    found.update([(rule_id, index) for rule_id in group.fired(subject, lists, ask)])
        return found

    def close(self) -> None:
        """Frees the compiled rules. Harmless when done twice."""
        with self._lock:
            self._closed = True
            self._finalizer()

    def _compile(self, rulebook: Rulebook) -> None:
        for key, chunks in cut(rulebook).items():
            group = self._groups[key] = _Group(chunks)
            for number, chunk in enumerate(chunks):
                group.sessions.append(Session(chunk.document, chunk.rules, f"{key[0]}.{key[1]}.{number}"))


Ask = Callable[["Session", str], list[str]]  # (chunk, fact as JSON text) -> rule ids, as Session.match


class _Group:
    """The chunks of one stage and subject."""

    def __init__(self, chunks: Sequence[Chunk]):
        self.sessions: list[Session] = []  # one a chunk
        self._gate = Gate(anchors for chunk in chunks for anchors in chunk.anchors)
        self._worked = Worked([conjunction for chunk in chunks for conjunction in chunk.conjunctions])
        self._properties = {fact: name for chunk in chunks for fact, name in chunk.facts.items()}
        starts = accumulate((len(chunk.rules) for chunk in chunks), initial=0)
        self._chunks = [
            (start, (1 << len(chunk.rules)) - 1, Wording(chunk)) for start, chunk in zip(starts, chunks, strict=False)
        ]

    def fired(self, subject: Subject, lists: Lists, ask: Ask) -> list[str]:
        """The rules that fire, one as often as it has true branches."""
        likely = self._worked.holding(subject, lists, self._gate.passing(subject.values))
        texts = texts_of(subject.values, self._properties) if likely else {}
        found: list[str] = []
        for (start, patterns, wording), session in zip(self._chunks, self.sessions, strict=True):
            own = likely >> start & patterns
            if own:
                found += ask(session, wording.of(own, texts))
        return found


def _remembering() -> Ask:
    """Asks about equal facts once: of many subjects, most are the same to most chunks."""
    known: dict[tuple[Session, str], list[str]] = {}

    def ask(session: Session, fact: str) -> list[str]:
        rules = known.get((session, fact))
        if rules is None:
            rules = known[session, fact] = session.match(fact)
        return rules

    return ask


def try_document(document: str, name: str) -> None:
    """Compiles an engine document, warms it up and closes it. It may hang: see `engine.matching.probe`."""
    Session(document, (), name).close()


def _close(groups: dict[tuple[str, str], _Group]) -> None:
    for group in groups.values():
        for session in group.sessions:
            session.close()
    groups.clear()


class Session:
    """A document in the engine: compiled, warmed up, and empty between facts."""

    def __init__(self, document: str, rules: Sequence[str], name: str):
        """`rules`: the rule ids to which the document's patterns belong, in their order."""
        self._rules = {pattern(number): rule for number, rule in enumerate(rules)}
        try:
            self._handle = _engine.create_ruleset(name, document)
        except _engine.error as error:
            raise MatcherError(f"The engine does not take {name}: {error}") from None
        self._warm_up()

    def match(self, fact: str) -> list[str]:
        """The ids of the rules that fire for a fact, given as JSON text; one as often as it has true branches."""
        try:
            found = self._firings(fact)
            _engine.retract_fact(self._handle, _RETRACTION)
            return found
        except (_engine.error, MatcherError) as error:
            self._reset()
            raise MatcherError(f"The engine failed: {error}") from error

    def close(self) -> None:
        """Deletes the session, then the rules: the other way round leaks."""
        self._delete_session()
        _engine.delete_ruleset(self._handle)

    def _firings(self, fact: str) -> list[str]:
        code, offset = _engine.assert_fact(self._handle, fact)
        if code == _NO_MATCH:
            return []
        if code != 0:
            raise MatcherError(f"the fact was not accepted, code {code}")
        started = _engine.start_action_for_state(self._handle, offset)
        return self._drained(started[1] if started else None, offset)

    def _drained(self, message: str | None, offset: int) -> list[str]:
        found: list[str] = []
        rules, handle, complete = self._rules, self._handle, _engine.complete_and_start_action
        for _ in rules:  # each pattern fires at most once for a fact
            # A firing is {"r07":{"m": and our own JSON text; no more of it is read than we put there.
            rule = rules.get(message[2:5]) if message else None
            if rule is None:
                break
            found.append(rule)
            message = complete(handle, offset)
        if message:
            raise MatcherError("it fires without end")
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
