"""The exception pool: orders with open holds that somebody has to look at, and with flags that still matter."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine import canonical
from engine.holds import ACTION_FAILED, FLAGS
from engine.store import pages
from engine.store.models.change import ManualHoldRow
from engine.store.models.decisions import FiringRow, FlagRow, HoldRow
from engine.store.models.orders import OrderRow
from engine.store.models.outbox import ActionRow

_NEVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)  # by when an order must leave that nobody has paid, for sorting
_HERE = ("received", "awaiting_payment", "held", "approved", "recalling")  # not handed to a warehouse
_TO_LOOK_AT = tuple(status for status in _HERE if status != "awaiting_payment")
_OVER = ("completed", "cancelled", "rejected", "returned")
_TAKES_BACK = ("refund", "cancel_outbound", "void_waybill")  # actions that are wanted of an order that is over, too

_BY_HAND = "engine.manual"  # the rule of a person's hold

_LATER = sa.case((OrderRow.priority == "urgent", 0), else_=1)
_SHIP_BY = sa.func.coalesce(OrderRow.ship_by, sa.literal(_NEVER, OrderRow.ship_by.type))
_SORTED = (_LATER, _SHIP_BY, OrderRow.received_at, OrderRow.order_no)
_SHOWN = (
    OrderRow.order_no, OrderRow.channel, OrderRow.channel_order_no, OrderRow.status, OrderRow.priority,
    OrderRow.ship_by, OrderRow.placed_at, OrderRow.received_at, OrderRow.release_at, OrderRow.payable_cents,
    OrderRow.currency, OrderRow.buyer_name, OrderRow.receiver_name, OrderRow.receiver_phone,
    OrderRow.receiver_province, OrderRow.receiver_city, OrderRow.decision_id,
)  # fmt: skip


class Exceptions:
    """The pool, urgent orders first, then by when they must have left, then the oldest."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def page(
        self, filters: Mapping[str, Any], now: dt.datetime, cursor: str | None, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Orders with what is wrong with each. Filters: `queue reason severity channel overdue`.

        `{order_no, …, due_at, holds: [{reason, queue, severity, rule, due_at, until, opened_at, seen, note}], flags:
        [{code, severity, rule, message, opened_at}]}`; `seen` is what the rule saw, `note` what somebody wrote who held
        it by hand. What a worker gave up is a flag as well.
        """
        limit = pages.bounded(limit)
        found = sa.select(*_SHOWN).where(*_wanted(filters, now), *_after(cursor)).order_by(*_SORTED).limit(limit + 1)
        rows, next_cursor = pages.cut(self._connection.execute(found).all(), limit, _key)
        return self._with_reasons(rows, _asks_for_some(filters)), next_cursor

    def counts(self, now: dt.datetime) -> dict[str, Any]:
        """`{orders, urgent, overdue, queues, reasons}`: how many orders there are in all, and by queue and reason."""
        return {
            **self.waiting(),
            "urgent": self.number(now, OrderRow.priority == "urgent"),
            "overdue": self._number(_orders_of(HoldRow, (*_open_holds({}), HoldRow.due_at < now))),
        }

    def waiting(self) -> dict[str, Any]:
        """`{orders, queues, reasons}` of `counts`, which every page shows. Which flags matter is asked only once: that
        is what takes time."""
        holds = _open_holds({})
        held = self._orders(sa.select(HoldRow.order_no).where(*holds))
        failed = self._orders(sa.select(ActionRow.order_no).where(*_failed({})))
        found = self._connection.execute(sa.select(FlagRow.order_no, FlagRow.code).where(*_open_flags({})))
        flagged = {(each.order_no, each.code) for each in found}
        flags = Counter(code for _, code in flagged) + Counter({ACTION_FAILED: len(failed)})
        return {
            "orders": len(held | failed | {order_no for order_no, _ in flagged}),
            "queues": self._numbers(HoldRow, HoldRow.queue, holds),
            "reasons": self._numbers(HoldRow, HoldRow.reason, holds) | dict(sorted(flags.items())),
        }

    def number(self, now: dt.datetime, *conditions: Any) -> int:
        """How many orders there are in the pool."""
        counted = sa.select(sa.func.count()).select_from(OrderRow).where(*_wanted({}, now), *conditions)
        return self._number(counted)

    def _orders(self, found: Any) -> set[str]:
        return {*self._connection.scalars(found)}

    def _number(self, counted: Any) -> int:
        return self._connection.execute(counted).scalar_one()

    def _numbers(self, row: Any, by: Any, conditions: Sequence[Any]) -> dict[str, int]:
        orders = sa.func.count(row.order_no.distinct())
        counted = sa.select(by, orders).where(*conditions)
        return {value: count for value, count in self._connection.execute(counted.group_by(by).order_by(by)) if value}

    def _with_reasons(self, rows: Sequence[Any], all_of_them: bool) -> list[dict[str, Any]]:
        """`all_of_them`: also what lifts by itself, and what is raised of orders that only wait to be paid."""
        numbers = [row.order_no for row in rows]
        holds = self._open(HoldRow, _HOLD, _open_holds({}, all_of_them), numbers)
        flags, failed = self._open(FlagRow, _FLAG, _open_flags({}, all_of_them), numbers), self._failed(rows)
        seen = self._seen([row.decision_id for row in rows if row.decision_id])
        notes, items = self._notes(numbers), []
        for row in rows:
            held = [
                {**hold, "seen": seen[row.decision_id, hold["rule"]],
                 "note": notes.get((row.order_no, hold["reason"])) if hold["rule"] == _BY_HAND else None}
                for hold in holds[row.order_no]
            ]  # fmt: skip
            due = min((hold["due_at"] for hold in held if hold["due_at"]), default=None)
            items.append({**canonical.dump(row._mapping), "due_at": due, "holds": held})
            items[-1]["flags"] = [*flags[row.order_no], *failed[row.order_no]]
        return items

    def _open(
        self, row: Any, shown: Sequence[Any], conditions: Sequence[Any], numbers: Sequence[str]
    ) -> Mapping[str, list[dict[str, Any]]]:
        wanted = sa.select(row.order_no, *shown).where(*conditions, row.order_no.in_(numbers))
        wanted = wanted.order_by(row.opened_at, row.id)
        found = defaultdict(list)
        for each in self._connection.execute(wanted):
            values = canonical.dump(each._mapping)
            found[values.pop("order_no")].append(values)
        return found

    def _notes(self, numbers: Sequence[str]) -> Mapping[tuple[str, str], str]:
        """What people wrote when they held these orders by hand, by (order, reason)."""
        row = ManualHoldRow
        wanted = sa.select(row.order_no, row.reason, row.note).where(row.order_no.in_(numbers), row.lifted_at.is_(None))
        return {(each.order_no, each.reason): each.note for each in self._connection.execute(wanted.order_by(row.id))}

    def _failed(self, rows: Sequence[Any]) -> Mapping[str, list[dict[str, Any]]]:
        """What workers gave up for these orders, as flags: one a type, by the rule `engine.<type>-failed`."""
        row, received = ActionRow, {each.order_no: each.received_at for each in rows}
        wanted = sa.select(row.order_no, row.type, sa.func.min(row.sent_at).label("at"))
        wanted = wanted.where(*_failed({}), row.order_no.in_(list(received))).group_by(row.order_no, row.type)
        found = defaultdict(list)
        for each in self._connection.execute(wanted.order_by(row.order_no, row.type)):
            values = {
                "code": ACTION_FAILED, "severity": "red", "rule": f"engine.{each.type}-failed",
                "message": dict(zip(("zh", "en"), FLAGS[ACTION_FAILED], strict=True)),
                "opened_at": each.at or received[each.order_no],
            }  # fmt: skip
            found[each.order_no].append(canonical.dump(values))
        return found

    def _seen(self, decisions: Iterable[str]) -> Mapping[tuple[str, str], dict[str, Any]]:
        row = FiringRow
        wanted = sa.select(row.decision_id, row.rule, row.seen).where(row.decision_id.in_(list(decisions)))
        found: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
        for each in self._connection.execute(wanted.order_by(row.decision_id, row.position)):
            found[each.decision_id, each.rule] |= each.seen
        return found


_HOLD = (
    HoldRow.reason, HoldRow.queue, HoldRow.severity, HoldRow.rule, HoldRow.due_at, HoldRow.until, HoldRow.opened_at,
)  # fmt: skip
_FLAGGED = aliased(OrderRow)
_FLAG = FlagRow.code, FlagRow.severity, FlagRow.rule, FlagRow.message, FlagRow.opened_at


def _wanted(filters: Mapping[str, Any], now: dt.datetime) -> list[Any]:
    """The conditions on orders: one hold or one flag that passes every filter."""
    holds = [*_open_holds(filters), *([HoldRow.due_at < now] if filters.get("overdue") else [])]
    numbers: Any = sa.select(HoldRow.order_no).where(*holds)
    if not filters.get("queue") and not filters.get("overdue"):  # flags are nobody's, and never due
        flagged = sa.select(FlagRow.order_no).where(*_open_flags(filters))
        numbers = numbers.union(flagged, sa.select(ActionRow.order_no).where(*_failed(filters)))
    conditions = [OrderRow.order_no.in_(numbers)]
    if filters.get("channel"):
        conditions.append(OrderRow.channel == filters["channel"])
    return conditions


def _asks_for_some(filters: Mapping[str, Any]) -> bool:
    return bool(filters.get("reason") or filters.get("severity"))


def _open_holds(filters: Mapping[str, Any], all_of_them: bool = False) -> list[Any]:
    """Open holds; those of severity info lift by themselves, so they are shown only to who asks for them."""
    conditions: list[Any] = [HoldRow.closed_at.is_(None)]
    if not all_of_them and not _asks_for_some(filters):
        conditions.append(HoldRow.severity != "info")
    columns = {"queue": HoldRow.queue, "reason": HoldRow.reason, "severity": HoldRow.severity}
    return conditions + [column == filters[name] for name, column in columns.items() if filters.get(name)]


def _open_flags(filters: Mapping[str, Any], all_of_them: bool = False) -> list[Any]:
    """Open flags of orders that have not left, and those raised after an order had. The flags are looked up first,
    then the order of each: there are few flags that are open, and many orders. An order that only waits to be paid is
    no exception: it is shown only to who asks for the flag."""
    after_it_left = sa.and_(_FLAGGED.status.not_in(_OVER), FlagRow.opened_at > _FLAGGED.release_at)
    here = _FLAGGED.status.in_(_HERE if all_of_them or _asks_for_some(filters) else _TO_LOOK_AT)
    matters = sa.exists().where(_FLAGGED.order_no == FlagRow.order_no, sa.or_(here, after_it_left))
    columns = {"reason": FlagRow.code, "severity": FlagRow.severity}
    asked = [column == filters[name] for name, column in columns.items() if filters.get(name)]
    return [FlagRow.closed_at.is_(None), matters, *asked]


def _failed(filters: Mapping[str, Any]) -> list[Any]:
    """Actions that were given up, and wait for somebody to try them again or to skip them."""
    if (filters.get("reason") or ACTION_FAILED) != ACTION_FAILED or (filters.get("severity") or "red") != "red":
        return [sa.false()]
    over = sa.exists().where(_FLAGGED.order_no == ActionRow.order_no, _FLAGGED.status.in_(_OVER))
    return [ActionRow.status == "dead", sa.or_(ActionRow.type.in_(_TAKES_BACK), ~over)]


def _orders_of(row: Any, conditions: Sequence[Any]) -> Any:
    return sa.select(sa.func.count(row.order_no.distinct())).where(*conditions)


def _key(row: Any) -> tuple[int, str, str, str]:
    later = 0 if row.priority == "urgent" else 1
    return later, (row.ship_by or _NEVER).isoformat(), row.received_at.isoformat(), row.order_no


def _after(cursor: str | None) -> list[Any]:
    key = pages.decode(cursor, int, str, str, str)
    if key is None:
        return []
    ship_by, received_at = (sa.literal(pages.instant(part), OrderRow.received_at.type) for part in key[1:3])
    return [sa.tuple_(*_SORTED) > sa.tuple_(sa.literal(key[0]), ship_by, received_at, sa.literal(key[3]))]
