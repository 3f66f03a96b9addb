"""Facts about what came of an order's wishes once warehouses and services were chosen."""

from __future__ import annotations

from typing import Any

from engine.language.facts import Fact


def _outcome(name: str, type_: str, zh: str, en: str, **more: Any) -> Fact:
    return Fact(name, type_, zh, en, lambda s, _: s.derived.get(name), since="fulfilment", **more)


FACTS = (
    _outcome("order.carrier_wish_unmet", "flag", "指定快递未满足", "Another carrier than the wished one",
             help_zh="指定的承运商不送达，或贵出太多", help_en="The wished one does not go there, or costs far more",
             sample=False),
    _outcome("order.gift_units_short", "int", "缺少的赠品件数", "Gift units that could not go along", least=0,
             help_zh="发货仓里没有而不随单发出的；赠品不为此等货",
             help_en="Missing where the order ships from; nothing waits for them", sample=1),
    _outcome("order.mergeable_orders", "int", "可合单的订单数", "Orders that it could be merged with", least=0,
             help_zh="同仓、同日发货；本单有挂起或拆单时为 0",
             help_en="From the same warehouse on the same day; 0 for an order that waits or is split", sample=0),
    _outcome("order.ships_on", "date", "计划发货日", "Day on which it leaves",
             help_zh="几张发货单中最早的一天", help_en="The first day, where there are several shipments",
             sample=20261111),
    _outcome("order.freight_cents", "money", "实际运费", "Freight of all shipments", unit="cents", least=0,
             help_zh="付给快递的合计，以分计；没有快递发货单时为空",
             help_en="What carriers get in all, in cents; absent when no carrier is used", sample=1800),
    _outcome("order.unpaid_freight_percent", "int", "买家未付的运费占比", "Freight beyond what was paid for shipping",
             unit="%", least=0, help_zh="运费减去买家付的运费，占商品金额的百分比，向上取整",
             help_en="Freight less shipping paid, as a share of the goods, rounded up", sample=12),
    _outcome("order.split_added_cents", "money", "拆单多花的运费", "Freight that a split adds", unit="cents", least=0,
             help_zh="与一仓齐发相比；不拆单时为空", help_en="Over one shipment of it all; absent without a split",
             sample=600),
    _outcome("order.split_added_percent", "int", "拆单多花的运费占比", "Freight that a split adds, of the goods",
             unit="%", least=0, help_zh="占商品金额的百分比，向上取整", help_en="As a share of the goods, rounded up",
             sample=6),
    _outcome("order.one_place_restock_days", "int", "一仓可齐发的天数", "Days until one warehouse has it all",
             unit="days", least=0, help_zh="按预计到货日；不拆单或没有日期时为空",
             help_en="By restock dates; absent without a split, and where a date is missing", sample=4),
    _outcome("order.one_place_restock_on", "date", "一仓可齐发的日期", "Day on which one warehouse has it all",
             help_zh="按预计到货日，最早能由一仓发全的一天；不拆单或没有日期时为空",
             help_en="By restock dates, in the warehouse that is first; absent without a split or a date",
             sample=20261115),
)  # fmt: skip
