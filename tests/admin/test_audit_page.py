"""The audit log in the console: who did what, from what to what, for administrators only."""

from __future__ import annotations

import re
from typing import Any

import pytest

from admin.presenters import audit
from engine.service.principals import Principal
from tests.admin.conftest import HELD, PASSWORD
from tests.admin.reading_pages import text, words

PAGE = "/console/audit"
ADA = Principal("person", "ada", frozenset({"admin"}))


@pytest.fixture
def ada(gatehouse: Any, visit: Any) -> Any:
    gatehouse.people.create_user("ada", PASSWORD, frozenset({"admin"}))
    return visit("ada")


@pytest.fixture
def busy(gatehouse: Any, ada: Any) -> Any:
    """An administrator who has changed something of every sort."""
    sku = {**gatehouse.reference.get("skus", "MUG-WHITE"), "weight_g": 430, "attributes": ["fragile", "cold"]}
    gatehouse.reference.put("skus", "MUG-WHITE", {name: each for name, each in sku.items() if name != "code"}, ADA)
    gatehouse.manual.release(HELD, ["HIGH_VALUE"], "已电话确认", ADA)
    gatehouse.stock.adjust(
        {"adjustment_id": "a-1", "warehouse": "SH1", "sku": "MUG-WHITE", "delta": -2, "reason": "盘亏"}, ADA
    )
    gatehouse.drafts.create("fraud", ADA)
    return ada


def row(page: str, step: str) -> str:
    """The row of the newest entry with that step, as text."""
    rows = re.findall(r"<tr>.*?</tr>", page, re.S)
    return next(text(each) for each in rows if f"<b>{step}</b>" in each)


def test_an_entry_says_who_did_what_with_which_thing(busy: Any) -> None:
    page = busy.get(PAGE).text
    assert "已电话确认" in row(page, "放行") and "大额待确认" in row(page, "放行")
    assert f'href="/console/orders/{HELD}"' in page
    assert "盘亏" in row(page, "记一笔") and "-2" in row(page, "记一笔")
    assert 'href="/console/stock/ledger?sku=MUG-WHITE&amp;warehouse=SH1"' in page
    assert "风控" in row(page, "新建") and 'href="/console/rules/fraud/drafts/fraud-' in page
    assert 'href="/console/audit?by=ada"' in page


def test_a_change_shows_only_what_differs_with_units(busy: Any) -> None:
    said = row(busy.get(f"{PAGE}?kind=skus").text, "修改")
    assert "重量 420 g 改为 430 g" in said
    assert "属性 增加 + 冷链" in said and "易碎" not in said and "名称" not in said


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ("kind=skus", {"商品资料"}),
        (f"what={HELD}", {"订单"}),
        ("by=ada&kind=stock", {"库存"}),
        ("by=nobody", set()),
        ("period=yesterday", set()),
        ("period=today&kind=drafts", {"规则草稿"}),
        ("kind=nonsense&what=MUG-WHITE", {"商品资料"}),  # what is no filter is ignored
    ],
)
def test_filters_narrow_the_log(busy: Any, query: str, actions: set[str]) -> None:
    found = set(re.findall(r'<span class="chip tone-quiet">([^<]+)</span> <b>', busy.get(f"{PAGE}?{query}").text))
    assert found == actions


def test_pages_lead_on_and_back(ada: Any, gatehouse: Any) -> None:
    for number in range(31):
        change = {"warehouse": "SH1", "sku": "MUG-WHITE", "delta": 1, "reason": "到货"}
        gatehouse.stock.adjust({"adjustment_id": f"a-{number}", **change}, ADA)
    first = ada.get(f"{PAGE}?kind=stock").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward and "回到首页" not in first
    following = ada.get(onward.group(1).replace("&amp;", "&")).text
    assert "回到首页" in following and following.count("<b>记一笔</b>") == 1
    assert ada.get(f"{PAGE}?cursor=nonsense&kind=stock").location == f"{PAGE}?kind=stock"


@pytest.mark.parametrize("name", ["ann", "otto", "vera"])
def test_it_is_for_administrators(visit: Any, name: str) -> None:
    visitor = visit(name)
    assert visitor.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in visitor.get("/console/orders").text


def test_administrators_find_it_in_either_language(busy: Any) -> None:
    assert f'href="{PAGE}"' in busy.get("/console/orders").text
    english = busy.speak("en").get(PAGE).text
    assert "Audit log" in english and "Weight" in english
    assert [each for each in words(english) if re.search("[\u4e00-\u9fff]", each)] == []


def test_what_people_wrote_is_no_html(ada: Any, gatehouse: Any) -> None:
    gatehouse.manual.release(HELD, ["HIGH_VALUE"], "<script>alert(1)</script>", ADA)
    page = ada.get(PAGE).text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_parts_of_a_document_are_compared_by_their_code(reading: Any) -> None:
    services = [{"code": "SF-STD", "cutoff": "17:00"}, {"code": "SF-AIR", "cutoff": "18:00"}]
    before = {"name": "顺丰", "services": services}
    after = {"name": "顺丰", "services": [services[1], {"code": "SF-STD", "cutoff": "16:00"}]}
    with reading("zh_CN"):
        (found,) = audit.differences(before, after, audit.Names())
    assert [part for part, _ in found.label] == ["快递产品", "SF-STD", "截单时间"]
    assert (found.before, found.after) == ("17:00", "16:00")


def test_a_password_is_never_shown(ada: Any, gatehouse: Any) -> None:
    gatehouse.people.put_user("otto", ["ops", "editor"], "another long secret", ADA)
    said = row(ada.get(f"{PAGE}?kind=user&what=otto").text, "修改")
    assert "角色" in said and "规则编辑" in said and "another long secret" not in said


def test_it_is_taken_along_as_a_file_with_the_same_filters(busy: Any) -> None:
    address = re.search(r'href="(/v1/audit-log\?[^"]+csv)"', busy.get(f"{PAGE}?kind=skus&period=today").text)
    assert address
    lines = busy.get(address.group(1).replace("&amp;", "&")).data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and "MUG-WHITE" in lines[1] and "floor_cents" not in lines[1]
