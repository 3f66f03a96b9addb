"""What a check found, in the words of who wrote the rules."""

from __future__ import annotations

from typing import Any

from admin.presenters import findings

DRAFT = {"rules": [{"id": "fraud.a-b", "title": {"zh": "看紧", "en": "Watch"}}, {"id": "fraud.untitled"}, 7]}
LIVE = {"rules": [{"id": "fraud.a-b", "title": {"zh": "旧名", "en": "Old"}}],
        "tables": [{"id": "carrier.t", "title": {"zh": "选快递", "en": "Carrier"}}]}  # fmt: skip


def shown(reading: Any, language: str, zh: str, en: str) -> str:
    found = {"path": "fraud.rules.0", "severity": "warning", "name": "x", "message": {"zh": zh, "en": en}}
    with reading(language):
        (view,) = findings.views([found], None, findings.titles(DRAFT, LIVE))  # type: ignore[arg-type]
        return str(view["message"])


def test_rules_are_named_by_their_titles_those_of_the_draft_first(reading):
    said = ("fraud.a-b 与 carrier.t#3 条件相同", "fraud.a-b does what carrier.t#3 does")
    assert shown(reading, "zh_CN", *said) == "「看紧」与「选快递」第 3 行条件相同"
    assert shown(reading, "en", *said) == "“Watch” does what “Carrier” row 3 does"


def test_what_is_no_rule_with_a_title_stays(reading):
    for text in ("fraud.untitled 与 fraud.a-b-c", "order.payable_cents 可能缺失", "没有名单 high-risk.regions"):
        assert shown(reading, "zh_CN", text, text) == text
