"""How a wish is heard in what people write: its words, unless a negation stands before them."""

from __future__ import annotations

import re

# 不要放冰袋 is not the wish 冰袋, but 别忘了放冰袋 and 特别要冰袋 are. 不 alone negates only what follows at
# once: 不发顺丰 is not the wish 发顺丰, but 要不发顺丰吧 is.
_NEGATION = re.compile(
    r"(?:不要|不用|不需要|不必|无需|勿|(?<![特分区个级性差告])别(?![人的墅名]))(?!忘)[^\s,.;:!?，。、；：！？~～]{0,2}$"
    r"|(?<![要好能可是])不$"
)
_REACH = 8  # characters before a wish in which its negation is looked for


def wished(text: str, wish: str) -> bool:
    """Whether the text holds the wish at least once without a negation directly before it."""
    start = text.find(wish)
    while start >= 0:
        if negated_from(text, start) is None:
            return True
        start = text.find(wish, start + 1)
    return False


def negated_from(text: str, start: int) -> int | None:
    """Where the negation of what starts there begins; None: it is not negated."""
    since = max(0, start - _REACH)
    found = _NEGATION.search(text[since:start])
    return None if found is None else since + found.start()
