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
    _row("warehouse.code", "text", "仓库编码", "Warehouse", "warehouse", always=True, sample="SH1",
         help_zh="在「仓库」里登记的编码", help_en="As it stands among the warehouses"),
    _row("warehouse.kind", "choice", "类型", "Kind", "warehouse", always=True, choices=_KINDS,
         help_zh="门店只管自提，仓库只管发货", help_en="Stores only hand over to who picks up, warehouses only ship",
         sample="warehouse"),
    _row("warehouse.province", "text", "仓库省份", "Warehouse province", "warehouse", always=True,
         help_zh="仓库所在地的标准名称，不是收货地", help_en="Where the goods are, not where they go",
         sample="上海市"),
    _row("warehouse.city", "text", "仓库城市", "Warehouse city", "warehouse", always=True,
         help_zh="仓库所在地的标准名称，不是收货地", help_en="Where the goods are, not where they go",
         sample="上海市"),
    _row("warehouse.priority", "int", "仓库优先级", "Warehouse priority", "warehouse", always=True,
         help_zh="管理员排的先后，数字小的优先", help_en="The admin's own order: lower goes first", sample=10),
    _row("warehouse.distance_km", "int", "距离", "Distance", "warehouse", "km", least=0,
         help_zh="到收货地的直线公里数；地址无法定位或没有收货人时为空",
         help_en="To the receiver as the crow flies, in km; absent when a place cannot be found", sample=168),
    _row("warehouse.available_units", "int", "可发件数", "Units it can fill", "warehouse", always=True, least=0,
         help_zh="本单所要的货里它能发的，不超过订购件数；赠品不算",
         help_en="Of what is ordered and never more than that; gifts do not count", sample=3),
    _row("warehouse.fills_all", "flag", "可独立满足", "Fills the whole order", "warehouse", always=True,
         help_zh="赠品以外的货它全都够；不必拆单",
         help_en="It has everything but perhaps gifts, so no split is needed", sample=True),
    _row("warehouse.attributes", "set", "仓库能力", "Attributes", "warehouse", always=True,
         help_zh="能存放的特殊货物，如 cold、hazardous、oversize",
         help_en="The special goods it can keep, such as cold, hazardous, oversize",
         sample=frozenset({"cold", "oversize"})),
    _row("service.code", "text", "时效产品", "Service", "carrier", always=True, sample="SF-AIR",
         help_zh="快递产品的编码，全部承运商中唯一", help_en="The service's code, unique over all carriers"),
    _row("service.carrier", "text", "承运商", "Carrier", "carrier", always=True, sample="SF",
         help_zh="承运商的编码，如 SF、ZTO、JD", help_en="The carrier's code, such as SF, ZTO or JD"),
    _row("service.level", "choice", "时效", "Level", "carrier", always=True, choices=_LEVELS,
         help_zh="这个产品承诺的快慢；买家要的另看订单的时效要求",
         help_en="What this service promises; what the buyer asked is the order's own", sample="next_day"),
    _row("service.warehouse", "text", "发货仓", "From warehouse", "carrier", always=True,
         help_zh="发货仓的编码；同一产品从每个仓各作一个候选",
         help_en="The warehouse's code; a service is a candidate once from each warehouse", sample="SH1"),
    _row("service.freight_cents", "money", "运费", "Freight", "carrier", "cents", least=0,
         help_zh="整单从该仓发出的报价，以分计；不派送或过重时为空",
         help_en="For the whole order from that warehouse, in cents; absent when not covered or too heavy",
         sample=1800),
    _row("service.days", "int", "运输天数", "Transit days", "carrier", "days", least=0,
         help_zh="运费表上发出到送达的天数；不派送时为空",
         help_en="From leaving to arriving by the rate card; absent when not covered", sample=1),
    _row("service.arrives_on", "date", "到货日", "Day of arrival", "carrier",
         help_zh="按截单时间算的发货日加运输天数；不派送时为空",
         help_en="The day it leaves, by cutoff times, plus transit; absent when not covered", sample=20261112),
    _row("service.attributes", "set", "可承运", "Takes", "carrier", always=True,
         help_zh="能收的特殊货物和代收，如 cod、cold、fragile",
         help_en="What special goods it takes, and cash on delivery: cod, cold, fragile",
         sample=frozenset({"cod", "fragile"})),
)
