from __future__ import annotations

import re

import pytest

from tests.admin.conftest import APPROVED, HELD
from tests.admin.reading_pages import text


def listed(response):
    return re.findall(r'<tr data-href="/console/orders/([^"]+)"', response.text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=held", {HELD, "douyin.DY-DEMO-0003", "shopify.1004", "woocommerce.2005"}),
        ("status=awaiting_payment", {"own-shop.OS-DEMO-0006"}),
        ("hold=HIGH_VALUE", {HELD}),
        ("verdict=hold&channel=jd", {HELD}),
        ("verdict=reject", set()),
        ("channel=taobao", {APPROVED, "taobao.TB-DEMO-0007"}),
        ("q=DEMO-0002", {HELD}),
        ("q=李静", {HELD}),
        ("q=13911112222", {HELD}),
        ("q=139 1111 2222", {HELD}),
        ("q=2222", {HELD}),
        ("q=nobody", set()),
        ("period=today&channel=jd", {HELD}),
        ("period=yesterday", set()),
        ("period=days&from=2026-11-11&to=2026-11-11&channel=jd", {HELD}),
        ("period=days&to=2026-11-10", set()),
        ("period=nonsense&from=nonsense&status=&channel=jd", {HELD}),
    ],
)
def test_filters_narrow_the_list(ann, query, found):
    assert set(listed(ann.get(f"/console/orders?{query}"))) == found


def test_a_waybill_finds_its_order(ann, gatehouse):
    with gatehouse.database.write() as uow:
        waybill = uow.vendors.waybill(f"{APPROVED}-1-1", "ZTO-STD", APPROVED, gatehouse.clock())
        uow.commit()
    assert listed(ann.get(f"/console/orders?q={waybill['waybill_no']}")) == [APPROVED]


def test_a_row_says_what_matters(ann):
    page = ann.get("/console/orders?channel=jd")
    row = re.search(r"<tr data-href.*?</tr>", page.text, re.S).group()
    what = "JD-DEMO-0002 京东旗舰店 45 分钟前 11-11 09:45 李静 江苏省 苏州市 ¥6,999.00 1 件"
    assert text(row).strip() == f"{what} 挂起 异常 上海嘉定仓 大额待确认 剩 2 小时"
    assert re.search(r'chip tone-bad">大额待确认', row)


def test_an_overdue_hold_is_said_to_be(ann, clock):
    clock.advance(hours=3, minutes=30)
    assert 'due late">已超时 1 小时 30 分' in ann.get("/console/orders?channel=jd").text


def test_a_row_shows_its_flags(ann, post_order):
    def vague(document):
        document["receiver"] = {**document["receiver"], "name": "王女士"}

    number = post_order(0, "TB-FLAG-1", vague)
    page = ann.get("/console/orders?q=TB-FLAG-1")
    assert listed(page) == [number] and "姓名不完整" in page.text


def test_counts_stand_above_and_lead_to_their_orders(ann):
    page = ann.get("/console/orders").text
    tile = re.search(r'<a class="tile tone-warn" href="([^"]+)"[^>]*>\s*<b>(\d+)</b><span>异常', page)
    assert tile.group(2) == "4"
    assert len(listed(ann.get(tile.group(1)))) == 4


def test_open_holds_stand_beside_by_desk(ann):
    sidebar = re.search(r'<div class="queues">.*?</div>', ann.get("/console/orders").text, re.S).group()
    said = text(sidebar)
    assert "风控 2" in said and "黑名单 1" in said and "大额待确认 1" in said
    assert 'href="/console/exceptions?reason=BLACKLISTED"' in sidebar


def test_pages_follow_one_another(ann, monkeypatch):
    monkeypatch.setattr("admin.pages.orders._PAGE", 4)
    seen, path = [], "/console/orders?verdict=approve"
    for _ in range(2):
        page = ann.get(path)
        seen += listed(page)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = following and following.group(1).replace("&amp;", "&")
    assert path is None
    assert len(seen) == len(set(seen)) == 5
    assert 'href="/console/orders?verdict=approve"' in page.text, "a way back to the first page"


def test_a_page_of_a_search_keeps_how_the_text_was_read(ann, monkeypatch, post_order):
    monkeypatch.setattr("admin.pages.orders._PAGE", 1)
    post_order(1, "JD-AGAIN-1")
    first = ann.get("/console/orders?q=2222")
    following = re.search(r'rel="next" href="([^"]+)"', first.text).group(1).replace("&amp;", "&")
    assert "by=phone_last4" in following
    assert set(listed(first) + listed(ann.get(following))) == {HELD, "jd.JD-AGAIN-1"}


@pytest.mark.parametrize("cursor", ["x", "W10", "é", "bnVsbA"])
def test_a_cursor_that_is_none_leads_to_the_first_page(ann, cursor):
    assert ann.get(f"/console/orders?status=held&cursor={cursor}").location == "/console/orders?status=held"


def test_nothing_found_says_how_to_search(ann):
    page = ann.get("/console/orders?q=nothing")
    assert "没有符合条件的订单" in page.text and "商品编码搜索" in page.text


def test_an_empty_list_says_how_orders_come(ann, gatehouse, monkeypatch):
    monkeypatch.setattr(gatehouse.orders, "search", lambda *_: {"items": [], "next_cursor": None})
    page = ann.get("/console/orders")
    assert "还没有订单" in page.text and "/v1/orders" in page.text


def test_what_somebody_typed_is_escaped(ann, post_order):
    def hostile(document):
        document["buyer"] = {**document["buyer"], "name": "<script>alert(1)</script>"}
        document["remark"] = '"><img src=x onerror=alert(1)>'

    number = post_order(0, "TB-XSS-1", hostile)
    for path in ("/console/orders?q=TB-XSS-1", f"/console/orders/{number}", '/console/orders?q="><script>x'):
        html = ann.get(path).text
        assert "<script>" not in html and "<img src=x" not in html


def test_a_viewer_sees_no_names_in_full(visit):
    page = visit("vera").get("/console/orders")
    assert "李静" not in page.text and "李*" in page.text


def test_orders_are_found_by_what_is_in_them(ann):
    assert listed(ann.get("/console/orders?q=LAPTOP-14")) == [HELD]
    assert "商品编码" in ann.get("/console/orders").text
