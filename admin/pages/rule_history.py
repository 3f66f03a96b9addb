"""What was published when: the versions of a ruleset, two of them compared, going back, and pausing a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import problems, rebasing
from admin.pages.draft_review import compared, known_ruleset
from admin.pages.rule_drafts import lists_by_code
from admin.pages.rules import known
from admin.presenters import versions
from admin.presenters.rule_documents import members
from admin.presenters.versions import ruleset_title
from admin.sessions import signed_in
from admin.wiring import console, gatehouse
from engine.errors import GatehouseError, NotFound, OrderError

_MOST_REASON = 500


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/rules/<stage>/history", view_func=rule_history)
    blueprint.add_url_rule("/rules/<stage>/diff", view_func=rule_diff)
    blueprint.add_url_rule("/rules/<stage>/versions/<int:version>", view_func=rule_version)
    blueprint.add_url_rule(
        "/rules/<stage>/versions/<int:version>/rollback", view_func=rollback_rules, methods=["GET", "POST"]
    )
    blueprint.add_url_rule("/rules/<stage>/switch", view_func=switch_rule, methods=["GET", "POST"])


@login_required
def rule_history(stage: str) -> ResponseReturnValue:
    """Who published what, when and why."""
    found = _versions(stage)
    scheduled = {each["version"]: each["id"] for each in gatehouse().drafts.of(stage, "scheduled")}
    return render_template(
        "console/rules/history.html",
        stage=stage,
        title=ruleset_title(stage),
        versions=[versions.shown(each) for each in found],
        drafts_by_version=scheduled,
        may_roll_back=may_shortcut(),
        live=next((each["version"] for each in found if each["state"] == "live"), None),
        may_redecide=signed_in().may("ops"),
    )


@login_required
def rule_version(stage: str, version: int) -> ResponseReturnValue:
    """One version: its rules as sentences, and what it changed."""
    found = _versions(stage)
    document = gatehouse().rulebooks.version(stage, version)
    numbers = sorted(each["version"] for each in found if each["version"] < version)
    live = next((each["version"] for each in found if each["state"] == "live"), None)
    catalogue = gatehouse().rulebooks.live().rulebook.catalogue
    return render_template(
        "console/rules/version.html",
        stage=stage,
        title=ruleset_title(stage),
        version=versions.shown(document),
        former=numbers[-1] if numbers else None,
        changes=compared(stage, str(numbers[-1]), str(version)) if numbers else None,
        entries=members(stage, document["document"], catalogue, lists_by_code()),
        document=document["document"],
        live=live,
        scheduled=rebasing.scheduled(gatehouse(), stage),
        may_roll_back=may_shortcut() and version != live and document["state"] != "scheduled",
        would=compared(stage, "live", str(version)) if version != live else None,
    )


@login_required
def rule_diff(stage: str) -> ResponseReturnValue:
    """What two versions or drafts say differently, side by side; `?from=` and `?to=` as the API takes them."""
    one, other = request.args.get("from", ""), request.args.get("to", "live")
    found = _versions(stage)
    try:
        changes = compared(stage, one or str(found[min(1, len(found) - 1)]["version"]), other)
    except OrderError:
        abort(404)
    return render_template(
        "console/rules/diff.html",
        stage=stage,
        title=ruleset_title(stage),
        changes=changes,
        sides=_sides(stage, found),
        one=one or str(found[min(1, len(found) - 1)]["version"]),
        other=other,
    )


@login_required
def rollback_rules(stage: str, version: int) -> ResponseReturnValue:
    """Make a former version live again."""
    here = redirect(url_for("console.rule_history", stage=known_ruleset(stage)))
    reason = request.form.get("reason", "").strip()[:_MOST_REASON]
    if request.method == "GET":
        return here
    if not reason:
        flash(gettext("请写明原因，它会留存"), "bad")
        return redirect(url_for("console.rule_version", stage=stage, version=version))
    try:
        made = gatehouse().rulebooks.rollback(stage, version, signed_in(), reason)
    except NotFound:
        raise
    except GatehouseError as error:
        flash(problems.draft_refused(error), "bad")
        return here
    flash(gettext("已退回到第 %(old)s 版的内容，作为第 %(new)s 版发布，两秒内生效", old=version, new=made), "good")
    return redirect(url_for("console.rule_history", stage=stage, changed=1))


@login_required
def switch_rule(stage: str) -> ResponseReturnValue:
    """Switch a live rule off, or on again, at once."""
    here = redirect(url_for("console.ruleset", stage=known(stage)))
    if request.method == "GET":
        return here
    rule, on = request.form.get("rule", ""), request.form.get("on") == "1"
    reason = request.form.get("reason", "").strip()[:_MOST_REASON]
    if not reason:
        flash(gettext("请写明原因，它会留存"), "bad")
        return here
    try:
        made = gatehouse().pausing.switch(stage, rule, on, signed_in(), reason)
    except NotFound:
        raise
    except GatehouseError as error:
        flash(problems.draft_refused(error), "bad")
        return here
    said = {"rule": rule, "version": made["version"]}
    if on:
        flash(gettext("%(rule)s 已恢复（第 %(version)s 版）", **said), "good")
    else:
        flash(gettext("%(rule)s 已暂停（第 %(version)s 版）", **said), "good")
    return redirect(url_for("console.ruleset", stage=stage, changed=1, _anchor=rule))


def may_shortcut() -> bool:
    """Whether this reader may change what is live without a draft."""
    return signed_in().may("approver" if console().settings.require_review else "editor")


def _versions(stage: str) -> list[dict[str, Any]]:
    """The versions of what is known; none where nothing was published. Aborts for what is not known."""
    try:
        return gatehouse().rulebooks.versions(known_ruleset(stage))
    except NotFound:
        return []


def _sides(stage: str, found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What can be compared: `(value, text)`."""
    numbers = [(str(each["version"]), _of_version(each)) for each in found]
    open_ = gatehouse().drafts.of(stage)
    drafts = [(f"draft:{each['id']}", gettext("%(name)s 的草稿", name=each["author"])) for each in open_]
    return [("live", gettext("线上")), *drafts, *numbers]


def _of_version(version: Mapping[str, Any]) -> str:
    note = f" · {versions.note(version['note'])}" if version["note"] else ""
    return f"{gettext('第 %(number)s 版', number=version['version'])}{note}"[:60]
