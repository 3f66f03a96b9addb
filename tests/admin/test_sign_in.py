from __future__ import annotations

import time

import pytest

from admin.addresses import local
from admin.wiring import EXTENSION
from engine.errors import Unauthorized
from tests.admin.conftest import HELD, PASSWORD


@pytest.mark.parametrize("path", ["/console/", "/console/orders", f"/console/orders/{HELD}", "/console/orders?q=x"])
def test_pages_ask_for_signing_in(stranger, path):
    response = stranger.get(path, follow_redirects=True)
    assert response.request.path == "/console/sign-in"
    assert "6,999" not in response.text


def test_the_root_leads_to_the_console(stranger):
    assert stranger.get("/").location == "/console/orders"


def test_whoever_signs_in_gets_where_they_wanted(stranger):
    wanted = stranger.get(f"/console/orders/{HELD}?x=1")
    response = stranger.sign_in("ann", query=wanted.location.removeprefix("/console/sign-in"))
    assert response.location == f"/console/orders/{HELD}?x=1"


def test_a_wrong_password_is_refused_in_words(stranger):
    response = stranger.sign_in("ann", "wrong")
    assert response.status_code == 401
    assert "用户名或密码不正确" in response.text
    assert stranger.get("/console/orders").status_code == 302


def test_an_unknown_name_gets_the_same_answer(stranger):
    assert stranger.sign_in("nobody", "wrong").text.count("用户名或密码不正确") == 1


def test_an_empty_form_says_what_is_missing(stranger):
    response = stranger.sign_in("", "")
    assert response.status_code == 400
    assert "请输入用户名" in response.text and "请输入密码" in response.text


def test_after_five_wrong_tries_the_right_password_waits_a_minute(stranger, clock):
    for _ in range(5):
        stranger.sign_in("ann", "wrong")
    assert stranger.sign_in("ann").status_code == 401
    clock.advance(seconds=61)
    assert stranger.sign_in("ann").status_code == 302


def test_signing_out_ends_the_session(ann):
    assert ann.get("/console/orders").status_code == 200
    assert ann.post("/console/sign-out").location == "/console/sign-in"
    assert ann.get("/console/orders").status_code == 302


def test_a_link_cannot_sign_anybody_out(ann):
    ann.get("/console/sign-out")
    assert ann.get("/console/orders").status_code == 200


def test_a_session_ends_after_twelve_hours(ann, clock):
    clock.advance(hours=11, minutes=59)
    assert ann.get("/console/orders").status_code == 200
    clock.advance(minutes=2)
    assert ann.get("/console/orders").status_code == 302


def test_a_session_does_not_outlive_its_person(ann, gatehouse):
    import sqlalchemy as sa

    with gatehouse.database.write() as uow:
        uow._connection.execute(sa.text("DELETE FROM users WHERE username = 'ann'"))
        uow.commit()
    assert ann.get("/console/orders").status_code == 302


def test_a_session_does_not_outlive_its_password(ann, gatehouse):
    gatehouse.people.set_password("ann", "another password")
    assert ann.get("/console/orders").status_code == 302
    assert ann.get("/v1/orders").status_code == 401
    ann.sign_in("ann", "another password")
    assert ann.get("/console/orders").status_code == 200


def test_signing_in_starts_a_new_session(stranger):
    before = stranger.token()
    stranger.sign_in("ann")
    response = stranger.client.post("/console/sign-out", data={"csrf_token": before})
    assert response.status_code == 400


def _session_cookie(response):
    return next(each for each in response.headers.getlist("Set-Cookie") if each.startswith("session="))


def test_the_cookie_is_closed_to_scripts_and_other_sites(stranger):
    cookie = _session_cookie(stranger.sign_in("ann"))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_the_cookie_stays_on_https(stranger):
    page = stranger.client.get("/console/sign-in", base_url="https://localhost")
    assert "Secure" in _session_cookie(page)


def test_https_forms_from_elsewhere_are_refused(stranger):
    token = stranger.token()
    data = {"csrf_token": token, "username": "ann", "password": PASSWORD}
    elsewhere = {"Referer": "https://evil.example/"}
    response = stranger.client.post("/console/sign-in", data=data, base_url="https://localhost", headers=elsewhere)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/console/", "//evil.example/console/", "/\\evil.example", "/console/\\..\\evil", "/evil",
        "/console/\t//evil.example", "\n/console/orders", "javascript:alert(1)", "console/orders", "", None,
        "/consoles/", "/console/\x00",
    ],
)  # fmt: skip
def test_a_next_address_that_leads_away_is_not_followed(app, target):
    with app.test_request_context():
        assert local(target) == "/console/orders"


