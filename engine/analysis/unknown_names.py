"""Templates and webhooks that rules name and there are not: what they were to tell would reach nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from engine.analysis.findings import Finding
from engine.analysis.study import Study, both
from engine.language.mentions import mentions_of
from engine.language.rules import Rulebook

# By the kind of what is named: the finding, what it says and what it suggests, each in Chinese and English.
_SAID: Mapping[str, tuple[str, tuple[str, str], tuple[str, str]]] = {
    "templates": (
        "unknown-template",
        ("{rule} 用通知模板“{name}”，可是没有这个模板", "{rule} sends template “{name}”, which there is not"),
        ("建这个模板，或换一个已有的", "make the template, or name one that there is"),
    ),
    "webhooks": (
        "unknown-webhook",
        ("{rule} 回调“{name}”，可是没有配置这个地址", "{rule} calls webhook “{name}”, which there is not"),
        (
            "请管理员在设置 WEBHOOKS 里加上 {name}=https://…，或换一个已有的",
            "have {name}=https://… added to the setting WEBHOOKS, or name one that there is",
        ),
    ),
}


def unknown_names(rulebook: Rulebook, known: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """A finding for each enabled rule or row and each name of a kind in `known` that is not among those known."""
    study = Study(rulebook, None)
    for kind, names in known.items():
        finding, says, suggests = _SAID[kind]
        for rule in study.rules():
            for name in sorted(name for mentioned, name in mentions_of(rule) if mentioned == kind):
                if name not in names:
                    yield Finding.named(
                        finding, study.path(rule, "" if rule.table else "then"), rule.id,
                        both(*says, rule=rule.id, name=name), both(*suggests, name=name),
                    )  # fmt: skip
