"""What a remark says that nobody has understood: the clauses that hold more than known wishes and harmless words.

Lists say what is known, by their codes: `wish-…` and `stop-words`, with the negation before them if there is one;
`wish-text-…`, where what follows the word is the buyer's own text, which goes to the packer as it stands; `counter-…`,
the opposite of a wish; `courier-words`, `harmless-remarks` and `remark-fillers`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.language.hearing import Span, heard, negated_from, wished

DAY_WORDS = "wish-delivery-day"  # known only after a day: engine.intake.wished_days
STOP_WORDS = "stop-words"
_TEXTS = "wish-text-"
_PLAIN = ("counter-", "courier-words", "harmless-remarks", "remark-fillers")
_CLAUSE = re.compile(r"[\w%+]+")


@dataclass(frozen=True, slots=True)
class Words:
    """What is known in remarks."""

    wishes: frozenset[str]  # negated ones too
    texts: frozenset[str]  # what follows them is known too
    plain: frozenset[str]
    stops: frozenset[str]


def words_of(lists: Mapping[str, frozenset[str]]) -> Words:
    """The known words, by the codes of the lists they stand in."""
    texts = {code for code in lists if code.startswith(_TEXTS)}
    wishes = {code for code in lists if code.startswith("wish-")} - texts - {DAY_WORDS} | {STOP_WORDS}
    return Words(
        wishes=_together(lists, wishes),
        texts=_together(lists, texts),
        plain=_together(lists, (code for code in lists if code.startswith(_PLAIN))),
        stops=_together(lists, (STOP_WORDS,)),
    )


def _together(lists: Mapping[str, frozenset[str]], codes: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(lists.get(code, frozenset()) for code in codes))


def stops(text: str, words: Words) -> bool:
    """Whether the text asks to stop, so that somebody reads it anyway."""
    return wished(text, words.stops)


def leftover(text: str, words: Words, days: Iterable[Span] = ()) -> str | None:
    """The clauses that are not understood, as written, a space between; None: there are none.

    `days` is where the text names a day of delivery.
    """
    known = bytearray(len(text))
    for start, end in (*days, *_wishes(text, words.wishes), *_texts(text, words.texts), *_all(text, words.plain)):
        known[start:end] = b"\1" * (end - start)
    clauses = [match.group() for match in _CLAUSE.finditer(text) if 0 in known[match.start() : match.end()]]
    return " ".join(clauses) or None


def _all(text: str, words: frozenset[str]) -> list[Span]:
    return [match.span(1) for match in _pattern(words).finditer(text)]


def _wishes(text: str, words: frozenset[str]) -> list[Span]:
    """The wishes, each with the negation before it, if there is one."""
    found = []
    for start, end in _all(text, words):
        negated = negated_from(text, start)
        found.append((start if negated is None else negated, end))
    return found


def _texts(text: str, words: frozenset[str]) -> list[Span]:
    """From the first such wish to the end; one that is negated is known without what follows it."""
    found = _wishes(text, words)
    starts = [start for start, _ in heard(text, _all(text, words))]
    return [*found, (min(starts), len(text))] if starts else found


@functools.lru_cache(64)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    """Where any of the words begins, the longest first, as group 1; they may overlap. Without words nothing."""
    longest_first = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return re.compile(f"(?=({longest_first}))" if words else r"(?!)", re.IGNORECASE)
