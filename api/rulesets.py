"""Published rules: the versions of each stage, and going back to one."""

from __future__ import annotations

import re
from typing import Any

from flask import Response

from api.answers import answer, part_of
from api.current import gatehouse, principal
from api.incoming import Query, WholeListQuery, json_document
from api.openapi import Routes
from engine.errors import NotFound
from engine.intake.fields import Text
from engine.intake.manual import load_reason

routes = Routes("rulesets", "Published rules. A stage is one of the catalogue's, or `pipeline`, or `facts`.")


@routes.route("/rulesets/<stage>/versions", methods=["GET"])
@routes.query(WholeListQuery)
@routes.gives(200, "RulesetVersions", "The versions, newest first.")
@routes.refuses(403, 404)
def list_versions(query: dict[str, Any], stage: str) -> Response:
    """Who published what, when and why."""
    principal().require("viewer")
    return answer(part_of(gatehouse().rulebooks.versions(stage), "version", query))


@routes.route("/rulesets/<stage>/versions/<version>", methods=["GET"])
@routes.gives(200, "RulesetVersionWhole", "The version with its document.")
@routes.refuses(403, 404)
def get_version(stage: str, version: str) -> Response:
    """A version."""
    principal().require("viewer")
    return answer(gatehouse().rulebooks.version(stage, _number(version)))


@routes.route("/rulesets/<stage>/versions/<version>/rollback", methods=["POST"])
@routes.body("Reason")
@routes.gives(200, "RulesetVersionWhole", "The new version, which is live.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_rollback(stage: str, version: str) -> Response:
    """Publish a former version again.

    It is checked like any other, for facts and lists may have changed. It decides in every process within two seconds.
    """
    principal().require("editor")
    made = gatehouse().rulebooks.rollback(stage, _number(version), principal(), load_reason(json_document()))
    return answer(gatehouse().rulebooks.version(stage, made))


class DiffQuery(Query):
    """What is compared with what."""

    from_ = Text(
        required=True, filled=True, longest=200, data_key="from",
        metadata={"description": "A version's number, `live`, or `draft:<id>`."},
    )  # fmt: skip
    to = Text(required=True, filled=True, longest=200, metadata={"description": "The same."})


@routes.route("/rulesets/<stage>/diff", methods=["GET"])
@routes.query(DiffQuery)
@routes.gives(200, "RulesetDiff", "Rules, tables and facts that were added, removed and changed, as sentences too.")
@routes.refuses(403, 404, 422)
def get_diff(query: dict[str, Any], stage: str) -> Response:
    """What two versions or drafts say differently."""
    principal().require("viewer")
    return answer(gatehouse().comparing.diff(stage, query["from_"], query["to"]))


@routes.route("/rulesets/<stage>/rules/<rule>/pause", methods=["POST"])
@routes.body("Reason")
@routes.gives(200, "RulesetVersionWhole", "The new version, which is live.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_pause(stage: str, rule: str) -> Response:
    """Switch a live rule or table off, at once.

    For an editor, or an approver where drafts are reviewed. A version like any other: it has a reason, stands in the
    audit log, and can be taken back.
    """
    return _switched(stage, rule, False)


@routes.route("/rulesets/<stage>/rules/<rule>/resume", methods=["POST"])
@routes.body("Reason")
@routes.gives(200, "RulesetVersionWhole", "The new version, which is live.")
@routes.refuses(400, 403, 404, 409, 413, 415, 422)
def post_resume(stage: str, rule: str) -> Response:
    """Switch a rule or table on that was switched off."""
    return _switched(stage, rule, True)


def _switched(stage: str, rule: str, enabled: bool) -> Response:
    principal().require("editor")
    reason = load_reason(json_document())
    return answer(gatehouse().pausing.switch(stage, rule, enabled, principal(), reason))


def _number(version: str) -> int:
    """The version of a path. Raises NotFound."""
    if not re.fullmatch("[1-9][0-9]{0,8}", version):
        raise NotFound(f"there is no version {version}")
    return int(version)
