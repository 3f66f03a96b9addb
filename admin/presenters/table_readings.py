"""A decision table as it stands in the editor, read back: what is wrong in its cells, and how its rows go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from admin.languages import said
from admin.presenters import findings, rule_problems
from admin.presenters.rule_readings import Lists, examples_of, file_of
from admin.values import Reader
from engine.analysis import Finding, analyse_tables
from engine.errors import RulebookError
from engine.language.documents import load_ruleset
from engine.language.effects import EFFECTS
from engine.language.rules import Rulebook, Ruleset

_ABOUT_COLUMNS = ("inputs", "outputs")


class TableReadings:
    """Reads decision tables of one stage."""

    def __init__(self, stage: str, rulebook: Rulebook, lists: Lists, reader: Reader):
        self._stage, self._rulebook, self._lists, self._reader = stage, rulebook, lists, reader

    def of(self, document: Any, with_file: bool = False) -> dict[str, Any]:
        """`{problems, rows, gaps, examples, file}`; `file` is empty unless it is asked for.

        `problems` as those of a rule. `rows`: `{row, others, name, severity, message, suggestion, witness}` of rows
        that meet, never count or never fire. `gaps`: `{cells, witness}`, the input cells of a row that would fill one.
        """
        ruleset, problems = self._load(document)
        found = self._analysed(ruleset) if ruleset else []
        return {
            "problems": problems,
            "rows": [self._of_row(each) for each in found if "#" in each.rule or each.name == "not-analysed"],
            "gaps": [self._gap(each) for each in found if each.name == "table-gap"],
            "examples": examples_of(ruleset.tables[0]) if ruleset else None,
            "file": file_of(document) if with_file else "",
        }

    def knows_columns(self, document: Any) -> bool:
        """Whether it is clear what each cell has to be."""
        problems = self._load(document)[1]
        return not any(
            each["path"].partition(".")[0] in _ABOUT_COLUMNS or _is_row(each["path"]) and each["code"] == "invalid-type"
            for each in problems
        )

    def _load(self, document: Any) -> tuple[Ruleset | None, list[dict[str, str]]]:
        whole = {"stage": self._stage, "tables": [document]}
        try:
            return load_ruleset(whole, self._rulebook.catalogue, EFFECTS, self._lists.keys()), []
        except RulebookError as error:
            return None, rule_problems.shown(error.problems, "tables.0")

    def _analysed(self, ruleset: Ruleset) -> list[Finding]:
        """What is to be said of the table by itself."""
        alone = replace(self._rulebook, rulesets={self._stage: ruleset})
        kept = {code: frozenset(each.get("items") or ()) for code, each in self._lists.items()}
        return analyse_tables(alone, kept)

    def _of_row(self, finding: Finding) -> dict[str, Any]:
        return {
            "row": _number(finding.rule),
            "others": [_number(each) for each in finding.others],
            "name": finding.name,
            "severity": finding.severity,
            "message": said(finding.message),
            "suggestion": said(finding.suggestion),
            "witness": findings.witness(finding.witness, self._reader),
        }

    def _gap(self, finding: Finding) -> dict[str, Any]:
        return {"cells": list(finding.answer), "witness": findings.witness(finding.witness, self._reader)}


def _number(rule: str) -> int:
    """The row of `table#3`; 0 for the table."""
    return int(rule.partition("#")[2] or 0)


def _is_row(path: str) -> bool:
    head, _, rest = path.partition(".")
    return head == "rows" and rest.isdecimal()


def wrong_cells(cells: list[Any]) -> list[Mapping[str, Any]]:
    """What a workbook's cells get wrong: `{row, column, cell, message, detail}`."""
    return [
        {"row": each.row, "column": each.column, "cell": each.problem.path, **_told(each.problem)} for each in cells
    ]


def _told(problem: Any) -> dict[str, str]:
    (shown,) = rule_problems.shown([problem], "")
    return {"message": shown["detail"], "code": shown["code"]}
