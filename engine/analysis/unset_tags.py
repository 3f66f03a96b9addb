"""Tags that rules ask for and none puts on in time, and tags that are put on and nobody asks for."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from engine.analysis.findings import Finding
from engine.analysis.models import Model
from engine.analysis.study import Study, both
from engine.analysis.witnesses import Witness
from engine.language.conditions import Leaf, Node, Quantified, walk
from engine.language.facts import STAGES
from engine.language.rules import FactRef, Rule
from engine.language.tags import FACT, asked_by, asked_in, put_by


def unset_tags(study: Study) -> Iterator[Finding]:
    """A finding for each tag that an enabled rule asks for, or puts on, in vain.

    Where a rule takes a tag from a fact, or compares all tags with a fact, any may be meant, and nothing is said.
    """
    rules = study.rules()
    put = {tag: rule for rule in reversed(_by_stage(rules)) for tag in put_by(rule)}  # the earliest
    asked = frozenset().union(*map(asked_by, rules))
    if not any(map(_puts_any, rules)):
        for rule in rules:
            yield from _never_set(rule, put, study)
    if not any(map(_asks_any, rules)):
        for rule in rules:
            yield from (_never_asked(rule, tag, study) for tag in sorted(put_by(rule) - asked))


def _by_stage(rules: list[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: STAGES.index(rule.stage))


def _puts_any(rule: Rule) -> bool:
    return any(effect.do == "tag" and isinstance(effect.params.get("name"), FactRef) for effect in rule.then)


def _asks_any(rule: Rule) -> bool:
    compared = (node for node in walk(rule.when) if isinstance(node, Leaf) and node.other is not None)
    told = (value for effect in rule.then for value in effect.params.values())
    return any(FACT in (leaf.fact, leaf.other) for leaf in compared) or FactRef(FACT) in list(told)


def _never_set(rule: Rule, put: dict[str, Rule], study: Study) -> Iterator[Finding]:
    for path, leaf in _leaves(rule.when, "" if rule.table else "when"):
        for tag in sorted(asked_in(leaf)):
            setter = put.get(tag)
            if setter is None or STAGES.index(setter.stage) > STAGES.index(rule.stage):
                yield _unset(rule, path, tag, setter, difflib.get_close_matches(tag, sorted(put), n=1), study)


def _leaves(node: Node | None, path: str) -> Iterator[tuple[str, Leaf]]:
    """The leaves with their paths, a row's with that of the row."""
    if isinstance(node, Leaf):
        yield path, node
    elif isinstance(node, Quantified):
        yield from _leaves(node.where, path and f"{path}.where")
    elif node is not None:
        head = {"All": "all", "AnyOf": "any", "Not": "not"}[type(node).__name__]
        if not isinstance(node.of, tuple):
            yield from _leaves(node.of, path and f"{path}.{head}")
            return
        for place, child in enumerate(node.of):
            yield from _leaves(child, path and f"{path}.{head}.{place}")


def _unset(rule: Rule, path: str, tag: str, setter: Rule | None, near: list[str], study: Study) -> Finding:
    if setter is None:
        why = both("没有规则会打这个标签", "no rule puts that tag on")
    else:
        why = both("{rule} 要到后面的环节才打", "{rule} puts it on in a later stage only", rule=setter.id)
    hint = both("加一条打这个标签的规则，或去掉这个条件", "add a rule that puts it on, or take the condition out")
    if near and setter is None:
        hint = both("是否想写“{tag}”？", "did you mean “{tag}”?", tag=near[0])
    return Finding.named(
        "tag-never-set", study.path(rule, path), rule.id,
        both(
            "{rule} 要看标签“{tag}”，但{why}", "{rule} asks for the tag “{tag}”, but {why}",
            rule=rule.id, tag=tag, why=why,
        ),
        hint, witness=_tagged(rule, tag, study).document(study.catalogue),
        others=(setter.id,) if setter else (),
    )  # fmt: skip


def _tagged(rule: Rule, tag: str, study: Study) -> Witness:
    """The rule's facts and that tag, which no order will carry."""
    solution = study.solution(rule).model
    shown = study.shown(solution, rule) if solution else None
    own = shown or Witness.of(Model({}), study.lists, ())
    tags = own.values.get(FACT)
    together = (tags if isinstance(tags, frozenset) else frozenset()) | {tag}
    return Witness({**own.values, FACT: together}, own.parts, own.lists)


def _never_asked(rule: Rule, tag: str, study: Study) -> Finding:
    place = next(index for index, effect in enumerate(rule.then) if effect.params.get("name") == tag)
    model = study.solution(rule).model
    witness = study.shown(model, rule) if model else None
    return Finding.named(
        "tag-never-asked", study.path(rule, "" if rule.table else f"then.{place}"), rule.id,
        both(
            "{rule} 打的标签“{tag}”没有规则会看", "{rule} puts on the tag “{tag}”, and no rule asks for it",
            rule=rule.id, tag=tag,
        ),
        both("去掉这个动作，或加一条看它的规则", "take the effect out, or add a rule that asks for it"),
        witness=witness.document(study.catalogue) if witness else {},
    )  # fmt: skip
