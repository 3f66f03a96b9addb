"""Rules that do the same under the same condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.analysis.findings import Finding
from engine.analysis.study import Study, both
from engine.language.rules import Effect, FactRef, Rule, Window


def duplicates(study: Study) -> Iterator[Finding]:
    """A finding for each enabled rule that repeats an earlier one of its stage while both are in force.

    Rows of a table of which only one counts are told apart as overlaps or shadows.
    """
    collecting = {table.id for table in study.tables() if table.hit == "collect"}
    seen: dict[Any, list[Rule]] = {}
    for rule in study.rules():
        boxes = study.boxes(rule)
        if boxes is None or (rule.table and rule.table not in collecting):
            continue
        same = (rule.stage, rule.about, frozenset(frozenset(box.items()) for box in boxes), _effects(rule))
        former = next((each for each in seen.get(same, ()) if in_force_together(each.effective, rule.effective)), None)
        seen.setdefault(same, []).append(rule)
        if former is not None:
            yield from _duplicate(former, rule, study)


def in_force_together(one: Window | None, other: Window | None) -> bool:
    """Whether there is an instant in both windows; windows judged by different clocks may always meet."""
    if one is None or other is None or one.by != other.by:
        return True
    starts = [each.from_ for each in (one, other) if each.from_]
    ends = [each.until for each in (one, other) if each.until]
    return not starts or not ends or max(starts) < min(ends)


def same_effects(one: Rule, other: Rule) -> bool:
    """Whether they do the same."""
    return _effects(one) == _effects(other)


def fixed(effect: Effect) -> Any:
    """An effect so that equal ones are equal and can be kept in sets."""
    return effect.do, tuple(sorted((name, _fixed(value)) for name, value in effect.params.items()))


def _effects(rule: Rule) -> frozenset[Any]:
    return frozenset(map(fixed, rule.then))


def _fixed(value: Any) -> str:
    """A parameter so that equal ones are equal texts."""
    return f"fact {value.name}" if isinstance(value, FactRef) else repr(value)


def _duplicate(former: Rule, rule: Rule, study: Study) -> Iterator[Finding]:
    model = study.solution(rule).model
    witness = study.shown(model, former, rule) if model else None
    if witness is None:  # neither ever fires, which is another finding
        return
    yield Finding.named(
        "duplicate-rule", study.path(rule), rule.id,
        both(
            "{rule} 与 {former} 条件相同，做的事也相同", "{rule} does what {former} does, under the same condition",
            rule=rule.id, former=former.id,
        ),
        both("删掉或停用其中一条", "delete or disable one of them"),
        witness=witness.document(study.catalogue), others=(former.id,),
    )  # fmt: skip
