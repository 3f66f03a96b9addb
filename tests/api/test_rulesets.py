"""Published rules: their versions, and going back to one."""

from __future__ import annotations

import pytest

from engine import canonical
from tests.conftest import ADMIN, NOW


@pytest.fixture
def published(house):
    """fraud is at version 2: nobody looks for fraud any more."""
    house.gatehouse.rulebooks.publish("fraud", {"rules": [], "note": "off for tonight"}, ADMIN, "too many held")
    return house


def test_versions_tell_who_published_what_and_why(published, call):
    found = call("viewer").get("/v1/rulesets/fraud/versions").json
    assert [(each["version"], each["state"]) for each in found["items"]] == [(2, "live"), (1, "superseded")]
    assert found["next_cursor"] is None
    newest = found["items"][0]
    assert (newest["published_by"], newest["note"]) == ("admin", "too many held")
    whole = call("viewer").get("/v1/rulesets/fraud/versions/2").json
    document = {"stage": "fraud", "note": "off for tonight", "rules": [], "tables": []}
    assert whole == {**newest, "document": document}


@pytest.mark.parametrize("stage", ["pipeline", "facts", "intake"])
def test_the_pipeline_and_the_declared_facts_have_versions_too(house, call, stage):
    assert call("viewer").get(f"/v1/rulesets/{stage}/versions/1").json["state"] == "live"


def test_a_rollback_is_a_new_version_with_its_reason(published, call):
    answer = call("editor").post("/v1/rulesets/fraud/versions/1/rollback", {"reason": "fraud is back"})
    assert answer.status_code == 200
    assert (answer.json["version"], answer.json["note"], answer.json["published_by"]) == (
        3, "fraud is back", "editor-token",
    )  # fmt: skip
    assert published.gatehouse.rulebooks.live().rulebook.ruleset("fraud").rules
    again = call("editor").post("/v1/rulesets/fraud/versions/1/rollback", {"reason": "sure?"})
    assert again.status_code == 409


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": 3}, {"reason": "x", "why": "y"}, []])
def test_a_rollback_without_a_reason_is_refused(published, call, body):
    assert call("editor").post("/v1/rulesets/fraud/versions/1/rollback", body).status_code == 422
    assert len(published.gatehouse.rulebooks.versions("fraud")) == 2


def test_a_rollback_to_what_is_no_longer_valid_is_refused_with_every_problem(house, call):
    facts = house.gatehouse.rulebooks.version("facts", 1)["document"]
    rule = {
        "id": "fraud.wrapped", "title": "t", "why": "w", "then": [{"do": "score", "points": 1}],
        "when": {"fact": "order.attributes.gift_wrap", "is": "is_true"},
    }  # fmt: skip
    for stage, document in (("fraud", {"rules": [rule]}), ("fraud", {"rules": []}), ("facts", {**facts, "facts": []})):
        house.gatehouse.rulebooks.publish(stage, document, ADMIN)
    answer = call("editor").post("/v1/rulesets/fraud/versions/2/rollback", {"reason": "again"})
    assert answer.status_code == 422
    assert [(each["path"], each["code"]) for each in answer.json["errors"]] == [
        ("fraud.rules.0.when.fact", "unknown-fact"),
    ]


def test_a_rollback_to_what_must_not_go_live_tells_findings_with_a_witness(house, call):
    """A version from before a check was there: what it says cannot go live again."""
    never = [{"fact": "order.payable_cents", "is": op, "value": 100} for op in ("lt", "gt")]
    then = [{"do": "score", "points": 1}]
    rule = {"id": "fraud.never", "title": "t", "why": "w", "then": then, "when": {"all": never}}
    document = {"stage": "fraud", "note": "", "rules": [rule], "tables": []}
    with house.gatehouse.database.write() as uow:
        for each in (document, {**document, "rules": []}):
            uow.rulesets.publish("fraud", each, canonical.digest(each), "li", NOW)
        uow.commit()
    answer = call("editor").post("/v1/rulesets/fraud/versions/2/rollback", {"reason": "again"})
    assert (answer.status_code, answer.json["code"]) == (422, "rules-refused")
    (error,) = answer.json["errors"]
    assert error["name"] == error["code"] == "never-fires"
    assert error["path"].startswith("fraud.rules.0") and error["message"] and error["suggestion"]
    assert set(error["witness"]) == {"order.payable_cents"}


NOT_THERE = [
    "fraud/versions/9", "froud/versions", "froud/versions/1", "fraud/versions/0", "fraud/versions/one",
    "aftersale/versions", "fraud/versions/99999999999999999999", "a%00/versions",
]  # fmt: skip


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_was_never_published_is_not_found(house, call, path):
    assert call("viewer").get(f"/v1/rulesets/{path}").status_code == 404


def test_reading_needs_a_viewer_and_going_back_an_editor(published, call):
    assert call("ops").get("/v1/rulesets/fraud/versions").status_code == 200
    for who in ("viewer", "ops", "taobao"):
        answer = call(who).post("/v1/rulesets/fraud/versions/1/rollback", {"reason": "x"})
        assert answer.status_code == 403
    for who in ("taobao", "nobody"):
        assert call(who).get("/v1/rulesets/fraud/versions").status_code == 403
