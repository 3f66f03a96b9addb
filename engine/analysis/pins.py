"""Rules of equal rank that pin different candidates of one order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from engine.analysis.boxes import Box, TooManyBoxes, meeting, renamed
from engine.analysis.contradictions import MOST_FINDINGS, MOST_PAIRS, RANK_THEM, equals, may_both_count, of_tables
from engine.analysis.findings import Finding
from engine.analysis.models import Model
from engine.analysis.study import Study, both
from engine.analysis.witnesses import Witness, narrowed
from engine.language.conditions import All, Leaf, Node
from engine.language.rules import Rule

# What makes two candidates different ones: of a warehouse its code; of a service its code, from one warehouse.
_DIFFERENT = {
    "warehouse": (("warehouse.code", "neq"),),
    "service": (("service.warehouse", "eq"), ("service.code", "neq")),
}
PLACES = ("one", "other")


def pinned_apart(study: Study) -> Iterator[Finding]:
    """A finding for each pair of enabled rules of which each pins a candidate that the other does not."""
    for rules in equals(study, frozenset({"pin"})):
        names = [name for name, _ in _DIFFERENT.get(rules[0].about, ())]
        if not names or not all(name in study.catalogue for name in names):
            continue
        found = tried = 0
        for one, other in combinations(rules, 2):
            if not may_both_count(one, other, study):
                continue
            if found == MOST_FINDINGS or tried == MOST_PAIRS:
                yield _open(one, other, study)
                break
            tried += 1
            shown = _shown(one, other, study)
            if isinstance(shown, Witness):
                found += 1
                yield _pinned(one, other, shown, study)
            elif not shown:
                yield _open(one, other, study)


def _shown(one: Rule, other: Rule, study: Study) -> Witness | bool:
    """An order with two candidates, each pinned by one rule only; else whether it is sure that there is none."""
    try:
        for boxes in _attempts(one, other, study):
            found = study.solver.solve(boxes)
            if found.model is None:
                return found.sure
            witness = _witness(found.model, one, other, study)
            if witness is not None:
                return witness
    except TooManyBoxes:
        pass
    return False


def _attempts(one: Rule, other: Rule, study: Study) -> Iterator[Iterable[Box]]:
    """What pins two candidates; then what besides keeps each rule off the other's candidate."""
    boxes = study.solver.boxes
    first, second = PLACES
    different = All(tuple(
        Leaf(f"{name}@{first}", op, other=f"{name}@{second}") for name, op in _DIFFERENT[one.about]
    ))  # fmt: skip
    conditions = (_at(one, first, study), _at(other, second, study), different)
    groups = [*map(boxes.of, conditions), [_of_tables((one, other), study)]]
    yield meeting(groups)
    yield meeting([*groups, boxes.of(_at(other, first, study), False), boxes.of(_at(one, second, study), False)])


def _of_tables(rules: Sequence[Rule], study: Study) -> Box:
    """What the tables of the rules ask of every order and of each of the two candidates."""
    asked = of_tables(rules, study).items()
    own = {name for name, _ in asked if study.catalogue[name].subject != "order"}
    placed = {f"{name}@{place}": domain for name, domain in asked if name in own for place in PLACES}
    return {**{name: domain for name, domain in asked if name not in own}, **placed}


def _at(rule: Rule, place: str, study: Study) -> Node | None:
    """The rule's condition with the candidate's own facts at a place."""
    if rule.when is None:
        return None
    return renamed(rule.when, lambda name: name if study.catalogue[name].subject == "order" else f"{name}@{place}")


def _witness(model: Model, one: Rule, other: Rule, study: Study) -> Witness | None:
    candidates = tuple(model.at(place) for place in PLACES)
    parts = {**model.parts, one.about: (*candidates, *model.parts.get(one.about, ()))}
    lists = model.lists if study.lists is None else narrowed(study.lists, model.values.values(), (one.when, other.when))
    seen = [Witness({**model.own, **own}, parts, lists) for own in candidates]
    counts = [[_counts(rule, witness, study) for witness in seen] for rule in (one, other)]
    return Witness(model.own, parts, lists) if counts == [[True, False], [False, True]] else None


def _counts(rule: Rule, witness: Witness, study: Study) -> bool:
    if rule.table is None:
        return witness.fires(rule)
    return rule in (witness.counting(study.rulebook.table(rule.table)) or ())


def _pinned(one: Rule, other: Rule, witness: Witness, study: Study) -> Finding:
    return Finding.named(
        "contradiction", study.path(other, "" if other.table else "then"), other.id,
        both(
            "{other} 与 {one} 优先级相同，却会为同一订单指定不同的候选",
            "{other} and {one} have equal priority and pin different candidates of one order",
            one=one.id, other=other.id,
        ),
        RANK_THEM,
        witness=witness.document(study.catalogue), others=(one.id,),
    )  # fmt: skip


def _open(one: Rule, other: Rule, study: Study) -> Finding:
    what = both(
        "{one} 与 {other} 是否指定不同的候选", "{one} and {other} pin different candidates", one=one.id, other=other.id
    )
    return study.not_analysed(one, what, others=(other.id,))
