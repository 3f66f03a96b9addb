"""The log of firings: which rule held for which order, what it saw, what it did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from admin import dates, labels
from admin.labels import Look
from admin.names import Names
from admin.presenters.effects import EffectView, effect
from admin.presenters.exceptions import values_seen
from admin.presenters.rule_texts import RuleTexts
from admin.presenters.subjects import subject_label
from admin.values import Reader
from engine.language.rules import Rulebook

_SEEN = 8  # values shown of what a rule saw; the order's page has them all


@dataclass(frozen=True, slots=True)
class FiringView:
    """One firing."""

    ago: str
    exact: str
    order_no: str
    number: str  # the channel's own
    channel: str
    stage: str
    rule: str
    title: str
    sentence: str
    subject: str  # empty for the order, which goes without saying
    effects: tuple[EffectView, ...]
    seen: tuple[tuple[str, str], ...]  # (fact, value)
    unseen: int  # values that are not shown
    verdict: Look
    waived: bool
    decision_id: str
    rulebook: str


def rows(items: Iterable[Mapping[str, Any]], texts: RuleTexts, names: Names) -> list[FiringView]:
    """The firings of a page, in their order."""
    found = [*items]
    sentences = {rule: texts.sentence(rule, names) for rule in {each["rule"] for each in found}}
    return [_row(each, texts, names, sentences) for each in found]


def _row(item: Mapping[str, Any], texts: RuleTexts, names: Names, sentences: Mapping[str, str]) -> FiringView:
    seen = values_seen(item["seen"], Reader(names, item["currency"], texts.catalogue))
    about = item["subject"]
    return FiringView(
        ago=dates.ago(item["at"]),
        exact=dates.exact(item["at"]),
        order_no=item["order_no"],
        number=item["order_no"].partition(".")[2],
        channel=names.channel(item["channel"]),
        stage=labels.word(labels.STAGES, item["stage"]),
        rule=item["rule"],
        title=texts.of(item["rule"]).title,
        sentence=sentences[item["rule"]],
        subject="" if about == "order" else subject_label(about, names, {}),
        effects=tuple(effect(each, names) for each in item["effects"]),
        seen=tuple(seen[:_SEEN]),
        unseen=max(0, len(seen) - _SEEN),
        verdict=labels.look(labels.VERDICTS, item["verdict"]),
        waived=item["waived"],
        decision_id=item["decision_id"],
        rulebook=item["rulebook"],
    )


def rule_choices(rulebook: Rulebook, texts: RuleTexts) -> list[tuple[str, list[tuple[str, str]]]]:
    """The rules and tables that can be asked for, by stage: (stage, [(id, title)])."""
    found = []
    for stage, ruleset in rulebook.rulesets.items():
        entries = sorted({rule.table or rule.id for rule in ruleset.all_rules})
        titled = sorted((texts.entry(entry).title, entry) for entry in entries)
        found.append((labels.word(labels.STAGES, stage), [(entry, title) for title, entry in titled]))
    return [each for each in found if each[1]]
