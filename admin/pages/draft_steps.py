"""The steps that people take with a draft: checking, review, publishing, and what may be taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import dates, problems, rebasing
from admin.pages.draft_review import known_ruleset
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import GatehouseError, NotFound, RulebookError

_MOST_NOTE = 500
_MOST_DAYS = 90

Answer = ResponseReturnValue | None
Step = Callable[[str, str, str], Answer]  # of stage, id of the draft, and what was said along


def add_to(blueprint: Blueprint) -> None:
    """Put these on the console."""
    rule = f"/rules/<stage>/drafts/<draft_id>/<any({', '.join(_STEPS)}):step>"
    blueprint.add_url_rule(rule, view_func=step_draft, methods=["GET", "POST"])


@login_required
def step_draft(stage: str, draft_id: str, step: str) -> ResponseReturnValue:
    """Take a step with a draft. Whoever comes here after signing in again is shown the draft."""
    here = redirect(url_for("console.review_draft", stage=known_ruleset(stage), draft_id=draft_id))
    if request.method == "GET":
        return here
    note = request.form.get("note", "").strip()[:_MOST_NOTE]
    if step in _NEED_A_NOTE and not note:
        flash(gettext("请写明原因，它会留存"), "bad")
        return here
    try:
        return _STEPS[step](stage, draft_id, note) or here
    except NotFound:
        raise
    except RulebookError as error:
        kept = gatehouse().drafts.get(stage, draft_id)["findings"]
        flash(gettext("没有成功：有问题要先改好，见下面的列表") if kept else str(error.problems[0]), "bad")
    except GatehouseError as error:
        flash(problems.draft_refused(error), "bad")
    return here


def _check(stage: str, draft_id: str, note: str) -> Answer:
    found = gatehouse().drafts.check(stage, draft_id, signed_in())["findings"]
    if found:
        flash(gettext("可以发布，但有 %(count)d 处值得看一眼", count=len(found)), "warn")
    else:
        flash(gettext("检查通过，没有发现问题"), "good")
    return None


def _submit(stage: str, draft_id: str, note: str) -> Answer:
    gatehouse().drafts.submit(stage, draft_id, signed_in(), note)
    flash(gettext("已提交审核"), "good")
    return None


def _approve(stage: str, draft_id: str, note: str) -> Answer:
    revision = request.form.get("revision", type=int)
    gatehouse().drafts.approve(stage, draft_id, signed_in(), note, revision)
    flash(gettext("已同意，可以发布了"), "good")
    return None


def _reject(stage: str, draft_id: str, note: str) -> Answer:
    gatehouse().drafts.send_back(stage, draft_id, signed_in(), note)
    flash(gettext("已退回给作者"), "warn")
    return None


def _publish(stage: str, draft_id: str, note: str) -> Answer:
    later = request.form.get("when") == "later"
    at = _instant(request.form.get("at", "")) if later else None
    if later and at is None:
        flash(gettext("请选择发布时间"), "bad")
        return None
    version = gatehouse().drafts.publish(stage, draft_id, signed_in(), note, at)["version"]
    if at is None:
        flash(gettext("第 %(version)s 版已发布，两秒内在所有进程生效", version=version), "good")
    else:
        time = dates.exact(at.isoformat())
        flash(gettext("第 %(version)s 版已排定，%(time)s 发布", version=version, time=time), "good")
    return None


def _unschedule(stage: str, draft_id: str, note: str) -> Answer:
    gatehouse().drafts.unschedule(stage, draft_id, signed_in(), note)
    flash(gettext("已取消定时，草稿还在"), "warn")
    return None


def _rebase(stage: str, draft_id: str, note: str) -> Answer:
    """Go on from the version that is live now: with what was published meanwhile, or with the draft as it is."""
    draft = gatehouse().drafts.get(stage, draft_id)
    made = rebasing.merged(gatehouse(), stage, draft) if request.form.get("how") == "merge" else None
    document = made.document if made else rebasing.own(draft)
    live, revision = draft["live_version"], request.form.get("revision", 0, type=int)
    gatehouse().drafts.save(stage, draft_id, document, revision, signed_in(), live)
    flash(gettext("草稿现在基于第 %(version)s 版，请再检查一遍", version=live), "good")
    return None


def _discard(stage: str, draft_id: str, note: str) -> Answer:
    gatehouse().drafts.discard(stage, draft_id, signed_in())
    flash(gettext("草稿已放弃，内容留在审计日志里"), "warn")
    return redirect(url_for("console.ruleset", stage=stage))


def _preview(stage: str, draft_id: str, note: str) -> Answer:
    days = min(max(request.form.get("days", 7, type=int), 1), _MOST_DAYS)
    gatehouse().drafts.get(stage, draft_id)
    started = gatehouse().previews.ask_of_draft(draft_id, signed_in(), days, request.form.get("channel") or None)
    return redirect(url_for("console.rule_preview", preview_id=started["id"]))


_STEPS: Mapping[str, Step] = {
    "check": _check, "submit": _submit, "approve": _approve, "reject": _reject, "publish": _publish,
    "unschedule": _unschedule, "rebase": _rebase, "discard": _discard, "preview": _preview,
}  # fmt: skip
_NEED_A_NOTE = ("reject", "publish", "unschedule")


def _instant(text: str) -> dt.datetime | None:
    """What a field for date and time says, in the business time zone."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=dates.zone())
    except ValueError:
        return None
