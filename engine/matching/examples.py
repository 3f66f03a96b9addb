"""Runs the examples inside rules and tables: each must fire, or stay quiet, as its author says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.errors import MatcherError, Problem
from engine.language.facts import Subject
from engine.language.rules import Example, Rule, Table
from engine.language.tables import settle
from engine.matching.evaluate import evaluated

Fired = set[tuple[str, int]]
# Who answers: (rules, subjects, lists) -> pairs of rule id and index of the subject.
Answer = Callable[[Sequence[Rule], Sequence[Subject], Mapping[str, frozenset[str]]], Fired]


def check_examples(rule: Rule | Table, answer: Answer = evaluated) -> list[Problem]:
    """The examples that do not come out as stated. Facts, parts and lists that an example leaves out are absent."""
    problems = []
    for example in rule.examples.fires:
        rows = _rows(rule, example, answer)
        if isinstance(rows, str) or not rows or (example.row is not None and example.row not in rows):
            problems.append(_problem(rule, example, "must fire", rows))
    for example in rule.examples.quiet:
        rows = _rows(rule, example, answer)
        if rows:
            problems.append(_problem(rule, example, "must stay quiet", rows))
    return problems


def subject_of(rule: Rule | Table, example: Example) -> Subject:
    """The subject that an example describes."""
    return Subject(rule.about, "example", example.values, example.parts)


def _rows(rule: Rule | Table, example: Example, answer: Answer) -> list[int] | str:
    """The rows that count (a rule is its own row 1), or what is wrong with them together."""
    rules = (rule,) if isinstance(rule, Rule) else rule.rows
    fired = answer(rules, [subject_of(rule, example)], example.lists)
    matched = [each for each in rules if (each.id, 0) in fired]
    if isinstance(rule, Rule):
        return [1] if matched else []
    try:
        return [row.row or 0 for row in settle(rule, matched)]
    except MatcherError as error:
        return error.message


def _problem(rule: Rule | Table, example: Example, wanted: str, rows: list[int] | str) -> Problem:
    message = " ".join(_said(rule, example, wanted, rows))
    place = example.place
    return Problem(
        example.path, "example-failed", message, place.line if place else None, None, place.file if place else None
    )


def _said(rule: Rule | Table, example: Example, wanted: str, rows: list[int] | str) -> Iterator[str]:
    yield f"{rule.id} {wanted} for this example"
    if wanted == "must fire" and example.row is not None:
        yield f"with row {example.row}"
    if isinstance(rows, str):
        yield f"but: {rows}"
    elif isinstance(rule, Table) and rows:
        yield f"but row {', '.join(map(str, rows))} fired"
    else:
        yield "but fired" if rows else "but did not"
