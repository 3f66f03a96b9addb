"""Every page of the console, by the application's own map of addresses: a fixture for whoever holds all to something.

A new page is there without being named here; one whose address has a part that `values` does not know fails until it is
given one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.admin.conftest import APPROVED, HELD, PASSWORD
from workers import jobs

ADA = "ada"  # an administrator
NOWHERE = "/console/nowhere"
STAGE, TABLE = "carrier", "carrier.choose-by-weight-and-sla"  # with rules, and the table
DOCUMENTS = ("pick", "wave", "delivery", "return", "invoice")
QUERIES = {
    "console.declare_fact": ["", "?name=order.attributes.gift_wrap"],
    "console.documents": [f"?kind={kind}&orders={APPROVED}" for kind in DOCUMENTS],
    "console.orders": ["", "?q=nothing"],
    "console.exceptions": ["", "?channel=store"],
    "console.rule_diff": ["?from=1&to=live"],
    "console.tasks": ["", "?status=done"],
}
HOLDS_ALL = {
    "id": "carrier.holds-all", "title": {"zh": "全部挂起", "en": "Hold everything"}, "about": "order", "priority": 10,
    "why": {"zh": "试一试", "en": "To see what comes of it"},
    "when": {"all": [{"fact": "order.payable_base_cents", "is": "gte", "value": 1}]},
    "then": [{"do": "hold", "reason": "HIGH_RISK_REGION", "queue": "risk"}],
}  # fmt: skip


@pytest.fixture
def every_page(app: Flask, gatehouse: Any, clock: Any, visit: Callable[[str], Any]) -> list[str]:
    """The addresses of all pages that ADA may see: of what a browser shows, and not of what leads elsewhere."""
    gatehouse.people.create_user(ADA, PASSWORD, frozenset({"admin"}))
    jobs.bind(gatehouse)
    jobs.carry_out(HELD)  # which opens a task
    clock.advance(minutes=1)
    values, visitor = _values(gatehouse), visit(ADA)
    return [address for address in _addresses(app, values) if _is_page(visitor.get(address))]


def _values(gatehouse: Any) -> dict[str, list[str]]:
    """What may stand for each variable part of an address; where one name means several things, by page."""
    draft, person = _draft(gatehouse), gatehouse.people.person(ADA)
    preview = gatehouse.previews.ask_of_draft(draft, person)["id"]
    while gatehouse.previews.go_on(preview):
        pass
    impact = gatehouse.previews.status(preview, person)["impact"]
    return {
        "console.language:code": ["en"],
        "console.previewed_order:order_no": [impact["top"][0]["order_no"]],
        "action_id": ["none"],
        "code": ["blacklist-phones"],
        "draft_id": [draft],
        "kind": ["cancel"],
        "order_no": [HELD, "taobao.TB-DEMO-0007"],
        "preview_id": [preview],
        "rest": [NOWHERE.rpartition("/")[2]],
        "rule_id": [f"{STAGE}.promise-missed", TABLE],
        "stage": [STAGE],
        "step": ["check"],
        "table_id": [TABLE],
        "username": ["vera"],
        "version": ["1"],
    }


def _draft(gatehouse: Any) -> str:
    """The id of a draft that changes what becomes of every order."""
    person = gatehouse.people.person(ADA)
    draft = gatehouse.drafts.create(STAGE, person)
    document = {name: draft[name] for name in ("stage", "note", "rules", "tables") if name in draft}
    document["rules"] = [HOLDS_ALL, *document["rules"]]
    return gatehouse.drafts.save(STAGE, draft["id"], document, draft["revision"], person)["id"]


def _addresses(app: Flask, values: dict[str, list[str]]) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    files = {"console.static", "console.icons", "console.sign_in"}  # who has signed in cannot see the last
    ours = [rule for rule in rules if rule.rule.startswith("/console/") and rule.endpoint not in files]
    return sorted({each for rule in ours for each in _addresses_of(rule, values)})


def _addresses_of(rule: Rule, values: dict[str, list[str]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    own = {name: f"{rule.endpoint}:{name}" for name in names}
    asked = [own[name] if own[name] in values else name for name in names]
    assert set(asked) <= set(values), f"{rule.rule}: what may stand for {set(asked) - set(values)}?"
    for chosen in product(*(values[name] for name in asked)):
        _, path = rule.build(dict(zip(names, chosen, strict=True))) or (None, None)
        assert path, rule.rule
        yield from (f"{path}{query}" for query in QUERIES.get(rule.endpoint, [""]))


def _is_page(answer: Any) -> bool:
    return answer.status_code != 302 and answer.mimetype == "text/html" and answer.text.lower().startswith("<!doctype")
