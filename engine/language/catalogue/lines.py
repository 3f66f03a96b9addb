"""Facts about one line of the order and its sku."""

from __future__ import annotations

from typing import Any

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


def _sold_here(scene: Scene, line: Line) -> bool | None:
    sku = _sku(scene, line)
    return None if sku is None else sku.channels is None or scene.order.channel in sku.channels


def _sku_units(scene: Scene, line: Line) -> int:
    """Units of this line's sku over all lines that are not refunded: a limit is not dodged by two lines."""
    return sum(each.quantity for each in scene.order.lines if each.sku == line.sku and each.refund_status == "none")


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
    Fact("line.line_no", "text", "行号", "Line no.", lambda s, line: line.line_no, always=True),
    Fact("line.sku", "text", "商品编码", "Sku", lambda s, line: line.sku or None, sample="LAUNDRY-2L"),
    Fact("line.known", "flag", "商品存在", "Sku is known", lambda s, line: _sku(s, line) is not None, always=True),
    Fact("line.title", "text", "商品名称", "Title", lambda s, line: line.title or None),
    Fact("line.kind", "choice", "行类型", "Kind", lambda s, line: line.kind, always=True, choices=_KINDS),
    Fact("line.quantity", "int", "数量", "Quantity", lambda s, line: line.quantity, always=True, least=1),
    Fact("line.unit_cents", "money", "单价", "Unit price", lambda s, line: line.unit_cents, "cents", True, least=0),
    Fact("line.net_unit_cents", "money", "折后单价", "Unit price after discounts",
         lambda s, line: s.derived.get(f"line.net_unit_cents:{line.line_no}"), "cents", since="fraud",
         help_zh="扣除行优惠和分摊的券之后, 向下取整",
         help_en="After the line's discount and its share of coupons, rounded down"),
    Fact("line.refund_status", "choice", "退款状态", "Refund status", lambda s, line: line.refund_status, always=True,
         choices=_REFUNDS),
    Fact("line.remark", "text", "行备注", "Line remark", lambda s, line: line.remark or None),
    Fact("line.category", "text", "品类", "Category", _of_sku("category"), sample="gift_card"),
    Fact("line.attributes", "set", "商品属性", "Attributes", _of_sku("attributes")),
    Fact("line.floor_cents", "money", "最低价", "Floor price", _of_sku("floor_cents"), "cents", least=0),
    Fact("line.discontinued", "flag", "已停产", "Discontinued", _of_sku("discontinued")),
    Fact("line.release_on", "date", "预售发售日", "Release day", _release_on),
    Fact("line.sold_here", "flag", "本渠道可售", "For sale on this channel", _sold_here),
    Fact("line.sku_units", "int", "该商品合计件数", "Units of this sku in the order", _sku_units, always=True, least=0),
    Fact("line.buyer_units_30d", "int", "买家 30 天件数", "Units this buyer ordered in 30 days", _units_30d, least=0),
    Fact("line.over_order_limit", "flag", "超单笔限购", "Over the limit per order",
         lambda s, line: _over(s, line, "limit_per_order", _sku_units(s, line))),
    Fact("line.over_buyer_limit", "flag", "超 30 天限购", "Over the buyer's 30-day limit",
         lambda s, line: _over(s, line, "limit_per_buyer_30d", _units_30d_with_this(s, line))),
)  # fmt: skip
