"""Facts about one line of the order and its sku."""

from __future__ import annotations

from typing import Any

from engine.decision import ComponentLine
from engine.goods import judged
from engine.language.facts import Fact, Scene, date_value
from engine.order import Line
from engine.world import Sku


def _sku(scene: Scene, line: Line) -> Sku | None:
    return scene.world.skus.get(line.sku)


def _of_sku(name: str) -> Any:
    def state(scene: Scene, line: Line) -> Any:
        sku = _sku(scene, line)
        return getattr(sku, name) if sku else None

    return state


def _component(scene: Scene, line: Line) -> ComponentLine | None:
    """What the line is of a bundle; None for a line as ordered."""
    return next((each for each in scene.plan.components if each.line.line_no == line.line_no), None)


def _bundle(scene: Scene, line: Line) -> str | None:
    component = _component(scene, line)
    return component.bundle if component else None


def _channel_sku(scene: Scene, line: Line) -> str | None:
    return next((each.code for each in scene.plan.aliased if each.line_no == line.line_no), None)


def _floor_cents(scene: Scene, line: Line) -> int | None:
    """That of a bundle stands for those of its components."""
    component, sku = _component(scene, line), _sku(scene, line)
    if component is not None and scene.world.skus[component.bundle].floor_cents is not None:
        return None
    return sku.floor_cents if sku else None


def _sold_here(scene: Scene, line: Line) -> bool | None:
    """What is sold is the bundle: a component may well be for sale nowhere by itself."""
    sku = _sku(scene, line) if _component(scene, line) is None else None
    return None if sku is None else sku.channels is None or scene.order.channel in sku.channels


def _sku_units(scene: Scene, line: Line) -> int:
    """Units of this line's sku over all lines not refunded: a limit is not dodged by two lines, or a bundle."""
    lines = judged(scene.order, scene.plan.components)
    return sum(each.quantity for each in lines if each.sku == line.sku and each.refund_status == "none")


def _units_30d(scene: Scene, line: Line) -> int | None:
    if scene.order.buyer.id is None:
        return None
    return scene.world.history.units_30d.get(line.sku, 0)


def _over(scene: Scene, line: Line, limit_name: str, units: int | None) -> bool | None:
    sku = _sku(scene, line)
    limit = getattr(sku, limit_name) if sku else None
    return None if limit is None or units is None else units > limit


def _units_30d_with_this(scene: Scene, line: Line) -> int | None:
    before = _units_30d(scene, line)
    return None if before is None else before + _sku_units(scene, line)


def _release_on(scene: Scene, line: Line) -> int | None:
    sku = _sku(scene, line)
    return date_value(sku.release_on) if sku and sku.release_on else None


_KINDS = (
    ("normal", "普通", "Normal"),
    ("gift", "赠品", "Gift"),
    ("presale", "预售", "Presale"),
    ("service", "服务", "Service"),
    ("virtual", "虚拟", "Virtual"),
)
_REFUNDS = (("none", "无", "None"), ("requested", "申请中", "Requested"), ("refunded", "已退款", "Refunded"))

