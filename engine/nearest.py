"""The smallest change that would have changed the outcome: "would be approved if `payment.status` were `paid`".

One fact of the order at a time: a value is looked for under which the holding rule does not hold, nearest to the value
it has, and the whole pipeline is run again supposing it. So an answer is what the rules would have said, not a guess;
what follows from a fact by arithmetic (another total, another route) is not recomputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine import canonical
from engine.decision import Verdict
from engine.language.conditions import Leaf, Node, Quantified
from engine.language.facts import Catalogue, Subject, Value
from engine.language.rules import Rule, Rulebook
from engine.matching.evaluate import holds
from engine.matching.judge import Judge
from engine.order import Order
from engine.stages import Run, run_stages
from engine.world import World

MOST = 12  # changes that are tried; each costs one more run of the pipeline
# Chosen by the buyer or the channel and never at fault: nobody is helped by "would pass, were it picked up".
_CHOSEN = frozenset({"order.delivery_method", "order.channel", "order.service_level", "payment.method"})
_EASIER = {Verdict.APPROVE: 0, Verdict.HOLD: 1, Verdict.REJECT: 2}


def nearest(run: Run, order: Order, world: World, rulebook: Rulebook, judge: Judge) -> list[dict[str, Any]]:
    """`[{change: {rule, fact, from, to}, outcome}]` for the rules that hold the order; what would pass it comes first.

    Empty for an approved order, and where no single fact is to blame.
    """
    found: list[tuple[Verdict, dict[str, Any]]] = []
    for rule, subject in _holding(run, rulebook):
        for fact, value in _changes(rule, subject, world.reference.list_items, rulebook.catalogue):
            if len(found) == MOST:
                break
            supposed = run_stages(order, world, rulebook, run.decision.decided_at, judge, {fact: value})
            change = {"rule": rule.id, "fact": fact, "from": _plain(subject.values.get(fact)), "to": _plain(value)}
            found.append((supposed.decision.verdict, {"change": change, "outcome": supposed.decision.verdict.value}))
    return [each for _, each in sorted(found, key=lambda pair: _EASIER[pair[0]])]


def _holding(run: Run, rulebook: Rulebook) -> Iterator[tuple[Rule, Subject]]:
    """The rules about the order whose holds it carries, with what they saw."""
    held = {hold.rule for hold in run.decision.holds}
    for stage in run.stages:
        for firing in stage.firings:
            if firing.rule in held and firing.subject == "order":
                subject = next(each for each in stage.subjects if each.about == "order")
                yield rulebook.rule(firing.rule), subject


def _changes(
    rule: Rule, subject: Subject, lists: Mapping[str, frozenset[str]], catalogue: Catalogue
) -> Iterator[tuple[str, Value]]:
    """For each fact of the rule, the nearest value under which the rule does not hold."""
    tried = set()
    for leaf in _leaves(rule.when):
        if leaf.fact in tried or leaf.fact in _CHOSEN or leaf.fact not in subject.values:
            continue
        tried.add(leaf.fact)
        same = (each for each in _leaves(rule.when) if each.fact == leaf.fact)
        others = (value for each in same for value in _others(each, subject, catalogue))
        for value in _by_nearness(others, subject.values[leaf.fact]):
            if holds(rule.when, {**subject.values, leaf.fact: value}, subject.parts, lists) is not True:
                yield leaf.fact, value
                break


def _leaves(node: Node | None) -> Iterator[Leaf]:
    """The leaves over the order itself, in reading order; parts are left alone."""
    if isinstance(node, Leaf):
        yield node
    elif node is not None and not isinstance(node, Quantified):
        children = node.of if isinstance(node.of, tuple) else (node.of,)
        for child in children:
            yield from _leaves(child)


def _others(leaf: Leaf, subject: Subject, catalogue: Catalogue) -> Iterable[Value]:
    """Values of the fact under which the leaf may answer otherwise."""
    fact = catalogue[leaf.fact]
    wanted: Any = subject.values.get(leaf.other) if leaf.other else leaf.value
    if fact.type == "flag":
        return (not subject.values[leaf.fact],)
    if fact.choices:
        return tuple(value for value, _, _ in fact.choices if value != subject.values[leaf.fact])
    if fact.type in ("int", "money", "weight") and isinstance(wanted, int):
        return (wanted - 1, wanted, wanted + 1)
    if leaf.op == "between" and isinstance(wanted, tuple):
        return (wanted[0] - 1, wanted[1] + 1)
    return (wanted,) if leaf.op == "neq" and wanted is not None else ()


def _by_nearness(values: Iterable[Value], seen: Value) -> list[Value]:
    """Numbers by their distance from what was seen; anything else as it comes, settled states first."""
    listed = list(dict.fromkeys(values))
    if isinstance(seen, int) and not isinstance(seen, bool):
        near = seen
        numbers = [each for each in listed if isinstance(each, int)]
        return [*sorted(numbers, key=lambda number: (abs(number - near), number))]
    return sorted(listed, key=lambda each: each != "paid")


def _plain(value: Any) -> Any:
    return canonical.dump(value)
