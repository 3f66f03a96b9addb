"""Drafts of rules: writing, checking, reviewing and publishing them over HTTP."""

from __future__ import annotations

import copy
import json

import pytest

from tests.api.conftest import of_high_value, sample

DRAFTS = "/v1/rulesets/fraud/drafts"


@pytest.fixture
def editor(call):
    return call("editor")


@pytest.fixture
def draft(editor):
    """A draft of the fraud rules as they are live."""
    answer = editor.post(DRAFTS, {})
    assert answer.status_code == 201
    return answer.json


def at(draft: dict, *more: str) -> str:
    return "/".join((DRAFTS, draft["id"], *more))


def document_of(draft: dict) -> dict:
    return copy.deepcopy({name: draft[name] for name in ("stage", "note", "rules", "tables")})


def a_rule(slug: str = "tried", **more) -> dict:
    title = {"zh": "试一试", "en": "A try"}
    then = [{"do": "flag", "code": "NAME_VAGUE", "severity": "info"}]
    when = {"fact": "order.payable_cents", "is": "gte", "value": 100}
    return {"id": f"fraud.{slug}", "title": title, "why": title, "when": when, "then": then, **more}


def put(caller, draft: dict, document: dict, tag: str | None = None):
    return caller.put(at(draft), document, headers={"If-Match": tag or f'"{draft["revision"]}"'})


def with_rule(caller, draft: dict, *rules: dict) -> dict:
    """The draft with more rules, saved."""
    document = document_of(draft)
    document["rules"] += rules
    saved = put(caller, draft, document)
    assert saved.status_code == 200
    return saved.json


