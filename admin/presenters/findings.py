"""What a check found in a draft, said to whoever has to mend it: the name, the advice, and an order that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import labels
from admin.languages import either, said
from admin.values import Reader, fact_label, shown

NAMES: Mapping[str, Any] = {
    "example-failed": lazy_gettext("例子不符"),
    "contradiction": lazy_gettext("互相矛盾"),
    "never-fires": lazy_gettext("永远不会命中"),
    "always-shadowed": lazy_gettext("总被别的规则盖住"),
    "table-overlap": lazy_gettext("决策表行重叠"),
    "table-gap": lazy_gettext("决策表有漏洞"),
    "duplicate-rule": lazy_gettext("重复的规则"),
    "dead-branch": lazy_gettext("多余的条件"),
    "tag-never-set": lazy_gettext("标记没有规则会打"),
    "tag-never-asked": lazy_gettext("标记没有规则会看"),
    "unknown-template": lazy_gettext("没有这个通知模板"),
    "unknown-webhook": lazy_gettext("没有配置这个回调"),
    "not-analysed": lazy_gettext("没能完整分析"),
    "stale-base": lazy_gettext("线上已有新版本"),
    "cannot-compile": lazy_gettext("规则无法编译"),
    "required": lazy_gettext("没有填完"),
    "empty-group": lazy_gettext("没有填完"),
}
_ID = re.compile(r"\b([a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*)(?:#(\d+))?(?![\w-])")
_PARTS = {
    "lines": "line", "coupons": "coupon", "warehouses": "warehouse", "services": "service", "shipments": "shipment",
}  # fmt: skip


def views(
    findings: Iterable[Mapping[str, Any]], reader: Reader, titles: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Each as `{path, rule, error, name, message, suggestion, witness}`; what must be mended first.

    `name` is in words, and empty for what the message says alone; `witness` is a list of `{label, text}`. `titles`:
    what rules and tables are called by their ids.
    """
    found = [_view(each, reader, titles or {}) for each in findings]
    return sorted(found, key=lambda each: not each["error"])


def titles(*documents: Mapping[str, Any]) -> dict[str, str]:
    """What the rules and tables of ruleset documents, finished or not, are called; earlier documents go first."""
    members = (each for document in documents for name in ("rules", "tables") for each in document.get(name) or ())
    found: dict[str, str] = {}
    for each in members:
        if isinstance(each, Mapping) and isinstance(each.get("id"), str) and said(each.get("title")):
            found.setdefault(each["id"], said(each["title"]))
    return found


def _view(finding: Mapping[str, Any], reader: Reader, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "path": finding["path"],
        "rule": finding.get("rule") or "",
        "error": finding["severity"] == "error",
        "name": str(NAMES.get(finding["name"], "")),
        "message": _named(said(finding["message"]), titles),
        "suggestion": _named(said(finding.get("suggestion")), titles),
        "witness": witness(finding.get("witness") or {}, reader),
    }


def _named(text: str, titles: Mapping[str, str]) -> str:
    """The text with rules by their titles instead of their ids."""

    def name(match: re.Match[str]) -> str:
        title, row = titles.get(match[1]), match[2]
        if title is None:
            return match[0]
        quoted = either(("「%s」", "“%s”")) % title
        return quoted + (either(("第 %s 行", " row %s")) % row if row else "")

    named = _ID.sub(name, text)
    return re.sub(r" ?(「[^」]*」(?:第 \d+ 行)?) ?", r"\1", named) if named != text else text


def witness(facts: Mapping[str, Any], reader: Reader) -> list[dict[str, str]]:
    """The facts of an order that shows it, each with its label; those of its parts one by one."""
    found: list[dict[str, str]] = []
    for name, value in facts.items():
        if name == "lists":
            found += [_of_list(code, items, reader) for code, items in value.items()]
        elif isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
            for number, part in enumerate(value, 1):
                found += _of_part(_PARTS.get(name, name), number, part, reader)
        else:
            found.append({"label": fact_label(name, reader.catalogue), "text": shown(name, value, reader)})
    return found


def _of_part(part: str, number: int, facts: Mapping[str, Any], reader: Reader) -> list[dict[str, str]]:
    head = f"{labels.word(labels.PARTS, part)} {number}"
    return [
        {"label": f"{head} · {fact_label(name, reader.catalogue)}", "text": shown(name, value, reader)}
        for name, value in facts.items()
    ]


def _of_list(code: str, items: Iterable[str], reader: Reader) -> dict[str, str]:
    label = gettext("名单“%(title)s”里有", title=reader.names.list_(code))
    return {"label": label, "text": either(("、", ", ")).join(items)}
