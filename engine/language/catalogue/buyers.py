"""Facts about who pays, and what the store knows of their past."""

from __future__ import annotations

from engine.language.facts import Fact, Scene
from engine.phones import phone_key


def _age_days(scene: Scene) -> int | None:
    registered_at = scene.order.buyer.registered_at
    return (scene.order.placed_at - registered_at).days if registered_at else None


FACTS = (
    Fact("buyer.id", "text", "买家编号", "Buyer id", lambda s, _: s.order.buyer.id, sample="b-8812"),
    Fact("buyer.name", "text", "买家姓名", "Buyer name", lambda s, _: s.order.buyer.name),
    Fact("buyer.phone", "text", "买家电话", "Buyer phone", lambda s, _: phone_key(s.order.buyer.phone),
         help_zh="只留数字, 不含 +86 和分机", help_en="Digits only, without +86 and extension"),
    Fact("buyer.level", "text", "买家等级", "Buyer level", lambda s, _: s.order.buyer.level),
    Fact("buyer.tags", "set", "买家标签", "Buyer tags", lambda s, _: frozenset(s.order.buyer.tags), always=True),
    Fact("buyer.age_days", "int", "账号年龄", "Account age", lambda s, _: _age_days(s), "days"),
    Fact("buyer.paid_orders", "int", "历史已付订单数", "Paid orders before", lambda s, _: s.world.history.paid_orders,
         least=0),
    Fact("buyer.orders_1h", "int", "1 小时内订单数", "Orders in the last hour", lambda s, _: s.world.history.orders_1h,
         least=0),
    Fact("buyer.orders_24h", "int", "24 小时内订单数", "Orders in the last day",
         lambda s, _: s.world.history.orders_24h, least=0),
    Fact("buyer.orders_30d", "int", "30 天内订单数", "Orders in 30 days", lambda s, _: s.world.history.orders_30d,
         least=0),
    Fact("buyer.refund_rate_percent", "int", "退款率", "Refund rate",
         lambda s, _: s.world.history.refund_rate_percent, "%", help_zh="不足 5 单时为空",
         help_en="Absent under 5 orders", least=0),
    Fact("buyer.distinct_receivers_24h", "int", "24 小时内不同收货人数", "Distinct receivers in a day",
         lambda s, _: s.world.history.distinct_receivers_24h, least=0),
)  # fmt: skip
