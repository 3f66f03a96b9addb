"""Who may do what, and what of other channels shows."""

from __future__ import annotations

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf

from api import create_app
from engine.service.principals import Principal
from tests.api.conftest import House, of_high_value, sample

# Method, path, and the least role; "channel": a channel's key too.
ROUTES = [
    ("GET", "/v1/orders", "viewer"),
    ("GET", "/v1/orders/taobao.1", "viewer"),
    ("POST", "/v1/orders?channel=taobao", "ops"),
    ("POST", "/v1/orders/batch?channel=taobao", "ops"),
    ("POST", "/v1/decide?channel=taobao", "ops"),
    ("POST", "/v1/orders/taobao.1/release", "ops"),
    ("GET", "/v1/decisions/00000000-0000-0000-0000-000000000000", "viewer"),
    ("GET", "/v1/decisions/00000000-0000-0000-0000-000000000000/explanation", "viewer"),
    ("POST", "/v1/decisions/00000000-0000-0000-0000-000000000000/replay", "viewer"),
    ("GET", "/v1/stock", "viewer"),
    ("GET", "/v1/stock/ledger", "viewer"),
    ("POST", "/v1/stock/adjustments", "ops"),
    ("GET", "/v1/catalogue", "viewer"),
    ("GET", "/v1/rulesets/fraud/versions", "viewer"),
    ("GET", "/v1/rulesets/fraud/versions/1", "viewer"),
    ("POST", "/v1/rulesets/fraud/versions/1/rollback", "editor"),
    ("GET", "/v1/audit-log", "ops"),
    ("GET", "/v1/users", "admin"),
    ("PUT", "/v1/users/x", "admin"),
    ("DELETE", "/v1/users/x", "admin"),
    ("GET", "/v1/skus", "viewer"),
    ("GET", "/v1/lists/surnames", "viewer"),
    ("PUT", "/v1/lists/surnames", "admin"),
    ("DELETE", "/v1/lists/surnames-too", "admin"),
]
ROLES = ("nobody", "viewer", "ops", "editor", "approver", "admin")


@pytest.mark.parametrize(("method", "path", "least"), ROUTES, ids=[f"{method} {path}" for method, path, _ in ROUTES])
def test_each_route_asks_for_its_role(shared, method, path, least):
    assert shared.caller(None)(method, path).status_code == 401
    for role in ROLES:
        allowed = ROLES.index(role) >= ROLES.index(least)
        status = shared.caller(role)(method, path).status_code
        assert (status != 403) == allowed, f"{role} got {status}"


