"""What the rule editor's scripts need to know beside the catalogue: words of operators, scopes, lists, texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin import labels
from admin.languages import either, language, said
from admin.presenters.rule_words import words
from admin.presenters.rulesets import EFFECT_TONES
from engine.language.context import ALSO_IN_SCOPE, SINCE
from engine.language.facts import NEGATIVE, OPERATORS, PARTS, STAGES, SUBJECTS, Catalogue, Fact
from engine.language.operands import LIST_OPERATORS, SEVERAL, WITHOUT_VALUE
from engine.language.rule_documents import FACT_TYPES, HIGHEST_PRIORITY, JUDGED_BY_PLACING
from engine.language.sentences import Speech

_HAVE_NO_RULES = ("return",)  # nothing states such a subject yet


def setup(stage: str, lists: Mapping[str, Mapping[str, Any]], catalogue: Catalogue) -> dict[str, Any]:
    """Plain data for the editor of a stage."""
    return {
        "language": language(),
        "stage": stage,
        "stages": list(STAGES),
        "subjects": [{"code": each, "label": _subject(each)} for each in _subjects(stage)],
        "parts": [{"code": each, "label": labels.word(labels.PARTS, each)} for each in PARTS if _since(each, stage)],
        "groups": fact_groups(catalogue),
        "also_in_scope": {about: list(names) for about, names in ALSO_IN_SCOPE.items()},
        "operators": operator_words(catalogue),
        "measures": list(OPERATORS["int"]),
        "without_value": list(WITHOUT_VALUE),
        "several": [*SEVERAL, "contains_any"],
        "from_list": list(LIST_OPERATORS),
        "negative": list(NEGATIVE),
        "fact_types": {kind: list(types) for kind, types in FACT_TYPES.items()},
        "tones": dict(EFFECT_TONES),
        "highest_priority": HIGHEST_PRIORITY,
        "by_placing": stage in JUDGED_BY_PLACING,
        "lists": [
            {"code": code, "label": said(each.get("title")) or code, "items": len(each.get("items") or ())}
            for code, each in sorted(lists.items())
        ],
        "units": {code: labels.word(labels.UNITS, code) for code in labels.UNITS},
        "words": words(),
    }


def operator_words(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """What each operator is called with facts of each type."""
    speech = Speech(catalogue, language())
    found = {}
    for kind, operators in OPERATORS.items():
        fact = Fact("", kind, "", "", lambda scene, part: None)
        said_so = {op: _word(op, fact, speech) for op in (*operators, "present", "absent")}
        found[kind] = said_so
    return found


def fact_groups(catalogue: Catalogue) -> dict[str, str]:
    """What the first part of facts' names is called, as headings of the list of facts."""
    heads = dict.fromkeys(name.split(".", 1)[0] for name in catalogue.facts)
    return {head: either(_HEADS[head]) if head in _HEADS else _subject(head) for head in heads}


_HEADS: Mapping[str, tuple[str, str]] = {
    "buyer": ("买家", "Buyer"),
    "receiver": ("收货人与地址", "Receiver and address"),
    "payment": ("支付", "Payment"),
    "now": ("此刻", "Now"),
}


def _word(op: str, fact: Fact, speech: Speech) -> str:
    if op in labels.OPERATORS:
        return labels.word(labels.OPERATORS, op)
    if op in _SEVERAL_WORDS:
        return either(_SEVERAL_WORDS[op])
    return speech.words(op, fact)


# Sentences may call one and several alike, for the value tells them apart; a choice of operators must not.
_SEVERAL_WORDS: Mapping[str, tuple[str, str]] = {
    "in": ("是其中之一", "is one of"),
    "not_in": ("不是其中任何一个", "is none of"),
    "in_list": ("在名单里", "is on the list"),
    "not_in_list": ("不在名单里", "is not on the list"),
    "contains_any": ("提到", "mentions"),
}


def _subject(code: str) -> str:
    """What rules may judge, as one of it."""
    return either(("订单", "Order")) if code == "order" else labels.word(labels.PARTS, code)


def _subjects(stage: str) -> list[str]:
    return [each for each in SUBJECTS if each not in _HAVE_NO_RULES and _since(each, stage)]


def _since(subject: str, stage: str) -> bool:
    return STAGES.index(SINCE.get(subject, STAGES[0])) <= STAGES.index(stage)
