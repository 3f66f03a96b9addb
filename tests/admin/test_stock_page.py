"""The pages of stock: balances, the ledger, and booking."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.service.principals import Principal

OPS = Principal("person", "lin", frozenset({"ops"}))
SKU = "LAUNDRY-2L"  # three of it are reserved at Beijing by a sample order


def book(visitor: Any, **changes: Any) -> Any:
    """Send the form; what the next page says."""
    said = {"adjustment_id": "t-1", "warehouse": "SH1", "sku": "MASK-20", "change": "received", "units": "5",
            "safety_stock": "", "reason": "到货"}  # fmt: skip
    return visitor.post("/console/stock/adjustments", {**said, **changes}, follow_redirects=True).text


def on_hand(gatehouse: Any, sku: str = "MASK-20", warehouse: str = "SH1") -> int:
    return gatehouse.stock.rows(sku=sku, warehouse=warehouse)["items"][0]["on_hand"]


def rows_of(html: str) -> list[tuple[str, str]]:
    """(sku, warehouse) of each row of the list."""
    return re.findall(r'<tr data-href="/console/stock/ledger\?sku=([^&"]+)&amp;warehouse=([^"]+)">', html)


def test_balances_are_found_by_sku_title_warehouse_and_state(ann, gatehouse):
    assert len(rows_of(ann.get("/console/stock").text)) == 50
    for asked in ("laundry-2l", "深层洁净洗衣液"):
        assert {sku for sku, _ in rows_of(ann.get("/console/stock", query_string={"q": asked}).text)} == {SKU}
    assert rows_of(ann.get(f"/console/stock?q={SKU}&warehouse=BJ1").text) == [(SKU, "BJ1")]
    assert rows_of(ann.get("/console/stock?q=%25").text) == [], "a percent sign is a percent sign"
    gatehouse.stock.adjust(
        {"adjustment_id": "c", "warehouse": "BJ1", "sku": SKU, "on_hand": 1, "reason": "盘点"}, OPS
    )
    html = ann.get("/console/stock?state=short").text
    assert rows_of(html) == [(SKU, "BJ1")] and "少于已承诺 2 件" in html


def test_the_list_goes_on_where_it_ended(ann):
    html, seen = ann.get("/console/stock").text, []
    while True:
        seen += rows_of(html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        if not following:
            break
        html = ann.get(following.group(1).replace("&amp;", "&")).text
    assert len(seen) == len(set(seen)) > 100


def test_the_ledger_of_a_sku_leads_to_the_orders_and_back(ann):
    html = ann.get(f"/console/stock/ledger?sku={SKU}&warehouse=BJ1").text
    assert "预占" in html and "+3" in html and "/console/orders/taobao.TB-DEMO-0001" in html
    assert "/console/stock/ledger?order_no=taobao.TB-DEMO-0001" in ann.get("/console/orders/taobao.TB-DEMO-0001").text
    of_order = ann.get("/console/stock/ledger?order_no=taobao.TB-DEMO-0001").text
    assert SKU in of_order and "EARBUDS-PRO" not in of_order
    assert "没有这样的变动" in ann.get("/console/stock/ledger?kind=shipped").text


def test_ops_book_what_came_in_was_counted_or_is_fewer(visit, gatehouse):
    otto, before = visit("otto"), on_hand(gatehouse)
    assert "已记账" in book(otto) and on_hand(gatehouse) == before + 5
    book(otto)
    assert on_hand(gatehouse) == before + 5, "the same form again books nothing"
    book(otto, adjustment_id="t-2", change="counted", units="7", safety_stock="2")
    book(otto, adjustment_id="t-3", change="moved", units="-3")
    assert on_hand(gatehouse) == 4
    kinds = [each["kind"] for each in gatehouse.stock.ledger(sku="MASK-20", warehouse="SH1")["items"][:3]]
    assert kinds == ["adjusted", "adjusted", "received"]


def test_fewer_than_promised_says_what_comes_of_it(visit):
    html = book(visit("otto"), warehouse="BJ1", sku=SKU, change="counted", units="1")
    assert "比已承诺的少 2 件：从最晚下单的起，1 个订单马上重新分配。" in html


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "请写明原因"),
        ({"units": ""}, "请填件数"),
        ({"units": "0"}, "收货至少 1 件"),
        ({"sku": "NOTHING"}, "没有这个仓库或商品编码"),
        ({"change": "moved", "units": "-100000"}, "没有记账"),
    ],
)
def test_a_wrong_booking_says_what_is_wrong_and_changes_nothing(visit, gatehouse, changes, said):
    before = on_hand(gatehouse)
    assert said in book(visit("otto"), **changes)
    assert on_hand(gatehouse) == before


def test_who_only_looks_can_book_nothing(visit, gatehouse):
    vera, before = visit("vera"), on_hand(gatehouse)
    assert 'id="adjust"' not in vera.get("/console/stock").text
    assert "记库存需要" in book(vera)
    assert on_hand(gatehouse) == before


def test_the_pages_are_there_in_english(ann):
    ann.speak("en")
    assert "Book stock…" in ann.get("/console/stock").text
    ledger = ann.get(f"/console/stock/ledger?sku={SKU}").text
    assert "Only ever added to" in ledger and "Reserved" in ledger
