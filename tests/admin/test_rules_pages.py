"""The pages of rules without a browser: who sees what, and what the editor's scripts are answered."""

from __future__ import annotations

import pytest

from engine.language.facts import STAGES

RULE = {
    "id": "fraud.mine", "title": {"zh": "我的", "en": "Mine"}, "why": {"zh": "因为", "en": "Because"},
    "when": {"all": [{"fact": "order.payable_cents", "is": "gte", "value": 80000}]},
    "then": [{"do": "hold", "reason": "HIGH_VALUE"}],
}  # fmt: skip


def posted(visitor, path, body):
    token = visitor.token("/console/rules")
    return visitor.client.post(path, json=body, headers={"X-CSRFToken": token})


def test_the_pipeline_shows_every_stage_and_what_fired(ann):
    html = ann.get("/console/rules").text
    for stage in STAGES:
        assert f"/console/rules/{stage}" in html
    assert "第 1 版" in html and "未接入流程" in html


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_says_its_rules_as_sentences(ann, gatehouse, stage):
    html = ann.get(f"/console/rules/{stage}").text
    live = gatehouse.rulebooks.live().rulebook.ruleset(stage)
    for each in (*live.rules, *live.tables):
        assert f'id="{each.id}"' in html
    if not live.rules:
        assert "这个环节还没有规则" in html


def test_a_stage_is_said_in_english(ann):
    html = ann.speak("en").get("/console/rules/fraud").text
    assert "Phone is on the list “Blacklisted phones”" in html.replace("&#34;", '"')


def test_a_stage_that_is_none_is_not_found(ann):
    assert ann.get("/console/rules/nothing").status_code == 404
    assert posted(ann, "/console/rules/nothing/read", {"rules": []}).status_code == 404


def test_a_stage_that_does_not_run_says_so_before_rules_are_written_there(ann):
    assert "不会被执行" in ann.get("/console/rules/aftersale").text
    assert "不会被执行" not in ann.get("/console/rules/fraud").text


def test_hits_are_shown_beside_the_rule(ann):
    html = ann.get("/console/rules/fraud").text
    card = html[html.index('id="fraud.blacklisted"') :]
    assert "<b>1</b><i>/</i>1" in card[: card.index("</li>")]


def test_who_only_watches_reads_rules_and_edits_none(visit, gatehouse):
    vera = visit("vera")
    html = vera.get("/console/rules/fraud").text
    assert "命中黑名单" in html and "/edit" not in html
    assert vera.post("/console/rules/fraud/edit").status_code == 403
    draft = gatehouse.drafts.create("fraud", gatehouse.people.person("ann"))
    assert vera.get(f"/console/rules/fraud/drafts/{draft['id']}").status_code == 403
    assert posted(vera, "/console/rules/fraud/bench", {}).status_code == 403
    assert vera.get("/console/rule-bench/orders").status_code == 403


def test_editing_begins_one_draft_and_opens_it_again(ann, gatehouse):
    first = ann.post("/console/rules/fraud/edit", {"rule": "fraud.blacklisted"}).location
    (draft,) = gatehouse.drafts.of("fraud")
    assert first.endswith(f"/console/rules/fraud/drafts/{draft['id']}#rule%3Dfraud.blacklisted") or "#rule=" in first
    again = ann.post("/console/rules/fraud/edit", {"new": "rule"}).location
    assert again.endswith(f"/drafts/{draft['id']}?new=rule")
    assert len(gatehouse.drafts.of("fraud")) == 1


def test_a_draft_is_listed_at_its_stage(ann):
    ann.post("/console/rules/fraud/edit")
    assert "ann 的草稿" in ann.get("/console/rules/fraud").text


def test_a_rule_is_read_back(ann):
    (reading,) = posted(ann, "/console/rules/fraud/read", {"rules": [RULE]}).json["rules"]
    assert reading["sentence"]["zh"] == "当应付金额 不低于 ¥800.00时：挂起（原因：大额待确认）。"
    assert reading["sentence"]["en"] == "When Payable is at least ¥800.00: Hold (Reason: High value to confirm)."
    assert reading["problems"] == [] and reading["tone"] == "warn"
    assert "fact: order.payable_cents" in reading["file"]


