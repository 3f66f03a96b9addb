"""Webhooks that rules call and no setting names: what they were to tell would be told to nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.analysis.findings import Finding
from engine.analysis.study import Study, both
from engine.language.mentions import mentions_of
from engine.language.rules import Rulebook


def unknown_webhooks(rulebook: Rulebook, known: Collection[str]) -> Iterator[Finding]:
    """A finding for each enabled rule or row and each webhook of its that there is not."""
    study = Study(rulebook, None)
    for rule in study.rules():
        for kind, name in sorted(mentions_of(rule)):
            if kind == "webhooks" and name not in known:
                yield Finding.named(
                    "unknown-webhook", study.path(rule, "" if rule.table else "then"), rule.id,
                    both(
                        "{rule} 回调“{name}”，可是没有配置这个地址",
                        "{rule} calls webhook “{name}”, which there is not", rule=rule.id, name=name,
                    ),
                    both(
                        "请管理员在设置 WEBHOOKS 里加上 {name}=https://…，或换一个已有的",
                        "have {name}=https://… added to the setting WEBHOOKS, or name one that there is", name=name,
                    ),
                )  # fmt: skip
