"""Notices that rules send by templates which there are not: their readers would get the template's name."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.analysis.findings import Finding
from engine.analysis.study import Study, both
from engine.language.mentions import mentions_of
from engine.language.rules import Rulebook


def unknown_templates(rulebook: Rulebook, known: Collection[str]) -> Iterator[Finding]:
    """A finding for each enabled rule or row and each template of its that there is not."""
    study = Study(rulebook, None)
    for rule in study.rules():
        for kind, code in sorted(mentions_of(rule)):
            if kind == "templates" and code not in known:
                yield Finding.named(
                    "unknown-template", study.path(rule, "" if rule.table else "then"), rule.id,
                    both(
                        "{rule} 用通知模板“{code}”，可是没有这个模板",
                        "{rule} sends template “{code}”, which there is not", rule=rule.id, code=code,
                    ),
                    both("建这个模板，或换一个已有的", "make the template, or name one that there is"),
                )  # fmt: skip
