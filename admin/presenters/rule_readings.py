"""A rule document as it stands in the editor, read back: in words, with what is wrong and how examples come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from admin.languages import language, said
from admin.presenters import explanation, rule_problems, rulesets
from engine.errors import RulebookError
from engine.language.documents import load_ruleset
from engine.language.effects import EFFECTS
from engine.language.facts import Catalogue
from engine.language.folders import as_file
from engine.language.half_written import half_read
from engine.language.rules import Examples, Rule, Table
from engine.language.sentences import Speech
from engine.matching.examples import check_examples

Lists = Mapping[str, Mapping[str, Any]]  # documents by code


class Readings:
    """Reads rule documents of one stage."""

    def __init__(self, stage: str, catalogue: Catalogue, lists: Lists):
        self._stage, self._catalogue, self._lists = stage, catalogue, lists
        titles = {code: _titles(each.get("title"), code) for code, each in lists.items()}
        self._speech = {each: Speech(catalogue, each, EFFECTS, titles) for each in ("zh", "en")}

    def of(self, document: Any) -> dict[str, Any]:
        """`{sentence: {zh, en}, condition, doings, tone, window, problems, examples, file}`."""
        half = half_read(document, self._stage, self._catalogue, EFFECTS)
        rule, problems = self.load(document)
        spoken = self._speech[language()]
        doings = [rulesets.Doing(spoken.effect(each), rulesets.tone_of(each.do)) for each in half.then]
        return {
            "sentence": {each: speech.rule(half) for each, speech in self._speech.items()},
            "condition": spoken.condition(half.when) if half.when else "",
            "doings": [{"text": each.text, "tone": each.tone} for each in doings],
            "tone": rulesets.strongest(doings),
            "window": rulesets.window(rule.effective) if rule else "",
            "problems": problems,
            "examples": examples_of(rule) if rule else None,
            "file": file_of(document),
        }

    def load(self, document: Any) -> tuple[Rule | None, list[dict[str, str]]]:
        """The rule, or what is wrong with it: `{path, code, message, detail}` with paths inside the document."""
        whole = {"stage": self._stage, "rules": [document]}
        try:
            return load_ruleset(whole, self._catalogue, EFFECTS, self._lists.keys()).rules[0], []
        except RulebookError as error:
            return None, rule_problems.shown(error.problems, "rules.0")


def shown_condition(view: explanation.ConditionView) -> dict[str, Any]:
    """A line of an explanation as scripts take it."""
    return {
        "depth": view.depth, "mark": view.mark, "group": view.group, "text": view.text, "operator": view.operator,
        "wanted": view.wanted, "seen": view.seen,
    }  # fmt: skip


def _titles(title: Any, code: str) -> Mapping[str, str]:
    if isinstance(title, Mapping):
        return {each: title.get(each) or code for each in ("zh", "en")}
    return {each: said(title) or code for each in ("zh", "en")}


def examples_of(rule: Rule | Table) -> dict[str, list[bool]]:
    """For each example whether it comes out as its author says."""
    fires = [_comes_out(rule, Examples(fires=(each,))) for each in rule.examples.fires]
    return {"fires": fires, "quiet": [_comes_out(rule, Examples(quiet=(each,))) for each in rule.examples.quiet]}


def _comes_out(rule: Rule | Table, alone: Examples) -> bool:
    return not check_examples(replace(rule, examples=alone))


def file_of(document: Any) -> str:
    """The document as the file that it would be; empty where no file can say it."""
    try:
        return as_file(document)
    except TypeError:  # what no file can say, such as a fraction, is among the problems
        return ""
