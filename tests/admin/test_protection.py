from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.admin.conftest import APPROVED, BLACKLISTED, HELD, PASSWORD

PAGES = [
    "/console/orders",
    f"/console/orders/{HELD}",
    f"/console/orders/{APPROVED}",
    "/console/nothing",
    "/console/orders/x",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_strict_policy(ann, path):
    response = ann.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';") and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*PAGES, "/console/sign-in"])
def test_no_page_needs_what_the_policy_forbids(ann, stranger, path):
    html = (stranger if path.endswith("sign-in") else ann).get(path).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html), "a page asks another host"


@pytest.mark.parametrize("path", ["/console/sign-in", "/console/sign-out", f"/console/orders/{HELD}/release"])
def test_a_form_without_a_token_is_refused(ann, path):
    response = ann.client.post(
        path, data={"username": "ann", "password": PASSWORD, "holds": "HIGH_VALUE", "reason": "x"}
    )
    assert response.status_code == 400
    assert "页面已过期" in response.text


def test_a_refused_form_did_nothing(ann, gatehouse):
    ann.client.post(f"/console/orders/{HELD}/release", data={"holds": "HIGH_VALUE", "reason": "x"})
    assert gatehouse.orders.order(HELD)["status"] == "held"


def test_the_api_takes_the_session_only_with_the_token(ann, gatehouse):
    decision = gatehouse.orders.order(HELD)["decision_id"]
    path = f"/v1/decisions/{decision}/replay"
    assert ann.client.post(path).status_code == 403
    answer = ann.client.post(path, headers={"X-CSRFToken": ann.token("/console/orders")})
    assert answer.json["identical"] is True


def test_the_api_takes_tokens_without_csrf(stranger, gatehouse):
    key = gatehouse.people.create_key("robot", "token", frozenset({"approver"}))
    path = f"/v1/orders/{BLACKLISTED}/release?dry_run=1"
    body = {"holds": ["BLACKLISTED"], "reason": "checked"}
    answer = stranger.client.post(path, json=body, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200


def test_the_api_does_not_know_strangers(stranger):
    assert stranger.get(f"/v1/orders/{HELD}").status_code == 401


def test_unknown_addresses_outside_the_console_stay_the_apis(stranger):
    assert stranger.get("/v1/nothing").mimetype == "application/problem+json"


def test_an_unknown_order_is_said_to_be_missing(ann):
    response = ann.get("/console/orders/jd.NOPE")
    assert response.status_code == 404
    assert "没有找到" in response.text


def test_a_broken_page_says_nothing_of_its_insides(ann, app, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("admin.pages.orders._find", lambda *_: 1 / 0)
    response = ann.get("/console/orders")
    assert response.status_code == 500
    assert "出错了" in response.text and "ZeroDivision" not in response.text
    assert "Content-Security-Policy" in response.headers


OPEN = {"console.sign_in", "console.language", "console.icons", "console.static"}  # to whoever comes


def addresses(app: Flask, method: str) -> list[tuple[str, str]]:
    """(endpoint, an address) of every page or form of the console; what varies in it need not exist."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")]
    return [
        (rule.endpoint, re.sub(r"<(any\((\w+)[^>]*|int:\w+|[^>]+)>", lambda part: part[2] or "1", rule.rule))
        for rule in found
        if method in (rule.methods or ())
    ]


def test_strangers_are_led_to_the_sign_in_page_from_everywhere(app, stranger):
    pages = addresses(app, "GET")
    assert len(pages) > 30
    for endpoint, address in pages:
        if endpoint not in OPEN:
            answer = stranger.get(address, follow_redirects=True)
            assert answer.request.path == "/console/sign-in" or answer.status_code == 404, endpoint


def test_nothing_is_taken_from_strangers_nor_without_a_token(app, stranger, ann):
    forms = addresses(app, "POST")
    assert len(forms) > 20
    for endpoint, address in forms:
        assert ann.client.post(address, data={"reason": "x"}).status_code == 400, f"{endpoint} needs no token"
        answer = stranger.post(address, {"reason": "x"})
        if endpoint != "console.sign_in":
            assert answer.status_code == 302 and "/sign-in" in answer.location, f"{endpoint}: {answer.status_code}"
