"""Drafts of rules: beginning one, and the page on which it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from admin import labels, rebasing
from admin.pages.rules import known
from admin.presenters import draft_steps
from admin.presenters.drafts import STATES, can_be_changed, shown
from admin.presenters.rule_setup import setup
from admin.sessions import signed_in
from admin.wiring import console, gatehouse

_ALL = 1000  # lists


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/rules/<stage>/edit", view_func=edit_rules, methods=["POST"])
    blueprint.add_url_rule("/rules/<stage>/edit", endpoint="edit_again", view_func=edit_again)
    blueprint.add_url_rule("/rules/<stage>/drafts/<draft_id>", view_func=rule_draft)


@login_required
def edit_rules(stage: str) -> ResponseReturnValue:
    """Open one's own draft of the stage, or begin one from what is live; at the rule that was asked for."""
    by = signed_in()
    by.require("editor")
    own = [each for each in gatehouse().drafts.of(known(stage)) if each["author"] == by.name and can_be_changed(each)]
    draft_id = own[0]["id"] if own else gatehouse().drafts.create(stage, by)["id"]
    rule, new = request.form.get("rule"), request.form.get("new")
    anchor = f"rule={rule}" if rule else None
    return redirect(url_for("console.rule_draft", stage=stage, draft_id=draft_id, new=new or None, _anchor=anchor))


@login_required
def edit_again(stage: str) -> ResponseReturnValue:
    """Whoever comes here after signing in again is shown the stage."""
    return redirect(url_for("console.ruleset", stage=known(stage)))


@login_required
def rule_draft(stage: str, draft_id: str) -> ResponseReturnValue:
    """The editor of a draft."""
    signed_in().require("editor")
    draft = gatehouse().drafts.get(known(stage), draft_id)
    page = render_template(
        "console/rules/draft.html",
        stage=stage,
        title=labels.word(labels.STAGES, stage),
        draft=shown(draft),
        is_own=draft["author"] == signed_in().name,
        is_open=can_be_changed(draft),
        is_behind=rebasing.is_stale(gatehouse(), stage, draft),
        next_step=draft_steps.next_label(draft_steps.may(draft, signed_in(), console().settings.require_review), draft),
        setup=json.dumps(_setup(stage, draft), ensure_ascii=False),
    )
    return Response(page)


def _setup(stage: str, draft: Mapping[str, Any]) -> dict[str, Any]:
    catalogue = gatehouse().rulebooks.live().rulebook.catalogue
    live = gatehouse().rulebooks.live().rulebook.ruleset(stage).document
    members = [*(live.get("rules") or ()), *(live.get("tables") or ())]
    return {
        **setup(stage, lists_by_code(), catalogue),
        "document": {name: draft[name] for name in ("stage", "note", "rules", "tables")},
        "revision": draft["revision"],
        "published": members,
        "state": draft["state"],
        "states": {code: {"text": str(text), "tone": tone} for code, (text, tone) in STATES.items()},
        "begin": request.args.get("new"),
        "time_zone": console().settings.time_zone,
        "icons": url_for("console.icons"),
        "addresses": {
            "draft": f"/v1/rulesets/{stage}/drafts/{draft['id']}",
            "read": url_for("console.read_rules", stage=stage),
            "try": url_for("console.try_rule", stage=stage),
            "bench": url_for("console.bench_rule", stage=stage),
            "orders": url_for("console.bench_orders"),
            "values": url_for("console.rule_values"),
            "table": url_for("console.read_table", stage=stage),
            "tables": f"/console/rules/{stage}/tables",
            "workbooks": f"/console/rules/{stage}/drafts/{draft['id']}/tables",
            "findings": url_for("console.draft_findings", stage=stage, draft_id=draft["id"]),
        },
    }


def lists_by_code() -> dict[str, Any]:
    """Every list that rules may ask, by code."""
    return {each["code"]: each for each in gatehouse().reference.list("lists", limit=_ALL)["items"]}
