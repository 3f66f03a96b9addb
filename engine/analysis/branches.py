"""Alternatives of an `any` that change nothing: no order meets them, or another one holds whenever they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.analysis.boxes import Box, TooManyBoxes
from engine.analysis.covering import within
from engine.analysis.findings import Finding
from engine.analysis.models import UNKNOWN, Solution
from engine.analysis.solving import Solver
from engine.analysis.study import Study, both
from engine.language.conditions import All, AnyOf, Node, Quantified
from engine.language.rules import Rule


@dataclass(frozen=True, slots=True)
class Group:
    """An `any` of a condition that is true only if one of its alternatives is."""

    path: str  # inside the rule's document
    node: AnyOf
    instead: Callable[[Node], Node]  # what must be true for the rule to fire by it, with something else in its place

    def path_of(self, place: int) -> str:
        """The path of an alternative."""
        return f"{self.path}.any.{place}"


def dead_branches(study: Study) -> Iterator[Finding]:
    """A finding for each alternative of an enabled rule that can fire.

    What only lists decide does not count, for they change. Only groups whose being true makes the rule fire are looked
    at: none under `not`, `no`, `every`, where it matters too whether an alternative is unknown.
    """
    anything_listed = Solver(study.catalogue)
    for rule in study.rules():
        if rule.table is not None or study.boxes(rule) is None or study.solution(rule).model is None:
            continue
        told: list[str] = []
        for group in _groups(rule.when, "when", lambda node: node):
            for place in range(len(group.node.of)):
                if not group.path_of(place).startswith(tuple(told)):
                    for finding in _dead(group, place, rule, anything_listed, study):
                        told.append(f"{group.path_of(place)}.")
                        yield finding


def _groups(node: Node | None, path: str, instead: Callable[[Node], Node]) -> Iterator[Group]:
    if isinstance(node, AnyOf):
        yield Group(path, node, instead)
    if isinstance(node, Quantified) and node.how == "some":
        yield from _groups(node.where, f"{path}.where", lambda other: instead(replace(node, where=other)))
    if isinstance(node, AnyOf):  # seen from inside an alternative, the others are not there
        for place, child in enumerate(node.of):
            yield from _groups(child, f"{path}.any.{place}", instead)
    if isinstance(node, All):
        for place, child in enumerate(node.of):
            yield from _groups(child, f"{path}.all.{place}", _putting(node, place, instead))


def _putting(group: All, place: int, instead: Callable[[Node], Node]) -> Callable[[Node], Node]:
    return lambda other: instead(All((*group.of[:place], other, *group.of[place + 1 :])))


def _dead(group: Group, place: int, rule: Rule, anything_listed: Solver, study: Study) -> Iterator[Finding]:
    alone = replace(rule, when=group.instead(group.node.of[place]))
    found = _solved(alone, anything_listed)
    if found.model is None and found.sure:
        yield from _never(group, place, rule, study)
        return
    wider = _wider(group, place, study)
    if wider is not None:
        yield from _covered(group, place, wider, alone, rule, study)


def _solved(rule: Rule, solver: Solver) -> Solution:
    try:
        return solver.solve(solver.boxes.of(rule.when))
    except TooManyBoxes:
        return UNKNOWN


def _wider(group: Group, place: int, study: Study) -> int | None:
    """Another alternative that holds whenever this one does; of two that hold together, the first stays."""
    boxes = [_boxes(node, study) for node in group.node.of]
    for other, around in enumerate(boxes):
        own = boxes[place]
        if other != place and own and around and within(own, around) and not (place < other and within(around, own)):
            return other
    return None


def _boxes(node: Node, study: Study) -> list[Box] | None:
    try:
        return study.solver.boxes.of(node)
    except TooManyBoxes:
        return None


def _never(group: Group, place: int, rule: Rule, study: Study) -> Iterator[Finding]:
    """The witness fires the rule, by another alternative."""
    model = study.solution(rule).model
    witness = study.shown(model, rule) if model else None
    if witness is None or witness.meets(group.instead(group.node.of[place])):
        return
    yield Finding.named(
        "dead-branch", study.path(rule, group.path_of(place)), rule.id,
        both(
            "{rule} 的这一支永远不会成立：{said}", "{rule}: this alternative can never be met: {said}",
            rule=rule.id, said=study.said(group.node.of[place]),
        ),
        both("删掉这一支，或改它的条件", "delete it, or change what it asks"),
        witness=witness.document(study.catalogue),
    )  # fmt: skip


def _covered(group: Group, place: int, wider: int, alone: Rule, rule: Rule, study: Study) -> Iterator[Finding]:
    """The witness fires the rule by this alternative, and by the other one as well."""
    model = study.solver.solve(study.solver.boxes.of(alone.when)).model
    other = replace(rule, when=group.instead(group.node.of[wider]))
    witness = study.shown(model, rule, alone, other) if model else None
    if witness is None:
        return
    yield Finding.named(
        "dead-branch", study.path(rule, group.path_of(place)), rule.id,
        both(
            "{rule} 的这一支多余：{said}。它成立时，{path} 也成立：{wider}",
            "{rule}: this alternative adds nothing: {said}. Whenever it holds, {path} does too: {wider}",
            rule=rule.id, said=study.said(group.node.of[place]), path=group.path_of(wider),
            wider=study.said(group.node.of[wider]),
        ),
        both("删掉这一支，或收窄另一支", "delete it, or narrow the other one"),
        witness=witness.document(study.catalogue),
    )  # fmt: skip
