"""The rules that are live: the stages in their order, and the rules of one stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from admin import dates, labels
from admin.names import names_of
from admin.presenters import rulesets
from admin.presenters.drafts import shown
from admin.presenters.strip import strip
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.language.facts import STAGES
from engine.language.rules import Rulebook


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/rules", view_func=rules)
    blueprint.add_url_rule("/rules/<stage>", endpoint="ruleset", view_func=ruleset)


@login_required
def rules() -> ResponseReturnValue:
    """The pipeline: what each stage is for, how many rules it has and what changed last."""
    rulebook = gatehouse().rulebooks.live().rulebook
    hits = gatehouse().rule_activity.hits(rulebook.rulesets.values(), ("day",))
    latest = {stage: gatehouse().rulebooks.versions(stage)[0] for stage in rulebook.rulesets}
    cards = rulesets.cards(rulebook, hits, latest, _order(rulebook))
    return render_template("console/rules/pipeline.html", cards=cards)


@login_required
def ruleset(stage: str) -> ResponseReturnValue:
    """The live rules of a stage, as sentences, in the order in which they go."""
    known(stage)
    rulebook = gatehouse().rulebooks.live().rulebook
    live = rulebook.ruleset(stage)
    hits = gatehouse().rule_activity.hits([live])
    entries = rulesets.Entries(rulebook, names_of(gatehouse()), hits).of(live)
    return render_template(
        "console/rules/stage.html",
        stage=stage,
        title=labels.word(labels.STAGES, stage),
        purpose=rulesets.PURPOSES.get(stage, ""),
        entries=entries,
        latest=_latest(rulebook, stage),
        strip=strip(live.document, gatehouse().drafts.of(stage, "scheduled"), gatehouse().clock()),
        may_edit=signed_in().may("editor"),
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


def _latest(rulebook: Rulebook, stage: str) -> Mapping[str, Any] | None:
    """The newest version of a stage; None where nothing was ever published."""
    if stage not in rulebook.rulesets:
        return None
    version = gatehouse().rulebooks.versions(stage)[0]
    return {**version, "ago": dates.ago(version["published_at"]), "exact": dates.exact(version["published_at"])}