def test_every_route_under_v1_is_in_that_list_or_asks_nonetheless(shared):
    for rule in shared.app.url_map.iter_rules():
        if rule.rule.startswith("/v1/"):
            path = rule.rule.replace("<decision_id>", "x").replace("<no>", "x").replace("<code>", "x")
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert shared.client.open(path, method=method).status_code == 401, f"{method} {path}"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "gh_x", "Bearer " + "x" * 5_000, "Bearer é"]
)
def test_a_key_that_is_none_is_refused(shared, header):
    response = shared.client.get("/v1/orders", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.json["code"] == "unauthorized"


@pytest.mark.parametrize("path", ["/v1/stock", "/v1/stock/ledger", "/v1/catalogue", "/v1/skus", "/v1/channels/taobao"])
def test_a_channel_sees_orders_and_nothing_else(shared, path):
    assert shared.caller("taobao").get(path).status_code == 403


def test_a_channel_writes_nothing_but_orders(shared):
    taobao = shared.caller("taobao")
    assert taobao.put("/v1/lists/mine", {"title": "x"}).status_code == 403
    assert taobao.post("/v1/stock/adjustments", {}).status_code == 403


def test_other_channels_orders_do_not_exist(shared):
    posted = shared.caller("taobao").post("/v1/orders", sample()).json
    number, decision = posted["order"]["channel_order_no"], posted["decision"]["id"]
    other = shared.caller("own-shop")
    for path in (
        f"/v1/orders/{number}",
        f"/v1/orders/taobao.{number}",
        f"/v1/decisions/{decision}",
        f"/v1/decisions/{decision}/explanation",
    ):
        refused, unknown = other.get(path), other.get(path.replace(number, "none").replace(decision, "0" * 36))
        assert (refused.status_code, refused.json["title"]) == (404, unknown.json["title"])
        assert unknown.status_code == 404
    assert other.get("/v1/orders").json["items"] == []
    assert other.get("/v1/orders?channel=taobao").json["items"] == []
    assert other.get(f"/v1/orders?q={number}").json["items"] == []
    assert other.post("/v1/orders?channel=taobao", sample()).status_code == 403
    assert other.post(f"/v1/decisions/{decision}/replay").status_code == 404
    assert shared.caller("taobao").post(f"/v1/decisions/{decision}/replay").json["identical"] is True


def test_two_channels_may_use_the_same_number(shared):
    document = sample()
    first = shared.caller("taobao").post("/v1/orders", document)
    second = shared.caller("own-shop").post("/v1/orders", document | {"remark": "谢谢"})
    assert (first.status_code, second.status_code) == (201, 201)
    path = f"/v1/orders/{document['channel_order_no']}"
    assert shared.caller("taobao").get(path).json["order"]["remark"] == ""
    assert shared.caller("own-shop").get(path).json["order"]["remark"] == "谢谢"


def test_a_channels_code_has_no_dot_so_that_order_numbers_are_nobody_elses(shared):
    document = shared.caller("admin").get("/v1/channels/taobao").json | {"code": "tao.bao"}
    response = shared.caller("admin").put("/v1/channels/tao.bao", document)
    assert (response.status_code, response.json["errors"][0]["path"]) == (422, "code")


def test_a_channel_reads_its_own_decisions(shared):
    posted = shared.caller("taobao").post("/v1/orders", sample()).json["decision"]
    assert shared.caller("taobao").get(f"/v1/decisions/{posted['id']}").json == posted
    assert shared.caller("taobao").get(f"/v1/decisions/{posted['id']}/explanation").status_code == 200


@pytest.fixture
def signed_in(gatehouse):
    """The application as a console that is signed in sets it up."""
    house = House(gatehouse)
    house.app = create_app(gatehouse, gatehouse.settings)
    house.client = house.app.test_client()
    house.app.secret_key = "a secret of the test"
    person = Principal("person", "wang", frozenset({"ops"}))
    house.app.extensions["gatehouse_session_principal"] = lambda: person if session.get("user") else None

    @house.app.get("/sign-in")
    def sign_in():
        session["user"] = "wang"
        return generate_csrf()

    return house


def test_a_session_reads_without_a_key(signed_in):
    assert signed_in.client.get("/v1/orders").status_code == 401
    signed_in.client.get("/sign-in")
    assert signed_in.client.get("/v1/orders").status_code == 200


def test_a_session_changes_something_only_with_its_csrf_token(signed_in):
    held = signed_in.caller("taobao").post("/v1/orders", of_high_value()).json["order"]["order_no"]
    token = signed_in.client.get("/sign-in").text
    path, body = f"/v1/orders/{held}/release", {"holds": ["HIGH_VALUE"], "reason": "电话确认"}
    for headers in ({}, {"X-CSRFToken": "wrong"}, {"X-CSRFToken": token + "x"}):
        response = signed_in.client.post(path, json=body, headers=headers)
        assert (response.status_code, response.json["code"]) == (403, "forbidden")
    released = signed_in.client.post(path, json=body, headers={"X-CSRFToken": token})
    assert released.status_code == 200
    assert released.json["decision"]["waivers"][0]["by"] == "wang"


def test_a_wrong_key_is_not_helped_by_a_session(signed_in):
    signed_in.client.get("/sign-in")
    assert signed_in.client.get("/v1/orders", headers={"Authorization": "Bearer wrong"}).status_code == 401
