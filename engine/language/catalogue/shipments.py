"""Facts about one planned shipment. Carrier rules see the order's would-be shipment; later stages each chosen one."""

from __future__ import annotations

from typing import Any

from engine.language.facts import Fact, Scene


def _row(
    name: str, type_: str, zh: str, en: str, unit: str | None = None, since: str = "fulfilment", **more: Any
) -> Fact:
    def state(scene: Scene, part: Any) -> Any:
        return part.get(name)

    return Fact(name, type_, zh, en, state, unit, since=since, **more)


FACTS = (
    _row("shipment.weight_g", "weight", "发货单重量", "Shipment weight", "g", "carrier", least=0,
         help_zh="货物净重，以克计；快递环节为整单，之后为每张发货单",
         help_en="Goods without packing, in grams; of the whole order at the carrier stage, of each shipment later",
         sample=6450),
    _row("shipment.units", "int", "发货单件数", "Shipment units", None, "carrier", least=0,
         help_zh="快递环节为整单应发件数，之后为每张发货单的",
         help_en="Of the whole order at the carrier stage, of each shipment later", sample=3),
    _row("shipment.warehouse", "text", "发货仓", "Warehouse",
         help_zh="选定的发货仓编码", help_en="The code of the warehouse that was chosen", sample="SH1"),
    _row("shipment.carrier", "text", "承运商", "Carrier",
         help_zh="选定的承运商编码；自提时为空",
         help_en="The code of the carrier that was chosen; absent for pickup", sample="SF"),
    _row("shipment.service", "text", "时效产品", "Service",
         help_zh="选定的快递产品编码；自提时为空",
         help_en="The code of the service that was chosen; absent for pickup", sample="SF-AIR"),
    _row("shipment.freight_cents", "money", "运费", "Freight", "cents", least=0,
         help_zh="付给快递的，以分计；自提为 0", help_en="What the carrier gets, in cents; 0 for pickup",
         sample=1800),
    _row("shipment.distance_km", "int", "距离", "Distance", "km", least=0,
         help_zh="从仓到收货地的直线公里数；地址无法定位时为空",
         help_en="From warehouse to receiver as the crow flies, in km; absent when a place cannot be found",
         sample=168),
    _row("shipment.attributes", "set", "商品属性", "Attributes of its goods",
         help_zh="其中任一商品有的都算，如 fragile；没有时为空集",
         help_en="Whatever any of its skus has, such as fragile; an empty set when none has",
         sample=frozenset({"fragile"})),
)
