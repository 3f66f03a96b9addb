"""What a draft would have made of past orders, in numbers that can be read at a glance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

from admin import amounts, dates, labels
from admin.labels import Look
from admin.languages import said
from admin.names import Names
from admin.presenters.versions import ruleset_title

STATES: labels.Table = {
    "queued": (lazy_gettext("等待中"), "quiet"),
    "running": (lazy_gettext("计算中"), "busy"),
    "done": (lazy_gettext("已完成"), "good"),
    "cancelled": (lazy_gettext("已取消"), "quiet"),
    "failed": (lazy_gettext("没有成功"), "bad"),
}
_OPEN = ("queued", "running")
_MOST_MOVES = 12
_ENDS = ("from", "until")  # of a window


@dataclass(frozen=True, slots=True)
class Both:
    """A number on both sides; bars in percent of the larger of all that stand together."""

    label: str
    live: str
    draft: str
    difference: str
    tone: str
    live_percent: int = 0
    draft_percent: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """Orders that come out otherwise: from what, to what, how many."""

    before: Look
    after: Look
    orders: int
    percent: int


def brief(status: Mapping[str, Any]) -> dict[str, Any]:
    """A preview in a list, and the head of its page."""
    asked = status["asked"]
    done, total = status["done"], status["total"]
    return {
        "id": status["id"], "look": labels.look(STATES, status["state"]), "state": status["state"],
        "open": status["state"] in _OPEN, "stages": [ruleset_title(each) for each in asked["stages"]],
        "stage": asked["stages"][0] if asked["stages"] else "", "draft": asked["draft"], "days": asked["days"],
        "channel": asked["channel"], "from": dates.minute(asked["from"]), "until": dates.minute(asked["until"]),
        "by": status["by"], "ago": dates.ago(status["created_at"]), "exact": dates.exact(status["created_at"]),
        "done": done, "total": total, "percent": 100 * done // total if total else 100,
        "orders_per_s": status["orders_per_s"], "error": status["error"],
    }  # fmt: skip


def unseen(draft: Mapping[str, Any], live: Mapping[str, Any], start: str, until: str) -> list[str]:
    """What the rules and tables are called that the draft adds or changes and that were not in force in that time, so
    that no order of it tells of them. `start`, `until`: ISO instants."""
    span = tuple(map(dt.datetime.fromisoformat, (start, until)))
    known = {each.get("id"): each for each in _members(live)}
    return [
        said(each.get("title")) or str(each.get("id"))
        for each in _members(draft)
        if each.get("enabled") is not False and each != known.get(each.get("id")) and _is_outside(each, *span)
    ]


def _members(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    members = [*(document.get("rules") or ()), *(document.get("tables") or ())]
    return [each for each in members if isinstance(each, Mapping)]


def _is_outside(member: Mapping[str, Any], start: dt.datetime, until: dt.datetime) -> bool:
    window = member.get("effective")
    if not isinstance(window, Mapping):
        return False
    try:
        begins, ends = (dt.datetime.fromisoformat(window[name]) if window.get(name) else None for name in _ENDS)
        return bool(begins and begins >= until or ends and ends <= start)
    except (TypeError, ValueError):
        return False  # unfinished


def impact(status: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """What came out so far: `{orders, changed, share, moves, holds, warehouses, services, costs, channels, top}`."""
    found = status["impact"]
    orders = found["orders"]
    return {
        "orders": orders, "changed": found["changed"],
        "turned": sum(found["verdicts"].values()),
        "share": _share(found["changed"], orders),
        "moves": _verdict_moves(found["verdicts"]),
        "holds": _holds(found["holds"]),
        "warehouses": _moves(found["warehouses"], names.warehouse),
        "services": _moves(found["services"], names.service),
        "costs": _costs(found),
        "channels": [_channel(code, each, names) for code, each in sorted(found["channels"].items())],
        "top": [_top(each, names) for each in found["top"]],
    }  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "0%"


def _verdict_moves(verdicts: Mapping[str, int]) -> list[Move]:
    return [
        Move(labels.look(labels.VERDICTS, before), labels.look(labels.VERDICTS, after), number, percent)
        for before, after, number, percent in _ranked(verdicts)
    ]


def _moves(moves: Mapping[str, int], name: Any) -> list[Move]:
    def look(codes: str) -> Look:
        return Look(" + ".join(name(code) for code in codes.split("+")) if codes != "-" else "—", "quiet")

    return [Move(look(before), look(after), number, percent) for before, after, number, percent in _ranked(moves)]


def _ranked(moves: Mapping[str, int]) -> list[tuple[str, str, int, int]]:
    """From, to, orders, percent of the most frequent; the most frequent first."""
    most = max(moves.values(), default=1)
    rows = sorted(moves.items(), key=lambda item: (-item[1], item[0]))[:_MOST_MOVES]
    return [(*_ends(key), number, 100 * number // most) for key, number in rows]


def _ends(key: str) -> tuple[str, str]:
    before, _, after = key.partition(">")
    return before, after


def _holds(holds: Mapping[str, Sequence[int]]) -> list[Both]:
    most = max((max(each) for each in holds.values()), default=0) or 1
    rows = sorted(holds.items(), key=lambda item: (-abs(item[1][1] - item[1][0]), item[0]))
    return [
        Both(
            labels.hold(reason).text, str(live), str(draft), _signed(draft - live), _tone(draft - live),
            100 * live // most, 100 * draft // most,
        )
        for reason, (live, draft) in rows
    ]  # fmt: skip


def _costs(found: Mapping[str, Any]) -> list[Both]:
    """Freight is of approved orders, in the base currency."""
    live, draft = found["freight_cents"]
    freight = Both(
        gettext("运费（通过的订单）"), amounts.money(live), amounts.money(draft), _signed_money(draft - live), "quiet",
    )  # fmt: skip
    counted = ((gettext("拆单"), found["splits"]), (gettext("缺货待补（件）"), found["backordered"]))
    return [freight, *(Both(label, f"{a:,}", f"{b:,}", _signed(b - a), _tone(b - a)) for label, (a, b) in counted)]


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "±0"


def _signed_money(cents: int) -> str:
    return f"{'+' if cents > 0 else ''}{amounts.money(cents)}" if cents else "±0"


def _tone(more: int) -> str:
    """More holds, freight, splits and shortages are worse."""
    return "warn" if more > 0 else "good" if more < 0 else "quiet"


def _channel(code: str, found: Mapping[str, Any], names: Names) -> dict[str, Any]:
    return {
        "name": names.channel(code), "orders": found["orders"], "changed": found["changed"],
        "share": _share(found["changed"], found["orders"]),
        "percent": 100 * found["changed"] // found["orders"] if found["orders"] else 0,
        "moves": _verdict_moves(found["verdicts"]),
    }  # fmt: skip


def _top(order: Mapping[str, Any], names: Names) -> dict[str, Any]:
    return {
        "order_no": order["order_no"], "number": order["order_no"].partition(".")[2],
        "channel": names.channel(order["channel"]),
        "amount": amounts.money(order["payable_cents"], order["currency"]),
        "live": side(order["live"], names, order["currency"]), "draft": side(order["draft"], names, order["currency"]),
    }  # fmt: skip


def side(found: Mapping[str, Any], names: Names, currency: str) -> dict[str, Any]:
    """What a decision came to."""
    return {
        "verdict": labels.look(labels.VERDICTS, found["verdict"]),
        "holds": [labels.hold(each) for each in found["holds"]],
        "warehouses": [names.warehouse(each) for each in found["warehouses"]],
        "services": [names.service(each) for each in found["services"] if each],
        "freight": amounts.money(found["freight_cents"], currency) if found["warehouses"] else "",
        "backordered": found["backordered"],
    }
