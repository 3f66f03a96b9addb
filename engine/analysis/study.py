"""A rulebook under study: its rules as boxes, where they are written, and how they are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.analysis.boxes import Box, TooManyBoxes
from engine.analysis.findings import Finding, Said
from engine.analysis.models import UNKNOWN, Model, Solution
from engine.analysis.solving import Solver
from engine.analysis.witnesses import Lists, Witness
from engine.language.conditions import Node, subject_facts_of
from engine.language.effects import EFFECTS
from engine.language.rules import Effect, Rule, Rulebook, Ruleset, Table
from engine.language.sentences import LANGUAGES, sentence


class Study:
    """What the checks share. Nothing in it changes what they say, only how often it is worked out."""

    def __init__(self, rulebook: Rulebook, lists: Lists | None):
        self.rulebook, self.catalogue, self.lists = rulebook, rulebook.catalogue, lists
        self.solver = Solver(rulebook.catalogue, lists)
        self._boxes: dict[str, list[Box] | None] = {}
        self._solutions: dict[str, Solution] = {}
        self._paths = {
            identifier: f"{stage}.{path}"
            for stage, ruleset in rulebook.rulesets.items()
            for identifier, path in _paths(ruleset)
        }

    @property
    def rulesets(self) -> Iterable[Ruleset]:
        """The rulesets in the order of their documents."""
        return self.rulebook.rulesets.values()

    def tables(self) -> list[Table]:
        """The enabled tables."""
        return [table for ruleset in self.rulesets for table in ruleset.tables if table.enabled]

    def rules(self) -> list[Rule]:
        """The enabled rules and rows, in the order in which they go."""
        return [rule for ruleset in self.rulesets for rule in ruleset.all_rules if rule.enabled]

    def path(self, rule: Rule | Table, inside: str = "") -> str:
        """Where it is written."""
        return ".".join(filter(None, (self._paths[rule.id], inside)))

    def boxes(self, rule: Rule) -> list[Box] | None:
        """The rule's condition as boxes; None when these are too many to look at."""
        if rule.id not in self._boxes:
            try:
                self._boxes[rule.id] = self.solver.boxes.of(rule.when)
            except TooManyBoxes:
                self._boxes[rule.id] = None
        return self._boxes[rule.id]

    def solution(self, rule: Rule) -> Solution:
        """Facts for which the rule fires, tried."""
        if rule.id not in self._solutions:
            boxes = self.boxes(rule)
            found = UNKNOWN if boxes is None else self.solver.solve(boxes)
            shown = found.model is None or self.shown(found.model, rule)
            self._solutions[rule.id] = found if shown else UNKNOWN
        return self._solutions[rule.id]

    def known(self, *conditions: Node | None) -> Box:
        """That an order has those facts of the conditions that every order has."""
        names = sorted(frozenset().union(*map(subject_facts_of, conditions)))
        return {name: self.solver.boxes.universe(name) for name in names if self.catalogue[name].always}

    def shown(self, model: Model, *rules: Rule) -> Witness | None:
        """The model as a witness, if all these rules fire for it."""
        witness = Witness.of(model, self.lists, [rule.when for rule in rules])
        return witness if all(witness.fires(rule) for rule in rules) else None

    def said(self, thing: Rule | Node | Effect | None) -> Said:
        """A condition, effect or rule as a sentence in each language."""
        return {language: sentence(thing, self.catalogue, language, EFFECTS) for language in LANGUAGES}

    def not_analysed(self, rule: Rule | Table, what: Said, path: str = "", **more: Any) -> Finding:
        """A check that was not completed."""
        return Finding.named(
            "not-analysed", self.path(rule, path), rule.id,
            both("{rule}：{what}未能检查完", "{rule}: it could not be checked whether {what}", rule=rule.id, what=what),
            both("可人工核对，或把规则拆小", "check by hand, or split it into smaller rules"),
            **more,
        )  # fmt: skip


def both(zh: str, en: str, **parts: Any) -> Said:
    """A text in each language, its {parts} filled in; a part may be said in each language too."""
    return {
        language: text.format(**{name: _in(language, part) for name, part in parts.items()})
        for language, text in (("zh", zh), ("en", en))
    }


def _in(language: str, part: Any) -> Any:
    return part[language] if isinstance(part, Mapping) else part


def _paths(ruleset: Ruleset) -> Iterable[tuple[str, str]]:
    for index, rule in enumerate(ruleset.rules):
        yield rule.id, f"rules.{index}"
    for index, table in enumerate(ruleset.tables):
        yield table.id, f"tables.{index}"
        for place, row in enumerate(table.rows):
            yield row.id, f"tables.{index}.rows.{place}"
