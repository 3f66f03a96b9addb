"""Why an order was decided as it was: each stage, each rule, each condition with what it wanted and what it saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext

from admin import labels
from admin.labels import Look
from admin.languages import either, said
from admin.presenters.effects import EffectView, effect
from admin.presenters.rule_texts import RuleTexts
from admin.presenters.subjects import subject_label
from admin.values import Reader, fact_label, shown

MOST_SUBJECTS = 6  # of one rule that are shown with their conditions; the rest is counted
_STRENGTH = ("fired", "not_fired", "not_considered")
_EITHER = ("in", "not_in", "contains_any", "includes_none")  # operators that any one of the words satisfies
_MARKS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One row of a rule's conditions."""

    depth: int
    mark: str  # yes no unknown
    group: bool  # joins the deeper rows below it
    text: str  # the fact, or how the group joins
    operator: str = ""
    wanted: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class JudgedView:
    """One rule about one subject."""

    about: str
    subject: str
    outcome: Look
    waived: bool
    why_not: str
    conditions: tuple[ConditionView, ...]
    overruled: tuple[str, ...]  # what it asked for in vain


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule, about whatever it judged; its outcome is the strongest of them."""

    id: str
    title: str
    why: str
    sentence: str  # the rule in words, where it was not judged and so has no conditions to show
    outcome: Look
    waived: bool
    decisive: bool  # it held or rejected the order
    effects: tuple[EffectView, ...]  # what it did, each once
    why_not: str  # why it was not considered
    judged: tuple[JudgedView, ...]
    more: int  # subjects that are not shown


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage with its rules, those that fired first."""

    code: str
    title: str
    reached: bool
    fired: int
    not_fired: int
    not_considered: int
    rules: tuple[RuleView, ...]


def stages(
    explanation: Mapping[str, Any],
    firings: Iterable[Mapping[str, Any]],
    texts: RuleTexts,
    titles: Mapping[str, str],
    reader: Reader,
) -> list[StageView]:
    """The stages of an explanation in the order in which they ran."""
    effects = {(each["rule"], each["subject"]): each["effects"] for each in firings}
    return [_stage(stage, _Page(effects, texts, titles, reader)) for stage in explanation["stages"]]


@dataclass(frozen=True, slots=True)
class _Page:
    effects: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
    texts: RuleTexts
    titles: Mapping[str, str]
    reader: Reader


def _stage(stage: Mapping[str, Any], page: _Page) -> StageView:
    rules = [_rule(list(rows), page) for _, rows in groupby(stage["rules"], key=lambda row: row["rule"])]
    rules.sort(key=lambda rule: _STRENGTH.index(rule.outcome.code))
    counts = [sum(rule.outcome.code == outcome for rule in rules) for outcome in _STRENGTH]
    title = labels.word(labels.STAGES, stage["stage"])
    fired, not_fired, not_considered = counts
    reached = stage.get("reached", True)
    return StageView(stage["stage"], title, reached, fired, not_fired, not_considered, tuple(rules))


def _rule(rows: list[Mapping[str, Any]], page: _Page) -> RuleView:
    rows.sort(key=lambda row: _STRENGTH.index(row["outcome"]))
    text = page.texts.of(rows[0]["rule"])
    judged = tuple(_judged(row, page) for row in rows[:MOST_SUBJECTS])
    fired = [each for row in rows for each in _effects(row, page)]
    return RuleView(
        id=text.id,
        title=text.title,
        why=text.why,
        sentence="" if judged[0].conditions else page.texts.sentence(text.id, page.reader.names),
        outcome=labels.look(labels.OUTCOMES, rows[0]["outcome"]),
        waived=any(row.get("waived") for row in rows),
        decisive=any(each["do"] in ("hold", "reject") for each in fired),
        effects=tuple(dict.fromkeys(effect(each, page.reader.names) for each in fired)),
        why_not=judged[0].why_not,
        judged=judged,
        more=max(0, len(rows) - MOST_SUBJECTS),
    )


def _effects(row: Mapping[str, Any], page: _Page) -> Sequence[Mapping[str, Any]]:
    return page.effects.get((row["rule"], row["subject"]), ()) if row["outcome"] == "fired" else ()


def _judged(row: Mapping[str, Any], page: _Page) -> JudgedView:
    why_not = row.get("why_not")
    return JudgedView(
        about=row["subject"].partition(":")[0],
        subject=subject_label(row["subject"], page.reader.names, page.titles),
        outcome=labels.look(labels.OUTCOMES, row["outcome"]),
        waived=bool(row.get("waived")),
        why_not=labels.not_considered(str(why_not)) if row["outcome"] == "not_considered" else "",
        conditions=tuple(condition(each, page.reader) for each in row["conditions"]),
        overruled=tuple(said(each["sentence"]) for each in row.get("overruled", ())),
    )


def condition(row: Mapping[str, Any], reader: Reader) -> ConditionView:
    """A row of an explanation in words."""
    mark = _MARKS[row["result"]]
    if row["fact"] is None:
        return ConditionView(row["depth"], mark, True, labels.word(labels.JOINERS, row["joiner"]))
    if _is_quantifier(row):
        return _quantifier(row, mark, reader)
    return ConditionView(
        row["depth"], mark, False, fact_label(row["fact"], reader.catalogue),
        _operator(row, reader), _wanted(row, reader), shown(row["fact"], row["seen"], reader),
    )  # fmt: skip


def _is_quantifier(row: Mapping[str, Any]) -> bool:
    """A count, sum, some, every or no over parts; its leaves follow with the same joiner and saw lists."""
    return row["fact"] in labels.PARTS or (row["joiner"] == "sum" and not isinstance(row["seen"], list))


def _quantifier(row: Mapping[str, Any], mark: str, reader: Reader) -> ConditionView:
    how = labels.word(labels.JOINERS, row["joiner"])
    text = f"{how} · {fact_label(row['fact'], reader.catalogue)}"
    if row["is"] is None:
        found = "" if row["seen"] is None else gettext("%(count)d 个符合", count=row["seen"])
        return ConditionView(row["depth"], mark, True, text, seen=found)
    operator = _operator(row, reader)
    wanted = _between(row, reader) or shown(row["fact"], row["wanted"], reader)
    return ConditionView(row["depth"], mark, False, text, operator, wanted, shown(row["fact"], row["seen"], reader))


def _operator(row: Mapping[str, Any], reader: Reader) -> str:
    return labels.operator(row["is"], row["fact"], reader.catalogue)


def _wanted(row: Mapping[str, Any], reader: Reader) -> str:
    wanted = row["wanted"]
    if row["is"] in ("is_true", "is_false", "present", "absent"):
        return ""
    if isinstance(wanted, Mapping) and "list" in wanted:
        return either(("「%s」", "“%s”")) % reader.names.list_(wanted["list"])
    if isinstance(wanted, Mapping):
        return f"{fact_label(wanted['fact'], reader.catalogue)} ({shown(wanted['fact'], wanted['value'], reader)})"
    if row["is"] in _EITHER and isinstance(wanted, list):
        return either((" 或 ", " or ")).join(shown(row["fact"], each, reader) for each in wanted)
    return _between(row, reader) or shown(row["fact"], wanted, reader)


def _between(row: Mapping[str, Any], reader: Reader) -> str:
    if row["is"] != "between" or not isinstance(row["wanted"], list):
        return ""
    low, high = (shown(row["fact"], each, reader) for each in row["wanted"])
    return f"{low} – {high}"
