"""Facts about candidates: a warehouse for the order, a carrier's service from a warehouse.

`engine.routing` works them out; the part that is judged is the mapping of its values by fact name.
"""

from __future__ import annotations

from typing import Any

from engine.language.facts import Fact, Scene


def _row(name: str, type_: str, zh: str, en: str, since: str, unit: str | None = None, **more: Any) -> Fact:
    def state(scene: Scene, part: Any) -> Any:
        return part.get(name)

    return Fact(name, type_, zh, en, state, unit, since=since, **more)


_LEVELS = (("standard", "普通", "Standard"), ("next_day", "次日达", "Next day"), ("same_day", "当日达", "Same day"))
_KINDS = (("warehouse", "仓库", "Warehouse"), ("store", "门店", "Store"))

FACTS = (
    _row("warehouse.code", "text", "仓库编码", "Warehouse", "warehouse", always=True, sample="SH1"),
    _row("warehouse.kind", "choice", "类型", "Kind", "warehouse", always=True, choices=_KINDS),
    _row("warehouse.province", "text", "仓库省份", "Warehouse province", "warehouse", always=True),
    _row("warehouse.city", "text", "仓库城市", "Warehouse city", "warehouse", always=True),
    _row("warehouse.priority", "int", "仓库优先级", "Warehouse priority", "warehouse", always=True),
    _row("warehouse.distance_km", "int", "距离", "Distance", "warehouse", "km", least=0),
    _row("warehouse.available_units", "int", "可发件数", "Units it can fill", "warehouse", always=True, least=0),
    _row("warehouse.fills_all", "flag", "可独立满足", "Fills the whole order", "warehouse", always=True),
    _row("warehouse.attributes", "set", "仓库能力", "Attributes", "warehouse", always=True),
    _row("service.code", "text", "时效产品", "Service", "carrier", always=True, sample="SF-AIR"),
    _row("service.carrier", "text", "承运商", "Carrier", "carrier", always=True, sample="SF"),
    _row("service.level", "choice", "时效", "Level", "carrier", always=True, choices=_LEVELS),
    _row("service.warehouse", "text", "发货仓", "From warehouse", "carrier", always=True),
    _row("service.freight_cents", "money", "运费", "Freight", "carrier", "cents", least=0),
    _row("service.days", "int", "运输天数", "Transit days", "carrier", "days", least=0),
    _row("service.arrives_on", "date", "到货日", "Day of arrival", "carrier"),
    _row("service.attributes", "set", "可承运", "Takes", "carrier", always=True),
)
