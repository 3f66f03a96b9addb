"""Drafts of rules: writing, checking, reviewing and publishing them."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request, url_for

from api.answers import answer, part_of
from api.current import gatehouse, principal
from api.incoming import WholeListQuery, json_document, optional_document
from api.openapi import Routes
from engine.errors import NoRevision, OrderError, Problem
from engine.intake.drafts import load_draft, load_note, load_publish
from engine.intake.fields import Choice
from engine.intake.manual import load_reason
from engine.service.drafts import STATES

routes = Routes("drafts", "Drafts of rules, from the first word until they are live.")

_IF_MATCH = {
    "in": "header", "name": "If-Match", "schema": {"type": "string"},
    "description": "The `ETag` of the draft that this was made from.",
}  # fmt: skip
_ONE = "/rulesets/<stage>/drafts/<draft_id>"


class DraftsQuery(WholeListQuery):
    """Which drafts."""

    state = Choice(STATES, metadata={"description": "Left out: all that are open still."})


@routes.route("/rulesets/<stage>/drafts", methods=["GET"])
@routes.query(DraftsQuery)
@routes.gives(200, "Drafts", "The drafts, last changed first, without their rules.")
@routes.refuses(403, 404, 422)
def list_drafts(query: dict[str, Any], stage: str) -> Response:
    """Who is writing what."""
    principal().require("viewer")
    return answer(part_of(gatehouse().drafts.of(stage, query.get("state")), "id", query))


@routes.route("/rulesets/<stage>/drafts", methods=["POST"])
@routes.body("DraftDocument", required=False)
@routes.gives(201, "Draft", "The draft.")
@routes.refuses(400, 403, 404, 413, 415, 422)
def post_draft(stage: str) -> Response:
    """Begin a draft, with a document or with a copy of what is live (an empty body or object).

    It need not be valid: what is wrong is told when it is checked.
    """
    principal().require("editor")
    document, base_version = load_draft(stage, optional_document())
    draft = gatehouse().drafts.create(stage, principal(), document, base_version)
    where = url_for("drafts.get_draft", stage=stage, draft_id=draft["id"])
    return _draft(draft, 201, Location=where)


@routes.route(_ONE, methods=["GET"])
@routes.gives(200, "Draft", "The draft; its `ETag` is what a `PUT` names.")
@routes.refuses(403, 404)
def get_draft(stage: str, draft_id: str) -> Response:
    """A draft."""
    principal().require("viewer")
    return _draft(gatehouse().drafts.get(stage, draft_id))


@routes.route(_ONE, methods=["PUT"], parameters=[_IF_MATCH])
@routes.body("DraftDocument")
@routes.gives(200, "Draft", "The draft.")
@routes.refuses(400, 403, 404, 409, 412, 413, 415, 422, 428)
def put_draft(stage: str, draft_id: str) -> Response:
    """Save a draft, valid or not.

    Where somebody else has saved it meanwhile, the answer (412) has what they saved as `current`, and as `diff` how
    what was sent differs from it. `base_version` says that the document is by now made from that version.
    """
    principal().require("editor")
    revision = _revision(request.headers.get("If-Match"))
    if revision is None:
        raise NoRevision("name the revision that this changes: If-Match with the ETag of the draft")
    document, base_version = load_draft(stage, json_document())
    if document is None:
        raise OrderError([Problem("rules", "required", "send the whole document")], "The draft is empty.")
    return _draft(gatehouse().drafts.save(stage, draft_id, document, revision, principal(), base_version))


@routes.route(_ONE, methods=["DELETE"])
@routes.gives(204, None, "It is given up.")
@routes.refuses(403, 404, 409)
def delete_draft(stage: str, draft_id: str) -> Response:
    """Give a draft up. Its last document stands in the audit log."""
    principal().require("editor")
    gatehouse().drafts.discard(stage, draft_id, principal())
    return Response(status=204)


@routes.route(f"{_ONE}/history", methods=["GET"])
@routes.gives(200, "DraftHistory", "Newest first.")
@routes.refuses(403, 404)
def get_history(stage: str, draft_id: str) -> Response:
    """Who did what with a draft, and why."""
    principal().require("viewer")
    return answer({"items": gatehouse().drafts.history(stage, draft_id), "next_cursor": None})


@routes.route(f"{_ONE}/check", methods=["POST"])
@routes.gives(200, "DraftChecked", "It may go live; the findings are warnings.")
@routes.refuses(403, 404, 409, 422)
def post_check(stage: str, draft_id: str) -> Response:
    """Check a draft together with all other live rules: names, types, examples, and what rules do to one another.

    Refused with every finding: `{name, path, message, suggestion, witness}`.
    """
    principal().require("editor")
    checked = gatehouse().drafts.check(stage, draft_id, principal())
    return answer(checked, headers=_tag(checked["draft"]))


@routes.route(f"{_ONE}/submit", methods=["POST"])
@routes.body("Note", required=False)
@routes.gives(200, "Draft", "The draft, in review.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_submit(stage: str, draft_id: str) -> Response:
    """Ask for review. It is checked first."""
    principal().require("editor")
    return _draft(gatehouse().drafts.submit(stage, draft_id, principal(), load_note(optional_document())))


@routes.route(f"{_ONE}/approve", methods=["POST"], parameters=[_IF_MATCH])
@routes.body("Note", required=False)
@routes.gives(200, "Draft", "The draft, approved.")
@routes.refuses(400, 403, 404, 409, 412, 413, 415, 422)
def post_approve(stage: str, draft_id: str) -> Response:
    """Agree to a draft under review; with `If-Match` only as it was read.

    Where `REQUIRE_REVIEW` is set, none of those who wrote it may.
    """
    principal().require("approver")
    revision = _revision(request.headers.get("If-Match"))
    return _draft(gatehouse().drafts.approve(stage, draft_id, principal(), load_note(optional_document()), revision))


@routes.route(f"{_ONE}/reject", methods=["POST"])
@routes.body("Reason")
@routes.gives(200, "Draft", "The draft, to be worked on.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_reject(stage: str, draft_id: str) -> Response:
    """Give a draft under review back to its author."""
    principal().require("approver")
    return _draft(gatehouse().drafts.send_back(stage, draft_id, principal(), load_reason(json_document())))


@routes.route(f"{_ONE}/publish", methods=["POST"])
@routes.body("Publish")
@routes.gives(200, "RulesetVersionWhole", "The version, live or scheduled.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_publish(stage: str, draft_id: str) -> Response:
    """Publish a draft, at once or at a time.

    It is checked again, now and at that time, and decides in every process within two seconds. Where the live version
    is not the one that the draft was made from, the answer (409) has as `diff` what was published meanwhile.
    """
    principal().require("editor")
    asked = load_publish(json_document())
    return answer(gatehouse().drafts.publish(stage, draft_id, principal(), asked["note"], asked["at"]))


@routes.route(f"{_ONE}/unschedule", methods=["POST"])
@routes.body("Reason")
@routes.gives(200, "Draft", "The draft, no longer scheduled.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_unschedule(stage: str, draft_id: str) -> Response:
    """Do not publish a scheduled draft after all."""
    principal().require("editor")
    return _draft(gatehouse().drafts.unschedule(stage, draft_id, principal(), load_reason(json_document())))


def _draft(draft: dict[str, Any], status: int = 200, **headers: str) -> Response:
    return answer(draft, status, {**_tag(draft), **headers})


def _tag(draft: dict[str, Any]) -> dict[str, str]:
    """Names the draft's content; steps that leave it alone keep the tag."""
    return {"ETag": f'"{draft["revision"]}"'}


def _revision(tag: str | None) -> int | None:
    """The revision that an `If-Match` names; one that never was for a tag that is none of ours."""
    if tag is None or tag.strip() in ("", "*"):
        return None
    match = re.fullmatch(r'(?:W/)?"([0-9]{1,9})"', tag.strip())
    return int(match[1]) if match else 0
