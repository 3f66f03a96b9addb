from __future__ import annotations

import re

import pytest

from tests.admin.conftest import APPROVED, BLACKLISTED, HELD
from tests.admin.every_page import ADA, every_page  # noqa: F401
from tests.admin.reading_pages import words

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
NAMES = {"Gatehouse", "km", "kg", "json", "credentials"}  # the same in both languages
PAGES = [
    "/console/orders",
    "/console/orders?q=nothing",
    "/console/orders?status=held&period=days",
    "/console/orders/nope",
    f"/console/orders/{HELD}",
    f"/console/orders/{APPROVED}",
    f"/console/orders/{BLACKLISTED}",
    "/console/orders/taobao.RICH",
    "/console/orders/own-shop.OS-DEMO-0006",
    "/console/orders/taobao.TB-DEMO-0007",
    "/console/orders/douyin.DY-DEMO-0008",
    "/console/orders/phone.PH-DEMO-0009",
    "/console/orders/store.POS-DEMO-0010",
    "/console/exceptions",
    "/console/exceptions?channel=store",
    "/console/tasks",
    "/console/tasks?status=done",
    f"/console/documents?kind=pick&orders={APPROVED}",
    f"/console/documents?kind=wave&orders={APPROVED}",
    f"/console/documents?kind=return&orders={APPROVED}",
]


@pytest.fixture
def rich(post_order):
    """An order about which there is much to say."""

    def change(document):
        document.update(remark="加急！先别发，要改地址，一起发", seller_memo="发顺丰，写祝福", priority="urgent")
        document["receiver"] = {**document["receiver"], "name": "王女士", "phone": "1234", "address": "大望路甲18号"}
        document["lines"] = [
            *document["lines"],
            {**document["lines"][0], "line_no": "2", "sku": "NOPE", "kind": "gift"},
        ]

    return post_order(0, "RICH", change)


@pytest.mark.parametrize("path", PAGES)
def test_english_pages_are_english(ann, rich, path):
    html = ann.speak("en").get(path).text
    assert '<html lang="en">' in html
    assert [each for each in words(html) if CHINESE.search(each)] == []


@pytest.mark.parametrize("path", PAGES)
def test_chinese_pages_are_chinese(ann, rich, path, gatehouse):
    html = ann.speak("zh_CN").get(path).text
    assert '<html lang="zh-CN">' in html
    rules = gatehouse.rulebooks.live().rulebook.rulesets.values()
    theirs = [text for ruleset in rules for rule in ruleset.all_rules for text in (rule.title["zh"], rule.why["zh"])]
    number = path.rpartition(".")[2]
    texts = [each.replace(number, "") for each in words(html) if not any(each.startswith(text) for text in theirs)]
    assert [each for each in texts if set(ENGLISH.findall(each)) - NAMES] == []


def test_every_page_is_english_in_english(every_page, visit):  # noqa: F811
    visitor = visit(ADA).speak("en")
    pages = {path: words(visitor.get(path).text) for path in every_page}
    chinese = {path: [each for each in said if CHINESE.search(each)] for path, said in pages.items()}
    assert {path: said for path, said in chinese.items() if said} == {}


@pytest.mark.parametrize(("code", "said"), [("zh_CN", "登录控制台"), ("en", "Sign in to the console")])
def test_the_language_is_chosen_before_signing_in(stranger, code, said):
    assert said in stranger.speak(code).get("/console/sign-in").text


def test_chinese_is_what_nobody_chose(stranger):
    assert "登录控制台" in stranger.get("/console/sign-in", headers={"Accept-Language": "en"}).text


def test_the_choice_outlives_the_session(ann):
    ann.speak("en").post("/console/sign-out")
    assert "Sign in" in ann.get("/console/sign-in").text


def test_switching_comes_back_to_the_page(ann):
    page = ann.get("/console/orders?status=held&q=a%26b")
    link = re.search(r'href="(/console/language/en\?next=[^"]+)"', page.text).group(1).replace("&amp;", "&")
    assert ann.get(link).location == "/console/orders?status=held&q=a%26b"


def test_switching_does_not_lead_away(ann):
    assert ann.get("/console/language/en?next=https://evil.example/").location == "/console/orders"


def test_a_language_that_there_is_not_changes_nothing(ann):
    assert "Set-Cookie" not in ann.get("/console/language/fr").headers


@pytest.mark.parametrize("reason", ["AWAITING_PAYMENT", "RULE_ERROR"])
def test_a_release_answers_in_the_readers_language(ann, gatehouse, reason):
    ann.speak("en")
    page = ann.post(f"/console/orders/{HELD}/release", {"holds": reason, "reason": "x"})
    assert "The order is no longer held for that" in ann.get(page.location).text
