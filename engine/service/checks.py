"""May these rules go live? Loaded whole, analysed with their examples, and compiled where compiling may hang or die."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine import canonical
from engine.analysis import Finding, analyse
from engine.errors import MatcherError, NotFound, Problem, RulebookError, RulesRefused
from engine.language.catalogue import CATALOGUE
from engine.language.declared import FACTS
from engine.language.documents import PIPELINE, load_rulebook
from engine.language.effects import EFFECTS
from engine.language.facts import STAGES
from engine.language.problem_texts import in_both_languages
from engine.language.rules import Rulebook
from engine.language.values import did_you_mean
from engine.matching.probe import probe

NAMES = (*STAGES, PIPELINE, FACTS)  # of what can be published

Documents = Mapping[str, Any]  # by stage; "pipeline" and "facts" beside them
Lists = Mapping[str, Mapping[str, Any]]  # list documents by code


def known(stage: str) -> str:
    """A stage, or "pipeline" or "facts", that can be asked for. Raises NotFound."""
    if stage not in NAMES:
        raise NotFound(f"there is no stage {stage}")
    return stage


def whole(stage: str, document: Any) -> Any:
    """The document with everything that a ruleset has, so that equal rulesets are equal documents."""
    if stage not in NAMES:
        hint = did_you_mean(stage, NAMES)
        raise RulebookError([Problem("stage", "not-a-choice", f"there is no stage {stage}", suggestion=hint)])
    if stage in (PIPELINE, FACTS) or not isinstance(document, Mapping):
        return document
    empty = {"stage": stage, "note": "", "rules": [], "tables": []}
    return {**document, **{key: value for key, value in empty.items() if document.get(key) is None}}


def examine(documents: Documents, lists: Lists) -> tuple[Rulebook, list[Finding]]:
    """The rulebook that the documents make, and everything that the analysis finds, warnings too.

    Raises RulebookError for what is not valid as written.
    """
    rulebook = load_rulebook(documents, CATALOGUE, EFFECTS, lists)
    return rulebook, analyse(rulebook, {code: frozenset(each["items"] or ()) for code, each in lists.items()})


def approve(documents: Documents, lists: Lists) -> tuple[Rulebook, list[Finding]]:
    """The rulebook, which may go live, and warnings. Raises RulebookError with everything that speaks against it."""
    rulebook, findings = examine(documents, lists)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise RulesRefused(_problems(errors), findings)
    _compile(rulebook)
    return rulebook, findings


def load(documents: Documents, lists: Lists) -> Rulebook:
    """The rulebook, if it is valid as written and can be compiled, whatever else it says. Raises RulebookError."""
    rulebook = load_rulebook(documents, CATALOGUE, EFFECTS, lists)
    _compile(rulebook)
    return rulebook


def told(finding: Finding) -> dict[str, Any]:
    """The finding as plain data: `{name, severity, path, rule, message, suggestion, witness}`, texts in {zh, en}."""
    said = {name: canonical.dump(getattr(finding, name)) for name in _TOLD}
    return said | {"suggestion": said["suggestion"] or None}


def told_of(error: RulebookError) -> list[dict[str, Any]]:
    """Everything that speaks against rules, and the warnings with it, as plain data."""
    if isinstance(error, RulesRefused):
        return [told(each) for each in error.findings]
    return [told(_as_finding(each)) for each in error.problems]


_TOLD = ("name", "severity", "path", "rule", "message", "suggestion", "witness")


def _as_finding(problem: Problem) -> Finding:
    message, suggestion = in_both_languages(problem)
    return Finding(problem.code, "error", problem.path, "", message, suggestion)


def _compile(rulebook: Rulebook) -> None:
    try:
        probe(rulebook)
    except MatcherError as error:
        raise RulebookError([Problem("", "cannot-compile", error.message)]) from None


def _problems(findings: Sequence[Finding]) -> list[Problem]:
    return [Problem(each.path, each.name, each.message["en"], suggestion=each.suggestion["en"]) for each in findings]
