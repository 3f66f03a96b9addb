"""Published rules: the versions of each stage, and going back to one."""

from __future__ import annotations

import re

from flask import Response

from api.answers import answer
from api.current import gatehouse, principal
from api.incoming import json_document
from api.openapi import Routes
from engine.errors import NotFound
from engine.intake.manual import load_reason

routes = Routes("rulesets", "Published rules. A stage is one of the catalogue's, or `pipeline`, or `facts`.")


@routes.route("/rulesets/<stage>/versions", methods=["GET"])
@routes.gives(200, "RulesetVersions", "The versions, newest first; all of them.")
@routes.refuses(403, 404)
def list_versions(stage: str) -> Response:
    """Who published what, when and why."""
    principal().require("viewer")
    return answer({"items": gatehouse().rulebooks.versions(stage), "next_cursor": None})


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


def _number(version: str) -> int:
    """The version of a path. Raises NotFound."""
    if not re.fullmatch("[1-9][0-9]{0,8}", version):
        raise NotFound(f"there is no version {version}")
    return int(version)
