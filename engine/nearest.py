"""The smallest change that would have changed the outcome: "would be approved if `payment.status` were `paid`".

One fact of the order at a time: a value is looked for under which the holding rule does not hold, nearest to the value
it has, and the whole pipeline is run again supposing it. So an answer is what the rules would have said, not a guess;
what follows from a fact by arithmetic (another total, another route) is not recomputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine import canonical
from engine.decision import Verdict
from engine.language.conditions import Leaf, Node, Quantified
from engine.language.facts import Catalogue, Subject, Value
from engine.language.operands import LIST_OPERATORS
from engine.language.rules import Rule, Rulebook
from engine.matching.evaluate import holds
from engine.matching.judge import Judge
from engine.order import Order
from engine.stages import Run, run_stages
from engine.telling import Teller
from engine.world import World

MOST = 12  # changes that are tried; each costs one more run of the pipeline
# Chosen by the buyer or the channel and never at fault: nobody is helped by "would pass, were it picked up".
_CHOSEN = frozenset({"order.delivery_method", "order.channel", "order.service_level", "payment.method"})
_EASIER = {Verdict.APPROVE: 0, Verdict.HOLD: 1, Verdict.REJECT: 2}


def nearest(run: Run, order: Order, world: World, rulebook: Rulebook, judge: Judge) -> list[dict[str, Any]]:
    """`[{change: {rule, fact, from, to}, outcome, sentence}]` for the rules that hold the order.

    What would pass it comes first. Empty for an approved order, and where no single fact is to blame.
    """
    asked = _Asked(run, order, world, rulebook, judge, Teller.of(rulebook, order, world))
    found: list[tuple[Verdict, dict[str, Any]]] = []
    for rule, subject in _holding(run, rulebook):
        found.extend(asked.answers(rule, subject, False, MOST - len(found)))
    return [each for _, each in sorted(found, key=lambda pair: _EASIER[pair[0]])]


def nearest_to_rule(
    rule_id: str, run: Run, order: Order, world: World, rulebook: Rulebook, judge: Judge
) -> list[dict[str, Any]]:
    """The same for one rule about the order: what would have made it fire, or, where it fired, not fire.

    Empty where no single fact would have, for rules about parts of the order, and where its stage was not reached.
    Raises NotFound for an unknown rule.
    """
    rule = rulebook.rule(rule_id)
    stage = next((each for each in run.stages if each.stage == rule.stage), None)
    if stage is None or rule.about != "order":
        return []
    subject = next(each for each in stage.subjects if each.about == "order")
    fired = any(each.rule == rule_id for each in stage.firings)
    asked = _Asked(run, order, world, rulebook, judge, Teller.of(rulebook, order, world))
    return [answer for _, answer in asked.answers(rule, subject, not fired, MOST)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The decision that is asked about, with all it takes to decide it again."""

    run: Run
    order: Order
    world: World
    rulebook: Rulebook
    judge: Judge
    teller: Teller

    def answers(
        self, rule: Rule, subject: Subject, to_hold: bool, most: int
    ) -> Iterator[tuple[Verdict, dict[str, Any]]]:
        """What each single change that turns the rule round would have led to."""
        changes = _changes(rule, subject, self.world.reference.list_items, self.rulebook.catalogue, to_hold)
        for fact, value in islice(changes, max(0, most)):
            verdict = self._verdict(fact, value)
            change = {"rule": rule.id, "fact": fact, "from": _plain(subject.values.get(fact)), "to": _plain(value)}
            sentence = self.teller.change(change, verdict.value)
            yield verdict, {"change": change, "outcome": verdict.value, "sentence": sentence}

    def _verdict(self, fact: str, value: Value) -> Verdict:
        now, routes = self.run.decision.decided_at, self.run.routes
        supposed = run_stages(self.order, self.world, self.rulebook, now, self.judge, {fact: value}, routes)
        return supposed.decision.verdict


def _holding(run: Run, rulebook: Rulebook) -> Iterator[tuple[Rule, Subject]]:
    """The rules about the order whose holds it carries, with what they saw."""
    held = {hold.rule for hold in run.decision.holds}
    for stage in run.stages:
        for firing in stage.firings:
            if firing.rule in held and firing.subject == "order":
                subject = next(each for each in stage.subjects if each.about == "order")
                yield rulebook.rule(firing.rule), subject


def _changes(
    rule: Rule, subject: Subject, lists: Mapping[str, frozenset[str]], catalogue: Catalogue, to_hold: bool
) -> Iterator[tuple[str, Value]]:
    """For each fact of the rule, the nearest value under which it holds (`to_hold`), or does not."""
    tried = set()
    for leaf in _leaves(rule.when):
        if leaf.fact in tried or leaf.fact in _CHOSEN:
            continue
        tried.add(leaf.fact)
        same = (each for each in _leaves(rule.when) if each.fact == leaf.fact)
        others = (value for each in same for value in _others(each, subject, catalogue))
        for value in _by_nearness(others, subject.values.get(leaf.fact)):
            supposed = {**subject.values, leaf.fact: value}
            if (holds(rule.when, supposed, subject.parts, lists) is True) == to_hold:
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
    """Values of the fact under which the leaf may answer otherwise than it does."""
    fact, seen = catalogue[leaf.fact], subject.values.get(leaf.fact)
    wanted: Any = subject.values.get(leaf.other) if leaf.other else leaf.value
    if fact.type == "flag":
        return tuple(each for each in (True, False) if each != seen)
    if fact.choices:
        return tuple(value for value, _, _ in fact.choices if value != seen)
    if fact.type in ("int", "money", "weight"):
        bounds = wanted if isinstance(wanted, tuple) else (wanted,)
        return tuple(each + step for each in bounds if isinstance(each, int) for step in (-1, 0, 1))
    if fact.type == "set":
        return (
            (frozenset(seen or ()) | {wanted},) if isinstance(seen, frozenset | None) and leaf.op == "includes" else ()
        )
    return _texts(leaf, wanted)


def _texts(leaf: Leaf, wanted: Any) -> Iterable[Value]:
    """Texts (or the day) that the leaf names. Nothing of lists: who is trusted or barred is nobody's to read."""
    if leaf.op in LIST_OPERATORS:
        return ()
    if isinstance(wanted, tuple):
        return wanted[:MOST]
    return (wanted,) if isinstance(wanted, (str, int)) else ()


def _by_nearness(values: Iterable[Value], seen: Value | None) -> list[Value]:
    """Numbers by their distance from what was seen; anything else as it comes, settled states first."""
    listed = list(dict.fromkeys(values))
    if isinstance(seen, int) and not isinstance(seen, bool):
        near = seen
        numbers = [each for each in listed if isinstance(each, int)]
        return [*sorted(numbers, key=lambda number: (abs(number - near), number))]
    return sorted(listed, key=lambda each: each != "paid")


def _plain(value: Any) -> Any:
    return canonical.dump(value)
