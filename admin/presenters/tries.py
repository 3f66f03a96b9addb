"""A rule or a decision table tried with typed facts: whether it fires, condition by condition, at any time of day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from admin import dates, labels
from admin.presenters import explanation, rule_problems
from admin.presenters.rule_readings import Lists, shown_condition
from admin.values import Reader
from engine import canonical
from engine.errors import MatcherError, RulebookError
from engine.language.documents import load_ruleset
from engine.language.effects import EFFECTS
from engine.language.facts import Subject, Value, date_value
from engine.language.rules import Example, Rule, Table
from engine.language.tables import settle
from engine.matching.evaluate import evaluated, holds, trace
from engine.matching.examples import subject_of

_NEAREST = 3  # rows of a table that are shown where none fires

Items = Mapping[str, frozenset[str]]  # of lists by code


class Tries:
    """Tries documents of one stage."""

    def __init__(self, stage: str, lists: Lists, reader: Reader):
        self._stage, self._lists, self._reader = stage, lists, reader

    def of(self, document: Any, facts: Any, at: dt.datetime | None = None) -> dict[str, Any]:
        """`{fires, judged, problems}` for facts that are written like one of its examples.

        `fires` is None where that cannot be known; `judged` is the rule, or of a table the rows that count, else those
        that come nearest: `{row, conditions}`. With `at` the facts about time are those of then, and what is not in
        force then does not fire: `note` says so.
        """
        given = dict(document) if isinstance(document, Mapping) else {}
        try:
            whole, example = self._load(given, facts)
        except RulebookError as error:
            under = "tables.0" if _is_table(given) else "rules.0"
            return {"fires": None, "judged": [], "note": "", "problems": rule_problems.shown(error.problems, under)}
        lists = self._lists_of(example)
        subject = subject_of(whole, _at(example, whole, at, lists))
        fires, judged, note = (self._table if isinstance(whole, Table) else self._rule)(whole, subject, lists)
        if at and whole.effective and not whole.effective.covers(at, at):
            fires, note = False, labels.not_considered("outside_window")
        return {"fires": fires, "judged": judged, "note": note, "problems": []}

    def _load(self, given: Mapping[str, Any], facts: Any) -> tuple[Any, Example]:
        """The rule or the table, and the facts as its example. Raises RulebookError."""
        tried = {**given, "examples": {"fires": [facts]}}
        whole = {"stage": self._stage, "tables" if _is_table(given) else "rules": [tried]}
        ruleset = load_ruleset(whole, self._reader.catalogue, EFFECTS, self._lists.keys())
        (one,) = ruleset.tables or ruleset.rules
        return one, one.examples.fires[0]

    def _rule(self, rule: Rule, subject: Subject, lists: Items) -> tuple[bool | None, list[dict[str, Any]], str]:
        fires = holds(rule.when, subject.values, subject.parts, lists)
        return fires, [self._judged(rule, subject, lists)], ""

    def _table(self, table: Table, subject: Subject, lists: Items) -> tuple[bool, list[dict[str, Any]], str]:
        fired = evaluated(table.rows, [subject], lists)
        matched = [row for row in table.rows if (row.id, 0) in fired]
        try:
            counted = settle(table, matched)
        except MatcherError:
            return False, [self._judged(row, subject, lists) for row in matched], labels.hold("RULE_ERROR").text
        if counted:
            return True, [self._judged(row, subject, lists) for row in counted], ""
        return False, nearest([self._judged(row, subject, lists) for row in table.rows]), ""

    def _judged(self, rule: Rule, subject: Subject, lists: Items) -> dict[str, Any]:
        rows = canonical.dump(trace(rule, subject, lists))
        views = [explanation.condition({**row, "is": row.pop("is_")}, self._reader) for row in rows]
        return {"row": rule.row or 0, "conditions": [shown_condition(view) for view in views]}

    def _lists_of(self, example: Example) -> Items:
        """The lists as they are, but where the facts say otherwise."""
        kept = {code: frozenset(each.get("items") or ()) for code, each in self._lists.items()}
        return {**kept, **example.lists}


def nearest(judged: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those rows of a table of which the fewest conditions failed."""
    failed = [sum(each["mark"] != "yes" for each in one["conditions"]) for one in judged]
    order = sorted(range(len(judged)), key=lambda index: (failed[index], index))
    return [judged[index] for index in order[:_NEAREST]]


def _is_table(document: Mapping[str, Any]) -> bool:
    return isinstance(document.get("rows"), list)


def _at(example: Example, whole: Rule | Table, at: dt.datetime | None, lists: Items) -> Example:
    """The facts with those about time as of then, as far as they are asked for."""
    if at is None:
        return example
    asked = frozenset().union(*(rule.facts for rule in (whole.rows if isinstance(whole, Table) else (whole,))))
    local = at.astimezone(dates.zone())
    times: dict[str, Value] = {
        "order.placed_hour": local.hour, "order.placed_weekday": local.isoweekday(),
        "order.placed_on_promotion_day": local.date().isoformat() in lists.get("promotion-days", ()),
        "now.hour": local.hour, "now.weekday": local.isoweekday(), "now.date": date_value(local.date()),
    }  # fmt: skip
    return replace(example, values={**example.values, **{name: times[name] for name in asked & times.keys()}})