FACTS = (
    Fact("line.line_no", "text", "行号", "Line no.", lambda s, line: line.line_no, always=True,
         help_zh="订单里行的编号，各行不同", help_en="The line's number in the order, each its own", sample="1"),
    Fact("line.sku", "text", "商品编码", "Sku", lambda s, line: line.sku or None, sample="LAUNDRY-2L",
         help_zh="我们的编码；渠道没有给出时为空", help_en="Our own code; absent when the channel sent none"),
    Fact("line.channel_sku", "text", "平台商品编码", "Channel's code", _channel_sku, sample="TB-7718",
         help_zh="渠道报来、经对照表换成我们编码的那个；没有换过时为空",
         help_en="The code that the channel sent, where its aliases turned it into ours; absent otherwise"),
    Fact("line.bundle", "text", "所属套装", "Bundle", _bundle, sample="BUNDLE-CARE",
         help_zh="套装拆成的行：套装的编码；下单时的行为空",
         help_en="For a line that a bundle came apart into: the bundle's sku; absent for a line as ordered"),
    Fact("line.is_bundle", "flag", "是套装", "Is a bundle", lambda s, line: bool(_of_sku("components")(s, line)),
         always=True, sample=False,
         help_zh="商品档案里由别的商品组成；发的是其中的商品",
         help_en="The sku is made of others, and those are what is shipped"),
    Fact("line.known", "flag", "商品存在", "Sku is known", lambda s, line: _sku(s, line) is not None, always=True,
         help_zh="编码在商品档案里；为否时档案类的事实都为空",
         help_en="The code is among our skus; when false, facts of the sku are absent", sample=True),
    Fact("line.title", "text", "商品名称", "Title", lambda s, line: line.title or None,
         help_zh="渠道展示给买家的名称；没给时为空",
         help_en="As the channel showed it to the buyer; absent when it sent none", sample="深层洁净洗衣液 2L"),
    Fact("line.kind", "choice", "行类型", "Kind", lambda s, line: line.kind, always=True, choices=_KINDS,
         help_zh="虚拟和服务的行不发货，赠品缺货不影响发货",
         help_en="Virtual and service lines never ship; a gift holds nothing up", sample="normal"),
    Fact("line.quantity", "int", "数量", "Quantity", lambda s, line: line.quantity, always=True, least=1,
         help_zh="这一行的件数；同一商品有几行时另看合计件数",
         help_en="Units on this line alone; another fact adds up a sku's lines", sample=3),
    Fact("line.unit_cents", "money", "单价", "Unit price", lambda s, line: line.unit_cents, "cents", True, least=0,
         help_zh="优惠之前每件的价格，以分计", help_en="Before any discount, in cents a unit", sample=3990),
    Fact("line.net_unit_cents", "money", "折后单价", "Unit price after discounts",
         lambda s, line: s.derived.get(f"line.net_unit_cents:{line.line_no}"), "cents", since="fraud",
         help_zh="扣除行优惠和分摊的券之后，向下取整；套装里的商品按各自最低价分摊套装的价钱",
         help_en="After the line's discount and its share of coupons, rounded down; components share their bundle's "
                 "price by their floor prices", sample=2323),
    Fact("line.refund_status", "choice", "退款状态", "Refund status", lambda s, line: line.refund_status, always=True,
         choices=_REFUNDS,
         help_zh="这一行在渠道的退款进度；已退款的行不发货",
         help_en="On the channel; a refunded line is not shipped", sample="none"),
    Fact("line.remark", "text", "行备注", "Line remark", lambda s, line: line.remark or None,
         help_zh="买家对这一行写的话；没写时为空",
         help_en="The buyer's words about this line; absent when there are none", sample="刻字: 生日快乐"),
    Fact("line.category", "text", "品类", "Category", _of_sku("category"), sample="gift_card",
         help_zh="商品档案里的品类编码；商品未知时为空",
         help_en="The category's code from the sku; absent for an unknown sku"),
    Fact("line.attributes", "set", "商品属性", "Attributes", _of_sku("attributes"),
         help_zh="如 cold、fragile、hazardous，决定仓和快递；商品未知时为空",
         help_en="Such as cold, fragile, hazardous: they decide on warehouse and carrier; absent for an unknown sku",
         sample=frozenset({"fragile"})),
    Fact("line.floor_cents", "money", "最低价", "Floor price", _floor_cents, "cents", least=0,
         help_zh="每件不得低于此价，以分计；没有设定或商品未知时为空；套装设了的话，其中的商品为空",
         help_en="In cents a unit; absent when none is set or the sku is unknown, and in a bundle that has its own",
         sample=1900),
    Fact("line.discontinued", "flag", "已停产", "Discontinued", _of_sku("discontinued"),
         help_zh="不会再进货；现货仍可卖；商品未知时为空",
         help_en="No more will come in, stock may still be sold; absent for an unknown sku", sample=False),
    Fact("line.release_on", "date", "预售发售日", "Release day", _release_on,
         help_zh="此日之前为预售；不是预售或商品未知时为空",
         help_en="Presale until then; absent for other goods and unknown skus", sample=20261201),
    Fact("line.sold_here", "flag", "本渠道可售", "For sale on this channel", _sold_here,
         help_zh="商品档案未限定渠道，或包括本渠道；商品未知时为空；套装里的商品也为空，卖的是套装",
         help_en="The sku names no channels, or this one among them; absent for an unknown sku and in a bundle, for it "
                 "is the bundle that is sold", sample=True),
    Fact("line.sku_units", "int", "该商品合计件数", "Units of this sku in the order", _sku_units, always=True, least=0,
         help_zh="同一商品所有未申请退款的行相加，套装里的也算",
         help_en="Over all its lines of which no refund is asked, those in bundles too", sample=3),
    Fact("line.buyer_units_30d", "int", "买家 30 天件数", "Units this buyer ordered in 30 days", _units_30d, least=0,
         help_zh="下单前 30 天内按下单的行计，不含本单；套装只算套装；没有买家编号时为空",
         help_en="As ordered before placing, without this order; a bundle counts as itself; absent without a buyer id",
         sample=2),
    Fact("line.over_order_limit", "flag", "超单笔限购", "Over the limit per order",
         lambda s, line: _over(s, line, "limit_per_order", _sku_units(s, line)),
         help_zh="合计件数超过商品的单笔限购；没有限购时为空",
         help_en="The sku's units in the order exceed its limit; absent where there is none", sample=False),
    Fact("line.over_buyer_limit", "flag", "超 30 天限购", "Over the buyer's 30-day limit",
         lambda s, line: _over(s, line, "limit_per_buyer_30d", _units_30d_with_this(s, line)),
         help_zh="30 天内连同本单超过限购；没有限购或没有买家编号时为空",
         help_en="With this order, over 30 days; absent without a limit or a buyer id", sample=False),
)  # fmt: skip
