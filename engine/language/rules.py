"""Rules, decision tables, rulesets and the rulebook: what is in force, as frozen values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine import canonical
from engine.errors import NotFound
from engine.language.catalogue import CATALOGUE
from engine.language.conditions import Node, part_facts_of, subject_facts_of
from engine.language.context import Place
from engine.language.facts import Catalogue, Fact


@dataclass(frozen=True, slots=True)
class FactRef:
    """A parameter that takes the value of a fact, written {fact: name}."""

    name: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a rule does. A parameter is a literal or a FactRef; dates and instants stay as written."""

    do: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """When a rule is in force: from `from_` until before `until`, judged by `placed_at` or `now`."""

    by: str
    from_: dt.datetime | None = None
    until: dt.datetime | None = None

    def covers(self, placed_at: dt.datetime, now: dt.datetime) -> bool:
        """Whether an order placed then, decided now, falls into it."""
        at = placed_at if self.by == "placed_at" else now
        return (self.from_ is None or self.from_ <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Example:
    """Facts that a rule must fire for, or must not."""

    values: Mapping[str, Any]
    parts: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    row: int | None = None  # of a table: the row that must fire
    path: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Examples:
    """What a rule's author says of it, run as tests."""

    fires: tuple[Example, ...] = ()
    quiet: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Rule:
    """When … then …, with a reason why. A row of a table is a rule too."""

    id: str  # "fraud.new-buyer-high-value"; a row: "carrier.by-weight#3"
    stage: str
    title: Mapping[str, str]  # {"zh": …, "en": …}
    why: Mapping[str, str]
    about: str
    when: Node | None  # None: always
    then: tuple[Effect, ...]
    priority: int = 50  # lower goes first
    enabled: bool = True
    effective: Window | None = None
    examples: Examples = Examples()
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    table: str | None = None
    row: int | None = None  # from 1

    @cached_property
    def order_key(self) -> tuple[int, str, int]:
        """Rules go by priority, then id; rows of a table in their order."""
        return self.priority, self.table or self.id, self.row or 0

    @cached_property
    def facts(self) -> frozenset[str]:
        """The facts it reads of its subject, those of its effects' parameters included."""
        values = (value for effect in self.then for value in effect.params.values())
        return subject_facts_of(self.when) | {value.name for value in values if isinstance(value, FactRef)}

    @cached_property
    def part_facts(self) -> Mapping[str, frozenset[str]]:
        """By part, the facts that its quantifiers read of each."""
        return part_facts_of(self.when)


@dataclass(frozen=True)
class Table:
    """A decision table. `hit` says what counts when several rows fire."""

    id: str
    stage: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    about: str
    hit: str  # unique any priority first collect
    rows: tuple[Rule, ...]
    priority: int = 50
    enabled: bool = True
    effective: Window | None = None
    examples: Examples = Examples()
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    ranks: tuple[int, ...] = ()  # with hit priority: for each row, the place of its outputs, lower wins


@dataclass(frozen=True)
class Ruleset:
    """A stage's rules and tables."""

    stage: str
    note: str
    rules: tuple[Rule, ...]
    tables: tuple[Table, ...]
    document: Mapping[str, Any] = field(repr=False)
    digest: str

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """Rules and rows of tables, disabled ones too, in the order in which they go."""
        rows = (row for table in self.tables for row in table.rows)
        return tuple(sorted((*self.rules, *rows), key=lambda rule: rule.order_key))


@dataclass(frozen=True)
class Pipeline:
    """The order of the stages, what starts them, and the order of preference among candidates."""

    stages: tuple[str, ...]
    preference: tuple[str, ...]
    document: Mapping[str, Any] = field(repr=False)
    triggers: Mapping[str, tuple[str, ...]]  # what happened: the stages that then run

    @cached_property
    def digest(self) -> str:
        """Of the document."""
        return canonical.digest(self.document)


@dataclass(frozen=True)
class Declarations:
    """Facts that an admin declared: values that channels put under an order's attributes."""

    facts: tuple[Fact, ...]
    document: Mapping[str, Any] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """Of the document."""
        return canonical.digest(self.document)


@dataclass(frozen=True)
class Rulebook:
    """All that is in force at one instant."""

    pipeline: Pipeline
    rulesets: Mapping[str, Ruleset]
    declared: Declarations | None = None
    catalogue: Catalogue = field(default=CATALOGUE, repr=False, compare=False)  # with what is declared

    @cached_property
    def digest(self) -> str:
        """Equal for equal documents; every decision names it."""
        rulesets = {stage: ruleset.digest for stage, ruleset in self.rulesets.items()}
        # Left out where there is none, so that rulebooks from before there were declared facts keep their digest.
        declared = {"facts": self.declared.digest} if self.declared else {}
        return canonical.digest({"rulesets": rulesets, "pipeline": self.pipeline.digest, **declared})

    def ruleset(self, stage: str) -> Ruleset:
        """The stage's ruleset; an empty one where there is none."""
        return self.rulesets.get(stage) or _empty(stage)

    def rule(self, rule_id: str) -> Rule:
        """A rule or a table's row. Raises NotFound."""
        if rule_id not in self._rules:
            raise NotFound(f"There is no rule {rule_id}")
        return self._rules[rule_id]

    def table(self, table_id: str) -> Table:
        """A decision table. Raises NotFound."""
        if table_id not in self._tables:
            raise NotFound(f"There is no table {table_id}")
        return self._tables[table_id]

    def rules(self, stage: str, about: str | None = None) -> tuple[Rule, ...]:
        """The enabled rules of a stage (that judge such a subject), in the order in which they go."""
        return self._enabled.get((stage, about), ())

    def part_facts_named(self, stage: str) -> Mapping[str, frozenset[str]]:
        """By part, the facts that quantifiers of that stage read; a part that is only counted has an empty set."""
        return self._part_facts_named.get(stage, {})

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        return {rule.id: rule for ruleset in self.rulesets.values() for rule in ruleset.all_rules}

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.id: table for ruleset in self.rulesets.values() for table in ruleset.tables}

    @cached_property
    def _enabled(self) -> dict[tuple[str, str | None], tuple[Rule, ...]]:
        found: dict[tuple[str, str | None], list[Rule]] = {}
        for rule in sorted(self._rules.values(), key=lambda rule: rule.order_key):
            for about in (None, rule.about) if rule.enabled else ():
                found.setdefault((rule.stage, about), []).append(rule)
        return {key: tuple(rules) for key, rules in found.items()}

    def facts_stated(self, stage: str, about: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The facts that enabled rules of that stage judging that subject read: of the order, then of the subject."""
        return self._facts_stated.get((stage, about), ((), ()))

    @cached_property
    def _facts_stated(self) -> dict[tuple[str, str | None], tuple[tuple[str, ...], tuple[str, ...]]]:
        found = {}
        for key, names in self._facts_named.items():
            of_order = [name for name in sorted(names) if self.catalogue[name].subject == "order"]
            found[key] = tuple(of_order), tuple(name for name in sorted(names) if name not in of_order)
        return found

    @cached_property
    def _part_facts_named(self) -> dict[str, dict[str, frozenset[str]]]:
        found: dict[str, dict[str, frozenset[str]]] = {}
        for rule in self._rules.values():
            named = found.setdefault(rule.stage, {})
            for part, names in rule.part_facts.items() if rule.enabled else ():
                named[part] = named.get(part, frozenset()) | names
        return found

    @cached_property
    def _facts_named(self) -> dict[tuple[str, str | None], frozenset[str]]:
        return {key: frozenset().union(*(rule.facts for rule in rules)) for key, rules in self._enabled.items()}


def _empty(stage: str) -> Ruleset:
    document: dict[str, Any] = {"stage": stage, "note": "", "rules": [], "tables": []}
    return Ruleset(stage, "", (), (), document, canonical.digest(document))
