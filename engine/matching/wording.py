"""What the engine is told of a subject: facts that it compares, and of each pattern whether all the rest holds.

The rest is what the engine cannot compare (names in a list, texts, quantifiers, other facts): Python works it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

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
    """A subject as JSON for one chunk: the properties that its patterns name, and no others."""

    def __init__(self, chunk: Chunk):
        self._head = f'{{"sid":"{SESSION}","id":"{FACT_ID}","kind":"{chunk.about}"'
        self._facts = itemgetter("", "", *chunk.facts)  # of texts; two more, so that it always gives a tuple
        self._answers = {
            1 << number: f',"{answer(number)}":true'
            for number, conjunction in enumerate(chunk.conjunctions)
            if any(worked_out(conjunction))
        }
        self._answered = sum(self._answers)

    def of(self, holding: int, texts: Texts) -> str:
        """`holding`: the chunk's patterns of which everything holds that Python works out, as bits."""
        parts = [self._head, *self._facts(texts)]
        told = holding & self._answered
        while told:
            lowest = told & -told
            parts.append(self._answers[lowest])
            told ^= lowest
        parts.append("}")
        return "".join(parts)


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
    """The facts, each as the property of that name, and nothing under the name of nothing."""
    texts = {"": ""}
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
