"""Lists that rules ask: finding, reading and changing them, with what a change would touch said before it is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin.presenters import lists as presenter
from admin.problems import list_refused, referred_to
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import GatehouseError
from engine.service.lists import items_in
from engine.service.masking import is_personal_list, reference_seen
from engine.service.referring import ReferredTo

_ALL = 1000  # lists on the overview
_PAGE = 200  # items on a page


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/lists", view_func=lists)
    blueprint.add_url_rule("/lists", endpoint="create_list", view_func=create, methods=["POST"])
    blueprint.add_url_rule("/lists/<code>", endpoint="list", view_func=one)
    blueprint.add_url_rule("/lists/<code>/review", endpoint="review_list", view_func=review, methods=["POST"])
    blueprint.add_url_rule("/lists/<code>/change", endpoint="change_list", view_func=change, methods=["POST"])
    blueprint.add_url_rule("/lists/<code>/delete", endpoint="delete_list", view_func=delete, methods=["POST"])


@login_required
def lists() -> ResponseReturnValue:
    """Every list: how long it is, which rules ask it, who changed it last."""
    signed_in().require("viewer")
    q = _plain(request.args.get("q", ""))[:100]
    found = gatehouse().reference.list("lists", limit=_ALL, q=q or None)["items"]
    newest = gatehouse().lists.last_changes(each["code"] for each in found)
    return render_template(
        "console/lists/lists.html",
        rows=presenter.rows(found, gatehouse().lists.used(), newest),
        q=q,
        may_edit=signed_in().may("admin"),
    )


@login_required
def one(code: str) -> ResponseReturnValue:
    """A list: its items, those of them that are searched for, the rules that ask it, and its last changes."""
    signed_in().require("viewer")
    document = gatehouse().reference.get("lists", _plain(code))
    seen = reference_seen("lists", document, signed_in())
    q = _plain(request.args.get("q", "")).strip()[:200]
    found = [each for each in seen["items"] if q.casefold() in each.casefold()]
    page = _page(len(found))
    sees_people = signed_in().sees_people() or not is_personal_list(document)
    return render_template(
        "console/lists/list.html",
        document=document,
        personal=is_personal_list(document),
        items=found[(page - 1) * _PAGE : page * _PAGE],
        found=len(found),
        total=len(document["items"]),
        page=page,
        pages=max(1, -(-len(found) // _PAGE)),
        q=q,
        users=presenter.users(gatehouse().lists.held_by(document["code"])),
        changes=presenter.history(gatehouse().lists.history(document["code"])) if sees_people else None,
        may_edit=signed_in().may("admin"),
    )


@login_required
def review(code: str) -> ResponseReturnValue:
    """What a change would come to, to be confirmed."""
    signed_in().require("admin")
    document = gatehouse().reference.get("lists", _plain(code))
    add, remove = _lines(request.form.get("add", "")), request.form.getlist("remove")
    try:
        if (file := request.files.get("file")) and file.filename:
            add += items_in(gatehouse().reference_files.read(file.read()), code)
    except GatehouseError as error:
        flash(list_refused(error), "bad")
        return redirect(url_for("console.list", code=code))
    if request.form.get("whole") == "1":
        remove += [each for each in document["items"] if each not in set(add)]
    change = gatehouse().lists.compare(code, add, remove)
    if change.is_empty:
        flash(gettext("名单没有变化：要加的都已在名单里，要移除的都不在。"), "warn")
        return redirect(url_for("console.list", code=code))
    users = presenter.users(gatehouse().lists.held_by(code))
    return render_template("console/lists/review.html", document=document, change=change, users=users)


@login_required
def change(code: str) -> ResponseReturnValue:
    """Make the change."""
    signed_in().require("admin")
    add, remove = _lines(request.form.get("add", "")), _lines(request.form.get("remove", ""))
    try:
        made = gatehouse().lists.change(_plain(code), add, remove, signed_in())
    except GatehouseError as error:
        flash(list_refused(error), "bad")
    else:
        said = gettext("已保存：增加 %(added)s 项，移除 %(removed)s 项。下一个订单就按新名单判断。",
                       added=len(made.added), removed=len(made.removed))  # fmt: skip
        flash(said, "good")
    return redirect(url_for("console.list", code=code))


@login_required
def create() -> ResponseReturnValue:
    """A new list, empty."""
    signed_in().require("admin")
    code = _plain(request.form.get("code", "")).strip()
    try:
        gatehouse().reference.get("lists", code)
        flash(gettext("已经有编码为 %(code)s 的名单。", code=code), "bad")
        return redirect(url_for("console.lists", q=code))
    except GatehouseError:
        pass
    try:
        gatehouse().reference.put("lists", code, _new(request.form), signed_in())
    except GatehouseError as error:
        flash(list_refused(error), "bad")
        return redirect(url_for("console.lists"))
    flash(gettext("名单已建好。现在加入第一批内容，再到规则里选用它。"), "good")
    return redirect(url_for("console.list", code=code))


@login_required
def delete(code: str) -> ResponseReturnValue:
    """Delete a list that nothing names."""
    signed_in().require("admin")
    try:
        gatehouse().reference.delete("lists", _plain(code), signed_in())
    except ReferredTo as error:
        flash(referred_to(error), "bad")
        return redirect(url_for("console.list", code=code))
    flash(gettext("名单 %(code)s 已删除。", code=code), "good")
    return redirect(url_for("console.lists"))


def _new(form: Mapping[str, str]) -> dict[str, Any]:
    titles = {language: _plain(form.get(f"title_{language}", "")).strip() for language in ("zh", "en")}
    title = {language: text for language, text in titles.items() if text}
    return {"title": title or "", "kind": "personal" if form.get("personal") == "1" else "text", "items": []}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]


def _plain(text: str) -> str:
    """What a database can be asked for."""
    return text.replace("\0", "")


def _page(found: int) -> int:
    asked = request.args.get("page", "1")
    last = max(1, -(-found // _PAGE))
    return min(last, int(asked)) if re.fullmatch(r"[1-9][0-9]{0,4}", asked) else 1
