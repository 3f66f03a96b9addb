"""Facts about the order as a whole, the supply for it, and the moment of deciding."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine import merging
from engine.language.facts import Fact, Scene, date_value
from engine.order import Line


@lru_cache(64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _placed(scene: Scene) -> dt.datetime:
    return scene.order.placed_at.astimezone(_zone(scene.world.time_zone))


def _now(scene: Scene) -> dt.datetime:
    return scene.now.astimezone(_zone(scene.world.time_zone))


def _weight_g(scene: Scene) -> int | None:
    """None when a sku is unknown: a partial sum would be a guess."""
    weights = [_line_weight_g(scene, line) for line in scene.order.lines]
    return None if any(weight is None for weight in weights) else sum(weights)  # type: ignore[arg-type]


def _line_weight_g(scene: Scene, line: Line) -> int | None:
    sku = scene.world.skus.get(line.sku)
    return sku.weight_g * line.quantity if sku else None


def _channel(scene: Scene, name: str) -> str | bool | int | None:
    channel = scene.world.reference.channels.get(scene.order.channel)
    return getattr(channel, name) if channel else None


def _ship_not_before(scene: Scene) -> int | None:
    day = scene.plan.ship_not_before or scene.order.delivery.ship_not_before
    return date_value(day) if day else None


_LEVELS = (("standard", "普通", "Standard"), ("next_day", "次日达", "Next day"), ("same_day", "当日达", "Same day"))
_METHODS = (
    ("ship", "快递", "Ship"),
    ("pickup", "自提", "Pickup"),
    ("rider", "骑手", "Rider"),
    ("none", "无需配送", "None"),
)
_PRIORITIES = (("normal", "普通", "Normal"), ("urgent", "加急", "Urgent"))
_PRICING = (("channel", "平台", "Channel"), ("gatehouse", "本系统", "Gatehouse"))

FACTS = (
    Fact("order.channel", "text", "渠道", "Channel", lambda s, _: s.order.channel, always=True, sample="taobao"),
    Fact("order.pricing", "choice", "优惠由谁计算", "Who prices",
         lambda s, _: _channel(s, "pricing"), choices=_PRICING),
    Fact("order.reserve_on", "choice", "何时占库存", "Reserves on", lambda s, _: _channel(s, "reserve_on"),
         choices=(("placed", "下单", "Placing"), ("paid", "付款", "Payment"))),
    Fact("order.payment_guaranteed", "flag", "平台担保付款", "Payment guaranteed by platform",
         lambda s, _: _channel(s, "payment_guaranteed")),
    Fact("order.platform_forbids", "flag", "平台禁发", "Platform forbids shipping",
         lambda s, _: s.order.attributes.get("platform_forbids_shipping") is True, always=True,
         help_zh="渠道在订单 attributes 中给出 platform_forbids_shipping: true",
         help_en="The channel sent platform_forbids_shipping: true in the order's attributes"),
    Fact("order.release_after_minutes", "int", "渠道下发延迟", "Channel's release delay",
         lambda s, _: _channel(s, "release_after_minutes"), unit="minutes", least=0),
    Fact("order.currency", "text", "币种", "Currency", lambda s, _: s.order.currency, always=True, sample="CNY"),
    Fact("order.payable_cents", "money", "应付金额", "Payable", lambda s, _: s.plan.payable_cents, "cents", True,
         help_zh="优惠纠正后的应付, 取本环节开始时的值", help_en="As corrected when the stage began", sample=6970),
    Fact("order.posted_payable_cents", "money", "原始应付", "Payable as posted",
         lambda s, _: s.order.payable_cents, "cents", True, sample=6970),
    Fact("order.payable_base_cents", "money", "本位币应付", "Payable in base currency",
         lambda s, _: s.derived.get("order.payable_base_cents"), "cents", sample=6970),
    Fact("order.stated_minus_payable_cents", "money", "各项合计与应付之差", "Parts minus payable",
         lambda s, _: s.order.stated_total_cents - s.order.payable_cents, "cents", True, sample=0),
    Fact("order.goods_cents", "money", "商品金额", "Goods",
         lambda s, _: s.order.goods_cents, "cents", True, sample=11970),
    Fact("order.shipping_cents", "money", "运费", "Shipping", lambda s, _: s.order.shipping_cents, "cents", True),
    Fact("order.item_count", "int", "件数", "Units",
         lambda s, _: sum(line.quantity for line in s.order.lines), always=True, least=0),
    Fact("order.line_count", "int", "行数", "Lines", lambda s, _: len(s.order.lines), always=True, least=1),
    Fact("order.coupon_count", "int", "券数", "Coupons", lambda s, _: len(s.order.coupons), always=True, least=0),
    Fact("order.weight_g", "weight", "重量", "Weight", lambda s, _: _weight_g(s), "g", sample=6000, least=0),
    Fact("order.remark", "text", "买家留言", "Buyer's remark",
         lambda s, _: s.order.remark or None, sample="请尽快发货"),
    Fact("order.seller_memo", "text", "卖家备注", "Seller's memo", lambda s, _: s.order.seller_memo or None),
    Fact("order.service_level", "choice", "时效要求", "Service level", lambda s, _: s.order.delivery.service_level,
         always=True, choices=_LEVELS),
    Fact("order.delivery_method", "choice", "配送方式", "Delivery method", lambda s, _: s.order.delivery.method,
         always=True, choices=_METHODS),
    Fact("order.pickup_store", "text", "自提门店", "Pickup store", lambda s, _: s.order.delivery.pickup_store),
    Fact("order.deliver_on", "date", "期望送达日", "Wished delivery day",
         lambda s, _: date_value(day) if (day := s.plan.deliver_on or s.order.delivery.deliver_on) else None),
    Fact("order.ship_not_before", "date", "最早发货日", "Not to be shipped before", lambda s, _: _ship_not_before(s)),
    Fact("order.priority", "choice", "优先级", "Priority",
         lambda s, _: s.plan.priority, always=True, choices=_PRIORITIES),
    Fact("order.placed_hour", "int", "下单时刻(时)", "Hour of placing", lambda s, _: _placed(s).hour, "h", True,
         least=0, most=23),
    Fact("order.placed_weekday", "int", "下单星期", "Weekday of placing",
         lambda s, _: _placed(s).isoweekday(), always=True,
         help_zh="1 为星期一, 7 为星期日", help_en="1 is Monday, 7 is Sunday", least=1, most=7),
    Fact("order.placed_on_promotion_day", "flag", "下单日为大促日", "Placed on a promotion day",
         lambda s, _: _placed(s).date().isoformat() in s.world.items("promotion-days"), always=True),
    Fact("order.risk_score", "int", "风险分", "Risk score", lambda s, _: s.plan.risk_score, always=True, since="audit"),
    Fact("order.tags", "set", "标签", "Tags", lambda s, _: s.plan.tags, always=True),
    Fact("order.invoice_wanted", "flag", "需要发票", "Invoice wanted",
         lambda s, _: s.order.invoice is not None, always=True),
    Fact("order.ship_together", "flag", "要求不可拆分", "Must ship together", lambda s, _: s.plan.ship_together,
         always=True, since="payment"),
    Fact("order.wished_carrier", "text", "指定承运商", "Wished carrier", lambda s, _: s.plan.wished_carrier,
         since="payment"),
    Fact("order.similar_orders_10m", "int", "10 分钟内相似订单数", "Similar orders in ten minutes",
         lambda s, _: s.world.history.similar_orders_10m, least=0,
         help_zh="同地址、有同一商品, 且买家或收货人相同",
         help_en="To the same address, with a sku in common, by the same buyer or for the same receiver"),
    Fact("order.open_orders_alike", "int", "同买家未下发的订单数", "Orders of this buyer that have not left",
         lambda s, _: len(merging.alike(s.order, s.world)), always=True, least=0,
         help_zh="同渠道、买家、收货人和付款方式, 已审核未下发; 不含预售, 冷品不与常温品算在一起",
         help_en="Approved, of the same channel, buyer, receiver and kind of payment; no presale, no cold with dry"),
    Fact("order.needs_shipping", "flag", "需要发货", "Needs shipping",
         lambda s, _: s.derived.get("order.needs_shipping"), since="warehouse"),
    Fact("order.short_units", "int", "缺货件数", "Units nobody can fill",
         lambda s, _: s.derived.get("order.short_units"), since="warehouse",
         help_zh="所有可用仓合计仍无法满足的件数", help_en="What all open warehouses together cannot fill", least=0),
    Fact("order.available_units", "int", "可发件数", "Units that can be filled",
         lambda s, _: s.derived.get("order.available_units"), since="warehouse", least=0),
    Fact("order.fits_one_warehouse", "flag", "单仓可满足", "One warehouse can fill it",
         lambda s, _: s.derived.get("order.fits_one_warehouse"), since="warehouse"),
    Fact("order.open_warehouses", "int", "可用仓数", "Open warehouses",
         lambda s, _: s.derived.get("order.open_warehouses"), since="warehouse", least=0),
    Fact("order.short_restock_days", "int", "缺货到货天数", "Days until restock",
         lambda s, _: s.derived.get("order.short_restock_days"), "days", since="warehouse",
         help_zh="任一缺货商品无到货日或已停产时为空",
         help_en="Absent when a short sku has no date or is discontinued"),
    Fact("order.short_restock_on", "date", "缺货到货日", "Restock day of what is short",
         lambda s, _: s.derived.get("order.short_restock_on"), since="warehouse"),
    Fact("order.serving_services", "int", "可用快递产品数", "Services that can take it",
         lambda s, _: s.derived.get("order.serving_services"), since="carrier", least=0),
    Fact("order.uncovered", "flag", "无快递派送", "Nobody delivers there",
         lambda s, _: s.derived.get("order.uncovered"), since="carrier"),
    Fact("order.sla_missed", "flag", "时效均不达", "All services miss the level",
         lambda s, _: s.derived.get("order.sla_missed"), since="carrier"),
    Fact("order.earliest_arrival_on", "date", "最早可送达日", "Earliest possible arrival",
         lambda s, _: s.derived.get("order.earliest_arrival_on"), since="carrier",
         help_zh="现有货物全部送到的最早一天", help_en="The first day on which all that is there could have arrived"),
    Fact("order.freight_cents_min", "money", "最低运费", "Least freight",
         lambda s, _: s.derived.get("order.freight_cents_min"), "cents", since="carrier", least=0),
    Fact("order.shipment_count", "int", "发货单数", "Shipments", lambda s, _: len(s.plan.shipments), always=True,
         since="fulfilment", least=0),
    Fact("order.backorder_units", "int", "缺货后补件数", "Units on backorder",
         lambda s, _: sum(each.quantity for each in s.plan.backorders), always=True, since="fulfilment", least=0),
    Fact("now.hour", "int", "当前时刻(时)", "Hour now", lambda s, _: _now(s).hour, "h", True, least=0, most=23),
    Fact("now.weekday", "int", "当前星期", "Weekday now", lambda s, _: _now(s).isoweekday(), always=True,
         least=1, most=7),
    Fact("now.date", "date", "当前日期", "Date now", lambda s, _: date_value(_now(s).date()), always=True),
)  # fmt: skip
