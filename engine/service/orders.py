"""Orders: accepting, reading, searching, and deciding what a dead process left behind."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import canonical
from engine.config import Settings
from engine.errors import Forbidden, NotFound, OrderChanged
from engine.intake.schema import load_order
from engine.order import Order, order_digest
from engine.service.decisions import Decisions
from engine.world import Channel

_OTHERS_WAIT_S = 5.0  # how long a repetition waits for the one that is deciding
_LEFT_BEHIND_S = 15  # accepted longer ago and still undecided: its process is dead
_SWEEP = 200


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a posted order."""

    created: bool  # False: the same content was known already
    pending: bool  # accepted, and not decided yet
    order: dict[str, Any]
    decision: dict[str, Any] | None


class Orders:
    """Use cases around stored orders."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime], decisions: Decisions):
        self._database = database
        self._settings = settings
        self._clock = clock
        self._decisions = decisions

    def submit(self, document: Mapping[str, Any], channel_code: str, respond_async: bool = False) -> Submission:
        """Accept an order and, unless `respond_async`, decide it. It is durable before anything is decided.

        Raises OrderError with every problem, OrderChanged for a known number with other content, Forbidden for a
        channel
        that is switched off.
        """
        order = load_order(document, self._open_channel(channel_code))
        digest = order_digest(order)
        created = self._database.write_retrying(lambda uow: uow.orders.accept(order, digest, self._clock()))
        if created:
            return self._first(order, respond_async)
        return self._again(order, digest, respond_async)

    def dry_run(self, document: Mapping[str, Any], channel_code: str) -> dict[str, Any]:
        """`{decision, explanation}`; nothing is stored and nothing reserved. Raises OrderError."""
        return self._decisions.dry_run(load_order(document, self._open_channel(channel_code)))

    def order(self, order_no: str) -> dict[str, Any]:
        """The canonical document and what became of it. Raises NotFound."""
        with self._database.read() as uow:
            stored = uow.orders.get(order_no)
        if stored is None:
            raise NotFound(f"there is no order {order_no}")
        return order_document(stored)

    def page(self, order_no: str) -> dict[str, Any]:
        """What the page of an order shows: `{order, decision, history, actions, manual, tasks, notices,
        reservations}`."""
        order = self.order(order_no)
        with self._database.read() as uow:
            around = {
                "history": uow.decisions.history(order_no),
                "actions": uow.actions.of(order_no),
                "manual": uow.manual.of(order_no),
                "vendors": uow.vendors.of(order_no),
                "reservations": uow.stock.reservations(order_no),
            }
        decision = self._decisions.document(order["decision_id"]) if order["decision_id"] else None
        return {"order": order, "decision": decision, **around}

    def search(self, filters: Mapping[str, Any], cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
        """`{items, next_cursor}` of order summaries, newest first."""
        with self._database.read() as uow:
            items, next_cursor = uow.orders.search(filters, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def counts(self) -> dict[str, Any]:
        """How many orders there are by status and verdict."""
        with self._database.read() as uow:
            return uow.orders.counts()

    def channels(self) -> list[Channel]:
        """Every channel, by code."""
        with self._database.read() as uow:
            documents, _ = uow.reference.list("channels", None, 1000)
        return [canonical.load(Channel, document) for document in documents]

    def sweep(self) -> int:
        """Decide what a dead process left undecided, and what a hold's `until` has made due. Gives how many."""
        now = self._clock()
        with self._database.read() as uow:
            left = uow.orders.undecided(now - dt.timedelta(seconds=_LEFT_BEHIND_S), _SWEEP)
            lapsed = [(no, uow.orders.get(no).decision_id) for no in uow.orders.lapsed(now, _SWEEP)]
        for order_no in left:
            self._count_attempt(order_no)
            self._decisions.decide(order_no, "sweep")
        for order_no, decision_id in lapsed:
            self._decisions.decide(order_no, "timer", decision_id)
        return len(left) + len(lapsed)

    def _first(self, order: Order, respond_async: bool) -> Submission:
        decision = None if respond_async else self._decisions.decide(order.order_no)
        return Submission(True, decision is None, self.order(order.order_no), decision)

    def _again(self, order: Order, digest: str, respond_async: bool) -> Submission:
        with self._database.read() as uow:
            stored = uow.orders.get(order.order_no)
        if stored.digest != digest:
            raise OrderChanged(
                f"order {order.channel_order_no} is known with other content; changes are posted as events"
            )
        if stored.decision_id is None and not respond_async:
            stored = self._wait_for_decision(order.order_no)
        decision = self._decisions.document(stored.decision_id) if stored.decision_id else None
        return Submission(False, decision is None, order_document(stored), decision)

    def _wait_for_decision(self, order_no: str) -> Any:
        deadline = time.monotonic() + _OTHERS_WAIT_S
        while True:
            with self._database.read() as uow:
                stored = uow.orders.get(order_no)
            if stored.decision_id is not None or time.monotonic() > deadline:
                return stored
            time.sleep(0.05)

    def _count_attempt(self, order_no: str) -> None:
        with self._database.write() as uow:
            uow.orders.count_attempt(order_no)
            uow.commit()

    def _open_channel(self, code: str) -> Channel:
        with self._database.read() as uow:
            document = uow.reference.get("channels", code)
        if document is None:
            raise NotFound(f"there is no channel {code}")
        channel = canonical.load(Channel, document)
        if not channel.enabled:
            raise Forbidden(f"channel {code} is switched off")
        return channel


def order_document(stored: Any) -> dict[str, Any]:
    """The order as the contract shows it."""
    return {
        **stored.order.document(),
        "order_no": stored.order.order_no,
        "channel": stored.order.channel,
        "status": stored.status,
        "received_at": stored.received_at.isoformat(),
        "decision_id": stored.decision_id,
        "release_at": stored.release_at.isoformat() if stored.release_at else None,
    }
