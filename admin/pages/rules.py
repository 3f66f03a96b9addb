"""The rules that are live: the stages in their order, and the rules of one stage."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from admin import labels, rebasing
from admin.names import names_of
from admin.presenters import rulesets, versions
from admin.presenters.drafts import shown
from admin.presenters.strip import strip
from admin.sessions import signed_in
from admin.wiring import console, gatehouse
from engine.language.facts import STAGES
from engine.language.rules import Rulebook

_GUIDED = "gatehouse_guided"
_YEAR_S = 365 * 24 * 3600


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/rules", view_func=rules)
    blueprint.add_url_rule("/rules/guide", view_func=dismiss_guide, methods=["POST"])
    blueprint.add_url_rule("/rules/<stage>", endpoint="ruleset", view_func=ruleset)


@login_required
def rules() -> ResponseReturnValue:
    """The pipeline: what each stage is for, how many rules it has and what changed last."""
    rulebook = gatehouse().rulebooks.live().rulebook
    hits = gatehouse().rule_activity.hits(rulebook.rulesets.values(), ("day",))
    latest = {stage: versions.latest(gatehouse(), stage) or {} for stage in rulebook.rulesets}
    cards = rulesets.cards(rulebook, hits, latest, _order(rulebook))
    return render_template("console/rules/pipeline.html", cards=cards, shows_guide=_shows_guide())


@login_required
def dismiss_guide() -> Response:
    """Do not show how rules are changed any more, on this machine."""
    response = Response(status=303, headers={"Location": url_for("console.rules")})
    response.set_cookie(_GUIDED, "1", max_age=_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@login_required
def ruleset(stage: str) -> ResponseReturnValue:
    """The live rules of a stage, as sentences, in the order in which they go."""
    known(stage)
    rulebook = gatehouse().rulebooks.live().rulebook
    live = rulebook.ruleset(stage)
    hits = gatehouse().rule_activity.hits([live])
    scheduled = rebasing.scheduled(gatehouse(), stage)
    goes_live = {each["id"] for each in scheduled if not each["left_behind"]}
    drafts = [each for each in gatehouse().drafts.of(stage, "scheduled") if each["id"] in goes_live]
    entries = rulesets.Entries(rulebook, names_of(gatehouse()), hits).of(live)
    return render_template(
        "console/rules/stage.html",
        stage=stage,
        title=labels.word(labels.STAGES, stage),
        purpose=rulesets.PURPOSES.get(stage, ""),
        entries=entries,
        latest=versions.latest(gatehouse(), stage),
        strip=strip(live.document, drafts, gatehouse().clock()),
        scheduled=scheduled,
        runs=stage in rulebook.pipeline.stages,
        may_edit=signed_in().may("editor"),
        may_switch=signed_in().may("approver" if console().settings.require_review else "editor"),
        may_redecide=signed_in().may("ops"),
        drafts=[shown(each) for each in gatehouse().drafts.of(stage)] if signed_in().may("editor") else [],
        stages=[(each, labels.word(labels.STAGES, each)) for each in _order(rulebook)],
    )


def known(stage: str) -> str:
    """The stage, if there is one; else the page of what is missing."""
    return stage if stage in STAGES else abort(404)


def _order(rulebook: Rulebook) -> list[str]:
    """The stages that run, in their order, then the others."""
    runs = list(rulebook.pipeline.stages)
    return runs + [each for each in STAGES if each not in runs]


def _shows_guide() -> bool:
    """Whether the reader may change rules and never has."""
    by = signed_in()
    if not by.may("editor") or request.cookies.get(_GUIDED):
        return False
    drafts = (*gatehouse().drafts.of(), *gatehouse().drafts.of(state="published"))
    return not any(by.name in each["editors"] for each in drafts)