def test_a_draft_begins_as_a_copy_of_what_is_live(house, editor):
    answer = editor.post(DRAFTS)
    live = house.gatehouse.rulebooks.version("fraud", 1)["document"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == at(answer.json)
    assert answer.headers["ETag"] == '"1"'
    assert document_of(answer.json) == live
    said = {name: answer.json[name] for name in ("base_version", "live_version", "author", "state", "findings")}
    assert said == {
        "base_version": 1, "live_version": 1, "author": "editor-token", "state": "draft", "findings": None,
    }  # fmt: skip
    assert editor.get(at(answer.json)).json == answer.json


@pytest.mark.parametrize("stage", ["pipeline", "facts", "aftersale"])
def test_the_pipeline_the_facts_and_stages_without_rules_are_drafted_too(house, editor, stage):
    answer = editor.post(f"/v1/rulesets/{stage}/drafts", {})
    assert answer.status_code == 201
    live, _ = house.gatehouse.rulebooks.live_documents()
    assert live.get(stage, {"rules": [], "tables": [], "note": "", "stage": stage}).items() <= answer.json.items()
    assert answer.json["base_version"] == (1 if stage in live else 0)


def test_an_invalid_document_is_kept_and_its_problems_are_told_when_it_is_checked(editor):
    wrong = {"rules": [{"id": "fraud.x", "when": {"fact": "order.payable_cent"}}], "tables": "none", "nonsense": 1}
    answer = editor.post(DRAFTS, wrong)
    assert answer.status_code == 201
    assert {name: answer.json[name] for name in wrong} == wrong
    refused = editor.post(at(answer.json, "check"))
    assert (refused.status_code, refused.json["code"]) == (422, "invalid-rulebook")
    errors = {each["path"]: each for each in refused.json["errors"]}
    assert {"fraud.nonsense", "fraud.tables", "fraud.rules.0.then", "fraud.rules.0.when.is"} <= errors.keys()
    unknown = errors["fraud.rules.0.when.fact"]
    assert unknown["name"] == unknown["code"] == "unknown-fact"
    assert unknown["texts"]["message"] == {
        "zh": "没有事实 'order.payable_cent'", "en": "there is no fact 'order.payable_cent'",
    }  # fmt: skip
    assert unknown["suggestion"] == "是否想写 order.payable_cents？ / did you mean order.payable_cents?"
    kept = editor.get(at(answer.json)).json
    assert kept["state"] == "draft"
    assert [each["path"] for each in kept["findings"]] == [each["path"] for each in refused.json["errors"]]


def test_a_draft_that_was_read_can_be_sent_back_as_it_is(editor, draft):
    changed = {**draft, "note": "for tonight"}
    answer = put(editor, draft, changed)
    assert (answer.status_code, answer.json["revision"], answer.json["note"]) == (200, 2, "for tonight")
    assert set(answer.json) == set(draft)
    again = put(editor, answer.json, answer.json)
    assert again.json["revision"] == 2  # nothing differs, so nothing is saved


def test_the_second_of_two_editors_is_told_what_the_first_has_saved(house, call, draft):
    first, second = call("editor"), call("admin")
    with_rule(first, draft, a_rule("first"))
    document = document_of(draft)
    document["rules"].append(a_rule("second"))
    answer = put(second, draft, document)
    assert (answer.status_code, answer.json["code"]) == (412, "draft-changed")
    assert answer.json["current"]["rules"][-1]["id"] == "fraud.first"
    assert answer.json["current"]["updated_by"] == "editor-token"
    diff = answer.json["diff"]
    assert [each["id"] for each in diff["removed"]] == ["fraud.first"]
    assert [each["id"] for each in diff["added"]] == ["fraud.second"]
    assert second.get(at(draft)).json == answer.json["current"]
    assert put(second, answer.json["current"], document).status_code == 200


@pytest.mark.parametrize("tag", ['"2"', '"0"', "nonsense", 'W/"9"', '""'])
def test_another_tag_than_that_of_the_draft_is_refused(editor, draft, tag):
    assert put(editor, draft, document_of(draft), tag).status_code == 412


@pytest.mark.parametrize("tag", [None, "*", " "])
def test_a_draft_is_not_saved_without_a_tag(editor, draft, tag):
    headers = {} if tag is None else {"If-Match": tag}
    answer = editor.put(at(draft), document_of(draft), headers=headers)
    assert (answer.status_code, answer.json["code"]) == (428, "revision-required")


def test_a_draft_given_up_is_gone_and_stands_in_the_audit_log(house, editor, draft):
    assert editor("DELETE", at(draft)).status_code == 204
    for method, path in (("GET", at(draft)), ("DELETE", at(draft)), ("POST", at(draft, "check"))):
        assert editor(method, path).status_code == 404
    assert editor.get(DRAFTS).json["items"] == []
    (listed,) = editor.get(f"{DRAFTS}?state=discarded").json["items"]
    assert listed["id"] == draft["id"]
    with house.gatehouse.database.read() as uow:
        entry = uow.audit.list(None, 1, f"drafts/{draft['id']}")[0][0]
    assert entry["before"]["document"]["rules"] == draft["rules"]
    assert editor.get(at(draft, "history")).json["items"][0]["action"] == "discard"


def test_drafts_of_a_stage_are_listed_without_their_rules(editor, draft):
    other = editor.post("/v1/rulesets/audit/drafts", {}).json
    items = editor.get(DRAFTS).json["items"]
    assert [each["id"] for each in items] == [draft["id"]]
    assert "rules" not in items[0]
    assert editor.get(f"{DRAFTS}/{other['id']}").status_code == 404  # of another stage


NOT_KEPT = [
    (b"[]", ""), (b"null", ""), (b'"x"', ""), (b"3", ""), (b'{"stage": "audit"}', "stage"), (b'{"stage": 3}', "stage"),
    (rb'{"rules": [{"why": "\ud800"}]}', "rules.0.why"), (rb'{"\udc00": 1}', None), (b'{"note": 1e999}', "note"),
    (b'{"base_version": "1"}', "base_version"), (b'{"base_version": -1}', "base_version"),
    (b'{"base_version": 7}', "base_version"), (b'{"base_version": 99999999999}', "base_version"),
    (b'{"rules": [' + b"9" * 60 + b"]}", "rules.0"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "path"), NOT_KEPT)
def test_what_cannot_be_kept_is_refused_by_path(house, editor, draft, body, path):
    answer = editor.post(DRAFTS, body)
    assert answer.status_code == 422
    assert path is None or [each["path"] for each in answer.json["errors"]] == [path]
    assert put(editor, draft, body).status_code == 422


@pytest.mark.parametrize("body", [b"{", b'{"a": 1, "a": 2}', b"[" * 60 + b"]" * 60, b"\xff", b'{"a": NaN}'])
def test_what_cannot_be_read_is_refused(house, editor, draft, body):
    assert editor.post(DRAFTS, body).status_code == 400
    assert put(editor, draft, body).status_code == 400


ODD = [
    {"rules": None}, {"rules": {}}, {"rules": [None, 1, "x", [], {}]}, {"tables": [{"rows": [[1]], "inputs": 3}]},
    {"note": ["\x00"]}, {"rules": [{"id": 3}]}, {"rules": [a_rule(), a_rule()]}, {"note": "x" * 100_000},
    {"rules": [{"id": "fraud.a", "when": {"all": [{"not": {"any": []}}]}, "then": [{"do": {}}, {"fact": {}}]}]},
    {"rules": [{"id": "fraud.a", "about": {"x": 1}, "title": 3, "examples": 7, "effective": "soon"}]},
    {"tables": [{"id": "fraud.t", "rows": [], "inputs": [{"fact": "x"}], "outputs": [{}], "hit": []}]},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda each: json.dumps(each)[:60])
def test_whatever_is_written_is_kept_checked_and_compared(house, editor, draft, odd):
    saved = put(editor, draft, odd)
    assert saved.status_code == 200
    assert editor.post(at(draft, "check")).status_code in (200, 422)
    diff = editor.get(f"/v1/rulesets/fraud/diff?from=live&to=draft:{draft['id']}")
    assert diff.status_code == 200 and not diff.json["identical"]
    assert editor.get(f"/v1/rulesets/fraud/diff?from=draft:{draft['id']}&to=live").status_code == 200


NOT_THERE = [
    f"{DRAFTS}/fraud-99", f"{DRAFTS}/x", "/v1/rulesets/froud/drafts", "/v1/rulesets/fraud/diff?from=live&to=9",
    f"{DRAFTS}/fraud-99/history", "/v1/rulesets/fraud/diff?from=live&to=draft:fraud-99",
    "/v1/rulesets/froud/diff?from=live&to=live",
]  # fmt: skip


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_there_is_not_is_not_found(house, call, path):
    assert call("viewer").get(path).status_code == 404


ONE_SIDED = ["", "from=live", "to=live", "from=x&to=live", "from=live&to=0", "from=live&to=live&x=1"]


@pytest.mark.parametrize("query", ONE_SIDED)
def test_a_comparison_needs_two_sides(house, call, query):
    assert call("viewer").get(f"/v1/rulesets/fraud/diff?{query}").status_code == 422


def test_reading_needs_a_viewer_and_writing_an_editor(house, call, draft):
    writes = [
        ("POST", DRAFTS, {}), ("DELETE", at(draft), None), ("POST", at(draft, "check"), None),
        ("POST", at(draft, "submit"), {}), ("POST", at(draft, "publish"), {"note": "x"}),
        ("POST", at(draft, "unschedule"), {"reason": "x"}), ("PUT", at(draft), {}),
    ]  # fmt: skip
    for who in ("viewer", "ops", "taobao", "nobody"):
        for method, path, body in writes:
            assert call(who)(method, path, body).status_code == 403, (who, path)
        seen = 200 if who in ("viewer", "ops") else 403
        assert call(who).get(DRAFTS).status_code == call(who).get(at(draft)).status_code == seen
    for what in ("approve", "reject"):
        assert call("editor").post(at(draft, what), {"reason": "x"} if what == "reject" else {}).status_code == 403


def test_a_draft_is_checked_reviewed_and_published(house, call, editor, draft):
    saved = with_rule(editor, draft, a_rule())
    checked = editor.post(at(draft, "check"))
    assert (checked.status_code, checked.headers["ETag"]) == (200, '"2"')
    assert (checked.json["draft"]["state"], checked.json["findings"]) == ("checked", [])
    assert editor.post(at(draft, "submit"), {"note": "please look"}).json["state"] == "in_review"
    approver = call("approver")
    assert approver.post(at(draft, "approve"), {}, headers={"If-Match": '"1"'}).status_code == 412
    assert approver.post(at(draft, "approve"), headers={"If-Match": '"2"'}).json["state"] == "approved"
    published = editor.post(at(draft, "publish"), {"note": "for tonight"})
    assert published.status_code == 200
    assert (published.json["version"], published.json["state"]) == (2, "live")
    assert published.json["document"]["rules"] == saved["rules"]
    assert editor.get("/v1/rulesets/fraud/versions").json["items"][0]["note"] == "for tonight"
    actions = [each["action"] for each in call("viewer").get(at(draft, "history")).json["items"]]
    assert actions == ["publish", "approve", "submit", "check", "check", "save", "create"]
    assert editor.post(at(draft, "publish"), {"note": "again"}).status_code == 409


def test_a_refused_check_tells_every_finding(editor, draft):
    both = [{"fact": "order.payable_cents", "is": op, "value": 100} for op in ("lt", "gt")]
    with_rule(editor, draft, a_rule("never", when={"all": both}), a_rule("one"), a_rule("two"))
    for step, body in (("check", None), ("publish", {"note": "go"})):
        refused = editor.post(at(draft, step), body)
        assert (refused.status_code, refused.json["code"]) == (422, "rules-refused")
        found = {each["name"]: each for each in refused.json["errors"]}
        assert found["never-fires"]["severity"] == "error"
        assert found["duplicate-rule"]["severity"] == "warning"
        for each in refused.json["errors"]:
            assert {"name", "path", "message", "suggestion", "witness", "texts"} <= each.keys()
            assert set(each["texts"]["message"]) == {"zh", "en"}
        assert found["never-fires"]["path"].startswith("fraud.rules.")


def test_a_stale_base_is_a_conflict_with_the_diff(house, call, editor, draft):
    other = editor.post(DRAFTS, {}).json
    with_rule(editor, other, a_rule("theirs"))
    editor.post(at(other, "publish"), {"note": "first"})
    with_rule(editor, draft, a_rule("mine"))
    stale = editor.post(at(draft, "publish"), {"note": "second"})
    assert (stale.status_code, stale.json["code"]) == (409, "stale-base")
    assert (stale.json["base_version"], stale.json["live_version"]) == (1, 2)
    (added,) = stale.json["diff"]["added"]
    assert added["id"] == "fraud.theirs"
    assert "应付金额" in added["after"]["sentence"]["zh"] and added["after"]["sentence"]["en"].startswith("When")


def test_a_comparison_says_rules_as_sentences_and_fields(editor, draft):
    document = document_of(draft)
    index = next(place for place, each in enumerate(document["rules"]) if each["id"] == "fraud.high-value")
    document["rules"][index]["priority"] = 7
    document["rules"] = [a_rule(), *document["rules"][::-1]]
    removed = document["rules"].pop()
    put(editor, draft, {**document, "note": "other"})
    diff = editor.get(f"/v1/rulesets/fraud/diff?from=1&to=draft:{draft['id']}").json
    assert not diff["identical"] and (diff["from"], diff["to"]) == ("1", f"draft:{draft['id']}")
    assert diff["fields"] == [{"path": "note", "before": "", "after": "other"}]
    assert [each["id"] for each in diff["removed"]] == [removed["id"]]
    assert [each["id"] for each in diff["added"]] == ["fraud.tried"]
    (changed,) = diff["changed"]
    assert changed["id"] == "fraud.high-value"
    assert [(each["path"], each["after"]) for each in changed["fields"]] == [("priority", 7)]
    assert changed["before"]["sentence"] == changed["after"]["sentence"]
    order = diff["reordered"]["rules"]
    assert order["before"] == order["after"][::-1]
    same = editor.get("/v1/rulesets/fraud/diff?from=1&to=live").json
    assert same["identical"] and not same["changed"]


def test_a_draft_is_scheduled_and_taken_back(house, editor, draft):
    with_rule(editor, draft, a_rule())
    body = {"note": "tonight", "at": "2026-11-11T20:00:00+08:00"}
    scheduled = editor.post(at(draft, "publish"), body)
    assert (scheduled.status_code, scheduled.json["state"]) == (200, "scheduled")
    assert scheduled.json["published_at"] == "2026-11-11T12:00:00+00:00"
    assert editor.get(at(draft)).json["publish_at"] == "2026-11-11T12:00:00+00:00"
    assert editor.get("/v1/rulesets/fraud/versions").json["items"][0]["state"] == "scheduled"
    assert editor("DELETE", at(draft)).status_code == 409
    assert editor.post(at(draft, "unschedule"), {}).status_code == 422
    assert editor.post(at(draft, "unschedule"), {"reason": "not tonight"}).json["state"] == "checked"


NOT_PUBLISHED = [
    {}, {"note": ""}, {"note": " "}, {"note": 3}, {"note": "x", "at": "tomorrow"}, {"note": "x", "at": 3}, [],
    {"note": "x", "at": "2026-11-11T10:30:00"}, {"note": "x", "at": "2020-01-01T00:00:00Z"}, {"note": "x", "by": "me"},
    {"note": "x" * 1001}, {"note": "\x00"}, {"note": "x", "at": "2999-01-01T00:00:00Z"},
]  # fmt: skip


@pytest.mark.parametrize("body", NOT_PUBLISHED, ids=lambda body: json.dumps(body)[:50])
def test_an_odd_publish_is_refused(house, editor, draft, body):
    assert editor.post(at(draft, "publish"), body).status_code == 422
    assert editor.get(at(draft)).json["state"] == "draft"


def test_an_order_is_decided_as_if_a_draft_were_live(house, call, editor, draft):
    with_rule(editor, draft, a_rule())
    order = sample()
    tried = call("ops").post(f"/v1/decide?channel=taobao&draft={draft['id']}", order)
    assert tried.status_code == 200
    assert "fraud.tried" in {each["rule"] for each in tried.json["decision"]["firings"]}
    live = call("ops").post("/v1/decide?channel=taobao", order).json
    assert "fraud.tried" not in {each["rule"] for each in live["decision"]["firings"]}
    assert call("taobao").post(f"/v1/decide?draft={draft['id']}", order).status_code == 403
    assert call("ops").post("/v1/decide?channel=taobao&draft=fraud-99", order).status_code == 404
    broken = editor.post(DRAFTS, {"rules": [{"id": 3}]}).json
    assert call("ops").post(f"/v1/decide?channel=taobao&draft={broken['id']}", order).status_code == 422


def test_a_live_rule_is_paused_and_resumed(house, call):
    path = "/v1/rulesets/fraud/rules/fraud.high-value"
    for who in ("viewer", "ops", "taobao"):
        assert call(who).post(f"{path}/pause", {"reason": "x"}).status_code == 403
    editor = call("editor")
    assert editor.post(f"{path}/pause", {}).status_code == 422
    paused = editor.post(f"{path}/pause", {"reason": "holds everybody"})
    assert (paused.status_code, paused.json["version"], paused.json["state"]) == (200, 2, "live")
    assert editor.post(f"{path}/pause", {"reason": "again"}).status_code == 409
    assert editor.post(f"{path}/resume", {"reason": "mended"}).json["version"] == 3
    assert editor.post("/v1/rulesets/fraud/rules/fraud.none/pause", {"reason": "x"}).status_code == 404
    assert editor.post("/v1/rulesets/pipeline/rules/x/pause", {"reason": "x"}).status_code == 404


def test_held_orders_are_decided_again_dry_at_first(house, call):
    order = of_high_value()
    assert call("taobao").post("/v1/orders", order).json["order"]["status"] == "held"
    call("editor").post("/v1/rulesets/fraud/rules/fraud.high-value/pause", {"reason": "too many"})
    ops = call("ops")
    dry = ops.post("/v1/redecide", {"holds": ["HIGH_VALUE"]}).json
    assert (dry["dry_run"], dry["matched"], dry["would"]["approve"]) == (True, 1, 1)
    done = ops.post("/v1/redecide", {"rule": "fraud.high-value", "dry_run": False}).json
    assert (done["dry_run"], done["marked"]) == (False, 1)
    assert house.gatehouse.orders.sweep() == 1
    number = f"taobao.{order['channel_order_no']}"
    assert ops.get(f"/v1/orders/{number}").json["decision"]["verdict"] == "approve"
    for who in ("viewer", "taobao"):
        assert call(who).post("/v1/redecide", {}).status_code == 403


@pytest.mark.parametrize("body", [{}, {"dry_run": None}, {"holds": None, "rule": None}])
def test_what_is_not_said_is_any_hold_and_a_dry_run(house, call, body):
    assert call("ops").post("/v1/redecide", body).json["dry_run"] is True


ODD_REDECIDES = [
    [], {"holds": []}, {"holds": "HIGH_VALUE"}, {"holds": ["HIGH"]}, {"holds": [3]}, {"rule": ""}, {"rule": 3},
    {"dry_run": "no"}, {"dry_run": 0}, {"orders": []}, {"rule": "\x00"}, {"holds": ["HIGH_VALUE"] * 51},
]  # fmt: skip


@pytest.mark.parametrize("body", ODD_REDECIDES, ids=lambda body: json.dumps(body)[:40])
def test_an_odd_wish_to_decide_again_is_refused(house, call, body):
    assert call("ops").post("/v1/redecide", body).status_code == 422
