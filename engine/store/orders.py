"""Accepted orders and how far each has come."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import canonical, phones
from engine.order import Order
from engine.store import arrivals, keys, open_orders, order_changes, order_search
from engine.store.held_orders import HeldOrder, held_orders, mark_again
from engine.store.models.decisions import HoldRow
from engine.store.models.orders import OrderLineRow, OrderRow
from engine.store.models.reference import SnapshotRow
from engine.store.statements import insert, insert_new, table


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An accepted order as it stands."""

    order: Order
    digest: str
    status: str
    received_at: dt.datetime
    attempts: int  # how often deciding it was begun since its latest decision
    decision_id: str | None
    release_at: dt.datetime | None
    sequence: int  # decisions so far
    changes: int  # so far, of what decisions are made from
    posted_digest: str  # of what was first posted; another one than `digest` once events have changed it


class Orders:
    """The orders."""

    def __init__(self, connection: sa.Connection):
        self._connection = connection

    def accept(self, order: Order, digest: str, received_at: dt.datetime, begun: bool = True) -> bool:
        """Store a new order; False, and nothing done, when its number is known. `digest` is that of order_digest()."""
        if not insert_new(self._connection, OrderRow, _columns(order, digest, received_at, begun)):
            return False
        insert_new(self._connection, SnapshotRow, {"digest": digest, "data": canonical.dump(order)})
        insert(self._connection, OrderLineRow, _line_columns(order))
        return True

    def get(self, order_no: str) -> StoredOrder | None:
        """The order of a number."""
        row = self._connection.execute(_GET, {"wanted": order_no}).first()
        if row is None:
            return None
        return StoredOrder(
            order=canonical.load(Order, row.data), digest=row.digest, status=row.status, received_at=row.received_at,
            attempts=row.attempts, decision_id=row.decision_id, release_at=row.release_at, sequence=row.decisions,
            changes=row.changes, posted_digest=row.posted_digest or row.digest,
        )  # fmt: skip

    def posted(self, order_no: str) -> Order:
        """The order of a number as it was first posted."""
        return canonical.load(Order, self._connection.execute(_POSTED, {"wanted": order_no}).scalar_one())

    def change(self, order_no: str, order: Order, digest: str) -> None:
        """Replace what an order says; what was first posted is kept, and decisions keep what they were about."""
        insert_new(self._connection, SnapshotRow, {"digest": digest, "data": canonical.dump(order)})
        known = sa.func.coalesce(OrderRow.posted_digest, OrderRow.digest)
        changed = sa.update(OrderRow).where(OrderRow.order_no == order_no)
        self._connection.execute(
            changed.values(
                digest=digest, posted_digest=known, change_no=None, changes=OrderRow.changes + 1,
                **_content_columns(order),
            )
        )  # fmt: skip
        self._connection.execute(sa.delete(OrderLineRow).where(OrderLineRow.order_no == order_no))
        insert(self._connection, OrderLineRow, _line_columns(order))

    def again(self, order_no: str, trigger: str) -> None:
        """Something has come about that its latest decision does not know: it is to be decided again, by whoever comes
        first, and what is being decided about it at this moment does not count."""
        row = sa.update(OrderRow).where(OrderRow.order_no == order_no)
        self._connection.execute(row.values(again_for=trigger, changes=OrderRow.changes + 1))

    def awaits_decision(self, order_no: str) -> tuple[str, str | None] | None:
        """Why an order is to be decided, as a trigger, and its latest decision; None: it is not."""
        row = OrderRow
        wanted = sa.select(row.again_for, row.decision_id).where(row.order_no == order_no)
        found = self._connection.execute(wanted).first()
        if found is None or (found.again_for is None and found.decision_id is not None):
            return None
        return found.again_for or "order_received", found.decision_id

    def to_decide_again(self, left_behind: dt.datetime, limit: int) -> list[tuple[str, str, str | None]]:
        """Those that nobody has begun since `left_behind`, first placed first: (number, trigger, latest decision)."""
        wanted = sa.select(OrderRow.order_no, OrderRow.again_for, OrderRow.decision_id).where(
            OrderRow.again_for.is_not(None), _left_behind(left_behind)
        )
        rows = self._connection.execute(wanted.order_by(OrderRow.placed_at, OrderRow.order_no).limit(limit))
        return [(row.order_no, row.again_for, row.decision_id) for row in rows]

    def decision_id(self, order_no: str, lock: bool = False) -> str | None:
        """The order's latest decision; with `lock`, nobody else records another one until this transaction ends."""
        return self._connection.execute(_LATEST_LOCKED if lock else _LATEST, {"wanted": order_no}).scalar()

    def lock(self, order_no: str) -> tuple[str | None, int]:
        """Its latest decision, and how often it has changed: nobody else changes either until this transaction ends."""
        row = self._connection.execute(_LOCKED, {"wanted": order_no}).one()
        return row.decision_id, row.changes

    def set_state(
        self, order_no: str, status: str, decision_id: str | None, release_at: dt.datetime | None = None
    ) -> None:
        """Where the order stands now."""
        values = {"status": status, "decision_id": decision_id, "release_at": release_at, "change_no": None}
        self._connection.execute(_SET_STATE, {"wanted": order_no, **values})

    def begin(self, order_no: str, after: str | None, now: dt.datetime, left_behind: dt.datetime) -> bool:
        """Take up deciding it, whose latest decision is `after`; False when there is a newer one, or somebody has begun
        since `left_behind`.

        Of several who try at once one does, so that only deaths make `attempts` grow.
        """
        statement = sa.update(OrderRow).where(
            OrderRow.order_no == order_no, OrderRow.decision_id.is_not_distinct_from(after), _left_behind(left_behind)
        )
        begun = statement.values(attempts=OrderRow.attempts + 1, begun_at=now)
        return self._connection.execute(begun).rowcount == 1

    def undecided(self, left_behind: dt.datetime, limit: int) -> list[str]:
        """Orders never decided that nobody has begun, or not since `left_behind`; oldest first."""
        waiting = sa.select(OrderRow.order_no).where(
            OrderRow.status == "received", OrderRow.decision_id.is_(None), _left_behind(left_behind)
        )
        return list(self._connection.scalars(waiting.order_by(OrderRow.received_at, OrderRow.order_no).limit(limit)))

    def lapsed(self, now: dt.datetime, left_behind: dt.datetime, limit: int) -> list[str]:
        """Orders with an open hold whose `until` has come, that nobody has begun to decide since `left_behind`; longest
        ago first."""
        when = sa.func.min(HoldRow.until)
        held = sa.select(HoldRow.order_no).join(OrderRow, OrderRow.order_no == HoldRow.order_no)
        held = held.where(HoldRow.closed_at.is_(None), HoldRow.until <= now, _left_behind(left_behind))
        return list(
            self._connection.scalars(held.group_by(HoldRow.order_no).order_by(when, HoldRow.order_no).limit(limit))
        )

    def held(self, reasons: Collection[str] | None, rule: str | None) -> list[HeldOrder]:
        """Held orders by why, in the order of placing; see `held_orders`."""
        return held_orders(self._connection, reasons, rule)

    def held_again(self, reasons: Collection[str], trigger: str, sku: str | None, channel: str | None) -> None:
        """Have orders that are held for one of the reasons decided again; see `mark_again`."""
        mark_again(self._connection, reasons, trigger, sku, channel)

    def merge_candidates(self, limit: int) -> list[str]:
        """Approved orders that were told to fit one parcel with others, first placed first."""
        return open_orders.merge_candidates(self._connection, limit)

    def search(
        self, filters: Mapping[str, Any], cursor: str | None, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Summaries of the orders that pass every filter, newest first; see `order_search`."""
        return order_search.search(self._connection, filters, cursor, limit)

    def has_unplaced_changes(self) -> bool:
        """Whether something has changed since places in the sequence of changes were last given."""
        return order_changes.unplaced(self._connection)

    def place_changes(self) -> None:
        """Give what has changed its place in the sequence of changes."""
        order_changes.place(self._connection)

    def changed_since(self, channel: str | None, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str]:
        """Summaries of what has changed since, and the cursor to go on from; see `order_changes`."""
        return order_changes.since(self._connection, channel, cursor, limit)

    def reconcile(
        self, channel: str, placed_from: dt.datetime, placed_to: dt.datetime, numbers: Sequence[str]
    ) -> tuple[list[str], list[str]]:
        """Of a channel's numbers those that we do not know, and of ours placed then those that are not among them."""
        known = order_search.known(self._connection, channel, numbers)
        placed = order_search.placed_between(self._connection, channel, placed_from, placed_to)
        theirs = set(numbers)
        return [each for each in dict.fromkeys(numbers) if each not in known], [
            each for each in placed if each not in theirs
        ]

    def first_and_last(
        self, channel: str, since: dt.datetime, until: dt.datetime
    ) -> tuple[dt.datetime, dt.datetime] | None:
        """When the first and the last order of a channel was placed in that time; None: there is none."""
        return arrivals.first_and_last(self._connection, channel, since, until)

    def placed_in(self, channel: str, spans: Sequence[tuple[dt.datetime, dt.datetime]]) -> int:
        """How many orders of a channel were placed in any of the spans, their ends left out."""
        return arrivals.placed_in(self._connection, channel, spans)

    def counts(self) -> dict[str, dict[str, int]]:
        """How many orders there are by `status` and by `verdict`, and how many open `holds` by reason."""
        row, status, verdict = OrderRow, Counter[str](), Counter[str]()
        both = sa.select(row.status, row.verdict, sa.func.count()).group_by(row.status, row.verdict)
        for of_status, of_verdict, count in self._connection.execute(both.order_by(row.status, row.verdict)):
            status[of_status] += count
            if of_verdict:
                verdict[of_verdict] += count
        return {"status": dict(status), "verdict": dict(verdict), "holds": self._open_holds()}

    def _open_holds(self) -> dict[str, int]:
        reason = HoldRow.reason
        counted = sa.select(reason, sa.func.count()).where(HoldRow.closed_at.is_(None)).group_by(reason)
        return {each: count for each, count in self._connection.execute(counted.order_by(reason))}


_GET = (
    sa.select(
        OrderRow.digest, OrderRow.status, OrderRow.received_at, OrderRow.attempts, OrderRow.decision_id,
        OrderRow.release_at, OrderRow.decisions, OrderRow.changes, OrderRow.posted_digest, SnapshotRow.data,
    )
    .join(SnapshotRow, SnapshotRow.digest == OrderRow.digest)
    .where(OrderRow.order_no == sa.bindparam("wanted"))
)  # fmt: skip

_SHIPS_WITHIN = dt.timedelta(hours=48)
_PAID = frozenset({"paid", "partially_refunded", "authorized"})
_POSTED = (
    sa.select(SnapshotRow.data)
    .join(OrderRow, SnapshotRow.digest == sa.func.coalesce(OrderRow.posted_digest, OrderRow.digest))
    .where(OrderRow.order_no == sa.bindparam("wanted"))
)
_LATEST = sa.select(OrderRow.decision_id).where(OrderRow.order_no == sa.bindparam("wanted"))
_LATEST_LOCKED = _LATEST.with_for_update()
_LOCKED = (
    sa.select(OrderRow.decision_id, OrderRow.changes)
    .where(OrderRow.order_no == sa.bindparam("wanted")).with_for_update()
)  # fmt: skip
_SET_STATE = sa.update(table(OrderRow)).where(OrderRow.order_no == sa.bindparam("wanted"))


def _left_behind(since: dt.datetime) -> Any:
    """Nobody has begun to decide it, or not since then."""
    return sa.or_(OrderRow.begun_at.is_(None), OrderRow.begun_at <= since)


def _columns(order: Order, digest: str, received_at: dt.datetime, begun: bool) -> dict[str, Any]:
    return {
        "order_no": order.order_no, "channel": order.channel, "channel_order_no": order.channel_order_no,
        "digest": digest, "status": "received", "verdict": None, "received_at": received_at, "attempts": int(begun),
        "begun_at": received_at if begun else None,
        "decisions": 0, "decision_id": None, "release_at": None, "placed_at": order.placed_at,
        "currency": order.currency, "priority": order.priority, **_content_columns(order),
    }  # fmt: skip


def _content_columns(order: Order) -> dict[str, Any]:
    """What may change of it after it was posted."""
    return {
        "payable_cents": order.payable_cents, "item_count": sum(line.quantity for line in order.lines),
        **_people_columns(order), **_money_columns(order), "ship_by": ship_by(order),
    }  # fmt: skip


def ship_by(order: Order) -> dt.datetime | None:
    """When it must have left: the platform's word, else two days after paying; None while it is unpaid."""
    if order.ship_by is not None or order.payment.status not in _PAID:
        return order.ship_by
    return (order.payment.settled_at or order.placed_at) + _SHIPS_WITHIN


def _people_columns(order: Order) -> dict[str, Any]:
    buyer, receiver = order.buyer, order.receiver
    phone = receiver.phone if receiver else None
    return {
        "buyer_id": buyer.id, "buyer_name": buyer.name, "buyer_phone_key": keys.phone_key(buyer.phone),
        "receiver_name": receiver.name if receiver else None, "receiver_phone": phone,
        "receiver_province": receiver.province if receiver else None,
        "receiver_city": receiver.city if receiver else None,
        "phone_key": None if receiver is None or receiver.masked else keys.phone_key(phone),
        "phone_last4": phones.last4(phone), "address_key": keys.address_key(receiver),
        "receiver_key": keys.receiver_key(receiver),
    }  # fmt: skip


def _money_columns(order: Order) -> dict[str, Any]:
    status = order.payment.status
    line_refunded = any(line.refund_status == "refunded" for line in order.lines)
    return {
        "paid": status in ("paid", "partially_refunded"),
        "refunded": line_refunded or status in ("refunded", "partially_refunded"),
    }


def _line_columns(order: Order) -> list[dict[str, Any]]:
    return [
        {"order_no": order.order_no, "line_no": line.line_no, "sku": line.sku, "quantity": line.quantity}
        for line in order.lines
    ]
