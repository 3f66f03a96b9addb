"""Facts about who pays, and what the store knows of their past."""

from __future__ import annotations

from engine.language.facts import Fact, Scene
from engine.phones import phone_key


def _age_days(scene: Scene) -> int | None:
    registered_at = scene.order.buyer.registered_at
    return (scene.order.placed_at - registered_at).days if registered_at else None


FACTS = (
    Fact("buyer.id", "text", "买家编号", "Buyer id", lambda s, _: s.order.buyer.id, sample="b-8812",
         help_zh="买家在该渠道的编号；门店和电话订单多为空",
         help_en="The channel's own number; mostly absent at a till or on the phone"),
    Fact("buyer.name", "text", "买家姓名", "Buyer name", lambda s, _: s.order.buyer.name,
         help_zh="付款人的姓名，可能不是收货人；渠道没给时为空",
         help_en="Who pays, maybe not who receives; absent when the channel sent none", sample="张伟"),
    Fact("buyer.phone", "text", "买家电话", "Buyer phone", lambda s, _: phone_key(s.order.buyer.phone),
         help_zh="只留数字，不含 +86 和分机", help_en="Digits only, without +86 and extension", sample="13800138000"),
    Fact("buyer.level", "text", "买家等级", "Buyer level", lambda s, _: s.order.buyer.level,
         help_zh="渠道自己的会员等级，各渠道写法不同；没给时为空",
         help_en="In the channel's own words, which differ; absent when it sent none", sample="gold"),
    Fact("buyer.tags", "set", "买家标签", "Buyer tags", lambda s, _: frozenset(s.order.buyer.tags), always=True,
         help_zh="渠道带来的买家标签，没有时为空集",
         help_en="As the channel sent them; an empty set when there are none", sample=frozenset({"vip"})),
    Fact("buyer.age_days", "int", "账号年龄", "Account age", lambda s, _: _age_days(s), "days",
         help_zh="从注册到下单的整天数；不知注册时间时为空",
         help_en="Whole days from registering to placing; absent when the former is unknown", sample=420),
    Fact("buyer.paid_orders", "int", "历史已付订单数", "Paid orders before", lambda s, _: s.world.history.paid_orders,
         least=0,
         help_zh="同渠道以前付过款的订单，不含本单和被拒的；没有买家编号时为空",
         help_en="Ever on this channel, without this one and rejected ones; absent without a buyer id", sample=6),
    Fact("buyer.orders_1h", "int", "1 小时内订单数", "Orders in the last hour", lambda s, _: s.world.history.orders_1h,
         least=0,
         help_zh="下单前 1 小时内，不含本单和被拒的；没有买家编号时为空",
         help_en="Before placing, without this one and rejected ones; absent without a buyer id", sample=0),
    Fact("buyer.orders_24h", "int", "24 小时内订单数", "Orders in the last day",
         lambda s, _: s.world.history.orders_24h, least=0,
         help_zh="下单前 24 小时内，不含本单和被拒的；没有买家编号时为空",
         help_en="In 24 hours before placing, without this one and rejected ones; absent without a buyer id",
         sample=1),
    Fact("buyer.orders_30d", "int", "30 天内订单数", "Orders in 30 days", lambda s, _: s.world.history.orders_30d,
         least=0,
         help_zh="下单前 30 天内，不含本单和被拒的；没有买家编号时为空",
         help_en="Before placing, without this one and rejected ones; absent without a buyer id", sample=2),
    Fact("buyer.refund_rate_percent", "int", "退款率", "Refund rate",
         lambda s, _: s.world.history.refund_rate_percent, "%", help_zh="不足 5 单时为空",
         help_en="Absent under 5 orders", least=0, sample=8),
    Fact("buyer.distinct_receivers_24h", "int", "24 小时内不同收货人数", "Distinct receivers in a day",
         lambda s, _: s.world.history.distinct_receivers_24h, least=0,
         help_zh="下单前 24 小时里这位买家寄给几个不同的人；没有买家编号时为空",
         help_en="To how many people this buyer sent in 24 hours before placing; absent without a buyer id",
         sample=1),
)  # fmt: skip
