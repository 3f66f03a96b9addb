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
from engine.language.rules import Rule, Rulebook
from engine.matching.alternatives import Check, Conjunction, alternatives
from engine.matching.anchors import Anchors, arrange

MOST_PATTERNS = 48
MOST_PROPERTIES = 200
SESSION = "s"
FACT_ID = "f"
SENTINEL = "w"  # the rule that fires once to warm a chunk up
SENTINEL_KIND = "$warm"
_RESERVED = ("sid", "id", "kind")
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass
class Chunk:
    """Patterns of one stage and subject, and the properties that they name."""

    about: str
    patterns: dict[str, Any] = field(default_factory=dict)  # the engine's document
    rules: list[str] = field(default_factory=list)  # rule ids, by number of the pattern
    conjunctions: list[Conjunction] = field(default_factory=list)  # of the patterns
    anchors: list[Anchors] = field(default_factory=list)  # of the patterns
    facts: dict[str, str] = field(default_factory=dict)  # fact name: property

    @property
    def document(self) -> str:
        """What the engine compiles: the patterns and the sentinel."""
        return _dumps({**self.patterns, SENTINEL: {"all": [{"m": {"kind": SENTINEL_KIND}}]}})

    def add(self, rule_id: str, conjunction: Conjunction, anchors: Anchors, names: Names) -> None:
        """One more pattern."""
        number = len(self.rules)
        self.facts |= {fact: names.of(fact) for fact in _facts(conjunction)}
        # kind comes first: without it a pattern could match the engine's own state object
        checks: list[dict[str, Any]] = [{"kind": self.about}]
        if any(check.fact is None for check in conjunction):
            checks.append({answer(number): True})
        checks += [_engine_check(check, self.facts[check.fact]) for check in conjunction if check.fact is not None]
        self.patterns[pattern(number)] = {"all": [{"m": {"$and": checks}}]}
        self.rules.append(rule_id)
        self.conjunctions.append(conjunction)
        self.anchors.append(anchors)

    def has_room(self, conjunction: Conjunction) -> bool:
        """Whether one more pattern fits."""
        new = set(_facts(conjunction)) - self.facts.keys()
        properties = len(self.facts) + len(new) + len(self.rules) + 1  # a pattern may need its answer told
        return len(self.rules) < MOST_PATTERNS and properties <= MOST_PROPERTIES


def pattern(number: int) -> str:
    """What a chunk's pattern is called: r00, r01, …; each name as long as the others, for it is cut out of firings."""
    return f"r{number:02d}"


def answer(number: int) -> str:
    """The property of a chunk's pattern that says, as true, that all its conditions hold that Python works out."""
    return f"p{number}"


class Names:
    """Property names of facts, checked for the engine's habit of comparing their 32-bit hashes only."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._hashes = {fnv1a(name): name for name in (*_RESERVED, *map(answer, range(MOST_PATTERNS)))}

    def of(self, fact: str) -> str:
        """The fact's property. Raises MatcherError when two cannot be told apart."""
        if fact not in self._names:
            key = fact.replace(".", "__")
            if fnv1a(key) in self._hashes:
                raise MatcherError(f"The engine cannot tell the fact {fact} from {self._hashes[fnv1a(key)]}")
            self._hashes[fnv1a(key)] = self._names[fact] = key
        return self._names[fact]


def cut(rulebook: Rulebook) -> Mapping[tuple[str, str], Sequence[Chunk]]:
    """The chunks of all enabled rules, by (stage, about). Raises RulebookError for a rule that expands too far."""
    names = Names()
    patterns: dict[tuple[str, str], list[tuple[str, Conjunction]]] = {}
    for rule, conjunction in _patterns(rulebook):
        patterns.setdefault((rule.stage, rule.about), []).append((rule.id, conjunction))
    return {key: _cut(key[1], found, names) for key, found in patterns.items()}


def _cut(about: str, patterns: Sequence[tuple[str, Conjunction]], names: Names) -> list[Chunk]:
    chunks = [Chunk(about)]
    for rule_id, conjunction, anchors in arrange(patterns):
        if not chunks[-1].has_room(conjunction):
            chunks.append(Chunk(about))
        chunks[-1].add(rule_id, conjunction, anchors, names)
    return chunks


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


def _facts(conjunction: Conjunction) -> list[str]:
    return [check.fact for check in conjunction if check.fact is not None]


def _engine_check(check: Check, key: str) -> dict[str, Any]:
    if check.op == "eq":
        return {key: check.value}
    if check.op in ("present", "absent"):
        return {"$ex" if check.op == "present" else "$nex": {key: 1}}
    return {f"${check.op}": {key: check.value}}
