"""What notices say: the texts that come with Gatehouse, and how what is known is put into them."""

from __future__ import annotations

from collections.abc import Mapping

# {order_no} is put in, {waybill_nos} into what tells of a shipment, {ship_by} into what must leave soon; into what is
# told together {until}, {count} and {by_channel} are, into what is said of the pool {at}, {count}, {overdue} and
# {urgent}, and into what tells an author {draft}, {stage} and {findings}.
SHIPPED: Mapping[str, Mapping[str, str]] = {
    "order-released": {
        "zh": "您的订单 {order_no} 已审核通过, 正在备货。",
        "en": "Your order {order_no} is approved and being packed.",
    },
    "pickup-ready": {
        "zh": "您的订单 {order_no} 已备好, 请凭订单号到店取货。",
        "en": "Your order {order_no} is ready; please come to the store and name its number.",
    },
    "order-shipped": {
        "zh": "您的订单 {order_no} 已发货, 运单号 {waybill_nos}。",
        "en": "Your order {order_no} is on its way: {waybill_nos}.",
    },
    "parcel-not-collected": {
        "zh": "您的订单 {order_no} 尚未被快递揽收, 我们正在催促, 抱歉让您久等。",
        "en": "The carrier has not collected your order {order_no} yet; we are on to it, and sorry for the delay.",
    },
    "parcel-no-scan": {
        "zh": "您的订单 {order_no} (运单号 {waybill_nos}) 物流暂无更新, 我们正在向快递核实。",
        "en": "There is no news of your order {order_no} ({waybill_nos}); we are asking the carrier.",
    },
    "parcel-returned": {
        "zh": "您的订单 {order_no} (运单号 {waybill_nos}) 已被退回, 客服会尽快与您联系。",
        "en": "Your order {order_no} ({waybill_nos}) came back to us; we will get in touch with you.",
    },
    "parcel-lost": {
        "zh": "很抱歉, 您的订单 {order_no} (运单号 {waybill_nos}) 在途中丢失, 客服会尽快与您联系。",
        "en": "We are sorry: your order {order_no} ({waybill_nos}) was lost on its way; we will get in touch with you.",
    },
    "parcel-damaged": {
        "zh": "很抱歉, 您的订单 {order_no} (运单号 {waybill_nos}) 在途中破损, 客服会尽快与您联系。",
        "en": "We are sorry: your order {order_no} ({waybill_nos}) was damaged on its way; we will get in touch.",
    },
    "draft-refused": {
        "zh": "规则草稿 {draft} ({stage}) 到了发布时间, 但未能通过检查, 没有发布 ({findings})。请打开草稿处理。",
        "en": "Draft {draft} of {stage} was due but does not pass its check, so it was not published ({findings}).",
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
    "aftersale-send-back": {
        "zh": "您的订单 {order_no} 的售后申请已同意, 请将商品寄回, 我们收到验货后为您处理。",
        "en": "We agreed to your request about order {order_no}; please send the goods back to us.",
    },
    "aftersale-declined": {
        "zh": "很抱歉, 您的订单 {order_no} 的售后申请未能同意, 如有疑问请联系客服。",
        "en": "We are sorry: we cannot agree to your request about order {order_no}. Please call us with any question.",
    },
    "aftersale-closed": {
        "zh": "您的订单 {order_no} 的售后已处理完毕, 请为这次服务打分 (1-5 分)。",
        "en": "Your request about order {order_no} is done. How satisfied are you, from 1 to 5?",
    },
    "ship-by-near": {
        "zh": "订单 {order_no} 须在 {ship_by} 前发货, 现在还没有下发, 请尽快处理。",
        "en": "Order {order_no} must leave by {ship_by} and no warehouse has it yet; please see to it.",
    },
    "pool-unseen": {
        "zh": "到 {at} 还没有人看过异常订单池: 待处理 {count} 单, 其中超时 {overdue} 单, 加急 {urgent} 单。",
        "en": "Nobody has looked at the exception pool by {at}: {count} open, {overdue} overdue, {urgent} urgent.",
    },
    "channel-silent": {
        "zh": "渠道 {channel} 自 {since} 起没有新订单, 已超过平时间隔的三倍, 请检查对接是否正常。",
        "en": "No order from {channel} since {since}, three times longer than usual; please see whether it works.",
    },
    "orders-missing": {
        "zh": "渠道 {channel} 对账缺 {count} 单: {numbers}。请让渠道重发。",
        "en": "{count} orders of {channel} never came: {numbers}. Please have the channel send them again.",
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
