"""The next 72 hours of a draft, as a piece of a page that the editor asks for after each save."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from admin.pages.rule_reading import instant_of
from admin.pages.rules import known
from admin.presenters.strip import strip
from admin.sessions import signed_in
from admin.wiring import gatehouse


def add_to(blueprint: Blueprint) -> None:
    """Put it on the console."""
    blueprint.add_url_rule("/rules/<stage>/drafts/<draft_id>/strip", view_func=draft_strip)


@login_required
def draft_strip(stage: str, draft_id: str) -> ResponseReturnValue:
    """What the draft, as it was last saved, would switch on and off; from `?at=` on, else from now."""
    signed_in().require("editor")
    draft = gatehouse().drafts.get(known(stage), draft_id)
    at = instant_of(request.args.get("at"))
    return render_template("console/rules/strip.html", strip=strip(draft, (), at or gatehouse().clock()), since=at)
