"""What notices say: the texts that come with Gatehouse, and how what is known is put into them."""

from __future__ import annotations

from collections.abc import Mapping

# {order_no} is put in, {waybill_nos} into what tells of a shipment; into what is told together {until}, {count} and
# {by_channel} are.
SHIPPED: Mapping[str, Mapping[str, str]] = {
    "order-released": {
        "zh": "您的订单 {order_no} 已审核通过, 正在备货发出。",
        "en": "Your order {order_no} is approved and being packed.",
    },
    "order-shipped": {
        "zh": "您的订单 {order_no} 已发货, 运单号 {waybill_nos}。",
        "en": "Your order {order_no} is on its way: {waybill_nos}.",
    },
    "payment-processing": {
        "zh": "您的订单 {order_no} 支付处理中, 可为您保留库存 1 小时。",
        "en": "The payment of your order {order_no} is being processed; we keep its goods for an hour.",
    },
    "payment-failed": {
        "zh": "您的订单 {order_no} 支付未成功, 可为您保留库存 1 小时, 请重新支付。",
        "en": "The payment of your order {order_no} failed; we keep its goods for an hour, please pay again.",
    },
    "order-urgent": {
        "zh": "加急订单 {order_no} 已接收, 请优先处理。",
        "en": "Urgent order {order_no} has come in; please take it first.",
    },
    "order-exception": {
        "zh": "订单 {order_no} 异常, 请到异常订单池处理。",
        "en": "Order {order_no} is held; please see the exception pool.",
    },
    "no-answer": {
        "zh": "您的订单 {order_no} 需要电话确认, 我们几次都没能联系到您, 明天 9 点会再打来, 您也可以随时联系客服。",
        "en": "We could not reach you about your order {order_no}. We call again at 9 tomorrow; call us any time.",
    },
    "orders-accepted": {
        "zh": "截至 {until} 新接 {count} 单: {by_channel}。",
        "en": "{count} new orders until {until}: {by_channel}.",
    },
    "replenishment": {
        "zh": "订单 {order_no} 有商品缺货, 请尽快补货。",
        "en": "Order {order_no} is short of goods; please replenish.",
    },
    "backorder": {
        "zh": "您的订单 {order_no} 部分商品暂缺, 到货后补发, 随单附赠小礼品。",
        "en": "Some goods of your order {order_no} follow as soon as they are in, with a small gift.",
    },
}
LANGUAGE = "zh"  # buyers and desks of the shipped rules read Chinese


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known put in; braces of other names stay (`format` would trip over them)."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