def test_what_is_wrong_is_said_with_its_path_in_the_readers_language(ann):
    wrong = {**RULE, "when": {"all": [{"fact": "order.payable_cents", "is": "gte"}]}, "then": []}
    (reading,) = posted(ann, "/console/rules/fraud/read", {"rules": [wrong]}).json["rules"]
    assert {each["path"] for each in reading["problems"]} == {"when.all.0.value", "then"}
    assert {each["message"] for each in reading["problems"]} == {"这里还没有填", "这里还空着，至少要有一项"}
    assert reading["sentence"]["zh"] == "当应付金额 不低于 …时：…。"
    (reading,) = posted(ann.speak("en"), "/console/rules/fraud/read", {"rules": [wrong]}).json["rules"]
    assert {each["message"] for each in reading["problems"]} == {
        "This is still empty", "This is empty; it takes at least one"
    }  # fmt: skip


@pytest.mark.parametrize("body", [{}, {"rules": 7}, {"rules": [None, 7, [], {}]}, []])
def test_nonsense_is_read_without_failing(ann, body):
    assert posted(ann, "/console/rules/fraud/read", body).status_code == 200


def test_examples_are_run(ann):
    examples = {"fires": [{"order.payable_cents": 80000}, {"order.payable_cents": 1}], "quiet": [{}]}
    (reading,) = posted(ann, "/console/rules/fraud/read", {"rules": [{**RULE, "examples": examples}]}).json["rules"]
    assert reading["examples"] == {"fires": [True, False], "quiet": [True]}


def test_typed_facts_are_tried(ann):
    tried = posted(ann, "/console/rules/fraud/try", {"rule": RULE, "facts": {"order.payable_cents": 79999}}).json
    assert tried["fires"] is False and tried["judged"][0]["conditions"][-1]["seen"] == "¥799.99"
    assert posted(ann, "/console/rules/fraud/try", {"rule": RULE, "facts": {}}).json["fires"] is None
    assert posted(ann, "/console/rules/fraud/try", {"rule": {}, "facts": {}}).json["problems"]


def test_the_bench_decides_by_the_draft_and_by_what_is_live(ann, gatehouse):
    document = {"rules": [{**RULE, "when": {"all": [{"fact": "order.payable_cents", "is": "gte", "value": 1}]}}]}
    asked = {"document": document, "rule": "fraud.mine", "order_no": "taobao.TB-DEMO-0001", "at": None}
    answer = posted(ann, "/console/rules/fraud/bench", asked).json
    assert answer["live"]["verdict"]["text"] == "通过" and answer["draft"]["verdict"]["text"] == "挂起"
    assert [each["outcome"]["text"] for each in answer["rule"]] == ["命中"]
    assert gatehouse.orders.order("taobao.TB-DEMO-0001")["status"] == "approved", "nothing was recorded"


def test_the_bench_takes_another_time_of_placing(ann):
    rule = {**RULE, "effective": {"from": "2026-11-11T00:00:00+08:00", "until": "2026-11-11T01:00:00+08:00"}}
    rule["when"] = {"all": [{"fact": "order.payable_cents", "is": "gte", "value": 1}]}
    asked = {"document": {"rules": [rule]}, "rule": "fraud.mine", "order_no": "taobao.TB-DEMO-0001"}
    at = {"midnight": "2026-11-11T00:00:05+08:00", "noon": "2026-11-11T12:00:00+08:00"}
    outcome = {
        name: posted(ann, "/console/rules/fraud/bench", {**asked, "at": placed_at}).json["rule"][0]
        for name, placed_at in at.items()
    }
    assert outcome["midnight"]["outcome"]["text"] == "命中"
    assert outcome["noon"]["why_not"].startswith("不在生效时间内")


NIGHT, NOON = "2026-11-11T00:00:05+08:00", "2026-11-11T12:00:00+08:00"
MIDNIGHT_HOUR = {"from": "2026-11-11T00:00:00+08:00", "until": "2026-11-11T01:00:00+08:00", "by": "now"}


def test_the_clock_of_the_bench_moves_everything_that_depends_on_time(ann):
    rules = [
        {**RULE, "id": "fraud.window", "when": {"fact": "order.payable_cents", "is": "gte", "value": 1},
         "effective": MIDNIGHT_HOUR},
        {**RULE, "id": "fraud.hour", "when": {"all": [
            {"fact": "now.hour", "is": "eq", "value": 0}, {"fact": "now.date", "is": "eq", "value": "2026-11-11"},
            {"fact": "order.placed_hour", "is": "eq", "value": 0}]}},
    ]  # fmt: skip
    asked = {"document": {"rules": rules}, "order_no": "taobao.TB-DEMO-0001"}
    for rule in ("fraud.window", "fraud.hour"):
        fired = {
            at: posted(ann, "/console/rules/fraud/bench", {**asked, "rule": rule, "at": at}).json["rule"][0]["fired"]
            for at in (NIGHT, NOON, None)
        }
        assert fired == {NIGHT: True, NOON: False, None: False}, rule


