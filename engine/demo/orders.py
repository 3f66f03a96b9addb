"""Ten sample orders that show what Gatehouse does: sent by `make run`, printed by the docs, and decided by a test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.demo.aliases import ALIASES
from engine.demo.skus import PRICES

_PRICES = {**PRICES, **{code: PRICES[sku] for names in ALIASES for code, sku in names.aliases.items()}}
_Person = tuple[str, str]  # name, phone
_Place = tuple[str, str, str, str]  # province, city, district, address


@dataclass(frozen=True, slots=True)
class Sample:
    """An order as its channel posts it, and what is to become of it."""

    name: Mapping[str, str]  # {"zh": …, "en": …}
    channel: str
    document: dict[str, Any]
    verdict: str  # approve hold reject
    holds: tuple[str, ...] = ()  # reasons, in the order of the alphabet
    shows: Mapping[str, Any] = field(default_factory=dict)  # further facts: shipments, backordered, corrections


def sample_orders(now: dt.datetime) -> list[Sample]:
    """The samples, the oldest first, all placed in the hour before `now`; numbers are the same every time."""
    return [
        _approved(now - dt.timedelta(minutes=50)),
        _high_value(now - dt.timedelta(minutes=45)),
        _incorrect_address(now - dt.timedelta(minutes=40)),
        _invalid_phone(now - dt.timedelta(minutes=35)),
        _blacklisted(now - dt.timedelta(minutes=30)),
        _coupon_corrected(now - dt.timedelta(minutes=25)),
        _split(now - dt.timedelta(minutes=20)),
        _back_ordered(now - dt.timedelta(minutes=15)),
        _cash_on_delivery(now - dt.timedelta(minutes=10)),
        _picked_up(now - dt.timedelta(minutes=5)),
    ]


def _approved(placed: dt.datetime) -> Sample:
    place = ("北京市", "北京市", "朝阳区", "大望路甲18号院3号楼2单元501")
    document = _order("TB-DEMO-0001", placed, [("LAUNDRY-2L", 3)], ("张伟", "13800138000"), place, "b-8812")
    coupon = {"code": "DOUBLE11-50", "group": "store", "discount_cents": 5_000, "funded_by": "seller"}
    name = {"zh": "正常通过", "en": "Approved at once"}
    return Sample(name, "taobao", _paid(document | {"coupons": [coupon]}, "alipay"), "approve", (), {"shipments": 1})


def _high_value(placed: dt.datetime) -> Sample:
    place = ("江苏省", "苏州市", "姑苏区", "干将东路120号2幢301室")
    document = _order("JD-DEMO-0002", placed, [("LAPTOP-14", 1)], ("李静", "13911112222"), place, "b-2041")
    name = {"zh": "大额待确认", "en": "High value, to be confirmed"}
    return Sample(name, "jd", _paid(document, "unionpay"), "hold", ("HIGH_VALUE",), {"shipments": 1})


def _incorrect_address(placed: dt.datetime) -> Sample:
    place = ("江苏省", "南京市", "鼓楼区", "浙江省杭州市西湖区文三路90号5幢302室")
    lines = [("TSHIRT-M-WHITE", 2), ("SOCKS-5", 1)]
    document = _order("DY-DEMO-0003", placed, lines, ("王芳", "13722223333"), place, "b-3377")
    name = {"zh": "地址前后矛盾", "en": "Address contradicts itself"}
    return Sample(name, "douyin", _paid(document, "wechat"), "hold", ("INCORRECT_ADDRESS",))


def _invalid_phone(placed: dt.datetime) -> Sample:
    place = ("广东省", "深圳市", "南山区", "科苑路15号A座1203室")
    document = _order("1004", placed, [("KEYBOARD-87", 1)], ("陈晨", "1380013800"), place, "c-5120")
    name = {"zh": "电话少一位", "en": "A digit of the phone is missing"}
    return Sample(name, "shopify", _paid(document, "card"), "hold", ("INVALID_PHONE",))


def _blacklisted(placed: dt.datetime) -> Sample:
    place = ("四川省", "成都市", "武侯区", "人民南路四段27号3栋1单元802")
    document = _order("2005", placed, [("SERUM-30", 2)], ("赵强", "17000000000"), place, "c-6093")
    name = {"zh": "命中黑名单", "en": "On the blacklist"}
    return Sample(name, "woocommerce", _paid(document, "card"), "hold", ("BLACKLISTED",))


def _coupon_corrected(placed: dt.datetime) -> Sample:
    """The member coupon stacks but was not applied; nothing is paid yet, so it simply is."""
    place = ("上海市", "上海市", "徐汇区", "漕溪北路88号12楼1205室")
    lines = [("SHAMPOO-750", 2), ("SHOWER-1L", 1)]
    document = _order("OS-DEMO-0006", placed, lines, ("周敏", "13633334444"), place, "u-1507")
    window = {"valid_from": _said(placed - dt.timedelta(days=3)), "valid_until": _said(placed + dt.timedelta(days=4))}
    coupons = [
        {"code": "STORE-20", "group": "store", "discount_cents": 2_000, "min_spend_cents": 9_900} | window,
        {"code": "MEMBER-5", "group": "member", "discount_cents": 500, "applied": False, "min_spend_cents": 0} | window,
    ]
    name = {"zh": "漏用优惠, 付款前补用", "en": "A missed coupon, applied before payment"}
    shows = {"corrections": 1}
    return Sample(name, "own-shop", _unpaid(document | {"coupons": coupons}), "hold", ("AWAITING_PAYMENT",), shows)


def _split(placed: dt.datetime) -> Sample:
    """The tea set lies only in Shanghai, the tea, which Taobao has a code of its own for, only in Guangzhou."""
    place = ("湖北省", "武汉市", "洪山区", "珞喻路129号4栋2单元603室")
    lines = [("TEASET-CELADON", 1), ("645120987", 1)]
    document = _order("TB-DEMO-0007", placed, lines, ("刘洋", "13544445555"), place, "b-9024")
    name = {"zh": "两仓拆单", "en": "Split over two warehouses"}
    return Sample(name, "taobao", _paid(document, "alipay"), "approve", (), {"shipments": 2})


def _back_ordered(placed: dt.datetime) -> Sample:
    """Three air fryers are there, the next ones come in ten days."""
    place = ("浙江省", "杭州市", "西湖区", "文三路90号5幢302室")
    document = _order("DY-DEMO-0008", placed, [("AIRFRYER-5L", 4)], ("孙丽", "13455556666"), place, "b-4410")
    name = {"zh": "缺货, 有货先发", "en": "Short: what there is goes first"}
    shows = {"shipments": 1, "backordered": 1}
    return Sample(name, "douyin", _paid(document, "wechat"), "approve", (), shows)


def _cash_on_delivery(placed: dt.datetime) -> Sample:
    """One of the two lines is a bundle: what is in it is picked."""
    place = ("陕西省", "西安市", "雁塔区", "科技路33号2号楼1单元1101")
    lines = [("DIAPER-L-52", 2), ("BUNDLE-CARE", 1)]
    document = _order("PH-DEMO-0009", placed, lines, ("马超", "13366667777"), place, None)
    payment = {"status": "unpaid", "method": "cod", "cod_cents": document["payable_cents"]}
    name = {"zh": "货到付款", "en": "Cash on delivery"}
    return Sample(name, "phone", document | {"payment": payment}, "approve", (), {"shipments": 1})


def _picked_up(placed: dt.datetime) -> Sample:
    lines = [("MUG-WHITE", 2), ("LIPSTICK-01", 1)]
    document = _order("POS-DEMO-0010", placed, lines, ("何雨", "13277778888"), None, None)
    delivery = {"method": "pickup", "pickup_store": "ST-SH"}
    name = {"zh": "门店自提", "en": "Picked up at a store"}
    return Sample(name, "store", _paid(document | {"delivery": delivery}, "wechat"), "approve", (), {"shipments": 1})


def _order(
    number: str,
    placed: dt.datetime,
    lines: Iterable[tuple[str, int]],
    person: _Person,
    place: _Place | None,
    buyer: str | None,
) -> dict[str, Any]:
    """An order to be shipped to its buyer, without a payment."""
    name, phone = person
    return _totalled(
        {
            "channel_order_no": number,
            "placed_at": _said(placed),
            "currency": "CNY",
            "buyer": _buyer(buyer, name, phone, placed),
            "receiver": _receiver(name, phone, place) if place else None,
            "lines": [
                {"line_no": str(at), "sku": sku, "quantity": quantity, "unit_cents": _PRICES[sku]}
                for at, (sku, quantity) in enumerate(lines, start=1)
            ],
            "delivery": {"method": "ship", "service_level": "standard"},
        }
    )


def _buyer(buyer: str | None, name: str, phone: str, placed: dt.datetime) -> dict[str, Any]:
    opened = _said(placed - dt.timedelta(days=400)) if buyer else None
    return {"id": buyer, "name": name, "phone": phone, "registered_at": opened}


def _receiver(name: str, phone: str, place: _Place) -> dict[str, Any]:
    province, city, district, address = place
    return {
        "name": name, "phone": phone, "province": province, "city": city, "district": district, "address": address,
    }  # fmt: skip


def _totalled(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what its lines and applied coupons add up to as payable."""
    goods = sum(line["quantity"] * line["unit_cents"] for line in document["lines"])
    coupons = (each["discount_cents"] for each in document.get("coupons", ()) if each.get("applied", True))
    return document | {"payable_cents": goods - sum(coupons)}


def _paid(document: dict[str, Any], method: str) -> dict[str, Any]:
    document = _totalled(document)
    placed = dt.datetime.fromisoformat(document["placed_at"])
    payment = {
        "status": "paid", "method": method, "transaction_no": f"T-{document['channel_order_no']}",
        "paid_cents": document["payable_cents"], "settled_at": _said(placed + dt.timedelta(seconds=20)),
    }  # fmt: skip
    return document | {"payment": payment}


def _unpaid(document: dict[str, Any]) -> dict[str, Any]:
    return _totalled(document) | {"payment": {"status": "unpaid", "method": "alipay"}}


def _said(instant: dt.datetime) -> str:
    return instant.isoformat(timespec="seconds")