@pytest.mark.parametrize("target", ["/console/orders?q=张&status=held", "/console/orders/jd.1#why"])
def test_a_next_address_of_the_console_is_followed(app, target):
    with app.test_request_context():
        assert local(target) == target


def test_signing_in_does_not_lead_away(stranger):
    assert stranger.sign_in("ann", query="?next=https://evil.example/").location == "/console/orders"


def test_a_session_that_was_signed_out_is_over_wherever_its_cookie_is(stranger, app):
    stranger.sign_in("ann")
    copy = app.test_client()
    copy.set_cookie("session", stranger.client.get_cookie("session").value)
    assert copy.get("/console/orders").status_code == 200
    stranger.post("/console/sign-out")
    assert copy.get("/console/orders").status_code == 302
    assert copy.get("/v1/orders").status_code == 401


def test_whoever_is_changed_or_removed_is_out_at_once(visit, gatehouse, admin):
    gatehouse.people.create_user("boss", PASSWORD, frozenset({"admin"}))
    otto, ann = visit("otto"), visit("ann")
    gatehouse.people.put_user("otto", ["viewer"], None, admin)
    assert otto.get("/console/orders").status_code == 302
    assert ann.get("/console/orders").status_code == 200, "others stay"
    gatehouse.people.delete_user("ann", admin)
    assert ann.get("/console/orders").status_code == 302
    gatehouse.people.create_user("ann", PASSWORD, frozenset({"admin"}))
    assert ann.get("/console/orders").status_code == 302, "nor does somebody else of that name let them in"


def test_wrong_passwords_from_elsewhere_keep_nobody_out(stranger, gatehouse, clock):
    for _ in range(200):
        gatehouse.people._count_failure({"username": "ann"}, "203.0.113.9")
    with pytest.raises(Unauthorized):
        gatehouse.people.sign_in("ann", PASSWORD, "203.0.113.9")
    assert stranger.sign_in("ann").status_code == 302


def test_where_many_guess_each_address_has_one_try_a_minute(gatehouse, clock):
    for number in range(50):
        gatehouse.people._count_failure({"username": "ann"}, f"203.0.113.{number}")
    with pytest.raises(Unauthorized, match="wrong"):
        gatehouse.people.sign_in("ann", "wrong", "198.51.100.1")
    with pytest.raises(Unauthorized, match="too many"):
        gatehouse.people.sign_in("ann", PASSWORD, "198.51.100.1")
    clock.advance(seconds=61)
    assert gatehouse.people.sign_in("ann", PASSWORD, "198.51.100.1").name == "ann"


def test_an_address_that_tries_too_often_has_to_wait(stranger, app):
    assert stranger.sign_in("nobody", "wrong").status_code == 401
    while not app.extensions[EXTENSION].sign_ins.wait_s("127.0.0.1", time.monotonic()):
        pass
    refused = stranger.sign_in("ann")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    assert "太频繁" in refused.text


def test_a_form_sent_after_the_session_leads_back_to_its_page(ann, clock):
    at = "http://localhost/console/exceptions?queue=risk"
    token = ann.token()
    clock.advance(hours=13)
    data = {"csrf_token": token, "orders": [HELD], "note": "x"}
    answer = ann.client.post("/console/exceptions/release", data=data, headers={"Referer": at})
    assert answer.location == "/console/sign-in?next=/console/exceptions?queue%3Drisk&late=1"
    assert "登录已过期，刚才的操作没有执行" in ann.get(answer.location).text
    back = ann.sign_in("ann", query=answer.location.partition("sign-in")[2])
    assert back.location == "/console/exceptions?queue=risk"


def test_a_form_from_elsewhere_leads_to_the_orders(ann, clock):
    token = ann.token()
    clock.advance(hours=13)
    for referrer in ("http://evil.example/console/exceptions", "http://localhost/v1/orders", ""):
        data = {"csrf_token": token}
        answer = ann.client.post("/console/exceptions/release", data=data, headers={"Referer": referrer})
        assert answer.location == "/console/sign-in?next=/console/orders&late=1", referrer


def test_a_page_that_is_out_of_date_leads_back_to_itself(ann):
    at = "http://localhost/console/stock?q=MUG"
    page = ann.client.post("/console/stock/adjustments", data={}, headers={"Referer": at})
    assert page.status_code == 400 and 'href="/console/stock?q=MUG"' in page.text
