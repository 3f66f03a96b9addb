"""The page of one order, and releasing its holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from admin import labels, problems
from admin.forms import ReleaseForm
from admin.languages import either, said
from admin.names import names_of, sku_title
from admin.presenters import (
    candidates,
    documents,
    explanation,
    fulfilment,
    handover,
    history,
    manual,
    merging,
    nearest,
    order_page,
    readings,
    tasks,
)
from admin.presenters.rule_texts import RuleTexts
from admin.presenters.subjects import all_lines, line_titles
from admin.sessions import signed_in
from admin.values import Reader
from admin.wiring import gatehouse
from engine.errors import GatehouseError, NotFound
from engine.service.masking import mask_about, mask_order
from engine.service.principals import Principal


def add_to(blueprint: Blueprint) -> None:
    """Put these pages on the console."""
    blueprint.add_url_rule("/orders/<order_no>", view_func=order)
    blueprint.add_url_rule("/orders/<order_no>/release", view_func=release, methods=["GET", "POST"])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What this reader gets to see of an order."""

    page: dict[str, Any]
    decision: dict[str, Any] | None  # the one shown: the latest, or an earlier one that was asked for
    explanation: dict[str, Any] | None
    texts: RuleTexts


@login_required
def order(order_no: str) -> ResponseReturnValue:
    """All there is to know about an order; `?decision=<id>` shows an earlier decision about it."""
    seen = _seen(order_no, request.args.get("decision"))
    return render_template("console/order.html", form=ReleaseForm(), **_views(seen))


@login_required
def release(order_no: str) -> ResponseReturnValue:
    """Take holds off and decide again. Whoever comes here after signing in again is shown the order."""
    by, form = signed_in(), ReleaseForm()
    here = redirect(url_for("console.order", order_no=order_no))
    if not form.validate_on_submit():
        for errors in form.errors.values():
            flash(str(errors[0]), "bad")
        return here
    holds = list(form.holds.data or [])
    try:
        decision = gatehouse().manual.release(order_no, holds, form.reason.data or "", by)["decision"]
    except NotFound:
        raise
    except GatehouseError as error:
        flash(problems.release_refused(error, holds, by), "bad")
        return here
    flash(*_outcome(holds, decision))
    return here


def _outcome(released: list[str], decision: Mapping[str, Any]) -> tuple[str, str]:
    """What to say after a release, and in which tone."""
    comma = either(("、", ", "))
    done = comma.join(labels.hold(reason).text for reason in released)
    if decision["verdict"] != "hold":
        verdict = labels.look(labels.VERDICTS, decision["verdict"]).text
        tone = "good" if decision["verdict"] == "approve" else "bad"
        return gettext("已放行 %(holds)s。重新审单的结论：%(verdict)s", holds=done, verdict=verdict), tone
    left = comma.join(dict.fromkeys(labels.hold(hold["reason"]).text for hold in decision["holds"]))
    return gettext("已放行 %(holds)s。订单仍因 %(left)s 挂起", holds=done, left=left), "warn"


def _seen(order_no: str, decision_id: str | None) -> _Seen:
    page = gatehouse().orders.page(order_no)
    decision = page["decision"]
    if decision_id and any(each["id"] == decision_id for each in page["history"]):
        decision = gatehouse().decisions.document(decision_id)
    why, texts = _explained(decision)
    if not signed_in().sees_people():
        plain = page["order"]
        names = ("manual", "changes", "tasks", "events", "vendors", "actions")
        shown = {name: mask_about(plain, page[name]) for name in names}
        page = {**page, **shown, "order": mask_order(plain)}
        decision, why = mask_about(plain, decision), mask_about(plain, why)
    return _Seen(page, decision, why, texts)


def _explained(decision: Mapping[str, Any] | None) -> tuple[dict[str, Any] | None, RuleTexts]:
    """Why, and the texts of the rules; without them where the rulebook of then can no longer be read."""
    if decision is None:
        return None, RuleTexts(None)
    try:
        rulebook = gatehouse().rulebooks.at(decision["rulebook"]).rulebook
        return gatehouse().decisions.explanation(decision["id"]), RuleTexts(rulebook)
    except GatehouseError:
        return None, RuleTexts(None)


