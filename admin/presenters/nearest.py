"""What would have to be otherwise for a held order to pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from admin import labels
from admin.labels import Look
from admin.presenters.rule_texts import RuleTexts
from admin.values import Reader, fact_label, shown


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One fact that, had it been otherwise, would have kept a rule off; and the verdict that were left."""

    rule: str
    fact: str
    seen: str
    instead: str
    outcome: Look


def changes(nearest: Iterable[Mapping[str, Any]], texts: RuleTexts, reader: Reader) -> list[ChangeView]:
    """The changes, those that lead to approval first; the same one is said once."""
    views = [_view(each["change"], each["outcome"], texts, reader) for each in nearest]
    return sorted(dict.fromkeys(views), key=lambda view: view.outcome.code != "approve")


def _view(change: Mapping[str, Any], outcome: str, texts: RuleTexts, reader: Reader) -> ChangeView:
    fact = change["fact"]
    return ChangeView(
        rule=texts.of(change["rule"]).title,
        fact=fact_label(fact, reader.catalogue),
        seen=shown(fact, change["from"], reader),
        instead=shown(fact, change["to"], reader),
        outcome=labels.look(labels.VERDICTS, outcome),
    )
