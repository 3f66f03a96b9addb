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
    _row("shipment.weight_g", "weight", "发货单重量", "Shipment weight", "g", "carrier", least=0),
    _row("shipment.units", "int", "发货单件数", "Shipment units", None, "carrier", least=0),
    _row("shipment.warehouse", "text", "发货仓", "Warehouse"),
    _row("shipment.carrier", "text", "承运商", "Carrier"),
    _row("shipment.service", "text", "时效产品", "Service"),
    _row("shipment.freight_cents", "money", "运费", "Freight", "cents", least=0),
    _row("shipment.distance_km", "int", "距离", "Distance", "km", least=0),
    _row("shipment.attributes", "set", "商品属性", "Attributes of its goods"),
)
