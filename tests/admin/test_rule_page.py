"""The page of one rule."""

from __future__ import annotations

import re
from typing import Any

from engine.service.principals import Principal
from tests.admin.conftest import HELD
from tests.admin.reading_pages import words

RULE = "/console/rules/fraud/fraud.high-value"
EDITOR = Principal("person", "edith", frozenset({"editor", "approver"}))


def changed(gatehouse: Any, change: Any) -> None:
    """Publish the stage with its rules changed."""
    document = gatehouse.rulebooks.live_documents()[0]["fraud"]
    rules = [each for rule in document["rules"] if (each := change(dict(rule))) is not None]
    gatehouse.rulebooks.publish("fraud", {**document, "rules": rules}, EDITOR, "try it")


def test_it_says_what_the_rule_says_and_why(ann: Any) -> None:
    text = ann.get(RULE).text
    for said in ("大额订单待电话确认", "一个电话成本几毛钱", "本位币应付", "5,000.00", "生效中", "第 1 版"):
        assert said in text, said
    english = ann.speak("en").get(RULE).text
    for said in ("High value, to be confirmed by phone", "Live", "Firings by day", "Version 1"):
        assert said in english, said
    assert [each for each in words(english) if re.search("[\u4e00-\u9fff]", each)] == []


def test_the_slug_alone_leads_there_and_what_never_was_is_not_found(ann: Any) -> None:
    assert ann.get("/console/rules/fraud/high-value").location == RULE
    assert ann.get("/console/rules/fraud/fraud.never-was").status_code == 404
    assert ann.get("/console/rules/nowhere/fraud.high-value").status_code == 404


def test_it_counts_and_names_the_orders_that_it_held(ann: Any) -> None:
    text = ann.get(RULE).text
    assert f'href="/console/orders/{HELD}"' in text and "还在挂起" in text
    assert re.search('<td>1</td></tr></tbody>', text), "today, in the table for who cannot see the chart"
    assert "0%" in text


def test_people_s_releases_are_counted_and_told(ann: Any) -> None:
    ann.post(f"/console/orders/{HELD}/release", {"holds": "HIGH_VALUE", "reason": "老客户，已核对"})
    text = ann.get(RULE).text
    assert "100%" in text and "老客户，已核对" in text and "ann" in text


def test_a_rule_that_never_fired_says_since_when(ann: Any) -> None:
    text = ann.get("/console/rules/fraud/fraud.blacklisted").text
    assert "从未命中" not in text
    idle = next(
        path for path in re.findall(r'href="(/console/rules/audit/audit\.[^"]+)"', ann.get("/console/rules/audit").text)
        if "从未命中" in ann.get(path).text
    )  # fmt: skip
    assert "从第 1 版" in ann.get(idle).text


def test_versions_tell_what_was_changed_by_whom_with_the_sentence_of_then(ann: Any, gatehouse: Any) -> None:
    def dearer(rule: dict[str, Any]) -> dict[str, Any]:
        return {**rule, "priority": 31} if rule["id"] == "fraud.high-value" else rule

    changed(gatehouse, dearer)
    changed(gatehouse, lambda rule: {**rule, "priority": 77} if rule["id"] == "fraud.blacklisted" else rule)
    history = gatehouse.comparing.history_of("fraud", "fraud.high-value")
    assert [(each["version"], each["change"]) for each in history] == [(2, "changed"), (1, "added")]
    assert history[0]["published_by"] == "edith" and "5,000" in history[0]["sentence"]["en"]
    text = ann.get(RULE).text
    assert "第 2 版" in text and "第 3 版" not in text and "edith" in text


def test_a_rule_that_is_gone_keeps_its_page(ann: Any, gatehouse: Any) -> None:
    changed(gatehouse, lambda rule: None if rule["id"] == "fraud.high-value" else rule)
    text = ann.get(RULE).text
    assert "已删除" in text and "大额订单待电话确认" in text and f'href="/console/orders/{HELD}"' in text
    history = gatehouse.comparing.history_of("fraud", "fraud.high-value")
    assert [each["change"] for each in history] == ["removed", "added"]


def test_a_table_shows_its_rows_with_their_hits(ann: Any, post_order: Any) -> None:
    post_order(0, "WISH-1", lambda document: document.update(remark="发顺丰"))
    text = ann.get("/console/rules/intake/intake.wish-carrier").text
    assert 'href="/console/firings?rule=intake.wish-carrier%233">1</a>' in text
    assert 'id="row-1"' in text


def test_ops_have_what_it_holds_decided_again(ann: Any, visit: Any, gatehouse: Any) -> None:
    assert "重审这 1 单" in ann.get(RULE).text
    assert "重审这" not in visit("vera").get(RULE).text
    answer = ann.post(f"{RULE}/again", follow_redirects=True).text
    assert "1 单将按现在的规则重审" in answer
    with gatehouse.database.read() as uow:
        assert uow.orders.awaits_decision(HELD)[0] == "rules_changed"
    assert visit("vera").post(f"{RULE}/again").status_code == 403
