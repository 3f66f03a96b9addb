"""The page of users."""

from __future__ import annotations

import re

import pytest

from tests.admin.conftest import PASSWORD


@pytest.fixture
def ada(gatehouse, visit):
    """An administrator."""
    gatehouse.people.create_user("ada", PASSWORD, frozenset({"admin"}))
    return visit("ada")


def test_everybody_is_there_with_their_roles(ada):
    page = ada.get("/console/users").text
    rows = re.findall(r'<b translate="no">(\w+)</b>', page.split('<ul class="people">')[1])
    assert rows == ["ada", "ann", "otto", "vera"]
    assert "argon2" not in page and 'href="/console/users"' in page


def test_a_user_is_added_changed_and_removed(ada, gatehouse, visit):
    said = {"username": "li", "password": PASSWORD, "roles": ["ops"]}
    assert "li，现在就能登录" in ada.post("/console/users", said, follow_redirects=True).text
    li = visit("li")
    assert "已经有用户 li" in ada.post("/console/users", said, follow_redirects=True).text
    ada.post("/console/users/li", {"what": "roles", "roles": ["viewer", "editor"]})
    assert gatehouse.people.person("li").roles == {"viewer", "editor"}
    assert li.get("/console/orders").status_code == 302, "their session has ended"
    ada.post("/console/users/li", {"what": "password", "password": "another password"})
    assert gatehouse.people.sign_in("li", "another password")
    assert "li 已移除" in ada.post("/console/users/li/remove", follow_redirects=True).text
    assert ada.post("/console/users/li", {"what": "roles", "roles": ["ops"]}).status_code == 404


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"username": "a b", "password": PASSWORD, "roles": ["ops"]}, "用户名只能用"),
        ({"username": "li", "password": "short", "roles": ["ops"]}, "密码至少 8 位"),
        ({"username": "li", "password": PASSWORD}, "至少选一个角色"),
    ],
)
def test_a_wrong_answer_is_said(ada, said, answer):
    assert answer in ada.post("/console/users", said, follow_redirects=True).text


def test_the_last_administrator_stays(ada):
    assert "最后一个管理员" in ada.post("/console/users/ada/remove", follow_redirects=True).text
    assert "最后一个管理员" in ada.post("/console/users/ada", {"roles": ["ops"]}, follow_redirects=True).text


def test_it_is_for_administrators(ann):
    assert 'href="/console/users"' not in ann.get("/console/orders").text
    assert ann.get("/console/users").status_code == 403
    for path in ("/console/users", "/console/users/otto", "/console/users/otto/remove"):
        assert ann.post(path, {"username": "x"}).status_code == 403


def test_it_speaks_english(ada):
    text = re.sub(r'<(\w+)[^>]*translate="no"[^>]*>.*?</\1>', "", ada.speak("en").get("/console/users").text)
    assert not re.findall(r">[^<]*[一-鿿][^<]*<", text.split("<main")[1])