def test_the_clock_moves_typed_facts_too(ann):
    rule = {**RULE, "when": {"fact": "now.hour", "is": "eq", "value": 0}}
    tried = {at: posted(ann, "/console/rules/fraud/try", {"rule": rule, "facts": {"now.hour": 9}, "at": at}).json
             for at in (NIGHT, NOON, None)}  # fmt: skip
    assert [each["fires"] for each in tried.values()] == [True, False, False]
    rule = {**RULE, "when": {"fact": "order.payable_cents", "is": "gte", "value": 1}, "effective": MIDNIGHT_HOUR}
    asked = {"rule": rule, "facts": {"order.payable_cents": 5}}
    assert posted(ann, "/console/rules/fraud/try", {**asked, "at": NIGHT}).json["fires"] is True
    noon = posted(ann, "/console/rules/fraud/try", {**asked, "at": NOON}).json
    assert noon["fires"] is False and noon["note"].startswith("不在生效时间内")


TABLE = {
    "id": "fraud.table", "title": {"zh": "表", "en": "Table"}, "why": {"zh": "因为", "en": "Because"}, "hit": "first",
    "inputs": [{"fact": "order.payable_cents", "is": "gte"}, {"fact": "order.currency", "is": "eq"}],
    "outputs": [{"do": "hold", "reason": "choice"}],
    "rows": [
        [900000, "CNY", "HIGH_VALUE"], [1, "USD", "HIGH_VALUE"], [1, "CNY", "HIGH_RISK_REGION"], [1, "-", "MANUAL"],
    ],
}  # fmt: skip


def test_the_bench_tells_which_row_of_a_table_fired(ann):
    asked = {"document": {"tables": [TABLE]}, "rule": "fraud.table", "order_no": "taobao.TB-DEMO-0001"}
    answer = posted(ann, "/console/rules/fraud/bench", asked).json
    assert [(each["row"], each["fired"]) for each in answer["rule"]] == [(3, True)] and answer["more"] == 3
    assert [each["text"] for each in answer["draft"]["holds"]] == ["高风险地区"]
    rows = [[900000, "CNY", "HIGH_VALUE"], [900000, "USD", "MANUAL"]]
    none = posted(ann, "/console/rules/fraud/bench", {**asked, "document": {"tables": [{**TABLE, "rows": rows}]}}).json
    assert [(each["row"], each["fired"]) for each in none["rule"]] == [(1, False), (2, False)], "the nearest first"


def test_a_table_is_tried_with_typed_facts(ann):
    def tried(cents, table=TABLE):
        facts = {"order.payable_cents": cents, "order.currency": "CNY"}
        return posted(ann, "/console/rules/fraud/try", {"rule": table, "facts": facts}).json

    assert [each["row"] for each in tried(5)["judged"]] == [3] and tried(5)["fires"] is True
    assert [each["row"] for each in tried(900000)["judged"]] == [1]
    assert tried(0)["fires"] is False and len(tried(0)["judged"]) == 3
    assert tried(5, {**TABLE, "hit": "unique"})["fires"] is False, "two rows fire where one may"
    assert tried(5, {**TABLE, "rows": [["x", "CNY", "MANUAL"]]})["problems"]


def test_an_unfinished_draft_is_told_on_the_bench(ann):
    asked = {"document": {"rules": [{}]}, "rule": "x", "order_no": "taobao.TB-DEMO-0001"}
    assert "没写完" in posted(ann, "/console/rules/fraud/bench", asked).json["problem"]
    assert posted(ann, "/console/rules/fraud/bench", {**asked, "order_no": "x.Y"}).status_code == 404


def test_known_values_are_proposed(ann):
    values = ann.get("/console/rule-bench/values?fact=order.channel").json["values"]
    assert {"taobao", "jd"} <= {each["value"] for each in values}
    provinces = ann.speak("en").get("/console/rule-bench/values?fact=receiver.province").json["values"]
    assert {"value": "西藏自治区", "label": "西藏自治区", "note": "Tibet"} in provinces and len(provinces) == 34
    assert ann.get("/console/rule-bench/values?fact=receiver.name").json["values"] == []


def test_every_proposal_is_for_a_fact_that_there_is(gatehouse):
    from admin.presenters.known_values import _SOURCES

    assert set(_SOURCES) <= set(gatehouse.rulebooks.live().rulebook.catalogue.facts)
