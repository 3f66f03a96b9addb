"""The pages of lists."""

from __future__ import annotations

import html
import io
import re

import pytest

from tests.admin.conftest import PASSWORD

LIST = "promotion-days"


@pytest.fixture
def ada(gatehouse, visit):
    """An administrator."""
    gatehouse.people.create_user("ada", PASSWORD, frozenset({"admin"}))
    return visit("ada")


def items(gatehouse, code):
    return gatehouse.reference.get("lists", code)["items"]


def confirm(visitor, page, code):
    """Press the button of a review."""
    fields = dict(re.findall(r'<textarea name="(\w+)" hidden>(.*?)</textarea>', page.text, re.S))
    return visitor.post(f"/console/lists/{code}/change", {key: html.unescape(each) for key, each in fields.items()})


def test_every_list_says_how_long_it_is_who_asks_it_and_who_changed_it(ada, gatehouse):
    gatehouse.lists.change("blacklist-phones", ["13900000001"], [], gatehouse.people.person("ada"))
    page = ada.get("/console/lists").text
    assert page.count("<tr data-href") == len(gatehouse.reference.list("lists", limit=1000)["items"])
    row = re.search(r'<tr data-href="/console/lists/blacklist-phones">(.*?)</tr>', page, re.S).group(1)
    assert "/console/rules/fraud#fraud.blacklisted" in row and "ada" in row and "个人信息" in row
    found = ada.get("/console/lists?q=黑名单电话").text
    assert found.count("<tr data-href") == 1
    assert "没有符合条件的名单" in ada.get("/console/lists?q=zzz").text


def test_items_are_added_and_removed_after_a_review(ada, gatehouse):
    first = items(gatehouse, LIST)[0]
    page = ada.post(f"/console/lists/{LIST}/review", {"add": f"2026-12-25\n\n{first}\r\n 2026-12-24 ", "remove": first})
    assert items(gatehouse, LIST)[0] == first, "nothing is changed before it is confirmed"
    assert "增加 2 项" in page.text and "移除 1 项" in page.text and "已在名单里" in page.text
    assert confirm(ada, page, LIST).status_code == 302
    now = items(gatehouse, LIST)
    assert now[-2:] == ["2026-12-25", "2026-12-24"] and first not in now
    (entry, *_) = gatehouse.lists.history(LIST)
    assert (entry["by"], entry["added"], entry["removed"]) == ("ada", ["2026-12-25", "2026-12-24"], [first])
    assert "2026-12-25、2026-12-24" in ada.get(f"/console/lists/{LIST}").text


def test_a_review_says_which_rules_it_touches_and_what_they_hold(ada, gatehouse):
    page = ada.post("/console/lists/blacklist-buyers/review", {"add": "b-1"}).text
    assert "fraud.blacklisted" in page and "正挂起 1 单" in page


def test_a_file_adds_its_items_or_replaces_all(ada, gatehouse):
    file = (io.BytesIO(b"code,item\nother,1\nnew,13800138000\nnew,13900139000\n"), "phones.csv")
    gatehouse.reference.put("lists", "new", {"title": "新", "items": ["1"]}, gatehouse.people.person("ada"))
    page = ada.post("/console/lists/new/review", {"file": file, "whole": "1"}, content_type="multipart/form-data")
    confirm(ada, page, "new")
    assert items(gatehouse, "new") == ["13800138000", "13900139000"]
    broken = (io.BytesIO(b"PK\x03\x04"), "phones.xlsx")
    page = ada.post("/console/lists/new/review", {"file": broken}, content_type="multipart/form-data",
                    follow_redirects=True)  # fmt: skip
    assert "没有保存" in page.text


def test_a_list_is_made_and_deleted_unless_rules_ask_it(ada, gatehouse):
    made = ada.post("/console/lists", {"code": "vip", "title_zh": "贵宾", "personal": "1"}, follow_redirects=True).text
    assert "名单还是空的" in made and gatehouse.reference.get("lists", "vip")["kind"] == "personal"
    assert "已经有编码为 vip 的名单" in ada.post("/console/lists", {"code": "vip"}, follow_redirects=True).text
    assert "没有保存" in ada.post("/console/lists", {"code": "a b", "title_zh": "x"}, follow_redirects=True).text
    assert "已删除" in ada.post("/console/lists/vip/delete", follow_redirects=True).text
    refused = ada.post("/console/lists/blacklist-phones/delete", follow_redirects=True).text
    assert "不能删除，还有地方在用：命中黑名单" in refused
    assert "系统自己" in ada.post(f"/console/lists/{LIST}/delete", follow_redirects=True).text


def test_people_without_the_role_read_only(visit, gatehouse):
    admin = gatehouse.people
    admin.create_user("ada", PASSWORD, frozenset({"admin"}))
    gatehouse.lists.change("blacklist-phones", ["13900000001"], [], admin.person("ada"))
    vera, otto = visit("vera"), visit("otto")
    seen = vera.get("/console/lists/blacklist-phones").text
    assert "139****0001" in seen and "13900000001" not in seen
    assert "13900000001" in otto.get("/console/lists/blacklist-phones").text
    searched = vera.get("/console/lists/blacklist-phones?q=13900000001").text
    assert "139****0001" not in searched, "searching tells nothing"
    for path in ("lists", f"lists/{LIST}/review", f"lists/{LIST}/change", f"lists/{LIST}/delete"):
        assert otto.post(f"/console/{path}", {"add": "x", "code": "x"}).status_code == 403
    assert vera.get("/console/lists/nothing").status_code == 404


def test_the_pages_speak_english(ada):
    ada.speak("en")
    for path in ("/console/lists", f"/console/lists/{LIST}", "/console/lists/blacklist-phones"):
        text = re.sub(r'<(\w+)[^>]*translate="no"[^>]*>.*?</\1>', "", ada.get(path).text, flags=re.S)
        assert not re.findall(r">[^<]*[一-鿿][^<]*<", text.split("<main")[1]), path
