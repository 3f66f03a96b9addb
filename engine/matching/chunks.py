"""A rulebook cut into chunks that the durable rules engine can take without coming near its limits.

A chunk holds the patterns of rules of one stage about one subject: at most 48 of them (the engine's stack has 64
places, and 512 first conditions hang it) naming at most 200 properties (it takes 252).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import MatcherError
from engine.language.conditions import Leaf, Quantified
from engine.language.facts import Subject, Value
from engine.language.rules import Rule, Rulebook
from engine.language.values import LARGEST_INT, LONGEST_TEXT_BYTES
from engine.matching.alternatives import Check, Conjunction, alternatives, sources
from engine.matching.evaluate import Lists, holds

MOST_PATTERNS = 48
MOST_PROPERTIES = 200
SESSION = "s"
FACT_ID = "f"
SENTINEL = "w"  # the rule that fires once to warm a chunk up
SENTINEL_KIND = "$warm"
_RESERVED = ("sid", "id", "kind")
_TOO_LONG = "\x00"  # stands for a text too long to assert; no literal equals it, for they hold no control characters
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass
class Chunk:
    """Patterns of one stage and subject, and the properties that they name."""

    about: str
    patterns: dict[str, Any] = field(default_factory=dict)  # the engine's document
    rules: list[str] = field(default_factory=list)  # rule ids; pattern "r<n>" belongs to rules[n]
    facts: dict[str, str] = field(default_factory=dict)  # fact name: property
    conditions: dict[Leaf | Quantified, str] = field(default_factory=dict)  # worked out in Python: property

    @property
    def document(self) -> str:
        """What the engine compiles: the patterns and the sentinel."""
        return _dumps({**self.patterns, SENTINEL: {"all": [{"m": {"kind": SENTINEL_KIND}}]}})

    def add(self, rule_id: str, conjunction: Conjunction, names: Names) -> None:
        """One more pattern."""
        for source in sources([conjunction]):
            kept: dict[Any, str] = self.facts if isinstance(source, str) else self.conditions
            kept[source] = names.of(source)
        # kind comes first: without it a pattern could match the engine's own state object
        checks = [{"kind": self.about}, *(_engine_check(check, names) for check in conjunction)]
        self.patterns[f"r{len(self.rules)}"] = {"all": [{"m": {"$and": checks}}]}
        self.rules.append(rule_id)

    def has_room(self, conjunction: Conjunction) -> bool:
        """Whether one more pattern fits."""
        known = len(self.facts) + len(self.conditions)
        new = sum(1 for each in sources([conjunction]) if each not in self.facts and each not in self.conditions)
        return len(self.rules) < MOST_PATTERNS and known + new <= MOST_PROPERTIES

    def fact(self, subject: Subject, lists: Lists, worked_out: dict[Any, bool | None]) -> str:
        """The subject as the engine's JSON, with the properties that this chunk names and no others.

        `worked_out` keeps conditions that Python has worked out for this subject, so that chunks share them.
        """
        properties: dict[str, Any] = {"sid": SESSION, "id": FACT_ID, "kind": self.about}
        values = subject.values
        for name, key in self.facts.items():
            value = values.get(name)
            if value is not None:
                properties[key] = _plain(value)
        for node, key in self.conditions.items():
            if node not in worked_out:
                worked_out[node] = holds(node, values, subject.parts, lists)
            if worked_out[node] is not None:
                properties[key] = worked_out[node]
        return _dumps(properties)


class Names:
    """Property names, checked for the engine's habit of comparing their 32-bit hashes only."""

    def __init__(self) -> None:
        self._names: dict[Any, str] = {}
        self._hashes = {fnv1a(name): name for name in _RESERVED}

    def of(self, source: str | Leaf | Quantified) -> str:
        """The property of a fact or of a condition. Raises MatcherError when two facts cannot be told apart."""
        if source not in self._names:
            self._names[source] = self._fact(source) if isinstance(source, str) else self._condition()
        return self._names[source]

    def _fact(self, name: str) -> str:
        key = name.replace(".", "__")
        if not self._take(key):
            raise MatcherError(f"The engine cannot tell the fact {name} from {self._hashes[fnv1a(key)]}")
        return key

    def _condition(self) -> str:
        number = len(self._names)
        while not self._take(f"p{number}"):
            number += 1
        return f"p{number}"

    def _take(self, key: str) -> bool:
        """False: the name, or its hash, is taken."""
        if fnv1a(key) in self._hashes:
            return False
        self._hashes[fnv1a(key)] = key
        return True


def cut(rulebook: Rulebook) -> Mapping[tuple[str, str], Sequence[Chunk]]:
    """The chunks of all enabled rules, by (stage, about). Raises RulebookError for a rule that expands too far."""
    names = Names()
    found: dict[tuple[str, str], list[Chunk]] = {}
    for rule, conjunction in _patterns(rulebook):
        chunks = found.setdefault((rule.stage, rule.about), [Chunk(rule.about)])
        if not chunks[-1].has_room(conjunction):
            chunks.append(Chunk(rule.about))
        chunks[-1].add(rule.id, conjunction, names)
    return found


def fnv1a(name: str) -> int:
    """The 32-bit hash by which the engine knows a property. Source: FNV-1a over UTF-8 bytes taken as signed."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619) & 0xFFFFFFFF
    return value


def _patterns(rulebook: Rulebook) -> Iterator[tuple[Rule, Conjunction]]:
    for stage in rulebook.rulesets:
        for rule in rulebook.rules(stage):
            for conjunction in alternatives(rule.when, rule.id):
                yield rule, conjunction


def _engine_check(check: Check, names: Names) -> dict[str, Any]:
    key = names.of(check.source)
    if check.op == "eq":
        return {key: check.value}
    if check.op in ("present", "absent"):
        return {"$ex" if check.op == "present" else "$nex": {key: 1}}
    return {f"${check.op}": {key: check.value}}


def _plain(value: Value) -> int | bool | str:
    """A value that the engine compares rightly, equal to the original for every literal that a rule can hold."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return max(-LARGEST_INT - 1, min(LARGEST_INT + 1, value))
    if isinstance(value, str):
        return value if len(value.encode()) <= LONGEST_TEXT_BYTES else _TOO_LONG
    return True  # a set: only its presence is asked here
