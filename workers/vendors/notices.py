"""The notices' local stand-in: messages land in a table that one can look at, instead of on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.service import Gatehouse

# Chinese first: buyers and desks of the shipped rules read Chinese. {order_no} is the only thing put in.
TEMPLATES: Mapping[str, str] = {
    "order-released": "您的订单 {order_no} 已审核通过, 正在备货发出。",
    "payment-processing": "您的订单 {order_no} 支付处理中, 可为您保留库存 1 小时。",
    "payment-failed": "您的订单 {order_no} 支付未成功, 可为您保留库存 1 小时, 请重新支付。",
    "order-urgent": "加急订单 {order_no} 已接收, 请优先处理。",
    "order-exception": "订单 {order_no} 异常, 请到异常订单池处理。",
    "no-answer": "您的订单 {order_no} 需要电话确认, 我们几次都没能联系到您, 明天 9 点会再打来, 您也可以随时联系客服。",
    "replenishment": "订单 {order_no} 有商品缺货, 请尽快补货。",
    "backorder": "您的订单 {order_no} 部分商品暂缺, 到货后补发, 随单附赠小礼品。",
}


def send(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Send one message once. An unknown template is sent as its name: better an odd message than none."""
    payload = action["payload"]
    text = TEMPLATES.get(payload["template"], payload["template"] + " {order_no}")
    text = text.replace("{order_no}", action["order_no"])  # format() would trip over braces in a template's name
    with gatehouse.actions.vendors() as uow:
        uow.vendors.notice(
            action_id=action["id"],
            order_no=action["order_no"],
            to=payload["to"],
            template=payload["template"],
            text=text,
            at=gatehouse.clock(),
        )
        uow.commit()
    return {"to": payload["to"], "template": payload["template"]}
