"""The answers of `evaluate.holds`, from conditions compiled once and indexed: one bit an alternative, one AND a fact.

So its cost follows the facts that rules name and the rules that could match, not the number of rules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from engine.language.conditions import Node
from engine.language.facts import Subject
from engine.language.rules import Rule, Rulebook
from engine.matching.atoms import Alternative, Asked, HasItem, InList, OfFact, atoms_of
from engine.matching.evaluate import Lists, holds
from engine.matching.masks import Conjunction, FactMasks, ListMasks, SetMasks, positions, union

BLOCK = 4_096  # alternatives in one index, so that memory grows with the rules and not with their square


class Evaluator:
    """One rulebook, compiled. It keeps nothing between calls, so threads may share it without waiting."""

    def __init__(self, rulebook: Rulebook):
        self._indexes: dict[str, dict[str, list[Index]]] = {}
        for stage in rulebook.rulesets:
            abouts = dict.fromkeys(rule.about for rule in rulebook.rules(stage))
            self._indexes[stage] = {about: index(rulebook.rules(stage, about)) for about in abouts}

    def fire(self, stage: str, subjects: Sequence[Subject], lists: Lists) -> set[tuple[str, int]]:
        """The pairs (rule id, index of the subject) that hold."""
        fired: set[tuple[str, int]] = set()
        indexes = self._indexes.get(stage, {})
        for number, subject in enumerate(subjects):
            for each in indexes.get(subject.about, ()):
                for rule_id in each.passing(subject, lists):
                    fired.add((rule_id, number))
        return fired


def index(rules: Iterable[Rule]) -> list[Index]:
    """Indexes that together hold every alternative of these rules."""
    numbered = [(rule.id, alternative) for rule in rules for alternative in atoms_of(rule.when)]
    return [Index(numbered[start : start + BLOCK]) for start in range(0, len(numbered), BLOCK)]


class Index:
    """Alternatives by what they ask of each fact."""

    def __init__(self, numbered: Sequence[tuple[str, Alternative]]):
        """`numbered`: alternatives with the rule of each; their places are their bits."""
        self._rules = [rule_id for rule_id, _ in numbered]
        self._everyone = (1 << len(numbered)) - 1
        self._asked: dict[int, tuple[int, ...]] = {}  # alternative: numbers of the conditions left to ask
        self._questions: list[Node] = []
        facts: dict[str, dict[Conjunction, int]] = {}
        sets: dict[str, dict[HasItem, int]] = {}
        lists: dict[tuple[str, str], dict[InList, int]] = {}
        questions: dict[Node, int] = {}
        for number, (_, alternative) in enumerate(numbered):
            bit = 1 << number
            for fact, nodes in _by_fact(alternative).items():
                _add(facts.setdefault(fact, {}), nodes, bit)
            for atom in alternative:
                if isinstance(atom, HasItem):
                    _add(sets.setdefault(atom.fact, {}), atom, bit)
                elif isinstance(atom, InList):
                    _add(lists.setdefault((atom.fact, atom.code), {}), atom, bit)
            asked = dict.fromkeys(atom.node for atom in alternative if isinstance(atom, Asked))
            if asked:
                self._asked[number] = tuple(questions.setdefault(node, len(questions)) for node in asked)
        self._questions = list(questions)
        self._pending = sum(1 << number for number in self._asked)
        self._facts = [FactMasks(fact, users, self._everyone) for fact, users in facts.items()]
        # Taken apart, which halves the time of the loop in which nearly all of it is spent.
        self._lookups = [(each.fact, each.absent, each.named.get, each.cuts, each.between) for each in self._facts]
        self._sets = [SetMasks(fact, users, self._everyone) for fact, users in sets.items()]
        self._lists = [ListMasks(fact, code, users, self._everyone) for (fact, code), users in lists.items()]
        # Those of which more than single facts has to be looked at.
        listed, in_sets = (union(bits for each in found.values() for bits in each.values()) for found in (lists, sets))
        self._more = self._pending | listed | in_sets

    def passing(self, subject: Subject, lists: Lists) -> list[str]:
        """The rules of which an alternative passes; a rule stands as often as it has such alternatives."""
        get = subject.values.get
        possible = self._everyone
        for fact, absent, named, cuts, between in self._lookups:
            value = get(fact)
            if value is None:
                possible &= absent
            else:
                mask = named(value)
                possible &= between[bisect_right(cuts, value)] if mask is None else mask
        if possible & self._more:
            possible = self._narrowed(possible, subject, lists)
        rules = self._rules
        return [rules[number] for number in positions(possible)] if possible else []

    def _narrowed(self, possible: int, subject: Subject, lists: Lists) -> int:
        """Those that lists, sets and conditions that have to be asked leave possible, too."""
        get = subject.values.get
        for of_list in self._lists:
            possible &= of_list.of(get(of_list.fact), lists.get(of_list.code, frozenset()))
        for of_set in self._sets:
            possible &= of_set.of(get(of_set.fact))  # type: ignore[arg-type]
        pending = possible & self._pending
        return possible ^ self._refuted(pending, subject, lists) if pending else possible

    def _refuted(self, pending: int, subject: Subject, lists: Lists) -> int:
        """Of these alternatives, those with a condition that is not true; each condition is worked out once."""
        answers: dict[int, bool] = {}
        refuted = 0
        for number in positions(pending):
            for question in self._asked[number]:
                if question not in answers:
                    node = self._questions[question]
                    answers[question] = holds(node, subject.values, subject.parts, lists) is True
                if not answers[question]:
                    refuted |= 1 << number
                    break
        return refuted


def _by_fact(alternative: Alternative) -> Mapping[str, Conjunction]:
    found: dict[str, Conjunction] = {}
    for atom in alternative:
        if isinstance(atom, OfFact):
            found[atom.fact] = (*found.get(atom.fact, ()), atom.node)
    return found


def _add(users: dict, wanted: object, bit: int) -> None:
    users[wanted] = users.get(wanted, 0) | bit
