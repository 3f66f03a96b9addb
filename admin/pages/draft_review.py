"""A draft on its way to being live: what it changes, what was found in it, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from admin import dates, labels, rebasing
from admin.names import names_of
from admin.presenters import draft_steps, findings, rule_changes
from admin.presenters.drafts import events, shown
from admin.presenters.previews import brief
from admin.presenters.rule_texts import RuleTexts
from admin.presenters.versions import ruleset_title
from admin.sessions import signed_in
from admin.values import Reader
from admin.wiring import console, gatehouse
from engine.service import checks

_SHOWN_EVENTS = 12


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    one = "/rules/<stage>/drafts/<draft_id>"
    blueprint.add_url_rule(f"{one}/review", view_func=review_draft)
    blueprint.add_url_rule(f"{one}/findings", view_func=draft_findings)


@login_required
def review_draft(stage: str, draft_id: str) -> ResponseReturnValue:
    """What publishing the draft would change, what speaks against it, and what comes next."""
    by, review = signed_in(), console().settings.require_review
    draft = gatehouse().drafts.get(known_ruleset(stage), draft_id)
    stale = rebasing.is_stale(gatehouse(), stage, draft)
    found = None if draft["findings"] is None else findings.views(draft["findings"], _reader(), _titles(draft))
    tried = [each for each in gatehouse().previews.latest(by) if each["asked"]["draft"] == draft_id]
    return render_template(
        "console/rules/review.html",
        stage=stage,
        title=ruleset_title(stage),
        draft=shown(draft),
        may=draft_steps.may(draft, by, review),
        way=draft_steps.way(draft, review),
        findings=found,
        errors=sum(each["error"] for each in found or ()),
        changes=compared(stage, "live", f"draft:{draft_id}") if draft["state"] != "published" else None,
        meanwhile=compared(stage, str(draft["base_version"]), "live") if stale and draft["base_version"] else None,
        merged=rebasing.merged(gatehouse(), stage, draft) if stale else None,
        stale=stale,
        scheduled=rebasing.scheduled(gatehouse(), stage),
        title_of=title_of(),
        previews=[brief(each) for each in tried],
        channels=sorted(names_of(gatehouse()).channels.items()),
        history=events(gatehouse().drafts.history(stage, draft_id))[:_SHOWN_EVENTS],
        has_editor=stage in labels.STAGES,
        may_redecide=by.may("ops"),
        publish_at=dates.exact(draft["publish_at"]),
    )


@login_required
def draft_findings(stage: str, draft_id: str) -> Response:
    """`{findings}` of the last check, see `findings.views`, for the editor's scripts."""
    draft = gatehouse().drafts.get(known_ruleset(stage), draft_id)
    return jsonify(findings=findings.views(draft["findings"] or (), _reader(), _titles(draft)))


def known_ruleset(stage: str) -> str:
    """A stage, or the pipeline, or the declared facts; else the page of what is missing."""
    return stage if stage in checks.NAMES else abort(404)


def compared(stage: str, one: str, other: str) -> rule_changes.Changes:
    """What two versions or drafts say differently, for a page. Raises NotFound, OrderError."""
    diff: Mapping[str, Any] = gatehouse().comparing.diff(known_ruleset(stage), one, other)
    return rule_changes.changes(diff, title_of())


def title_of() -> Callable[[str], str]:
    """What a live rule is called by its id."""
    texts = RuleTexts(gatehouse().rulebooks.live().rulebook)
    return lambda rule: texts.of(rule).title


def _titles(draft: Mapping[str, Any]) -> dict[str, str]:
    """What rules are called: those of the draft, then the live ones."""
    return findings.titles(draft, *gatehouse().rulebooks.live_documents()[0].values())


def _reader() -> Reader:
    return Reader(names_of(gatehouse()), catalogue=gatehouse().rulebooks.live().rulebook.catalogue)
