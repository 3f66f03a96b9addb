"""Rules that can never fire, with the conditions that no order can meet together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.analysis.boxes import Box, Literal, TooManyBoxes, conjunctions, meet_all
from engine.analysis.findings import Finding
from engine.analysis.models import UNKNOWN, Model, Solution
from engine.analysis.solving import Solver
from engine.analysis.study import Study, both
from engine.analysis.witnesses import Witness
from engine.language.conditions import All, Node, Not, lists_of
from engine.language.rules import Rule

MOST_LITERALS = 40


@dataclass(frozen=True, slots=True)
class Clash:
    """Literals that cannot hold together, and facts for which as many as possible of the others do."""

    literals: tuple[Literal, ...]
    model: Model


def never_fires(study: Study) -> Iterator[Finding]:
    """A finding for each enabled rule and row whose condition no order meets, or whose window is empty."""
    for rule in study.rules():
        if _window_is_empty(rule):
            yield _empty_window(rule, study)
            continue
        solution = study.solution(rule)
        if solution.model is None:
            yield _never(rule, study) if solution.sure else _not_known(rule, study)


def _window_is_empty(rule: Rule) -> bool:
    start, end = (rule.effective.from_, rule.effective.until) if rule.effective else (None, None)
    return start is not None and end is not None and start >= end


def _empty_window(rule: Rule, study: Study) -> Finding:
    model = study.solution(rule).model
    witness = study.shown(model, rule) if model else None
    path = study.path(rule, "" if rule.table else "effective")
    return Finding.named(
        "never-fires", path, rule.id,
        both(
            "{rule} 的生效期结束不晚于开始，永远不会命中", "{rule} ends before it begins to apply, so it never fires",
            rule=rule.id,
        ),
        both("改生效期，或停用规则", "change the window, or disable the rule"),
        witness=witness.document(study.catalogue) if witness else {},
    )  # fmt: skip


def _not_known(rule: Rule, study: Study) -> Finding:
    return study.not_analysed(rule, both("能否命中", "it can ever fire"), "" if rule.table else "when")


def _never(rule: Rule, study: Study) -> Finding:
    """By its own conditions an error; only by what lists hold today, a warning."""
    by_lists = _possible_with_other_lists(rule, study)
    clash = _clash(rule, study)
    witness = Witness.of(clash.model, study.lists, [rule.when]) if clash else Witness()
    if witness.fires(rule):  # it cannot be shown after all
        return _not_known(rule, study)
    said = study.said(_as_node(clash.literals)) if clash else study.said(rule.when)
    empty = sorted(code for code in lists_of(rule.when) if study.lists is not None and not study.lists.get(code))
    return Finding(
        "never-fires", "warning" if by_lists else "error", study.path(rule, "" if rule.table else "when"), rule.id,
        _message(rule, said, by_lists, clash), _suggestion(by_lists, empty), witness.document(study.catalogue),
    )  # fmt: skip


def _message(rule: Rule, said: Any, by_lists: bool, clash: Clash | None) -> Any:
    alone = clash is None or len(clash.literals) == 1
    if by_lists:
        zh = "{rule} 以名单现在的内容不会命中，没有订单能满足：{said}"
        en = "{rule} cannot fire as the lists stand now; no order meets: {said}"
    elif alone:
        zh, en = "{rule} 永远不会命中，这不可能成立：{said}", "{rule} never fires; this can never be met: {said}"
    else:
        zh = "{rule} 永远不会命中，这些条件不能同时成立：{said}"
        en = "{rule} never fires; these cannot be met together: {said}"
    return both(zh, en, rule=rule.id, said=said)


def _suggestion(by_lists: bool, empty: list[str]) -> Any:
    if by_lists and empty:
        codes = ", ".join(empty)
        return both("给名单 {codes} 加条目，或停用规则", "put items on {codes}, or disable the rule", codes=codes)
    if by_lists:
        return both("核对名单的内容", "look at what the lists hold")
    return both("改其中一个条件，或停用规则", "change one of the conditions, or disable the rule")


def _possible_with_other_lists(rule: Rule, study: Study) -> bool:
    if study.lists is None or not lists_of(rule.when):
        return False
    boxes = study.boxes(rule)
    found = UNKNOWN if boxes is None else Solver(study.catalogue).solve(boxes)
    return found.model is not None or not found.sure


def _clash(rule: Rule, study: Study) -> Clash | None:
    """Of the alternative that comes furthest: what keeps it from being met. None: it is too long to tell."""
    try:
        alternatives = conjunctions(rule.when)
        tried = [each for each in alternatives[:MOST_LITERALS] if len(each) <= MOST_LITERALS]
        clashes = [_clash_of(each, study.known(rule.when), study.solver) for each in tried]
    except TooManyBoxes:
        return None
    found = [each for each in clashes if each is not None]
    return max(found, key=lambda each: len(each.model.values), default=None)


def _clash_of(literals: Sequence[Literal], known: Box, solver: Solver) -> Clash | None:
    kept: list[Literal] = []
    model = _solved([], known, solver).model or Model({})
    culprit: Literal | None = None
    for literal in literals:
        found = _solved([*kept, literal], known, solver)
        if found.model is None:
            culprit = culprit or literal
        else:
            kept.append(literal)
            model = found.model
    if culprit is None:
        return None
    return Clash((*_needed_for(kept, culprit, solver), culprit), model)


def _needed_for(kept: Sequence[Literal], culprit: Literal, solver: Solver) -> list[Literal]:
    """Those of the kept literals without which the culprit could hold."""
    needed = list(kept)
    for literal in kept:
        fewer = [each for each in needed if each is not literal]
        found = _solved([*fewer, culprit], {}, solver)
        if found.model is None and found.sure:
            needed = fewer
    return needed


def _solved(literals: Sequence[Literal], known: Box, solver: Solver) -> Solution:
    return solver.solve(meet_all([known], solver.boxes.of_literals(literals)))


def _as_node(literals: Sequence[Literal]) -> Node:
    nodes = tuple(node if truth else Not(node) for node, truth in literals)
    return nodes[0] if len(nodes) == 1 else All(nodes)