def _views(seen: _Seen) -> dict[str, Any]:
    page, decision, why, texts = seen.page, seen.decision, seen.explanation, seen.texts
    stored, by = page["order"], signed_in()
    reader = Reader(names_of(gatehouse()), stored["currency"], texts.catalogue)
    titles = line_titles(all_lines(stored, decision), partial(sku_title, gatehouse()))
    head = order_page.header(stored, decision, reader)
    is_latest = decision is None or decision["id"] == stored["decision_id"]
    return {
        "order": head,
        "decision": decision,
        "latest_decision": stored["decision_id"] or "",
        "is_latest": is_latest,
        "holds": order_page.holds(decision, texts, by),
        "may_release": by.may("ops") and stored["status"] in ("held", "awaiting_payment"),
        "offers": manual.offers(stored["status"], by, bool(page["changes"]["assignments"])),
        "choices": manual.choices(stored, decision, titles, reader.names),
        "still_counts": manual.still_counts(page["changes"], titles, reader.names),
        "recalls": manual.recalls(page["actions"]),
        "status_words": {code: str(text) for code, (text, _) in labels.ORDER_STATUSES.items()},
        "flags": order_page.flags(decision, page["flags"] if is_latest else (), texts),
        "waivers": order_page.waivers(decision),
        "rejections": order_page.rejections(decision, texts),
        "lines": order_page.lines(stored, decision, titles, reader),
        "sums": order_page.sums(stored, head, reader),
        "coupons": order_page.coupons(stored, decision, texts, reader),
        "receiver": order_page.receiver(stored, reader),
        "receiver_masked": bool(stored["receiver"] and stored["receiver"]["masked"]),
        "sees_people": by.sees_people(),
        "buyer": order_page.buyer(stored),
        "payment": order_page.payment(stored, reader),
        "delivery": order_page.delivery(stored, reader),
        "merging": merging.merging(stored, decision, gatehouse(), by),
        "instructions": order_page.instructions(decision, titles),
        "package_labels": order_page.package_labels(decision),
        "picking": order_page.picking(decision, reader),
        "shipments": fulfilment.shipments(decision, titles, reader),
        "backorders": fulfilment.backorders(decision, titles),
        "reservations": fulfilment.reservations(page["reservations"], reader),
        "actions": fulfilment.actions(page["actions"], reader),
        "may_act": by.may("ops"),
        "tasks": tasks.views(page["tasks"], {stored["order_no"]: stored}, reader.names),
        "may_answer": by.may("ops"),
        "may_print": by.may("ops") and documents.prints(stored["status"]),
        "readings": _readings(stored, decision, by),
        "handover": handover.of_order(stored, decision, reader.names),
        "history": history.entries(page["history"], page["manual"], page["events"]),
        **_why_views(why, decision, texts, titles, reader),
    }


def _readings(
    stored: Mapping[str, Any], decision: Mapping[str, Any] | None, by: Principal
) -> list[readings.ReadingView]:
    """What the order may mean where it is held for saying two things; for those who may say which."""
    held = {hold["reason"] for hold in (decision or {}).get("holds", ())}
    if not held & readings.REASONS or not by.may("ops") or stored["status"] not in ("held", "awaiting_payment"):
        return []
    return readings.views(gatehouse().manual.readings(stored["order_no"]))


def _why_views(
    why: Mapping[str, Any] | None,
    decision: Mapping[str, Any] | None,
    texts: RuleTexts,
    titles: Mapping[str, str],
    reader: Reader,
) -> dict[str, Any]:
    if why is None or decision is None:
        return {"explained": False}
    rows = why["candidates"]
    return {
        "explained": True,
        "rule_error": said(why["error"]),
        "stages": explanation.stages(why, decision["firings"], texts, titles, reader),
        "warehouses": candidates.candidates(rows, "warehouse", reader.names, texts, reader.currency),
        "services": candidates.candidates(rows, "service", reader.names, texts, reader.currency),
        "routing": candidates.routing(why),
        "nearest": nearest.changes(why["nearest"]),
    }
