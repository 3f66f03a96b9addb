"""How the console gets onto the application."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask_bootstrap import Bootstrap5
from flask_login import current_user

from admin import icons, labels, languages, protection, sessions, wiring
from admin.pages import (
    actions,
    audit,
    declared_facts,
    documents,
    draft_review,
    draft_steps,
    exceptions,
    failures,
    firings,
    lists,
    manual,
    merging,
    order,
    orders,
    rule_documents,
    rule_drafts,
    rule_history,
    rule_page,
    rule_previews,
    rule_reading,
    rule_strip,
    rule_tables,
    rules,
    sign_in,
    stock,
    tasks,
    users,
)
from admin.presenters import exceptions as exceptions_presenter
from admin.presenters import order_list
from admin.rule_links import rule_address
from admin.secret_key import secret_key
from engine.config import Settings
from engine.rates import Rates
from engine.service import Gatehouse
from engine.service.principals import ROLES

_A_DAY_S = 24 * 3600


def register(app: Flask, gatehouse: Gatehouse, settings: Settings) -> None:
    """Put the console under /console/, and send / there."""
    app.secret_key = secret_key(settings.home)
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.static_url_path = app.static_url_path or "/static"  # Bootstrap's files are served at /bootstrap + this
    app.extensions[wiring.EXTENSION] = wiring.Console(
        gatehouse, settings, Rates(settings.sign_ins_per_minute)
    )
    Bootstrap5(app)
    languages.install(app, settings.time_zone)
    sessions.install(app)
    blueprint = Blueprint(
        "console", __name__, url_prefix="/console", template_folder="templates", static_folder="static"
    )
    protection.install(app, blueprint)
    _add_pages(blueprint)
    app.register_blueprint(blueprint)
    app.add_url_rule("/", "to_console", view_func=lambda: redirect(url_for("console.orders")))


def _add_pages(blueprint: Blueprint) -> None:
    for pages in (
        sign_in, orders, order, actions, manual, merging, exceptions, tasks, documents, rules, draft_review,
        draft_steps, rule_history, rule_previews, rule_documents, declared_facts, rule_drafts, rule_reading,
        rule_tables, stock, lists, users, rule_strip, rule_page, firings, audit, failures,
    ):  # fmt: skip
        pages.add_to(blueprint)
    blueprint.add_url_rule("/icons.svg", "icons", view_func=_icons)
    blueprint.context_processor(_common)


def _icons() -> Response:
    response = Response(icons.sheet(), mimetype="image/svg+xml")
    response.cache_control.public = True
    response.cache_control.max_age = _A_DAY_S
    return response


def _common() -> dict[str, object]:
    """What every template may use."""
    return {
        "html_language": languages.html_language(),
        "languages": languages.LANGUAGES,
        "chosen_language": languages.chosen(),
        "person": current_user,
        "role": _role(),
        "counts": lambda: order_list.counts(wiring.gatehouse().orders.counts()),
        "pool_now": lambda: wiring.gatehouse().exceptions.waiting(),
        "desks": exceptions_presenter.desks,
        "open_tasks": lambda: sum(wiring.gatehouse().tasks.counts().values()),
        "here": _here,
        "rule_address": rule_address,
    }


def _role() -> str:
    """What the strongest role of the signed-in person is called."""
    return next((labels.word(labels.ROLES, role) for role in reversed(ROLES) if role in _roles()), "")


def _roles() -> frozenset[str]:
    principal = sessions.session_principal()
    return principal.roles if principal else frozenset()


def _here() -> str:
    """The address of this page, to come back to; of the sign-in page, where it leads."""
    return request.args.get("next", "") if request.endpoint == "console.sign_in" else request.full_path.rstrip("?")
