"""Values that are known for facts whose type does not list them: what a form proposes, while others may be typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from admin.labels import ATTRIBUTES
from admin.languages import either
from admin.names import Names
from engine.routing.divisions import atlas
from engine.service import Gatehouse

_MOST = 1000

_PROVINCES_IN_ENGLISH = {
    "北京市": "Beijing", "天津市": "Tianjin", "河北省": "Hebei", "山西省": "Shanxi", "内蒙古自治区": "Inner Mongolia",
    "辽宁省": "Liaoning", "吉林省": "Jilin", "黑龙江省": "Heilongjiang", "上海市": "Shanghai", "江苏省": "Jiangsu",
    "浙江省": "Zhejiang", "安徽省": "Anhui", "福建省": "Fujian", "江西省": "Jiangxi", "山东省": "Shandong",
    "河南省": "Henan", "湖北省": "Hubei", "湖南省": "Hunan", "广东省": "Guangdong", "广西壮族自治区": "Guangxi",
    "海南省": "Hainan", "重庆市": "Chongqing", "四川省": "Sichuan", "贵州省": "Guizhou", "云南省": "Yunnan",
    "西藏自治区": "Tibet", "陕西省": "Shaanxi", "甘肃省": "Gansu", "青海省": "Qinghai", "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang", "台湾省": "Taiwan", "香港特别行政区": "Hong Kong", "澳门特别行政区": "Macao",
}  # fmt: skip

Value = dict[str, str]
Source = Callable[[Gatehouse, Names], Iterable[Value]]


def known_values(fact: str, gatehouse: Gatehouse, names: Names) -> list[Value]:
    """`{value, label, note}` of what a fact's value may be; empty where that is not known."""
    source = _SOURCES.get(fact)
    return list(source(gatehouse, names)) if source else []


def _named(codes: Mapping[str, str]) -> list[Value]:
    return [{"value": code, "label": code, "note": name if name != code else ""} for code, name in codes.items()]


def _provinces(gatehouse: Gatehouse, names: Names) -> list[Value]:
    provinces = atlas().children("")
    return [{"value": each.name, "label": each.name, "note": _province_note(each.name)} for each in provinces]


def _province_note(name: str) -> str:
    return either(("", _PROVINCES_IN_ENGLISH.get(name, "")))


def _skus(gatehouse: Gatehouse, names: Names) -> list[Value]:
    items = gatehouse.reference.list("skus", limit=_MOST)["items"]
    return [{"value": each["code"], "label": each["code"], "note": str(each.get("title") or "")} for each in items]


def _categories(gatehouse: Gatehouse, names: Names) -> list[Value]:
    items = gatehouse.reference.list("skus", limit=_MOST)["items"]
    categories = {each["category"] for each in items if each.get("category")}
    return [{"value": each, "label": each} for each in sorted(categories)]


def _attributes(gatehouse: Gatehouse, names: Names) -> list[Value]:
    return [{"value": code, "label": code, "note": str(label)} for code, label in ATTRIBUTES.items()]


def _tags(gatehouse: Gatehouse, names: Names) -> list[Value]:
    """Those that live rules put on orders."""
    rulesets = gatehouse.rulebooks.live().rulebook.rulesets.values()
    effects: Iterable[Any] = (effect for each in rulesets for rule in each.all_rules for effect in rule.then)
    tags = {effect.params["name"] for effect in effects if effect.do == "tag"}
    return [{"value": each, "label": each} for each in sorted(str(tag) for tag in tags)]


_SOURCES: Mapping[str, Source] = {
    "order.channel": lambda gatehouse, names: _named(names.channels),
    "order.tags": _tags,
    "order.wished_carrier": lambda gatehouse, names: _named(names.carriers),
    "order.pickup_store": lambda gatehouse, names: _named(names.warehouses),
    "receiver.province": _provinces,
    "line.sku": _skus,
    "line.category": _categories,
    "line.attributes": _attributes,
    "warehouse.code": lambda gatehouse, names: _named(names.warehouses),
    "warehouse.province": _provinces,
    "warehouse.attributes": _attributes,
    "service.code": lambda gatehouse, names: _named(names.services),
    "service.carrier": lambda gatehouse, names: _named(names.carriers),
    "service.warehouse": lambda gatehouse, names: _named(names.warehouses),
    "service.attributes": _attributes,
    "shipment.warehouse": lambda gatehouse, names: _named(names.warehouses),
    "shipment.carrier": lambda gatehouse, names: _named(names.carriers),
    "shipment.service": lambda gatehouse, names: _named(names.services),
    "shipment.attributes": _attributes,
}  # fmt: skip
