from __future__ import annotations

import re
from functools import partial

import pytest

from tests.admin.conftest import APPROVED, HELD

GLASS = "VASE-30"


@pytest.fixture
def of_glass(post_order):
    """Posts approved orders of detergent and glass, with wishes and an invoice: the order number."""
    return lambda number: post_order(0, f"GLASS-{number}", partial(change, number))


@pytest.fixture
def glass(of_glass):
    return of_glass(1)


def change(number, document):
    line = dict(document["lines"][0])
    document["lines"] = [
        {**line, "line_no": "1", "sku": "LAUNDRY-2L", "quantity": 12, "unit_cents": 1_000, "discount_cents": 0},
        {**line, "line_no": "2", "sku": GLASS, "title": None, "quantity": 1, "unit_cents": 2_000,
         "discount_cents": 0},
    ]  # fmt: skip
    document |= {"coupons": [], "payable_cents": 14_000, "remark": "放前台", "seller_memo": "",
                 "invoice": {"title": "上海某某公司", "tax": {"no": "9131"}}}  # fmt: skip
    document["payment"]["paid_cents"] = 14_000
    document["buyer"] |= {"id": f"b-glass-{number}", "phone": f"1361234567{number}"}
    document["receiver"] |= {"phone": f"1361234567{number}", "address": f"望京街10号院{number}号楼2单元301"}


def sheet(visitor, kind, *numbers):
    query = "&".join(f"orders={each}" for each in numbers)
    return visitor.get(f"/console/documents?kind={kind}&{query}").text


def test_a_pick_list_goes_by_category_with_each_lines_instructions(ann, glass):
    page = sheet(ann, "pick", glass)
    assert "GLASS-1 · 张伟" in page, "order number and receiver on every sheet"
    assert page.index("LAUNDRY-2L") < page.index(GLASS)
    row = re.search(rf"<tr><td class=\"tick\">☐</td>(?:(?!</tr>).)*{GLASS}.*?</tr>", page, re.S).group()
    assert "对光检查" in row and "气泡膜" in row
    assert re.search(r'class="notes".*放前台', page, re.S) and "易碎 FRAGILE" in page


def test_a_wave_sums_up_what_several_orders_need_and_asks_for_a_scan_check(ann, glass, of_glass):
    page = sheet(ann, "wave", glass, of_glass(2))
    assert page.count('<article class="sheet">') == 1, "one warehouse, one walk"
    assert re.search(r"LAUNDRY-2L</td><td class=\"num big\">24</td>", page)
    assert "1 × 12" in page and "2 × 12" in page
    assert page.count("扫描核对") == 1, "after the detergent; the two vases make no further ten"


def test_delivery_note_return_leaflet_and_invoice(ann, glass):
    note = sheet(ann, "delivery", glass)
    assert "望京街10号院1号楼2单元301" in note and "13612345671" in note and "放前台" in note
    leaflet = sheet(ann, "return", glass)
    assert "退货说明" in leaflet and "质量问题" in leaflet
    invoice = sheet(ann, "invoice", glass, APPROVED)
    assert "上海某某公司" in invoice and "tax.no" in invoice and "¥140.00" in invoice
    assert "1 单没有这种单据" in invoice, "the other order has none"


def test_many_orders_are_printed_in_their_order(ann, glass):
    page = sheet(ann, "delivery", APPROVED, glass)
    assert page.count('<article class="sheet">') == 2
    assert page.index("TB-DEMO-0001") < page.index("GLASS-1")


def test_what_may_not_leave_is_not_printed(ann):
    page = sheet(ann, "pick", HELD)
    assert '<article class="sheet">' not in page and "没有可打印的单据" in page
    assert "李静" not in page


def test_addresses_are_for_who_ships(visit, ann):
    assert visit("vera").get(f"/console/documents?kind=pick&orders={APPROVED}").status_code == 403
    assert ann.get("/console/documents?kind=nonsense").status_code == 404
    assert ann.get("/console/documents?orders=taobao.none").status_code == 404
    assert "没有可打印的单据" in ann.get("/console/documents").text


def test_documents_are_in_english_too(ann, glass):
    ann.speak("en")
    assert "Pick list" in sheet(ann, "pick", glass) and "Send back to" in sheet(ann, "return", glass)
