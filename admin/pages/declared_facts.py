"""Facts that the shop declares: which there are, and a form to add one, change one or take one away.

What is changed goes into the reader's own draft of `facts`, and is published like rules are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import problems, rebasing
from admin.languages import either
from admin.presenters import declared_facts as presenter
from admin.presenters import versions
from admin.presenters.drafts import can_be_changed, shown
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import GatehouseError
from engine.language.declared import FACTS
from engine.language.facts import ATTRIBUTES

_FIELDS = ("key", "type", "zh", "en", "unit", "choices", "help_zh", "help_en", "sample")
_LONGEST = 20_000  # of a field, in characters


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/rules/facts", view_func=declared_facts)
    blueprint.add_url_rule("/rules/facts/form", view_func=declare_fact, methods=["GET", "POST"])
    blueprint.add_url_rule("/rules/facts/remove", view_func=remove_fact, methods=["POST"])
    blueprint.add_url_rule("/rules/facts/restore", view_func=restore_fact, methods=["POST"])


@login_required
def declared_facts() -> ResponseReturnValue:
    """Facts that rules may ask for beside the built-in ones, with what the reader's draft does to them."""
    may_edit = signed_in().may("editor")
    drafts = [shown(each) for each in gatehouse().drafts.of(FACTS)] if may_edit else []
    own = _own_draft()
    document = rebasing.own(own) if own else _live()
    return render_template(
        "console/rules/facts_document.html",
        stage=FACTS,
        title=versions.ruleset_title(FACTS),
        latest=versions.latest(gatehouse(), FACTS),
        facts=presenter.rows(document, _live(), gatehouse().rulebooks.live().rulebook),
        own=own,
        drafts=[each for each in drafts if not own or each["id"] != own["id"]],
        may_edit=may_edit,
    )


@login_required
def declare_fact() -> ResponseReturnValue:
    """The form of a fact: a new one, or the one called `?name=`."""
    signed_in().require("editor")
    own = _own_draft()
    document = rebasing.own(own) if own else _live()
    name = request.values.get("name", "")
    known = presenter.by_name(document)
    if name and name not in known:
        abort(404)
    if request.method == "GET":
        return _form(name, presenter.filled(known.get(name, {"type": "text"})), {})
    given = {each: request.form.get(each, "").replace("\0", "")[:_LONGEST] for each in _FIELDS}
    if name in presenter.by_name(_live()):
        given["key"] = name.removeprefix(ATTRIBUTES)  # rules know it by that
    fact = presenter.written(given)
    if found := presenter.wrong(fact, [each for key, each in known.items() if key != name]):
        return _form(name, given, found)
    return _keep(own, _with(document, name, fact), gettext("已存进草稿；检查并发布后，规则就能用。"))


@login_required
def remove_fact() -> ResponseReturnValue:
    """Take a fact away that no live rule asks for."""
    signed_in().require("editor")
    name = request.form.get("name", "")
    if users := presenter.users(name, gatehouse().rulebooks.live().rulebook):
        named = either(("、", ", ")).join(each["title"] for each in users[:5])
        flash(gettext("不能删除，还有规则在用：%(named)s", named=named), "bad")
        return redirect(url_for("console.declared_facts"))
    own = _own_draft()
    document = rebasing.own(own) if own else _live()
    left = [each for each in document.get("facts") or () if each.get("name") != name]
    return _keep(own, {**document, "facts": left}, gettext("已在草稿里删除；发布后生效。"))


@login_required
def restore_fact() -> ResponseReturnValue:
    """Put a fact back into the draft as it is live."""
    signed_in().require("editor")
    own, name = _own_draft(), request.form.get("name", "")
    fact = presenter.by_name(_live()).get(name)
    if own is None or fact is None:
        return redirect(url_for("console.declared_facts"))
    document = rebasing.own(own)
    there = name if name in presenter.by_name(document) else ""
    return _keep(own, _with(document, there, fact), gettext("已恢复成线上的样子。"))


def _form(name: str, given: Mapping[str, str], wrong: Mapping[str, str]) -> ResponseReturnValue:
    page = render_template(
        "console/rules/fact_form.html",
        stage=FACTS,
        name=name,
        given=given,
        wrong=wrong,
        types=presenter.TYPES,
        prefix=ATTRIBUTES,
        is_live=name in presenter.by_name(_live()),
        users=presenter.users(name, gatehouse().rulebooks.live().rulebook) if name else [],
    )
    return page, 422 if wrong else 200


def _keep(own: Mapping[str, Any] | None, document: Mapping[str, Any], said: str) -> ResponseReturnValue:
    """Put what is to be declared into the reader's draft; one that says nothing new any more is given up."""
    by, here = signed_in(), redirect(url_for("console.declared_facts"))
    live = {**_live(), "facts": list(_live().get("facts") or ())}
    same = {**document, "stage": FACTS} == {**live, "stage": FACTS}
    try:
        if same and own:
            gatehouse().drafts.discard(FACTS, own["id"], by)
            said = gettext("和线上一样了，草稿已收起。")
        elif same:
            said = gettext("没有改动。")
        elif own:
            gatehouse().drafts.save(FACTS, own["id"], document, own["revision"], by)
        else:
            gatehouse().drafts.create(FACTS, by, document)
    except GatehouseError as error:
        flash(problems.draft_refused(error), "bad")
        return here
    flash(said, "warn" if same else "good")
    return here


def _with(document: Mapping[str, Any], name: str, fact: Mapping[str, Any]) -> dict[str, Any]:
    """The document with a fact in the place of the one of that name, or as the last."""
    facts = list(document.get("facts") or ())
    if name:
        facts = [fact if each.get("name") == name else each for each in facts]
    else:
        facts.append(fact)
    return {**document, "facts": facts}


def _own_draft() -> dict[str, Any] | None:
    """The reader's draft that is still written on."""
    by = signed_in()
    if not by.may("editor"):
        return None
    own = [each for each in gatehouse().drafts.of(FACTS) if each["author"] == by.name and can_be_changed(each)]
    return gatehouse().drafts.get(FACTS, own[0]["id"]) if own else None


def _live() -> Mapping[str, Any]:
    return gatehouse().rulebooks.live_documents()[0].get(FACTS, {})
