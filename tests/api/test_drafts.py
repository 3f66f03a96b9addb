"""Drafts of rules: writing, checking, reviewing and publishing them over HTTP."""

from __future__ import annotations

import copy
import json

import pytest

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
