"""The exception pool: what is wrong with each order, why, and what to press."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from admin import amounts, dates, labels
from admin.advice import advice
from admin.labels import Look
from admin.languages import said
from admin.names import Names
from admin.presenters.handover import for_service
from admin.presenters.rule_texts import RuleTexts
from admin.rule_links import rule_address
from admin.values import Reader, fact_label, shown
from engine.holds import ACTION_FAILED, FLAGS, HOLD_REASONS, QUEUES
from engine.service.principals import Principal
from engine.service.reminders import SHIP_SOON
from engine.service.silences import Silence

_SEEN = 4  # values shown of what a rule saw; the order's page has them all
_UNSAID = ("order.delivery_method",)  # which every rule about an address asks for
_LEFT = ("shipped", "delivered", "completed", "cancelled", "rejected", "returned")  # nothing has to ship by then
_TONES = ("bad", "warn", "info")


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A hold or a flag: what is wrong, why, and what to do."""

    look: Look
    is_hold: bool
    queue: str  # empty for a flag
    rule: str
    rule_id: str
    seen: tuple[tuple[str, str], ...]  # (fact, value)
    do: str
    left: str
    pressing: str
    due_exact: str
    needs: str  # the role that may lift it, where the reader lacks it
    note: str  # what somebody wrote who held it by hand


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """An order of the pool."""

    order_no: str
    number: str
    channel: str
    urgent: bool
    who: str
    place: str
    amount: str
    status: Look
    placed_ago: str
    ship_by: str  # exact; empty: nobody has paid yet, or it has left
    ships_left: str
    ships_pressing: str
    reasons: tuple[ReasonView, ...]
    releasable: bool  # in bulk: something of it may be lifted by ops
    handover: str


def rows(
    items: Iterable[Mapping[str, Any]], texts: RuleTexts, names: Names, by: Principal, asked: Mapping[str, str]
) -> list[ExceptionRow]:
    """The orders of a page, in their order. `asked`: the filters by which they were found."""
    return [_row(item, texts, names, by, asked) for item in items]


def _row(
    item: Mapping[str, Any], texts: RuleTexts, names: Names, by: Principal, asked: Mapping[str, str]
) -> ExceptionRow:
    reader = Reader(names, item["currency"], texts.catalogue)
    reasons = [_hold(each, texts, reader, by) for each in item["holds"]]
    reasons += [_flag(each) for each in item["flags"]]
    reasons.sort(key=lambda reason: (not reason.is_hold, _TONES.index(reason.look.tone)))
    ship_by = item["ship_by"] if item["status"] not in _LEFT else None
    ships_left, ships_pressing = dates.left(ship_by, red_within=SHIP_SOON) if ship_by else ("", "")
    return ExceptionRow(
        order_no=item["order_no"],
        number=item["channel_order_no"],
        channel=names.channel(item["channel"]),
        urgent=item["priority"] == "urgent",
        who=item["receiver_name"] or item["buyer_name"] or "",
        place=" ".join(dict.fromkeys(filter(None, (item["receiver_province"], item["receiver_city"])))),
        amount=amounts.money(item["payable_cents"], item["currency"]),
        status=labels.look(labels.ORDER_STATUSES, item["status"]),
        placed_ago=dates.ago(item["placed_at"]),
        ship_by=dates.exact(ship_by),
        ships_left=ships_left,
        ships_pressing=ships_pressing,
        reasons=tuple(reasons),
        releasable=item["status"] == "held" and any(_lifted(each, asked) for each in item["holds"]),
        handover=for_service(item, (reason.look for reason in reasons), names),
    )


def may_lift_in_bulk(reason: str) -> bool:
    """Whether ops may lift it; what takes an approver is looked at one by one."""
    return HOLD_REASONS[reason].released_by == "ops"


