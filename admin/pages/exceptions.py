"""The exception pool, and releasing several orders of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from admin.forms import MOST_REASON
from admin.names import names_of
from admin.presenters import exceptions as presenter
from admin.presenters.rule_texts import RuleTexts
from admin.sessions import signed_in
from admin.wiring import gatehouse
from engine.errors import OrderError
from engine.holds import FLAGS, HOLD_REASONS, QUEUES, SEVERITIES
from engine.service.masking import mask_about, mask_summary

_PAGE = 25
_CHOICES = {
    "queue": QUEUES, "reason": (*HOLD_REASONS, *FLAGS), "severity": SEVERITIES, "channel": None, "overdue": ("1",),
}  # fmt: skip


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/exceptions", view_func=exceptions)
    blueprint.add_url_rule("/exceptions/release", view_func=release_several, methods=["POST"])


@login_required
def exceptions() -> ResponseReturnValue:
    """Orders that wait for people: urgent first, then by when they must leave, then the oldest."""
    asked, by = _asked(request.args), signed_in()
    try:
        found = gatehouse().exceptions.page(asked, request.args.get("cursor"), _PAGE)
    except OrderError:  # a cursor that is none
        return redirect(url_for("console.exceptions", **_parts(asked)))
    gatehouse().reminders.pool_seen(by)
    names = names_of(gatehouse())
    texts = RuleTexts(gatehouse().rulebooks.live().rulebook)
    items = found["items"] if by.sees_people() else [_masked(each) for each in found["items"]]
    return render_template(
        "console/exceptions.html",
        rows=presenter.rows(items, texts, names, by, asked),
        tabs=presenter.tabs(found["counts"]),
        reasons=presenter.reasons(found["counts"], asked.get("reason", "")),
        channels=sorted(names.channels.items()),
        pool=found["counts"],
        asked=asked,
        next_cursor=found["next_cursor"],
        is_first=not request.args.get("cursor"),
        may_release=by.may("ops"),
        lifts=presenter.lifts(asked),
        silences=presenter.silences(gatehouse().silences.lately()),
    )


@login_required
def release_several() -> ResponseReturnValue:
    """Take off the chosen orders what was asked for and ops may lift, each decided again by itself."""
    asked = _asked(request.form)
    back = redirect(url_for("console.exceptions", **_parts(asked)))
    chosen, reason = request.form.getlist("orders")[:_PAGE], request.form.get("note", "").strip()[:MOST_REASON]
    if not chosen:
        flash(gettext("请先勾选订单"), "warn")
    elif not reason:
        flash(gettext("请写明放行的原因，它会与订单一起留存"), "bad")
    else:
        _tell(gatehouse().exceptions.release(chosen, reason, signed_in(), asked))
    return back


def _tell(results: Iterable[Mapping[str, Any]]) -> None:
    done = [each for each in results if each["released"]]
    through = [each for each in done if not each["left"]]
    still = len(done) - len(through)
    refused = [each for each in results if not each["released"]]
    if through:
        flash(ngettext("%(num)d 单已放行", "%(num)d 单已放行", len(through)), "good")
    if still:
        flash(ngettext("%(num)d 单放行后仍因其他原因挂起", "%(num)d 单放行后仍因其他原因挂起", still), "warn")
    if refused:
        numbers = ", ".join(each["order_no"] for each in refused)
        flash(gettext("未能放行（需审批人，或刚有变化）：%(numbers)s", numbers=numbers), "bad")


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """The filters that an address asks for; what is none is ignored."""
    wanted = {name: given.get(name, "").strip() for name in _CHOICES}
    return {name: value for name, value in wanted.items() if value and value in (_CHOICES[name] or (value,))}


def _parts(asked: Mapping[str, str]) -> dict[str, Any]:
    return dict(asked)


def _masked(item: Mapping[str, Any]) -> dict[str, Any]:
    return mask_about(gatehouse().orders.order(item["order_no"]), mask_summary(item))
