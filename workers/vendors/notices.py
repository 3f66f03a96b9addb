"""The notices' local stand-in: messages land in a table that one can look at, instead of on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from engine.notices import LANGUAGE, SHIPPED, filled
from engine.service import Gatehouse
from engine.service.digests import Digest

_POOL_UNSEEN = "pool-unseen"
_SILENT = "channel-silent"


def send(gatehouse: Gatehouse, action: Mapping[str, Any]) -> dict[str, Any]:
    """Send one message once. An unknown template is sent as its name: better an odd message than none."""
    payload = action["payload"]
    said = {"order_no": action["order_no"]}
    with gatehouse.actions.vendors() as uow:
        if "shipment_no" in payload:
            waybills = uow.vendors.shipment_states([payload["shipment_no"]])[payload["shipment_no"]]["waybills"]
            said["waybill_nos"] = payload.get("waybill_no") or "、".join(waybills)
        if "ship_by" in payload:
            leaves_by = dt.datetime.fromisoformat(payload["ship_by"])
            said["ship_by"] = leaves_by.astimezone(ZoneInfo(gatehouse.settings.time_zone)).strftime("%m-%d %H:%M")
        text = _text(uow, payload["template"], "{order_no}")
        uow.vendors.notice(
            action_id=action["id"],
            order_no=action["order_no"],
            to=payload["to"],
            template=payload["template"],
            text=filled(text, said),
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
                text=_digest_text(uow, digest, gatehouse.settings.time_zone),
                at=gatehouse.clock(),
            )
            uow.commit()
        gatehouse.digests.sent(digest)
    return len(digests)


def remind_of_pool(gatehouse: Gatehouse) -> int:
    """Tell the order desk where nobody has looked at the pool; under the reminder's own id, so again is the same."""
    reminder = gatehouse.reminders.pool_due()
    if reminder is None:
        return 0
    if reminder.counts is not None:
        said = {
            "at": reminder.at.strftime("%H:%M"), "count": str(reminder.counts["orders"]),
            "overdue": str(reminder.counts["overdue"]), "urgent": str(reminder.counts["urgent"]),
        }  # fmt: skip
        with gatehouse.actions.vendors() as uow:
            text = filled(_text(uow, _POOL_UNSEEN, "{count}"), said)
            uow.vendors.notice(reminder.id, "order_desk", _POOL_UNSEEN, text, "", gatehouse.clock())  # "": of many
            uow.commit()
    gatehouse.reminders.pool_asked(reminder)
    return int(reminder.counts is not None)


def tell_of_silences(gatehouse: Gatehouse) -> int:
    """Tell the order desk of channels that have gone silent, each silence once. How many there are."""
    silences = gatehouse.silences.now()
    for each in silences:
        since = each.since.astimezone(ZoneInfo(gatehouse.settings.time_zone)).strftime("%m-%d %H:%M")
        with gatehouse.actions.vendors() as uow:
            text = filled(_text(uow, _SILENT, "{channel}"), {"channel": each.name, "since": since})
            uow.vendors.notice(each.id, "order_desk", _SILENT, text, "", gatehouse.clock())  # "": of many
            uow.commit()
    return len(silences)


def _text(uow: Any, template: str, otherwise: str) -> str:
    """What a template says: as admins keep it, else as it was shipped, else its name and the bare facts."""
    kept = uow.reference.get("templates", template)
    texts = kept["text"] if kept else SHIPPED.get(template)
    return texts[LANGUAGE] if texts else f"{template} {otherwise}"


def _digest_text(uow: Any, digest: Digest, time_zone: str) -> str:
    said = {
        "until": digest.until.astimezone(ZoneInfo(time_zone)).strftime("%H:%M"),
        "count": str(digest.orders),
        "by_channel": ", ".join(f"{name} {count}" for name, count in digest.by_channel.items()),
    }
    return filled(_text(uow, digest.template, "{count}"), said)
