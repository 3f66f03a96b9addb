"""Orders as a channel posts them: an ordinary paid one from Beijing, and whatever a test wants to be different."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from engine.demo.skus import PRICES

PLACED = "2026-11-11T10:20:00+08:00"  # ten minutes before the test's clock begins
UNPAID = {"status": "unpaid", "method": "alipay"}
PROCESSING = {"status": "processing", "method": "unionpay"}
FAILED = {"status": "failed", "method": "card"}
COD = {"status": "unpaid", "method": "cod"}
AUTHORIZED = {"status": "authorized", "method": "card", "transaction_no": "A-1"}
BEIJING = {"province": "北京市", "city": "北京市", "district": "朝阳区"}
SHANGHAI = {"province": "上海市", "city": "上海市", "district": "徐汇区"}
WUHAN = {"province": "湖北省", "city": "武汉市", "district": "洪山区"}
LHASA = {"province": "西藏自治区", "city": "拉萨市", "district": "城关区"}

_numbers = itertools.count(1)


def a_line(sku: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """A line at the shop's own price."""
    return {"sku": sku, "quantity": quantity, "unit_cents": PRICES.get(sku, 1_000), **more}


def a_coupon(code: str, discount_cents: int, **more: Any) -> dict[str, Any]:
    """An applied coupon without a minimum spend, so there is something to judge it by."""
    return {"code": code, "discount_cents": discount_cents, "min_spend_cents": 0, **more}


def a_document(*lines: dict[str, Any] | str, **changes: Any) -> dict[str, Any]:
    """An order whose amounts add up unless a test states `payable_cents`; two units of LAUNDRY-2L without lines.

    Objects are merged into the ordinary order's; a payment with a status replaces it. Nobody's number, phone, address
    or buyer id appears twice.
    """
    document = _ordinary(next(_numbers))
    document["lines"] = _numbered(lines or (a_line("LAUNDRY-2L", 2),))
    if "status" in (changes.get("payment") or {}):
        document["payment"] = {}
    for name, value in changes.items():
        inner = document.get(name)
        document[name] = inner | value if isinstance(inner, dict) and isinstance(value, dict) else value
    return _totalled(copy.deepcopy(document))


def _numbered(lines: Any) -> list[dict[str, Any]]:
    stated = [a_line(each) if isinstance(each, str) else each for each in lines]
    return [{"line_no": str(number), **each} for number, each in enumerate(stated, start=1)]


def _ordinary(number: int) -> dict[str, Any]:
    phone = f"139{number:08d}"
    return {
        "channel_order_no": f"S{number:05d}",
        "placed_at": PLACED,
        "currency": "CNY",
        "buyer": {"id": f"b-s{number}", "name": "张伟", "phone": phone, "registered_at": "2025-03-01T00:00:00+08:00"},
        "receiver": {"name": "张伟", "phone": phone, **BEIJING, "address": f"大望路甲18号院{number}号楼2单元501"},
        "delivery": {"method": "ship"},
        "payment": {
            "status": "paid", "method": "alipay", "transaction_no": f"T-{number}",
            "settled_at": "2026-11-11T10:20:09+08:00",
        },
    }  # fmt: skip


def _totalled(document: dict[str, Any]) -> dict[str, Any]:
    goods = sum(line["quantity"] * line["unit_cents"] - line.get("discount_cents", 0) for line in document["lines"])
    coupons = sum(each["discount_cents"] for each in document.get("coupons") or () if each.get("applied", True))
    extras = sum(document.get(name) or 0 for name in ("shipping_cents", "tax_cents", "adjustment_cents"))
    document.setdefault("payable_cents", goods - coupons + extras)
    payment = document["payment"]
    if payment["status"] == "paid":
        payment.setdefault("paid_cents", document["payable_cents"])
    if payment.get("method") == "cod":
        payment.setdefault("cod_cents", document["payable_cents"])
    return document
