"""People who sign in, for administrators: adding, roles, another password, removing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import dates, labels
from admin.problems import user_refused
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import GatehouseError, NotFound
from engine.intake.users import SHORTEST_PASSWORD, load_user
from engine.service.principals import ROLES


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/users", view_func=users)
    blueprint.add_url_rule("/users", endpoint="add_user", view_func=add, methods=["POST"])
    blueprint.add_url_rule("/users/<username>", endpoint="change_user", view_func=change, methods=["POST"])
    blueprint.add_url_rule("/users/<username>/remove", endpoint="remove_user", view_func=remove, methods=["POST"])


@login_required
def users() -> ResponseReturnValue:
    """Everybody, what they may do, and when they signed in last."""
    signed_in().require("admin")
    people = [
        {**each, "ago": dates.ago(each["signed_in_at"]), "exact": dates.exact(each["signed_in_at"])}
        if each["signed_in_at"]
        else {**each, "ago": "", "exact": ""}
        for each in gatehouse().people.users()
    ]
    return render_template(
        "console/users.html",
        people=people,
        roles=[(role, labels.word(labels.ROLES, role)) for role in ROLES],
        shortest=SHORTEST_PASSWORD,
        me=signed_in().name,
    )


@login_required
def add() -> ResponseReturnValue:
    """Somebody new."""
    signed_in().require("admin")
    username = request.form.get("username", "").strip()
    try:
        gatehouse().people.user(username.replace("\0", ""))
        flash(gettext("已经有用户 %(name)s。", name=username), "bad")
    except NotFound:
        _put(username, {"roles": request.form.getlist("roles"), "password": request.form.get("password", "")},
             gettext("已添加 %(name)s，现在就能登录。", name=username))  # fmt: skip
    return redirect(url_for("console.users"))


@login_required
def change(username: str) -> ResponseReturnValue:
    """Other roles, or another password."""
    signed_in().require("admin")
    gatehouse().people.user(username)
    said: dict[str, Any] = {}
    if request.form.get("what") == "password":
        said["password"] = request.form.get("password", "")
    else:
        said["roles"] = request.form.getlist("roles")
    _put(username, said, gettext("%(name)s 已修改，原来的登录已失效。", name=username))
    return redirect(url_for("console.users"))


@login_required
def remove(username: str) -> ResponseReturnValue:
    """Let somebody in no more."""
    signed_in().require("admin")
    try:
        gatehouse().people.delete_user(username, signed_in())
        flash(gettext("%(name)s 已移除，登录已失效。", name=username), "good")
    except GatehouseError as error:
        flash(user_refused(error), "bad")
    return redirect(url_for("console.users"))


def _put(username: str, document: dict[str, Any], done: str) -> None:
    try:
        said = load_user(username, document)
        gatehouse().people.put_user(username, said["roles"], said["password"], signed_in())
        flash(done, "good")
    except GatehouseError as error:
        flash(user_refused(error), "bad")
