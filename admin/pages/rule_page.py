"""The page of one rule, or table: its sentence, its versions, what it has done and held, and what people released."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from admin import labels
from admin.languages import language, said
from admin.names import Names, names_of
from admin.pages.firings import as_seen
from admin.pages.rules import known
from admin.presenters import firings as log
from admin.presenters import rule_page as presenter
from admin.presenters import rulesets
from admin.presenters.rule_texts import RuleTexts
from admin.sessions import signed_in
from admin.values import Reader
from admin.wiring import gatehouse, now
from engine.language.effects import EFFECTS
from engine.language.rules import Rule, Rulebook, Table
from engine.language.sentences import Speech
from engine.service.masking import mask_about
from engine.service.rule_activity import Activity

_LONGEST = 200


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/rules/<stage>/<rule_id>", view_func=rule)
    blueprint.add_url_rule("/rules/<stage>/<rule_id>/again", view_func=decide_again, methods=["GET", "POST"])


@login_required
def rule(stage: str, rule_id: str) -> ResponseReturnValue:
    """All there is to know about a rule, also about one that is gone; without the stage in its id it is found, too."""
    known(stage)
    if "." not in rule_id:
        return redirect(url_for("console.rule", stage=stage, rule_id=f"{stage}.{rule_id}"))
    history = gatehouse().comparing.history_of(stage, rule_id[:_LONGEST])
    rulebook, names = gatehouse().rulebooks.live().rulebook, names_of(gatehouse())
    live = _live(rulebook, stage, rule_id)
    if live is None and not history:
        abort(404)
    activity = gatehouse().rule_activity.of(rule_id)
    changes = presenter.versions(history)
    headline, more = presenter.idle(activity, changes)
    return render_template(
        "console/rules/rule.html",
        stage=stage,
        stage_title=labels.word(labels.STAGES, stage),
        id=rule_id,
        title=(said(live.title) if live else said(history[0]["title"])) or rule_id,
        gone=live is None,
        versions=changes,
        activity=activity,
        chart=presenter.chart(activity.days),
        idle=headline,
        idle_more=more,
        share=presenter.released_share(activity),
        usual=presenter.lasting(activity.usual_hold) if activity.usual_hold is not None else "",
        last=presenter.moment(activity.last),
        held=presenter.held(activity, now()),
        releases=_releases(activity),
        rows=log.rows(as_seen(activity.firings), RuleTexts(rulebook), names),
        may_edit=signed_in().may("editor") and live is not None,
        may_redecide=signed_in().may("ops"),
        **(_said(rulebook, live, activity, names) if live else {}),
    )


@login_required
def decide_again(stage: str, rule_id: str) -> ResponseReturnValue:
    """Have the orders that it holds decided again by the rules of now."""
    here = redirect(url_for("console.rule", stage=known(stage), rule_id=rule_id))
    if request.method == "GET":
        return here
    done = gatehouse().redeciding.redecide(None, rule_id, signed_in(), dry_run=False)
    text, tone = presenter.again_told(done["marked"], done["left_out"])
    flash(text, tone)
    return here


def _live(rulebook: Rulebook, stage: str, rule_id: str) -> Rule | Table | None:
    ruleset = rulebook.ruleset(stage)
    judged: list[Rule | Table] = [*ruleset.rules, *ruleset.tables]
    return next((each for each in judged if each.id == rule_id), None)


def _said(rulebook: Rulebook, live: Rule | Table, activity: Activity, names: Names) -> dict[str, Any]:
    """What a live rule says."""
    entries = rulesets.Entries(rulebook, names, {}).of(rulebook.ruleset(live.stage))
    titles = {code: {language(): title} for code, title in names.lists.items()}
    speech = Speech(rulebook.catalogue, language(), EFFECTS, titles)
    return {
        "entry": next(each for each in entries if each.id == live.id),
        "examples": presenter.examples(live, Reader(names, catalogue=rulebook.catalogue)),
        "table_rows": presenter.table_rows(live, activity.rows, speech) if isinstance(live, Table) else [],
    }


def _releases(activity: Activity) -> list[Mapping[str, Any]]:
    """People's releases, as this reader may see them."""
    found = [presenter.release(each) for each in activity.releases]
    if signed_in().sees_people():
        return [*found]
    return [mask_about(gatehouse().orders.order(each["order_no"]), each) for each in found]
