"""The pipeline, which is published beside the rules of stages and whose order of preference can be changed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required

from admin import labels, rebasing
from admin.presenters import versions
from admin.presenters.drafts import can_be_changed, shown
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.language.documents import PREFERENCES

PREFERENCE_WORDS: Mapping[str, tuple[Any, Any]] = {
    "rules": (lazy_gettext("规则的偏好"), lazy_gettext("规则写明优先的排前面")),
    "fewest_shipments": (lazy_gettext("包裹最少"), lazy_gettext("能一个包裹发完就不拆")),
    "cost": (lazy_gettext("费用最低"), lazy_gettext("运费加仓库操作费")),
    "distance": (lazy_gettext("距离最近"), lazy_gettext("仓库到收货地的公里数")),
    "priority": (lazy_gettext("仓库优先级"), lazy_gettext("仓库资料里的优先级，小的先")),
    "most_stock": (lazy_gettext("库存最多"), lazy_gettext("余量多的仓先发")),
    "code": (lazy_gettext("仓库编码"), lazy_gettext("最后按编码，保证每次结果相同")),
}


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/rules/pipeline", view_func=pipeline)
    blueprint.add_url_rule("/rules/pipeline/preference", view_func=order_preference, methods=["GET", "POST"])


@login_required
def pipeline() -> ResponseReturnValue:
    """In which order stages run, what sets them off, and which difference between warehouses decides first."""
    document = _live("pipeline")
    preference = list(document.get("preference") or PREFERENCES)
    stages = list(document.get("stages") or ())
    return render_template(
        "console/rules/pipeline_document.html",
        note=document.get("note") or "",
        stages=[(each, labels.word(labels.STAGES, each)) for each in stages],
        triggers=[_trigger(name, ran, stages) for name, ran in (document.get("triggers") or {}).items()],
        preference=[_preference(each) for each in preference],
        unused=[_preference(each) for each in PREFERENCES if each not in preference],
        **_about("pipeline"),
    )


@login_required
def order_preference() -> ResponseReturnValue:
    """Put another order of preference into one's own draft of the pipeline, and show what that changes."""
    here, by = redirect(url_for("console.pipeline")), signed_in()
    if request.method == "GET":
        return here
    by.require("editor")
    wanted = [each for each in dict.fromkeys(request.form.getlist("preference")) if each in PREFERENCES]
    if wanted == list(_live("pipeline").get("preference") or PREFERENCES):
        flash(gettext("顺序没有变"), "warn")
        return here
    own = [each for each in gatehouse().drafts.of("pipeline") if each["author"] == by.name and can_be_changed(each)]
    draft = gatehouse().drafts.get("pipeline", own[0]["id"]) if own else gatehouse().drafts.create("pipeline", by)
    document = {**rebasing.own(draft), "preference": wanted}
    gatehouse().drafts.save("pipeline", draft["id"], document, draft["revision"], by)
    return redirect(url_for("console.review_draft", stage="pipeline", draft_id=draft["id"]))


def _live(name: str) -> Mapping[str, Any]:
    return gatehouse().rulebooks.live_documents()[0].get(name, {})


def _about(name: str) -> dict[str, Any]:
    may_edit = signed_in().may("editor")
    return {
        "stage": name, "title": versions.ruleset_title(name), "latest": versions.latest(gatehouse(), name),
        "drafts": [shown(each) for each in gatehouse().drafts.of(name)] if may_edit else [], "may_edit": may_edit,
    }  # fmt: skip


def _preference(code: str) -> dict[str, str]:
    title, why = PREFERENCE_WORDS[code]
    return {"code": code, "title": str(title), "why": str(why)}


def _trigger(name: str, ran: Any, stages: list[str]) -> dict[str, Any]:
    left = [each for each in stages if each not in ran]
    words = [labels.word(labels.STAGES, each) for each in ran]
    return {"title": labels.word(labels.TRIGGERS, name), "all": not left, "ran": words}
