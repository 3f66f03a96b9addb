"""How a wish is heard in what people write: its words, unless a negation stands before them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

# 不要放冰袋 is not the wish 冰袋, but 别忘了放冰袋 and 特别要冰袋 are. 不 alone negates only what follows at
# once: 不发顺丰 is not the wish 发顺丰, but 要不发顺丰吧 is.
_NEGATION = re.compile(
    r"(?:不要|不用|不需要|不必|无需|勿|(?<![特分区个级性差告])别(?![人的墅名]))(?!忘)[^\s,.;:!?，。、；：！？~～]{0,2}$"
    r"|(?<![要好能可是])不$"
)
Span = tuple[int, int]

_REACH = 8  # characters before a wish in which its negation is looked for


def wished(text: str, wishes: Iterable[str]) -> bool:
    """Whether the text holds one of the wishes without a negation directly before it."""
    return bool(heard(text, list(_occurrences(text, wishes))))


def heard(text: str, spans: Collection[Span]) -> list[Span]:
    """Those of the wishes at these places that are not negated.

    A negation goes for all that begins after it and overlaps what it negates: 不发京东快递 is neither 发京东 nor
    京东快递. It is part of a wish that begins with it: 不放门口 is heard where 放门口 is one too.
    """
    negated = [(negation, end) for start, end in spans if (negation := negated_from(text, start)) is not None]
    return [span for span in spans if not any(negation < span[0] < end for negation, end in negated)]


def _occurrences(text: str, wishes: Iterable[str]) -> Iterator[Span]:
    for wish in filter(None, wishes):
        start = text.find(wish)
        while start >= 0:
            yield start, start + len(wish)
            start = text.find(wish, start + 1)


def negated_from(text: str, start: int) -> int | None:
    """Where the negation of what starts there begins; None: it is not negated."""
    since = max(0, start - _REACH)
    found = _NEGATION.search(text[since:start])
    return None if found is None else since + found.start()
