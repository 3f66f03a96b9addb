"""Which rules of a stage hold for which subjects: the one door to matching.

The matcher (durable rules) and the evaluator (plain Python) answer the same question; with mode "both" they check each
other.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import MatcherError
from engine.language.facts import Subject
from engine.language.rules import Rule, Rulebook
from engine.language.tables import settle
from engine.matching.evaluator import Evaluator

MODES = ("both", "evaluator", "matcher")
Lists = Mapping[str, frozenset[str]]
Fired = set[tuple[str, int]]  # (rule id, index of the subject)


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds for a subject."""

    rule: Rule
    subject: Subject


class Disagreement(MatcherError):
    """The matcher and the evaluator gave different answers."""

    def __init__(self, stage: str, matched: Fired, evaluated: Fired, subjects: Sequence[str] = ()):
        """`subjects`: their ids, in the order of the indexes."""
        self.stage, self.matched, self.evaluated = stage, frozenset(matched), frozenset(evaluated)
        self.subjects = tuple(subjects)
        only = [f"{rule} for {n} (matcher only)" for rule, n in sorted(matched - evaluated)]
        only += [f"{rule} for {n} (evaluator only)" for rule, n in sorted(evaluated - matched)]
        super().__init__(f"Stage {stage} was matched differently: {', '.join(only[:10])}")


    def answers(self) -> dict[str, list[str]]:
        """Both answers in full, for whoever has to find out which one is wrong: `{matcher, evaluator}`."""
        return {"matcher": self._said(self.matched), "evaluator": self._said(self.evaluated)}

    def _said(self, fired: frozenset[tuple[str, int]]) -> list[str]:
        return [f"{rule} for {self.subjects[n] if n < len(self.subjects) else n}" for rule, n in sorted(fired)]


class Judge:
    """Judges subjects by one rulebook. Threads may share it; they wait for each other while matching."""

    def __init__(self, rulebook: Rulebook, mode: str = "both", cross_check_percent: int = 100):
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        self.rulebook, self.mode, self._percent = rulebook, mode, cross_check_percent
        self._evaluator = Evaluator(rulebook) if mode != "matcher" else None
        self._matcher = None
        if mode != "evaluator":
            from engine.matching.matcher import Matcher  # compiled C, not needed by the evaluator

            self._matcher = Matcher(rulebook)

    def fire(
        self, stage: str, subjects: Sequence[Subject], lists: Lists,
        considered: Callable[[Rule], bool] | None = None, cross_check: bool = True,
    ) -> list[Match]:  # fmt: skip
        """The rules that hold, by (priority, rule id, subject order), tables settled for each subject.

        `considered` leaves rules out before tables are settled; only rules that hold are asked.
        `cross_check` False: with mode "both", only the matcher is asked.
        Raises MatcherError when matching failed, and its Disagreement when the two answers differ.
        """
        fired = self._fired(stage, subjects, lists, cross_check)
        held = [(self.rulebook.rule(rule_id), index) for rule_id, index in fired]
        matches = held if considered is None else [match for match in held if considered(match[0])]
        matches.sort(key=lambda match: (match[0].order_key, match[1]))
        return [Match(rule, subjects[index]) for rule, index in self._settled(matches)]

    def cross_checks(self, order_no: str) -> bool:
        """Whether this order is in the share that both evaluators judge; the same for the same order."""
        return zlib.crc32(order_no.encode()) % 100 < self._percent

    def close(self) -> None:
        """Frees what the matcher holds. The judge cannot be used afterwards."""
        if self._matcher is not None:
            self._matcher.close()

    def _fired(self, stage: str, subjects: Sequence[Subject], lists: Lists, cross_check: bool) -> Fired:
        if self._matcher is None:
            return self._evaluated(stage, subjects, lists)
        matched = self._matcher.fire(stage, subjects, lists)
        if self.mode == "both" and cross_check:
            evaluated = self._evaluated(stage, subjects, lists)
            if matched != evaluated:
                raise Disagreement(stage, matched, evaluated, [subject.id for subject in subjects])
        return matched

    def _evaluated(self, stage: str, subjects: Sequence[Subject], lists: Lists) -> Fired:
        assert self._evaluator is not None
        return self._evaluator.fire(stage, subjects, lists)

    def _settled(self, matches: list[tuple[Rule, int]]) -> list[tuple[Rule, int]]:
        rows: dict[tuple[str, int], list[Rule]] = {}
        for rule, index in matches:
            if rule.table:
                rows.setdefault((rule.table, index), []).append(rule)
        kept = {
            (row.id, index)
            for (table, index), fired in rows.items()
            for row in settle(self.rulebook.table(table), fired)
        }
        return [(rule, index) for rule, index in matches if not rule.table or (rule.id, index) in kept]
