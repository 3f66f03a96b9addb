"""Rules of equal rank that fire for one subject and cannot both be followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.analysis.boxes import Box, TooManyBoxes, meeting
from engine.analysis.conflicts import CONTRADICTING, Clash, clashing
from engine.analysis.duplicates import in_force_together
from engine.analysis.findings import Finding
from engine.analysis.models import Model
from engine.analysis.pairs import Together
from engine.analysis.study import Study, both
from engine.analysis.witnesses import Witness
from engine.language.conditions import All, AnyOf, Leaf, Not
from engine.language.rules import Rule

MOST_FINDINGS = 50  # of rules of one rank
MOST_PAIRS = 1_000  # of rules of one rank that are tried
MOST_ROUNDS = 10  # stronger rows of a table that are kept from firing, one after the other


def contradictions(study: Study) -> Iterator[Finding]:
    """A finding for each pair of enabled rules, and each rule that contradicts itself."""
    for rules in equals(study, CONTRADICTING):
        yield from _among(rules, study)


def equals(study: Study, effects: frozenset[str]) -> Iterator[list[Rule]]:
    """The rules of one stage, subject and priority that do any of these, in their order."""
    groups: dict[tuple[str, str, int], list[Rule]] = {}
    for rule in study.rules():
        if study.boxes(rule) is not None and any(effect.do in effects for effect in rule.then):
            groups.setdefault((rule.stage, rule.about, rule.priority), []).append(rule)
    return iter(groups.values())


def may_both_count(one: Rule, other: Rule, study: Study) -> bool:
    """Whether nothing but their conditions keeps two rules from counting together."""
    if one is other:
        return True
    apart = one.table is not None and one.table == other.table and study.rulebook.table(one.table).hit != "collect"
    return not apart and in_force_together(one.effective, other.effective)


def _among(rules: Sequence[Rule], study: Study) -> Iterator[Finding]:
    found = 0
    unknown: tuple[Rule, Rule] | None = None
    for tried, (one, other, clash) in enumerate(_clashes(rules, study)):
        if found == MOST_FINDINGS or tried == MOST_PAIRS:
            unknown = unknown or (one, other)
            break
        shown = _shown(one, other, clash, study)
        if isinstance(shown, Witness):
            found += 1
            yield _contradiction(one, other, clash, shown, study)
        elif not shown:
            unknown = unknown or (one, other)
    if unknown:
        yield _unknown(*unknown, study)


def of_tables(rules: Sequence[Rule], study: Study) -> Box:
    """That an order has what the tables of these rules ask of every order, so that their other rows are judged too."""
    tables = [study.rulebook.table(rule.table) for rule in rules if rule.table is not None]
    return study.known(*(row.when for table in tables for row in table.rows))


def _clashes(rules: Sequence[Rule], study: Study) -> Iterator[tuple[Rule, Rule, Clash]]:
    together = Together([study.boxes(rule) or () for rule in rules])
    for number, rule in enumerate(rules):
        for other in together.with_rule(number):
            if other >= number and may_both_count(rule, rules[other], study):
                for clash in clashing(rule, rules[other]):
                    yield rule, rules[other], clash


def _shown(one: Rule, other: Rule, clash: Clash, study: Study) -> Witness | bool:
    """Facts for which both count; else whether it is sure that there are none."""
    solver = study.solver
    groups = [study.boxes(one) or (), study.boxes(other) or (), solver.boxes.of(All(clash.extra))]
    groups.append([of_tables((one, other), study)])
    try:
        for _ in range(MOST_ROUNDS):
            found = solver.solve(meeting(groups))
            if found.model is None:
                return found.sure
            witness = _witness(found.model, (one, other), clash, study)
            stronger = _stronger(witness, (one, other), study) if witness else None
            if witness is None or stronger is None:
                return False
            if not stronger:
                return witness
            groups.append(_quiet(stronger[0], study))
    except TooManyBoxes:
        pass
    return False


def _witness(model: Model, rules: tuple[Rule, Rule], clash: Clash, study: Study) -> Witness | None:
    witness = study.shown(model, *rules)
    return witness if witness is not None and witness.meets(All(clash.extra)) else None


def _stronger(witness: Witness, rules: tuple[Rule, Rule], study: Study) -> list[Rule] | None:
    """The rows that count instead of these; none when these count. None: rows fire that may not fire together."""
    found: list[Rule] = []
    for rule in rules:
        if rule.table is not None:
            counting = witness.counting(study.rulebook.table(rule.table))
            if counting is None:
                return None
            found += counting if rule not in counting else []
    return found


def _quiet(row: Rule, study: Study) -> list[Box]:
    """What keeps a table's row from firing: one of its inputs is another or absent."""
    leaves = row.when.of if isinstance(row.when, All) else ()
    nodes = [node for leaf in leaves if isinstance(leaf, Leaf) for node in (Not(leaf), Leaf(leaf.fact, "absent"))]
    return study.solver.boxes.of(AnyOf(tuple(nodes)))


def _contradiction(one: Rule, other: Rule, clash: Clash, witness: Witness, study: Study) -> Finding:
    said = {"does": study.said(clash.one), "against": study.said(clash.other), "what": clash.conflict.said}
    alone = one is other
    zh, en = _ALONE if alone else _TOGETHER
    return Finding.named(
        "contradiction", study.path(other, "" if other.table else "then"), other.id,
        both(zh, en, one=one.id, other=other.id, **said),
        both("只留其中一个动作", "keep only one of the two") if alone else RANK_THEM,
        witness=witness.document(study.catalogue), others=() if alone else (one.id,),
    )  # fmt: skip


_ALONE = (
    "{one} 自相矛盾，{what}：{does}；{against}",
    "{one} contradicts itself, {what}: {does}; {against}",
)
_TOGETHER = (
    "{other} 与 {one} 优先级相同且会同时命中，{what}：{one} {does}；{other} {against}",
    "{other} and {one} have equal priority and fire together, {what}: {one} does “{does}”, {other} does “{against}”",
)
RANK_THEM = both(
    "给其中一条更小的优先级数，或让条件互斥",
    "give one of them a lower priority number, or keep their conditions apart",
)


def _unknown(one: Rule, other: Rule, study: Study) -> Finding:
    what = both(
        "同级规则是否矛盾（自 {one} 与 {other} 起）", "rules of equal rank contradict (from {one} and {other} on)",
        one=one.id, other=other.id,
    )  # fmt: skip
    return study.not_analysed(one, what, others=(other.id,))