def _lifted(hold: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    """Whether releasing several lifts this: what was asked for, as far as ops may."""
    return may_lift_in_bulk(hold["reason"]) and all(
        hold[name] == asked[name] for name in ("queue", "reason", "severity") if asked.get(name)
    )


def lifts(asked: Mapping[str, str]) -> str:
    """What releasing several takes off, in words; empty: whatever ops may lift."""
    reason, queue, severity = asked.get("reason", ""), asked.get("queue", ""), asked.get("severity", "")
    found = (
        labels.hold(reason).text if reason in HOLD_REASONS else "",
        labels.queue(queue) if queue else "",
        labels.severity(severity).text if severity else "",
    )
    return " · ".join(filter(None, found))


def _hold(hold: Mapping[str, Any], texts: RuleTexts, reader: Reader, by: Principal) -> ReasonView:
    left, pressing = dates.left(hold["due_at"]) if hold["due_at"] else ("", "")
    look = labels.hold(hold["reason"], hold["severity"])
    role = HOLD_REASONS[hold["reason"]].released_by
    return ReasonView(
        look=look,
        is_hold=True,
        queue=labels.queue(hold["queue"]) if hold["queue"] else "",
        rule=_unless_said(texts.of(hold["rule"]).title, look, hold["rule"]),
        rule_id=hold["rule"],
        seen=tuple(values_seen(hold["seen"], reader)[:_SEEN]),
        do=advice(hold["reason"]).do,
        left=left,
        pressing=pressing,
        due_exact=dates.exact(hold["due_at"]),
        needs="" if role is None or by.may(role) else labels.word(labels.ROLES, role),
        note=hold.get("note") or "",
    )


def values_seen(seen: Mapping[str, Any], reader: Reader) -> list[tuple[str, str]]:
    """What the rule saw, in words: amounts, days and texts first, for of yes and no the title speaks already."""
    said = {fact: value for fact, value in seen.items() if value is not None and fact not in _UNSAID}
    telling = sorted(said, key=lambda fact: isinstance(said[fact], bool))
    return [(fact_label(fact, reader.catalogue), shown(fact, said[fact], reader)) for fact in telling]


def _flag(flag: Mapping[str, Any]) -> ReasonView:
    look, do = labels.flag(flag["code"], flag["severity"]), advice(flag["code"]).do
    message = labels.failed_action(flag["rule"]) if flag["code"] == ACTION_FAILED else said(flag["message"])
    told = _unless_said(message, look, flag["rule"])
    return ReasonView(look, False, "", told, flag["rule"], (), do, "", "", "", "", "")


def _unless_said(title: str, look: Look, rule: str) -> str:
    """A title, but none that says again what the fault is called and leads nowhere."""
    return "" if title == look.text and not rule_address(rule) else title


@dataclass(frozen=True, slots=True)
class Tab:
    """A desk, and how many orders wait for it."""

    code: str
    title: str
    number: int


def silences(found: Iterable[Silence]) -> list[tuple[str, str]]:
    """(channel, since when) of each channel that has gone silent."""
    return [(each.name, dates.exact(each.since.isoformat())) for each in found]


def tabs(counts: Mapping[str, Any]) -> list[Tab]:
    """The desks that somebody waits for, in the order of desks."""
    queues = counts["queues"]
    return [Tab(code, labels.queue(code), queues[code]) for code in QUEUES if queues.get(code)]


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason or flag, and how many orders of the pool it is."""

    look: Look
    number: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for a desk, or is flagged for everybody."""

    title: str
    number: int
    faults: tuple[Fault, ...]


def desks(counts: Mapping[str, Any]) -> list[Desk]:
    """The pool as the navigation shows it: the reasons by desk, in the order of desks, then the flags."""
    numbers, found = counts["reasons"], []
    for tab in tabs(counts):
        held = [code for code, row in HOLD_REASONS.items() if row.queue == tab.code and numbers.get(code)]
        found.append(Desk(tab.title, tab.number, tuple(Fault(labels.hold(code), numbers[code]) for code in held)))
    flags = [code for code in FLAGS if code not in HOLD_REASONS and numbers.get(code)]
    if flags:
        raised = tuple(Fault(labels.flag(code, ""), numbers[code]) for code in flags)
        found.append(Desk(gettext("标记"), sum(each.number for each in raised), raised))
    return found


def reasons(counts: Mapping[str, Any], asked: str = "") -> list[tuple[str, str]]:
    """The reasons and flags that there are: (code, what it is called and how often); and the one that is asked for."""
    found = {code: f"{_called(code)} ({number})" for code, number in counts["reasons"].items()}
    return [*({asked: _called(asked)} | found if asked and asked not in found else found).items()]


def _called(code: str) -> str:
    return labels.hold(code).text if code in HOLD_REASONS else labels.flag(code, "info").text
