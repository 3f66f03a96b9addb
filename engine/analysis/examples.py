"""Examples that do not come out as the author of their rule wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.analysis.findings import Finding, Said
from engine.analysis.study import Study, both
from engine.analysis.witnesses import Witness
from engine.language.rules import Example, Examples, Rule, Table
from engine.matching.examples import check_examples


def failed_examples(study: Study) -> Iterator[Finding]:
    """A finding for each of them, those of disabled rules too."""
    for ruleset in study.rulesets:
        rules: list[Rule | Table] = [*ruleset.rules, *ruleset.tables]
        for rule in rules:
            for example in rule.examples.fires:
                yield from _failed(rule, example, Examples(fires=(example,)), study)
            for example in rule.examples.quiet:
                yield from _failed(rule, example, Examples(quiet=(example,)), study)


def _failed(rule: Rule | Table, example: Example, alone: Examples, study: Study) -> Iterator[Finding]:
    for problem in check_examples(replace(rule, examples=alone)):
        path = f"{rule.stage}.{example.path}" if example.path else study.path(rule, "examples")
        witness = Witness.of_example(example)
        yield Finding.named(
            "example-failed", path, rule.id,
            {"zh": _in_chinese(rule, example, witness, bool(alone.fires)), "en": problem.message},
            _suggestion(bool(alone.fires)), witness=witness.document(study.catalogue),
        )  # fmt: skip


def _in_chinese(rule: Rule | Table, example: Example, witness: Witness, must_fire: bool) -> str:
    wanted = "应当命中" if must_fire else "不应命中"
    row = f"第 {example.row} 行" if must_fire and example.row is not None else ""
    if isinstance(rule, Rule):
        return f"{rule.id} 的例子{wanted}，却{'没有' if must_fire else '命中了'}"
    counting = witness.counting(rule)
    if counting is None:
        return f"{rule.id} 的例子{wanted}{row}，但同时命中的几行互相冲突"
    rows = "、".join(str(each.row) for each in counting)
    return f"{rule.id} 的例子{wanted}{row}，却{f'命中了第 {rows} 行' if rows else '没有'}"


def _suggestion(must_fire: bool) -> Said:
    if must_fire:
        return both("改条件，或改这个例子", "change the condition, or the example")
    return both("收窄条件，或改这个例子", "narrow the condition, or change the example")
