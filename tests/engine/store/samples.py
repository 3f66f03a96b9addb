"""Orders, decisions and reference data that the tests of the store share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine.decision import Decision, Firing, Flag, Hold, Shipment, ShipmentLine, Verdict, derived_id
from engine.order import Buyer, Delivery, Line, Order, Payment, Receiver

NOON = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
RECEIVER = Receiver(
    name="张伟", phone="13800138000", province="北京市", city="北京市", district="朝阳区",
    address="大望路甲18号院3号楼2单元501",
)

REFERENCE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("channels", "own-shop", {"name": "自营商城", "adapter": "own"}),
    ("channels", "taobao", {"name": "淘宝店", "adapter": "taobao", "payment_guaranteed": True}),
    ("skus", "TEA", {"title": "龙井茶", "category": "tea", "weight_g": 250, "attributes": ["food"]}),
    ("skus", "MUG", {"title": "马克杯", "category": "glass", "weight_g": 400, "release_on": "2026-11-20"}),
    ("warehouses", "SH1", {"name": "上海一仓", "province": "上海市", "city": "上海市", "lat": 31.2, "lng": 121.5}),
    ("warehouses", "BJ1", {"name": "北京一仓", "province": "北京市", "city": "北京市", "attributes": ["cold"]}),
    ("carriers", "SF", {"name": "顺丰", "services": [
        {"code": "SF-AIR", "name": "空运", "service_level": "next_day", "attributes": ["cod", "cold"]}]}),
    ("rate-cards", "SF-AIR", {"zones": [{
        "from_provinces": [], "to_provinces": [], "steps": [{"up_to_g": 1000, "cents": 1800}], "additional_g": 1000,
        "additional_cents": 500}]}),
    ("coverage", "SF-AIR", {"rows": [{"served": False, "province": "西藏自治区", "until_date": "2026-12-01"}]}),
    ("lists", "trusted-buyers", {"title": {"zh": "可信买家", "en": "Trusted buyers"}, "items": ["b-9"]}),
)  # fmt: skip
STOCK = (("SH1", "TEA", 10), ("SH1", "MUG", 10), ("BJ1", "TEA", 10), ("BJ1", "MUG", 5))


def an_order(number: str = "A1", **changes: Any) -> Order:
    """A paid order of two units of TEA."""
    values: dict[str, Any] = {
        "channel": "own-shop", "channel_order_no": number, "placed_at": NOON, "currency": "CNY",
        "buyer": Buyer(id="b-1", name="张伟", phone="13800138000"), "receiver": RECEIVER,
        "lines": (Line("1", "TEA", 2, 3990),), "payment": Payment("paid", "alipay", paid_cents=7980),
        "delivery": Delivery("ship"), "payable_cents": 7980,
    }  # fmt: skip
    return Order(**{**values, **changes})


def a_decision(order: Order, sequence: int = 1, **changes: Any) -> Decision:
    """An approval that ships the first line from SH1."""
    shipment = Shipment(
        shipment_no=f"{order.order_no}-S{sequence}", warehouse="SH1", carrier="SF", service="SF-AIR",
        freight_cents=1200, weight_g=500, distance_km=10, ships_on=NOON.date(),
        promised_on=NOON.date() + dt.timedelta(days=1),
        lines=(ShipmentLine("1", order.lines[0].quantity),),
    )  # fmt: skip
    values: dict[str, Any] = {
        "id": derived_id(order.order_no, sequence), "order_no": order.order_no, "sequence": sequence,
        "verdict": Verdict.APPROVE, "decided_at": NOON + dt.timedelta(minutes=sequence), "rulebook": "r" * 64,
        "software": "test", "holds": (), "flags": (), "corrections": (), "waivers": (), "risk_score": 0,
        "payable_cents": order.payable_cents, "shipments": (shipment,), "backorders": (), "instructions": (),
        "firings": (Firing("audit", "paid", "order", ({"do": "approve"},), {"payment.status": "paid"}),),
        "actions": (), "priority": "normal", "pick_mode": None, "labels": (),
        "tags": frozenset({"vip"}), "rejections": (), "release_at": None, "reserves": True,
    }  # fmt: skip
    return Decision(**{**values, **changes})


def a_hold(reason: str = "HIGH_VALUE", rule: str = "high-value", until: dt.datetime | None = None) -> Hold:
    return Hold(reason, "risk", "red", NOON + dt.timedelta(hours=2), until, rule)


def a_flag(code: str = "NAME_VAGUE", rule: str = "vague-name") -> Flag:
    return Flag(code, "yellow", rule, {"zh": "姓名不完整", "en": "Name is vague"})
