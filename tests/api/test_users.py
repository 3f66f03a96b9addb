"""Users over HTTP."""

from __future__ import annotations

import pytest

from engine.errors import Unauthorized
from engine.intake.users import ROLES as DOCUMENTED
from engine.service.principals import ROLES

PASSWORD = "correct horse battery"


@pytest.fixture
def li(call):
    """An administrator."""
    assert call("admin").put("/v1/users/li", {"roles": ["admin"], "password": PASSWORD}).status_code == 201


def test_a_user_is_created_read_changed_and_deleted(li, call, house):
    admin, people = call("admin"), house.gatehouse.people
    created = admin.put("/v1/users/wang", {"roles": ["ops", "viewer"], "password": PASSWORD})
    assert (created.status_code, created.json["roles"]) == (201, ["ops", "viewer"])
    assert people.sign_in("wang", PASSWORD).roles == {"ops", "viewer"}
    assert admin.put("/v1/users/wang", {"roles": ["editor"]}).json["roles"] == ["editor"]
    assert people.sign_in("wang", PASSWORD).roles == {"editor"}, "the password stayed"
    admin.put("/v1/users/wang", {"password": "another password"})
    with pytest.raises(Unauthorized):
        people.sign_in("wang", PASSWORD)
    assert people.sign_in("wang", "another password").roles == {"editor"}
    found = admin.get("/v1/users").json["items"]
    assert admin.get("/v1/users/wang").json in found
    assert {each["username"] for each in found} == {"li", "wang"}
    assert "argon2" not in str(found)
    assert admin("DELETE", "/v1/users/wang").status_code == 204
    assert admin("DELETE", "/v1/users/wang").status_code == 404
    assert admin.get("/v1/users/wang").status_code == 404


def test_every_change_is_in_the_audit_log_without_passwords(li, call):
    call("admin").put("/v1/users/wang", {"roles": ["ops"], "password": PASSWORD})
    call("admin").put("/v1/users/wang", {"roles": ["ops"], "password": "another password"})
    call("admin")("DELETE", "/v1/users/wang")
    entries = call("ops").get("/v1/audit-log?kind=user&what=wang").json["items"]
    assert [each["action"] for each in entries] == ["user.delete", "user.put", "user.put"]
    assert entries[1]["after"] == {"roles": ["ops"], "password": "changed"}
    assert {each["by"] for each in entries} == {"admin-token"}


def test_the_last_administrator_stays_one(li, call):
    admin = call("admin")
    assert admin("DELETE", "/v1/users/li").status_code == 409
    assert admin.put("/v1/users/li", {"roles": ["ops"]}).status_code == 409
    admin.put("/v1/users/wang", {"roles": ["admin"], "password": PASSWORD})
    assert admin("DELETE", "/v1/users/li").status_code == 204
    assert admin("DELETE", "/v1/users/wang").status_code == 409


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"roles": ["ops"]}, "password"),
        ({"password": PASSWORD}, "roles"),
        ({"roles": ["boss"], "password": PASSWORD}, "roles.0"),
        ({"roles": [], "password": PASSWORD}, "roles"),
        ({"roles": ["ops"], "password": "short"}, "password"),
        ({"roles": ["ops"], "password": PASSWORD, "hash": "x"}, "hash"),
        ({"username": "other", "roles": ["ops"], "password": PASSWORD}, "username"),
        ([], ""),
    ],
)
def test_a_wrong_user_is_refused(shared, body, path):
    refused = shared.caller("admin").put("/v1/users/new", body)
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, path)
    assert shared.caller("admin").get("/v1/users/new").status_code == 404


def test_documented_roles_are_those_that_there_are():
    assert DOCUMENTED == ROLES
