from __future__ import annotations

import re

import pytest

from engine.service.principals import Principal


def section(page, mark):
    """The words of one section of a page."""
    start = page.index(mark)
    return re.sub(r"<[^>]+>|\s+", " ", page[start : page.index("</section>", start)])


@pytest.fixture
def two(post_order):
    """Two orders of one buyer to one door; the second is told that they fit one parcel."""

    def without_coupons(document):
        document["coupons"] = []
        document["payable_cents"] = document["payment"]["paid_cents"] = 3 * 3_990

    return [post_order(0, number, without_coupons) for number in ("TB-M-1", "TB-M-2")]


def test_one_click_merges_and_says_what_it_saves(visit, two):
    otto, (first, second) = visit("otto"), two
    page = otto.get(f"/console/orders/{second}").text
    said, others = section(page, 'id="merging"'), re.findall(r'name="with" value="([^"]+)"', page)
    saves = re.search(r"合单，省 (¥[\d.]+)", said).group(1)
    assert others == ["taobao.TB-DEMO-0001", first] and "TB-M-1" in said
    answer = otto.post(f"/console/orders/{second}/merge", {"with": others}, follow_redirects=True).text
    assert f"已合单：3 单一个包裹，省 {saves}。" in answer
    for here, other in ((first, "TB-M-2"), (second, "TB-M-1")):
        said = section(otto.get(f"/console/orders/{here}").text, 'id="merging"')
        assert "已合单" in said and other in said
    answer = otto.post(f"/console/orders/{first}/unmerge", follow_redirects=True).text
    assert "已取消合单" in answer
    assert "可以合单" in section(otto.get(f"/console/orders/{second}").text, 'id="merging"')


def test_what_cannot_be_merged_any_more_is_told(visit, gatehouse, two):
    otto, (first, second) = visit("otto"), two
    said = {"reason": "MANUAL", "note": "", "due_at": None}
    gatehouse.manual.hold(first, said, Principal("person", "lin", frozenset({"ops"})))
    answer = otto.post(f"/console/orders/{second}/merge", {"with": first}, follow_redirects=True).text
    assert "不能合单" in answer
    assert "没有成功" in otto.post(f"/console/orders/{second}/unmerge", follow_redirects=True).text


def test_who_only_watches_is_offered_nothing(visit, two):
    vera, (first, second) = visit("vera"), two
    assert 'id="merging"' not in vera.get(f"/console/orders/{second}").text
    assert "角色" in vera.post(f"/console/orders/{second}/merge", {"with": first}, follow_redirects=True).text


def test_a_bundle_shows_what_it_came_apart_into_and_a_platforms_code_what_it_means(visit):
    otto = visit("otto")
    page = otto.get("/console/orders/phone.PH-DEMO-0009").text
    assert re.search(r"套装.*BUNDLE-CARE.*2\.1.*LAUNDRY-2L.*2\.2.*SOFTENER-1L", page, re.S)
    assert "645120987 → OOLONG-500" in otto.get("/console/orders/taobao.TB-DEMO-0007").text
