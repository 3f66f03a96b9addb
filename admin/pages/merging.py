"""Sending several orders in one parcel from the page of one of them, and taking them apart again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import amounts, problems
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import GatehouseError, NotFound


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/orders/<order_no>/merge", view_func=merge, methods=["GET", "POST"])
    blueprint.add_url_rule("/orders/<order_no>/unmerge", view_func=unmerge, methods=["GET", "POST"])


@login_required
def merge(order_no: str) -> ResponseReturnValue:
    """Send the orders that were shown in its parcel. Whoever comes here after signing in again is shown the order."""
    return _done(order_no, lambda: _merge(order_no, request.form.getlist("with")))


@login_required
def unmerge(order_no: str) -> ResponseReturnValue:
    """Let each order in its parcel go alone again."""
    return _done(order_no, lambda: _unmerge(order_no))


def _done(order_no: str, act: Callable[[], str]) -> ResponseReturnValue:
    here = redirect(url_for("console.order", order_no=order_no))
    if request.method == "GET":
        return here
    try:
        flash(act(), "good")
    except NotFound:
        raise
    except GatehouseError as error:
        flash(problems.merging_refused(error), "bad")
    return here


def _merge(order_no: str, others: list[str]) -> str:
    merged = gatehouse().merging.merge(order_no, others, "", signed_in())["merge"]
    saves = amounts.money(merged["saves_cents"], "CNY")
    return gettext("已合单：%(number)d 单一个包裹，省 %(saves)s。", number=len(merged["order_nos"]), saves=saves)


def _unmerge(order_no: str) -> str:
    gatehouse().merging.unmerge(order_no, "", signed_in())
    return gettext("已取消合单，各单各自发货。")
