"""The door to the analysis: a rulebook in, findings out. Pure, and the same findings in the same order each time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine import canonical
from engine.analysis.branches import dead_branches
from engine.analysis.contradictions import contradictions
from engine.analysis.duplicates import duplicates
from engine.analysis.examples import failed_examples
from engine.analysis.findings import SEVERITIES, Finding
from engine.analysis.impossible import never_fires
from engine.analysis.pins import pinned_apart
from engine.analysis.shadows import shadowed_rules
from engine.analysis.study import Study
from engine.analysis.tables import check_tables
from engine.analysis.unset_tags import unset_tags
from engine.language.facts import STAGES
from engine.language.rules import Rulebook

_NAMES = tuple(SEVERITIES)


def analyse(rulebook: Rulebook, lists: Mapping[str, frozenset[str]] | None = None) -> list[Finding]:
    """Every finding about the rulebook, as its documents go.

    `lists`: what they hold, by code; None where that is not known, and then they may hold anything. Disabled rules are
    left out but for their examples. What a finding claims was evaluated on its witness before.
    """
    study = Study(rulebook, lists)
    return sorted(_all(study), key=_place)


def analyse_tables(rulebook: Rulebook, lists: Mapping[str, frozenset[str]] | None = None) -> list[Finding]:
    """What the rows of tables are to one another; quick enough to be asked at every change."""
    study = Study(rulebook, lists)
    return sorted((*never_fires(study), *check_tables(study), *duplicates(study)), key=_place)


def _all(study: Study) -> Iterator[Finding]:
    yield from failed_examples(study)
    yield from never_fires(study)
    yield from check_tables(study)
    yield from duplicates(study)
    yield from shadowed_rules(study)
    yield from dead_branches(study)
    yield from unset_tags(study)
    yield from contradictions(study)
    yield from pinned_apart(study)


def _place(finding: Finding) -> tuple[object, ...]:
    stage, _, path = finding.path.partition(".")
    order = STAGES.index(stage) if stage in STAGES else len(STAGES)
    steps = tuple((int(each), "") if each.isdecimal() else (-1, each) for each in re.split(r"\.", path))
    witness = canonical.canonical_json(dict(finding.witness))
    return order, steps, _NAMES.index(finding.name), finding.rule, finding.others, finding.message["en"], witness
