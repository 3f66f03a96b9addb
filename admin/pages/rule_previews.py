"""Previews of drafts over past orders: the list, one while it is worked out and after, and one order of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin.names import names_of, sku_title
from admin.presenters import explanation, previews
from admin.presenters.rule_texts import RuleTexts
from admin.presenters.subjects import all_lines, line_titles
from admin.sessions import signed_in
from admin.values import Reader
from admin.wiring import gatehouse
from engine.errors import Conflict, NotFound
from engine.language.rules import Rulebook
from engine.preview import Side
from engine.service.masking import mask_about


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    one = "/rules/previews/<preview_id>"
    blueprint.add_url_rule("/rules/previews", view_func=rule_previews)
    blueprint.add_url_rule(one, view_func=rule_preview)
    blueprint.add_url_rule(f"{one}/cancel", view_func=cancel_preview, methods=["GET", "POST"])
    blueprint.add_url_rule(f"{one}/orders/<order_no>", view_func=previewed_order)


@login_required
def rule_previews() -> ResponseReturnValue:
    """What was tried out lately."""
    found = gatehouse().previews.latest(signed_in())
    return render_template("console/rules/previews.html", previews=[previews.brief(each) for each in found])


@login_required
def rule_preview(preview_id: str) -> ResponseReturnValue:
    """How far it is, and what came out so far."""
    by = signed_in()
    status, names = gatehouse().previews.status(preview_id, by), names_of(gatehouse())
    preview = previews.brief(status)
    return render_template(
        "console/rules/preview.html",
        preview=preview,
        impact=previews.impact(status, names),
        channel=names.channel(preview["channel"]) if preview["channel"] else "",
        channels=sorted(names.channels.items()),
        draft_open=_is_open(preview),
        may_edit=by.may("editor"),
        unseen=_unseen(status["asked"]) if _is_open(preview) else [],
    )


@login_required
def cancel_preview(preview_id: str) -> ResponseReturnValue:
    """Stop it where it is; what came out until then stays."""
    try:
        gatehouse().previews.cancel(preview_id, signed_in())
    except Conflict:  # it was over before
        flash(gettext("这次预览已经结束了"), "warn")
    return redirect(url_for("console.rule_preview", preview_id=preview_id))


@login_required
def previewed_order(preview_id: str, order_no: str) -> ResponseReturnValue:
    """One of the top changed orders: both sides, and why the draft's is so."""
    by = signed_in()
    seen = gatehouse().previews.order(preview_id, order_no, by)
    page, preview = gatehouse().orders.page(order_no), previews.brief(gatehouse().previews.status(preview_id, by))
    if not by.sees_people():
        seen = mask_about(page["order"], seen)
    draft, order = seen["draft"], page["order"]
    texts = RuleTexts(gatehouse().previews.rulebook(preview_id))
    reader = Reader(names_of(gatehouse()), order["currency"], texts.catalogue)
    titles = line_titles(all_lines(order, draft), partial(sku_title, gatehouse()))
    return render_template(
        "console/rules/previewed_order.html",
        preview=preview,
        order_no=order_no,
        number=order["channel_order_no"],
        live=previews.side(seen["live"], reader.names, order["currency"]),
        draft=previews.side(_side(draft), reader.names, order["currency"]),
        **_why(seen, texts),
        only_in_draft=_only_in_draft(gatehouse().previews.rulebook(preview_id)),
        stages=explanation.stages(seen["explanation"], draft["firings"], texts, titles, reader),
    )


def _is_open(preview: Mapping[str, Any]) -> bool:
    """Whether the draft is there still, to go back to."""
    if not preview["draft"]:
        return False
    try:
        gatehouse().drafts.get(preview["stage"], preview["draft"])
    except NotFound:
        return False
    return True


def _unseen(asked: Mapping[str, Any]) -> list[str]:
    """Rules of the draft that were not in force when these orders came, such as those of a promotion to come."""
    (stage, *_) = asked["stages"]
    live = gatehouse().rulebooks.live_documents()[0].get(stage, {})
    return previews.unseen(gatehouse().drafts.get(stage, asked["draft"]), live, asked["from"], asked["until"])


def _only_in_draft(rulebook: Rulebook) -> set[str]:
    """Rules that have no page yet, for they are not live."""
    live = gatehouse().rulebooks.live().rulebook
    ids = [{rule.id for each in book.rulesets.values() for rule in each.all_rules} for book in (rulebook, live)]
    return ids[0] - ids[1]


def _side(decision: Mapping[str, Any]) -> dict[str, Any]:
    """A decision document as the sums of a preview keep it."""
    shipments = decision["shipments"]
    made = {
        "verdict": decision["verdict"],
        "holds": sorted({each["reason"] for each in decision["holds"]}),
        "warehouses": [each["warehouse"] for each in shipments],
        "services": [each["service"] or "" for each in shipments],
        "freight_cents": sum(each["freight_cents"] for each in shipments),
        "backordered": sum(each["quantity"] for each in decision["backorders"]),
    }
    assert set(made) == set(Side.__slots__)
    return made


def _why(seen: Mapping[str, Any], texts: RuleTexts) -> dict[str, Any]:
    """Rules that fired on one side only, in the order in which they went."""
    recorded = gatehouse().decisions.document(seen["live"]["decision_id"])
    was, is_ = ([each["rule"] for each in decision["firings"]] for decision in (recorded, seen["draft"]))
    former = RuleTexts(gatehouse().rulebooks.live().rulebook)
    return {
        "only_live": [former.of(each) for each in dict.fromkeys(was) if each not in is_],
        "only_draft": [texts.of(each) for each in dict.fromkeys(is_) if each not in was],
    }
