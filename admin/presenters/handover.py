"""What is handed to customer service about an order: order, fault and question as three lines, the phone masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext

from admin import labels
from admin.advice import advice
from admin.languages import either
from admin.names import Names
from engine.service.masking import mask_name, mask_phone


def of_order(order: Mapping[str, Any], decision: Mapping[str, Any] | None, names: Names) -> str:
    """The three lines about an order with its decision; empty where nothing is wrong with it."""
    holds, flags = (decision or {}).get("holds", ()), (decision or {}).get("flags", ())
    looks = [labels.hold(each["reason"], each["severity"]) for each in holds]
    looks += [labels.flag(each["code"], each["severity"]) for each in flags]
    if not looks:
        return ""
    person = order["receiver"] or order["buyer"]
    return for_service({**order, "receiver_name": person["name"], "receiver_phone": person["phone"]}, looks, names)


def for_service(order: Mapping[str, Any], reasons: Iterable[labels.Look], names: Names) -> str:
    """Three lines to paste into a chat. `order` has number, channel, and the receiver's name and phone."""
    looks = list(dict.fromkeys(reasons))
    comma = either(("、", ", "))
    who = " ".join(filter(None, (mask_name(order["receiver_name"] or ""), mask_phone(order["receiver_phone"] or ""))))
    asked = list(dict.fromkeys(advice(look.code).ask for look in looks))
    return "\n".join(
        (
            gettext("订单：%(channel)s %(number)s %(who)s", channel=names.channel(order["channel"]),
                    number=order["channel_order_no"], who=who).strip(),
            gettext("问题：%(faults)s", faults=comma.join(look.text for look in looks)),
            gettext("请问：%(questions)s", questions=" ".join(asked)),
        )
    )  # fmt: skip
