"""The notices' local stand-in: messages land in a table that one can look at, instead of on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from engine.service import Gatehouse
from engine.service.digests import Digest

# Chinese first: buyers and desks of the shipped rules read Chinese. {order_no} is put in, {waybill_nos} into what
# tells of a shipment; into what is told together {until}, {count} and {by_channel} are.
TEMPLATES: Mapping[str, str] = {
    "order-released": "您的订单 {order_no} 已审核通过, 正在备货发出。",
    "order-shipped": "您的订单 {order_no} 已发货, 运单号 {waybill_nos}。",
    "payment-processing": "您的订单 {order_no} 支付处理中, 可为您保留库存 1 小时。",
    "payment-failed": "您的订单 {order_no} 支付未成功, 可为您保留库存 1 小时, 请重新支付。",
    "order-urgent": "加急订单 {order_no} 已接收, 请优先处理。",
    "order-exception": "订单 {order_no} 异常, 请到异常订单池处理。",
    "no-answer": "您的订单 {order_no} 需要电话确认, 我们几次都没能联系到您, 明天 9 点会再打来, 您也可以随时联系客服。",
    "orders-accepted": "截至 {until} 新接 {count} 单: {by_channel}。",
    "replenishment": "订单 {order_no} 有商品缺货, 请尽快补货。",
    "backorder": "您的订单 {order_no} 部分商品暂缺, 到货后补发, 随单附赠小礼品。",
}


def send(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Send one message once. An unknown template is sent as its name: better an odd message than none."""
    payload = action["payload"]
    text = TEMPLATES.get(payload["template"], payload["template"] + " {order_no}")
    text = text.replace("{order_no}", action["order_no"])  # format() would trip over braces in a template's name
    with gatehouse.actions.vendors() as uow:
        if "shipment_no" in payload:
            waybills = uow.vendors.shipment_states([payload["shipment_no"]])[payload["shipment_no"]]["waybills"]
            text = text.replace("{waybill_nos}", "、".join(waybills))
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


def send_digests(gatehouse: Gatehouse) -> int:
    """Tell together what waits for it. Each digest is sent under its own id, so again is the same message. How many."""
    gatehouse.digests.gather()
    digests = gatehouse.digests.unsent()
    for digest in digests:
        with gatehouse.actions.vendors() as uow:
            uow.vendors.notice(
                action_id=digest.id,
                order_no="",  # it is about many
                to=digest.to,
                template=digest.template,
                text=_digest_text(digest, gatehouse.settings.time_zone),
                at=gatehouse.clock(),
            )
            uow.commit()
        gatehouse.digests.sent(digest)
    return len(digests)


def _digest_text(digest: Digest, time_zone: str) -> str:
    said = {
        "{until}": digest.until.astimezone(ZoneInfo(time_zone)).strftime("%H:%M"),
        "{count}": str(digest.orders),
        "{by_channel}": ", ".join(f"{name} {count}" for name, count in digest.by_channel.items()),
    }
    text = TEMPLATES.get(digest.template, digest.template + " {count}")
    for name, value in said.items():
        text = text.replace(name, value)
    return text
