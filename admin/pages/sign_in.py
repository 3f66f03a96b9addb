"""Signing in and out, and choosing the language."""

from __future__ import annotations

import math
import time

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin import sessions
from admin.addresses import local
from admin.forms import SignInForm
from admin.languages import LANGUAGES, remember
from admin.wiring import console, gatehouse
from engine.errors import Unauthorized


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/sign-in", view_func=sign_in, methods=["GET", "POST"])
    blueprint.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    blueprint.add_url_rule("/language/<code>", view_func=language)


def sign_in() -> ResponseReturnValue:
    """The sign-in page; whoever is signed in already goes where they wanted to go."""
    target = local(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target)
    form, refused = SignInForm(), ""
    if form.is_submitted() and (wait_s := console().sign_ins.wait_s(request.remote_addr or "", time.monotonic())):
        said = gettext("这个地址登录得太频繁，请过一会儿再试。")
        page = render_template("console/sign_in.html", form=form, refused=said)
        return page, 429, {"Retry-After": str(max(1, math.ceil(wait_s)))}
    if form.validate_on_submit():
        try:
            name, password = form.username.data or "", form.password.data or ""
            sessions.begin(gatehouse().people.sign_in(name, password, request.remote_addr or ""))
            return redirect(target)
        except Unauthorized:
            refused = gettext("用户名或密码不正确。连续输错 5 次后，需要等 1 分钟再试。")
    late = "late" in request.args and not form.is_submitted()
    page = render_template("console/sign_in.html", form=form, refused=refused, late=late)
    return page, 401 if refused else 400 if form.is_submitted() else 200


def sign_out() -> ResponseReturnValue:
    """End the session."""
    sessions.end()
    return redirect(url_for("console.sign_in"))


def language(code: str) -> ResponseReturnValue:
    """Switch, and go back to where the reader was."""
    response = make_response(redirect(local(request.args.get("next"))))
    return remember(response, code) if code in LANGUAGES else response
