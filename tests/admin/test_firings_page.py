"""The log of firings in the console, and links between rules and orders."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.admin.conftest import BLACKLISTED, HELD
from tests.admin.reading_pages import words

PAGE = "/console/firings"


def test_each_firing_names_its_rule_order_and_what_it_saw(ann: Any) -> None:
    text = ann.get(f"{PAGE}?rule=fraud.high-value").text
    assert f'href="/console/orders/{HELD}?decision=' in text
    assert "本位币应付" in text and "大额订单待电话确认" in text
    english = ann.speak("en").get(f"{PAGE}?stage=fraud").text
    assert "Firing log" in english and "High value, to be confirmed by phone" in english
    assert 'href="/console/rules/fraud/fraud.high-value"' in english
    assert [each for each in words(english) if re.search("[\u4e00-\u9fff]", each)] == []


@pytest.mark.parametrize(
    ("query", "orders"),
    [
        ("rule=fraud.high-value", {HELD}),
        ("stage=fraud&verdict=hold", {HELD, BLACKLISTED}),
        (f"order_no={HELD}", {HELD}),
        ("stage=fraud&channel=jd", {HELD}),
        ("rule=fraud.high-value&waived=1", set()),
        ("period=yesterday", set()),
        ("stage=nowhere&rule=fraud.high-value", {HELD}),  # what is no filter is ignored
    ],
)
def test_filters_narrow_the_log(ann: Any, query: str, orders: set[str]) -> None:
    found = set(re.findall(r'href="/console/orders/([^"?]+)\?decision=', ann.get(f"{PAGE}?{query}").text))
    assert found == orders


def test_pages_lead_on_and_back(ann: Any) -> None:
    text = ann.get(PAGE).text
    onward = re.search(r'rel="next" href="([^"]+)"', text)
    assert onward
    following = ann.get(onward.group(1).replace("&amp;", "&")).text
    assert "回到首页" in following and "回到首页" not in text
    assert ann.get(f"{PAGE}?cursor=nonsense&stage=fraud").location == f"{PAGE}?stage=fraud"


def test_it_is_taken_along_as_a_file_with_the_same_filters(ann: Any, visit: Any) -> None:
    text = ann.get(f"{PAGE}?rule=fraud.high-value&period=today").text
    address = re.search(r'href="(/v1/firings\?[^"]+csv)"', text)
    assert address
    lines = ann.get(address.group(1).replace("&amp;", "&")).data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and HELD in lines[1]
    assert "/v1/firings" not in visit("vera").get(PAGE).text, "viewers may not take values along"


def test_viewers_see_masked_values(ann: Any, visit: Any, post_order: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        document["receiver"] = {**document["receiver"], "name": "欧阳娜娜", "phone": "1380013"}
        document["remark"] = "找欧阳娜娜，电话 13800138999"

    number = post_order(0, "MASKED-1", change)
    for path in (f"{PAGE}?order_no={number}", "/console/rules/intake/intake.phone-invalid"):
        said = visit("vera").get(path).text
        assert "欧阳娜娜" not in said and "13800138999" not in said


def test_an_empty_log_says_what_will_be_there(ann: Any, gatehouse: Any) -> None:
    empty = ann.get(f"{PAGE}?rule=fraud.high-value&verdict=approve").text
    assert "没有这样的命中" in empty and 'href="/console/rules/fraud/fraud.high-value"' in empty


def test_a_rule_links_from_wherever_it_is_named(ann: Any) -> None:
    link = 'href="/console/rules/fraud/fraud.high-value"'
    for path in ("orders/" + HELD, "exceptions?reason=HIGH_VALUE", "rules/fraud", "firings?stage=fraud"):
        assert link in ann.get(f"/console/{path}").text, path
