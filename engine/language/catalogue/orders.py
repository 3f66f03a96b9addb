"""Facts about the order as a whole, the supply for it, and the moment of deciding."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine import merging
from engine.goods import picked
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
    weights = [_line_weight_g(scene, line) for line in picked(scene.order, scene.plan.components)]
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
    Fact("order.channel", "text", "渠道", "Channel", lambda s, _: s.order.channel, always=True, sample="taobao",
         help_zh="渠道编码，不是店铺名称，如 taobao",
         help_en="The channel's code, not the shop's name, such as taobao"),
    Fact("order.pricing", "choice", "优惠由谁计算", "Who prices",
         lambda s, _: _channel(s, "pricing"), choices=_PRICING,
         help_zh="本系统计价的渠道由我们纠正券；渠道未建档时为空",
         help_en="Coupons are put right only where Gatehouse prices; absent for a channel nobody has set up",
         sample="channel"),
    Fact("order.reserve_on", "choice", "何时占库存", "Reserves on", lambda s, _: _channel(s, "reserve_on"),
         choices=(("placed", "下单", "Placing"), ("paid", "付款", "Payment")),
         help_zh="从哪一刻起为订单留货；渠道未建档时为空",
         help_en="From which moment units are kept for the order; absent for a channel nobody has set up",
         sample="paid"),
    Fact("order.payment_guaranteed", "flag", "平台担保付款", "Payment guaranteed by platform",
         lambda s, _: _channel(s, "payment_guaranteed"),
         help_zh="货款由平台代管，已付即已收到；渠道未建档时为空",
         help_en="The platform holds the money, so paid means received; absent for a channel nobody has set up",
         sample=True),
    Fact("order.platform_forbids", "flag", "平台禁发", "Platform forbids shipping",
         lambda s, _: s.order.attributes.get("platform_forbids_shipping") is True, always=True,
         help_zh="渠道在订单 attributes 中给出 platform_forbids_shipping: true",
         help_en="The channel sent platform_forbids_shipping: true in the order's attributes", sample=False),
    Fact("order.release_after_minutes", "int", "渠道下发延迟", "Channel's release delay",
         lambda s, _: _channel(s, "release_after_minutes"), unit="minutes", least=0,
         help_zh="审核通过后等多少分钟才下发，给买家反悔的时间；渠道未建档时为空",
         help_en="Minutes between approval and the warehouse; absent for a channel nobody has set up", sample=10),
    Fact("order.currency", "text", "币种", "Currency", lambda s, _: s.order.currency, always=True, sample="CNY",
         help_zh="三位字母的币种代码；订单里的金额都是这个币种",
         help_en="Three letters; the order's own amounts are in it"),
    Fact("order.payable_cents", "money", "应付金额", "Payable", lambda s, _: s.plan.payable_cents, "cents", True,
         help_zh="优惠纠正后的应付，取本环节开始时的值", help_en="As corrected when the stage began", sample=6970),
    Fact("order.posted_payable_cents", "money", "原始应付", "Payable as posted",
         lambda s, _: s.order.payable_cents, "cents", True, sample=6970,
         help_zh="渠道报来的数，以订单币种的分计，不受券的纠正影响",
         help_en="In cents of the order's currency as the channel sent it, whatever coupons are put right later"),
    Fact("order.payable_base_cents", "money", "本位币应付", "Payable in base currency",
         lambda s, _: s.derived.get("order.payable_base_cents"), "cents", sample=6970,
         help_zh="原始应付折成人民币分，便于各币种用同一门槛；没有汇率时为空",
         help_en="The posted payable in fen, so one threshold serves all currencies; absent without a rate"),
    Fact("order.stated_minus_payable_cents", "money", "各项合计与应付之差", "Parts minus payable",
         lambda s, _: s.order.stated_total_cents - s.order.payable_cents, "cents", True, sample=0,
         help_zh="商品、券、运费、税和调整加起来减去应付，以分计；0 表示账对得上",
         help_en="Goods, coupons, shipping, tax and adjustment less the payable, in cents; 0 when the sums agree"),
    Fact("order.goods_cents", "money", "商品金额", "Goods",
         lambda s, _: s.order.goods_cents, "cents", True, sample=11970,
         help_zh="各行扣除行优惠之后、用券之前的合计，以分计",
         help_en="All lines after their own discounts and before coupons, in cents"),
    Fact("order.shipping_cents", "money", "运费", "Shipping", lambda s, _: s.order.shipping_cents, "cents", True,
         help_zh="向买家收的运费，以分计，未扣免邮券；不是付给快递的",
         help_en="What the buyer is charged, in cents, before shipping coupons; not what a carrier gets", sample=0),
    Fact("order.item_count", "int", "件数", "Units",
         lambda s, _: sum(line.quantity for line in picked(s.order, s.plan.components)), always=True, least=0,
         help_zh="要拣的件数：各行数量相加，套装按其中的商品数，赠品和已退款的行也算",
         help_en="Units to pick: all lines added up, bundles by what is in them, gifts and refunded lines too",
         sample=3),
    Fact("order.line_count", "int", "行数", "Lines", lambda s, _: len(s.order.lines), always=True, least=1,
         help_zh="下单时的行：同一商品分两行算两行，套装算一行",
         help_en="As ordered: a sku on two lines counts twice, a bundle once", sample=1),
    Fact("order.coupon_count", "int", "券数", "Coupons", lambda s, _: len(s.order.coupons), always=True, least=0,
         help_zh="订单带来的券，用了没用都算", help_en="Coupons that came with the order, applied or not", sample=1),
    Fact("order.weight_g", "weight", "重量", "Weight", lambda s, _: _weight_g(s), "g", sample=6000, least=0,
         help_zh="各行商品档案重量乘数量，套装按其中的商品，以克计，不含包装；有未知商品时为空",
         help_en="By the skus' own weights in grams, bundles by what is in them, without packing; absent where a sku "
                 "is unknown"),
    Fact("order.remark", "text", "买家留言", "Buyer's remark",
         lambda s, _: s.order.remark or None, sample="请尽快发货",
         help_zh="买家下单时写的原话；没写时为空", help_en="The buyer's own words; absent when there are none"),
    Fact("order.seller_memo", "text", "卖家备注", "Seller's memo", lambda s, _: s.order.seller_memo or None,
         help_zh="店员写的，与买家留言冲突时以它为准；没写时为空",
         help_en="Written by the shop's staff and outranks the remark; absent when empty",
         sample="周五前发出, 走顺丰"),
    Fact("order.service_level", "choice", "时效要求", "Service level", lambda s, _: s.order.delivery.service_level,
         always=True, choices=_LEVELS,
         help_zh="买家买的时效；没有要求时为普通",
         help_en="How fast the buyer paid for; standard where nothing was asked", sample="standard"),
    Fact("order.delivery_method", "choice", "配送方式", "Delivery method", lambda s, _: s.order.delivery.method,
         always=True, choices=_METHODS,
         help_zh="无需配送的订单（如虚拟商品）不选仓也不选快递",
         help_en="Orders with none, such as virtual goods, get neither warehouse nor carrier", sample="ship"),
    Fact("order.pickup_store", "text", "自提门店", "Pickup store", lambda s, _: s.order.delivery.pickup_store,
         help_zh="门店的编码，即类型为门店的仓；不是自提时为空",
         help_en="The store's code among warehouses; absent unless picked up", sample="ST-SH"),
    Fact("order.deliver_on", "date", "期望送达日", "Wished delivery day",
         lambda s, _: date_value(day) if (day := s.plan.deliver_on or s.order.delivery.deliver_on) else None,
         help_zh="订单上写的，或规则从留言得出的那天（优先）；没有要求时为空",
         help_en="From the order, or as rules took it from the remark, which goes first; absent when nobody asked",
         sample=20261116),
    Fact("order.ship_not_before", "date", "最早发货日", "Not to be shipped before", lambda s, _: _ship_not_before(s),
         help_zh="订单上写的，或前面环节的规则定下的（优先）；可随时发货时为空",
         help_en="From the order, or as rules of earlier stages set it; absent when it may leave any day",
         sample=20261114),
    Fact("order.priority", "choice", "优先级", "Priority",
         lambda s, _: s.plan.priority, always=True, choices=_PRIORITIES,
         help_zh="渠道给的，前面环节的规则可以改为加急",
         help_en="As the channel sent it or rules of earlier stages raised it", sample="normal"),
    Fact("order.placed_hour", "int", "下单时刻（时）", "Hour of placing", lambda s, _: _placed(s).hour, "h", True,
         least=0, most=23,
         help_zh="按本店时区，0 至 23", help_en="In the business time zone, 0 to 23", sample=10),
    Fact("order.placed_weekday", "int", "下单星期", "Weekday of placing",
         lambda s, _: _placed(s).isoweekday(), always=True,
         help_zh="1 为星期一，7 为星期日", help_en="1 is Monday, 7 is Sunday", least=1, most=7, sample=3),
    Fact("order.placed_on_promotion_day", "flag", "下单日为大促日", "Placed on a promotion day",
         lambda s, _: _placed(s).date().isoformat() in s.world.items("promotion-days"), always=True,
         help_zh="下单那天在名单 promotion-days 里；名单可随时编辑",
         help_en="The day is in the list promotion-days, which admins edit", sample=True),
    Fact("order.risk_score", "int", "风险分", "Risk score", lambda s, _: s.plan.risk_score, always=True, since="audit",
         help_zh="前面环节的规则加起来的分，没有规则加分时为 0",
         help_en="Points that rules of earlier stages added; 0 where none did", sample=20),
    Fact("order.red_holds", "int", "红色挂起数", "Red holds",
         lambda s, _: sum(hold.severity == "red" for hold in s.plan.holds), always=True, since="payment", least=0,
         help_zh="本环节开始时已有的红色挂起", help_en="Those that there were when the stage began", sample=1),
    Fact("order.tags", "set", "标签", "Tags", lambda s, _: s.plan.tags, always=True,
         help_zh="规则打上的标签；同一环节里打上的也看得到",
         help_en="Put on by rules, those of this very stage among them", sample=frozenset({"vip"})),
    Fact("order.invoice_wanted", "flag", "需要发票", "Invoice wanted",
         lambda s, _: s.order.invoice is not None, always=True,
         help_zh="订单带有发票资料", help_en="The order came with details for an invoice", sample=False),
    Fact("order.ship_together", "flag", "要求不可拆分", "Must ship together", lambda s, _: s.plan.ship_together,
         always=True, since="payment",
         help_zh="规则（多半因留言）定下的；为是时不拆成几个包裹",
         help_en="Set by rules, mostly for a remark; such an order is never split", sample=False),
    Fact("order.wished_carrier", "text", "指定承运商", "Wished carrier", lambda s, _: s.plan.wished_carrier,
         since="payment",
         help_zh="规则从留言里得出的承运商编码；买家没指定时为空",
         help_en="A carrier's code, as rules took it from the remark; absent when none was named", sample="SF"),
    Fact("order.similar_orders_10m", "int", "10 分钟内相似订单数", "Similar orders in ten minutes",
         lambda s, _: s.world.history.similar_orders_10m, least=0,
         help_zh="同地址、有同一商品，且买家或收货人相同",
         help_en="To the same address, with a sku in common, by the same buyer or for the same receiver", sample=0),
    Fact("order.open_orders_alike", "int", "同买家未下发的订单数", "Orders of this buyer that have not left",
         lambda s, _: len(merging.alike(s.order, s.world, s.plan)), always=True, least=0,
         help_zh="同渠道、买家、收货人和付款方式，已审核未下发；不含预售，冷品不与常温品算在一起",
         help_en="Approved, of the same channel, buyer, receiver and kind of payment; no presale, no cold with dry",
         sample=1),
    Fact("order.needs_shipping", "flag", "需要发货", "Needs shipping",
         lambda s, _: s.derived.get("order.needs_shipping"), since="warehouse",
         help_zh="全是虚拟、服务或已退款的行，或无需配送时为否",
         help_en="False for orders of only virtual, service or refunded lines, and for delivery method none",
         sample=True),
    Fact("order.short_units", "int", "缺货件数", "Units nobody can fill",
         lambda s, _: s.derived.get("order.short_units"), since="warehouse",
         help_zh="所有可用仓合计仍无法满足的件数", help_en="What all open warehouses together cannot fill", least=0,
         sample=2),
    Fact("order.available_units", "int", "可发件数", "Units that can be filled",
         lambda s, _: s.derived.get("order.available_units"), since="warehouse", least=0,
         help_zh="所有可用仓合计，不超过订购的件数；赠品不算",
         help_en="Over all open warehouses, never more than ordered; gifts do not count", sample=3),
    Fact("order.fits_one_warehouse", "flag", "单仓可满足", "One warehouse can fill it",
         lambda s, _: s.derived.get("order.fits_one_warehouse"), since="warehouse",
         help_zh="为否时只能拆单或缺货等待；赠品不算",
         help_en="When false it must be split or wait; gifts do not count", sample=True),
    Fact("order.open_warehouses", "int", "可用仓数", "Open warehouses",
         lambda s, _: s.derived.get("order.open_warehouses"), since="warehouse", least=0,
         help_zh="已启用、服务本渠道和本地址、来得及的仓，有没有货不论",
         help_en="Enabled, serving this channel and place, and in time; whatever their stock", sample=6),
    Fact("order.short_restock_days", "int", "缺货到货天数", "Days until restock",
         lambda s, _: s.derived.get("order.short_restock_days"), "days", since="warehouse",
         help_zh="任一缺货商品无到货日或已停产时为空",
         help_en="Absent when a short sku has no date or is discontinued", sample=5),
    Fact("order.short_restock_on", "date", "缺货到货日", "Restock day of what is short",
         lambda s, _: s.derived.get("order.short_restock_on"), since="warehouse",
         help_zh="几种缺货中最晚到的一天；任一种没有到货日或已停产时为空",
         help_en="The last one's, where several are short; absent when one has no date or is discontinued",
         sample=20261116),
    Fact("order.serving_services", "int", "可用快递产品数", "Services that can take it",
         lambda s, _: s.derived.get("order.serving_services"), since="carrier", least=0,
         help_zh="从有货的仓出发、不被任何条件排除的；自提和无需配送时为空",
         help_en="From warehouses with stock, excluded by nothing; absent for pickup and where nothing ships",
         sample=5),
    Fact("order.uncovered", "flag", "无快递派送", "Nobody delivers there",
         lambda s, _: s.derived.get("order.uncovered"), since="carrier",
         help_zh="没有一个快递产品派送到这个地址；自提和无需配送时为空",
         help_en="No service delivers to this address; absent for pickup and where nothing ships", sample=False),
    Fact("order.sla_missed", "flag", "时效均不达", "All services miss the level",
         lambda s, _: s.derived.get("order.sla_missed"), since="carrier",
         help_zh="能派送的产品都赶不上买家要的时效；自提和无需配送时为空",
         help_en="Of those that deliver, none is as fast as the buyer asked; absent for pickup and where nothing ships",
         sample=False),
    Fact("order.earliest_arrival_on", "date", "最早可送达日", "Earliest possible arrival",
         lambda s, _: s.derived.get("order.earliest_arrival_on"), since="carrier",
         help_zh="现有货物全部送到的最早一天", help_en="The first day on which all that is there could have arrived",
         sample=20261113),
    Fact("order.freight_cents_min", "money", "最低运费", "Least freight",
         lambda s, _: s.derived.get("order.freight_cents_min"), "cents", since="carrier", least=0,
         help_zh="可用产品中最便宜的报价，以分计；没有可用产品或报价时为空",
         help_en="The cheapest quote among services that can take it, in cents; absent where none can", sample=1200),
    Fact("order.shipment_count", "int", "发货单数", "Shipments", lambda s, _: len(s.plan.shipments), always=True,
         since="fulfilment", least=0,
         help_zh="选好仓和快递之后的张数；自提也算一张，都缺货时为 0",
         help_en="Once warehouses are chosen; a pickup counts as one, and 0 where nothing can be shipped", sample=1),
    Fact("order.backorder_units", "int", "缺货后补件数", "Units on backorder",
         lambda s, _: sum(each.quantity for each in s.plan.backorders), always=True, since="fulfilment", least=0,
         help_zh="不在这次发货单里、等货到再补的件数", help_en="Not in the planned shipments: they wait for stock",
         sample=0),
    Fact("now.hour", "int", "当前时刻（时）", "Hour now", lambda s, _: _now(s).hour, "h", True, least=0, most=23,
         help_zh="作出判断的时刻，按本店时区，0 至 23",
         help_en="When the order is judged, in the business time zone, 0 to 23", sample=10),
    Fact("now.weekday", "int", "当前星期", "Weekday now", lambda s, _: _now(s).isoweekday(), always=True,
         least=1, most=7,
         help_zh="作出判断的那天，1 为星期一，7 为星期日", help_en="The day of judging: 1 is Monday, 7 is Sunday",
         sample=3),
    Fact("now.date", "date", "当前日期", "Date now", lambda s, _: date_value(_now(s).date()), always=True,
         help_zh="作出判断的那天，按本店时区；挂起后重新判断时会变",
         help_en="The day of judging in the business time zone; a later one when a held order is judged again",
         sample=20261111),
)  # fmt: skip
