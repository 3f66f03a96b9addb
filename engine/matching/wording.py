"""What the engine is told of a subject: facts that it compares, and of each pattern whether all the rest holds.

The rest is what the engine cannot compare (names in a list, texts, quantifiers, other facts): Python works it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.language.conditions import Leaf, Quantified
from engine.language.facts import Subject, Value
from engine.language.values import LARGEST_INT, LONGEST_TEXT_BYTES
from engine.matching.alternatives import Check, Conjunction
from engine.matching.chunks import FACT_ID, SESSION, Chunk, answer
from engine.matching.evaluate import Lists, holds

_TOO_LONG = "\x00"  # stands for a text too long to assert; no literal equals it, for they hold no control characters
_dumps = json.JSONEncoder(ensure_ascii=False).encode

Texts = Mapping[str, str]  # fact: its property as JSON, a comma before it; of absent facts nothing
_Names = tuple[frozenset[Value], bool]  # names of which a fact's value has to be one, or none


class Worked:
    """Of which patterns everything holds that Python works out. Answers are numbers of patterns as bits."""

    def __init__(self, patterns: Sequence[Conjunction]):
        names: dict[str, dict[int, list[_Names]]] = {}  # by fact and pattern
        self._questions: dict[tuple[Leaf | Quantified, bool], int] = {}  # (condition, wanted answer): whose it is
        for number, conjunction in enumerate(patterns):
            for node, wanted in worked_out(conjunction):
                if isinstance(node, Leaf) and node.op in ("in", "not_in") and node.other is None:
                    named = frozenset(node.value), (node.op == "in") == wanted
                    names.setdefault(node.fact, {}).setdefault(number, []).append(named)
                else:
                    self._questions[node, wanted] = self._questions.get((node, wanted), 0) | 1 << number
        self._tables = [(fact, *_table(asked)) for fact, asked in names.items()]

    def holding(self, subject: Subject, lists: Lists, likely: int) -> int:
        """Those among the likely patterns. Where nothing is worked out, everything holds."""
        values, left = subject.values, likely
        for fact, by_value, otherwise, absent in self._tables:
            value = values.get(fact)
            left &= absent if value is None else by_value.get(value, otherwise)
        for (node, wanted), patterns in self._questions.items():
            if left & patterns and not _answers(node, wanted, subject, lists):
                left &= ~patterns
        return left


class Wording:
    """A subject as JSON for one chunk: what the patterns name that may match it, and nothing else.

    What the others name is left out because the engine's cost is properties times patterns. They still cannot match: of
    each either an anchor fails, whether its fact is told or not, or the answer that it needs is not told.
    """

    def __init__(self, chunk: Chunk):
        self._head = f'{{"sid":"{SESSION}","id":"{FACT_ID}","kind":"{chunk.about}"'
        named = [{check.fact for check in conjunction} for conjunction in chunk.conjunctions]
        self._users = [(fact, _bits(number for number, facts in enumerate(named) if fact in facts))
                       for fact in chunk.facts]  # fmt: skip
        self._answers = {
            1 << number: f',"{answer(number)}":true'
            for number, conjunction in enumerate(chunk.conjunctions)
            if any(worked_out(conjunction))
        }
        self._answered = sum(self._answers)

    def of(self, likely: int, texts: Texts) -> str:
        """`likely`: the chunk's patterns, as bits, whose anchors pass and of which all holds that Python works out."""
        parts = [self._head]
        for fact, users in self._users:
            if likely & users:
                parts.append(texts[fact])
        told = likely & self._answered
        while told:
            lowest = told & -told
            parts.append(self._answers[lowest])
            told ^= lowest
        parts.append("}")
        return "".join(parts)


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


def _answers(node: Leaf | Quantified, wanted: bool, subject: Subject, lists: Lists) -> bool:
    if isinstance(node, Leaf) and node.fact not in subject.values:
        return False  # nearly always so, and quickly said: no remark, no wish
    return holds(node, subject.values, subject.parts, lists) is wanted


def worked_out(conjunction: Iterable[Check]) -> Iterator[tuple[Leaf | Quantified, bool]]:
    """The conditions that the engine cannot compare, each with the answer that the pattern needs."""
    for check in conjunction:
        if not isinstance(check.source, str):
            yield check.source, check.value is True


def texts_of(values: Mapping[str, Value], properties: Mapping[str, str]) -> Texts:
    """The facts, each as the property of that name."""
    texts: dict[str, str] = {}
    for fact, name in properties.items():
        value = values.get(fact)
        texts[fact] = "" if value is None else f',"{name}":{_text(value)}'
    return texts


def _table(asked: Mapping[int, Sequence[_Names]]) -> tuple[dict[Value, int], int, int]:
    """For one fact: by value, for values that nobody names, and for absence, the patterns that are not ruled out."""
    users = sum(1 << number for number in asked)
    otherwise = ~users
    changes: dict[Value, int] = {}
    for number, named in asked.items():
        bit, stranger = 1 << number, not any(inside for _, inside in named)
        otherwise |= bit if stranger else 0
        for value in frozenset().union(*(names for names, _ in named)):
            if all((value in names) is inside for names, inside in named) is not stranger:
                changes[value] = changes.get(value, 0) | bit
    return {value: otherwise ^ bits for value, bits in changes.items()}, otherwise, ~users


def _text(value: Value) -> str:
    """JSON of a value that the engine compares rightly, and as the original with every literal that a rule can hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(max(-LARGEST_INT - 1, min(LARGEST_INT + 1, value)))
    if isinstance(value, str):
        # Four bytes a character at most, so that only long ones need to be measured.
        long = len(value) * 4 > LONGEST_TEXT_BYTES and len(value.encode()) > LONGEST_TEXT_BYTES
        return _dumps(_TOO_LONG if long else value)
    return "true"  # a set: only its presence is asked here
