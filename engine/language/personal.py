"""Which facts tell of people: whoever may not see them gets their values masked, and no sentence spells them out."""

from __future__ import annotations

from engine.language.facts import ATTRIBUTES

PERSONAL_FACTS = frozenset(
    f"{who}.{what}" for who in ("buyer", "receiver") for what in ("name", "phone", "email", "address")
)
# Written by people, so that anything may stand in them.
FREE_TEXT_FACTS = (
    "order.remark", "order.remark_leftover", "order.seller_memo", "order.memo_leftover", "line.remark",
)  # fmt: skip


def is_personal(fact: object) -> bool:
    """Whether a fact of that name tells of people; of declared ones nobody knows, for channels send what they like."""
    return fact in PERSONAL_FACTS or (isinstance(fact, str) and fact.startswith(ATTRIBUTES))
