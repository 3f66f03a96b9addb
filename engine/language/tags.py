"""Tags that rules put on an order and ask for, and that within a stage they lead on to an end.

A rule that puts on a tag may be what another of its stage waits for, so a stage is judged again while tags come on. In
a circle that would depend on where one begins, or never settle; such a ruleset is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from engine.language.conditions import Leaf, walk
from engine.language.context import Context
from engine.language.rules import Rule

FACT = "order.tags"
ROUNDS = 8  # in which a stage is judged; the last one finds that no tag has come on
MOST_IN_A_ROW = ROUNDS - 1


def put_by(rule: Rule) -> frozenset[str]:
    """The tags that the rule puts on, those that it takes from a fact left out."""
    names = (effect.params.get("name") for effect in rule.then if effect.do == "tag")
    return frozenset(name for name in names if isinstance(name, str))


def asked_in(leaf: Leaf) -> frozenset[str]:
    """The tags that the leaf asks for, or for the lack of."""
    if leaf.fact != FACT or leaf.value is None:
        return frozenset()
    return frozenset((leaf.value,) if isinstance(leaf.value, str) else leaf.value)


def asked_by(rule: Rule) -> frozenset[str]:
    """The tags that its condition names."""
    return frozenset().union(*(asked_in(node) for node in walk(rule.when) if isinstance(node, Leaf)))


def refuse_circles(rules: Sequence[tuple[str, Rule]], context: Context) -> None:
    """Notes tags of a stage that lead back to themselves, or on through too many rules. `rules`: with their paths."""
    steps = _steps([(path, rule) for path, rule in rules if rule.enabled])
    while circle := _circle(steps):
        _note_circle(circle, context)
        steps.remove(circle[-1])
    _refuse_long_rows(steps, context)


@dataclass(frozen=True, slots=True)
class _Step:
    """A rule that puts on a tag, because of another or of none."""

    because: str | None
    tag: str
    rule: str
    path: str


def _steps(rules: Sequence[tuple[str, Rule]]) -> list[_Step]:
    return [
        _Step(because, tag, rule.id, _path(path, rule, tag))
        for path, rule in rules
        for tag in sorted(put_by(rule))
        for because in sorted(asked_by(rule)) or (None,)
    ]


def _path(path: str, rule: Rule, tag: str) -> str:
    if rule.table is not None:
        return path
    place = next(index for index, effect in enumerate(rule.then) if effect.params.get("name") == tag)
    return f"{path}.then.{place}.name"


def _circle(steps: Sequence[_Step]) -> list[_Step]:
    """Steps of which each leads to the next and the last to the first; none where all lead on."""
    try:
        _sorted(steps)
    except CycleError as error:
        first = {(step.because, step.tag): step for step in reversed(steps)}
        _, tags = error.args
        return [first[pair] for pair in pairwise(tags)]
    return []


def _sorted(steps: Sequence[_Step]) -> list[str]:
    """The tags, each after those because of which it is put on. Raises CycleError."""
    before: dict[str, list[str]] = {}
    for step in steps:
        before.setdefault(step.tag, []).extend([step.because] if step.because else [])
    return list(TopologicalSorter(before).static_order())


def _note_circle(circle: Sequence[_Step], context: Context) -> None:
    said = "".join(f" → {step.tag} ({step.rule})" for step in circle)
    context.problem(
        circle[-1].path, "tag-circle", f"tags lead back to themselves: {circle[0].because}{said}",
        "let one of these rules ask for something else than a tag, or move it to a later stage",
    )  # fmt: skip


def _refuse_long_rows(steps: Sequence[_Step], context: Context) -> None:
    """Each tag of such a row takes one more round of judging the stage."""
    rounds: dict[str | None, int] = {None: 0}
    by_tag: dict[str, list[_Step]] = {}
    for step in steps:
        by_tag.setdefault(step.tag, []).append(step)
    for tag in _sorted(steps):
        putting = by_tag.get(tag, [])
        rounds[tag] = max((rounds[step.because] + 1 for step in putting), default=0)
        if rounds[tag] == MOST_IN_A_ROW + 1:
            context.problem(
                putting[-1].path, "too-long", f"more than {MOST_IN_A_ROW} tags are put on one because of the other",
                "move some of these rules to a later stage",
            )  # fmt: skip
