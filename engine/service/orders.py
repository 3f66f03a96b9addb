"""Orders: accepting, reading, searching, and deciding what a dead process left behind."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine import canonical, notices
from engine.config import Settings
from engine.decision import derived_id
from engine.errors import Forbidden, NotFound, OrderChanged
from engine.intake.events import load_reconciliation
from engine.intake.schema import load_order
from engine.order import Order, order_digest
from engine.service.compiled import Compiled
from engine.service.decisions import Decisions
from engine.world import Channel

_OTHERS_WAIT_S = 5.0  # how long a repetition waits for the one that is deciding
_LEFT_BEHIND_S = 15  # begun longer ago and still undecided: its process is dead
_SWEEP = 200
_MISSING = "orders-missing"
_MISSING_SHOWN = 20  # numbers named in a notice


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a posted order."""

    created: bool  # False: the same content was known already
    pending: bool  # accepted, and not decided yet
    order: dict[str, Any]
    decision: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that is to be decided without anybody asking."""

    order_no: str
    trigger: str  # sweep, timer, or why it is to be decided again
    after: str | None  # the decision that it has


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
        channel that is switched off.
        """
        order = load_order(document, self._open_channel(channel_code))
        digest = order_digest(order)
        now, begun = self._clock(), not respond_async
        created = self._database.write_retrying(lambda uow: uow.orders.accept(order, digest, now, begun))
        if created:
            return self._first(order, respond_async)
        return self._again(order, digest, respond_async)

    def dry_run(
        self, document: Mapping[str, Any], channel_code: str, compiled: Compiled | None = None,
        now: dt.datetime | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """`{decision, explanation}`; nothing is stored and nothing reserved. Raises OrderError.

        `compiled` is a rulebook to decide by instead of the live one, `now` an instant to decide at instead of now.
        """
        return self._decisions.dry_run(load_order(document, self._open_channel(channel_code)), compiled, now)

    def order(self, order_no: str) -> dict[str, Any]:
        """The canonical document and what became of it. Raises NotFound."""
        with self._database.read() as uow:
            stored = uow.orders.get(order_no)
        if stored is None:
            raise NotFound(f"there is no order {order_no}")
        return order_document(stored)

    def page(self, order_no: str) -> dict[str, Any]:
        """What the page of an order shows: `{order, decision, flags, history, actions, manual, changes, tasks, events,
        vendors, reservations}`. `flags`: those raised since it was decided."""
        order = self.order(order_no)
        with self._database.read() as uow:
            latest = uow.decisions.latest(order_no)
            around = {
                "flags": uow.decisions.raised_since(latest.decision) if latest else [],
                "history": uow.decisions.history(order_no),
                "actions": uow.actions.of(order_no),
                "manual": uow.manual.of(order_no),
                "changes": canonical.dump(uow.changes.of(order_no)),
                "tasks": uow.tasks.of(order_no),
                "events": uow.reports.of(order_no),
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

    def changes(self, channel: str | None, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
        """`{items, next_cursor}` of summaries of orders that have changed since, each once and as it is now.

        `next_cursor` is always there: it is what to ask with the next time. Raises OrderError.
        """
        with self._database.read() as uow:
            unplaced = uow.orders.has_unplaced_changes()
        if unplaced:
            self._database.write_retrying(lambda uow: uow.orders.place_changes())
        with self._database.read() as uow:
            items, next_cursor = uow.orders.changed_since(channel, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def reconcile(self, channel_code: str, document: Any) -> dict[str, Any]:
        """`{missing, unknown}`: numbers of the channel's orders that never came, and of ours that it does not have.

        The order desk is told of those that never came, once of the same ones. Raises OrderError, NotFound.
        """
        asked = load_reconciliation(document)
        with self._database.read() as uow:
            if uow.reference.get("channels", channel_code) is None:
                raise NotFound(f"there is no channel {channel_code}")
            missing, unknown = uow.orders.reconcile(
                channel_code, asked["placed_from"], asked["placed_to"], asked["channel_order_nos"]
            )
        if missing:
            self._database.write_retrying(partial(self._tell_missing, channel_code, missing))
        return {"missing": missing, "unknown": unknown}

    def _tell_missing(self, channel: str, numbers: Sequence[str], uow: Any) -> None:
        kept = uow.reference.get("templates", _MISSING)
        text = (kept["text"] if kept else notices.SHIPPED[_MISSING])[notices.LANGUAGE]
        shown = ", ".join(numbers[:_MISSING_SHOWN]) + (" …" if len(numbers) > _MISSING_SHOWN else "")
        said = notices.filled(text, {"channel": channel, "count": str(len(numbers)), "numbers": shown})
        once = derived_id("notify", _MISSING, channel, *numbers)
        uow.vendors.notice(once, "order_desk", _MISSING, said, "", self._clock())

    def channels(self) -> list[Channel]:
        """Every channel, by code."""
        with self._database.read() as uow:
            documents, _ = uow.reference.list("channels", None, 1000)
        return [canonical.load(Channel, document) for document in documents]

    def waiting(self) -> list[Waiting]:
        """Orders to decide now: new ones nobody waits for, what the dead left behind, those that something has happened
        to, and those whose `until` has come."""
        now = self._clock()
        with self._database.read() as uow:
            left = uow.orders.undecided(left_behind(now), _SWEEP)
            lapsed = [(no, uow.orders.decision_id(no)) for no in uow.orders.lapsed(now, left_behind(now), _SWEEP)]
            again = [Waiting(*each) for each in uow.orders.to_decide_again(left_behind(now), _SWEEP)]
        again += [Waiting(no, "timer", after) for no, after in lapsed if no not in {each.order_no for each in again}]
        return [Waiting(no, "sweep", None) for no in left] + again

    def take_up(self, waiting: Waiting) -> None:
        """Decide one of them, unless somebody else has just begun to. That it begins is written down before: it may end
        this process."""
        if self._begin(waiting.order_no, waiting.after):
            self._decisions.decide(waiting.order_no, waiting.trigger, waiting.after)

    def sweep(self) -> int:
        """Decide everything that waits. Gives how many that were."""
        found = self.waiting()
        for each in found:
            self.take_up(each)
        return len(found)

    def _first(self, order: Order, respond_async: bool) -> Submission:
        decision = None if respond_async else self._decisions.decide(order.order_no)
        return Submission(True, decision is None, self.order(order.order_no), decision)

    def _again(self, order: Order, digest: str, respond_async: bool) -> Submission:
        with self._database.read() as uow:
            stored = uow.orders.get(order.order_no)
        if digest not in (stored.posted_digest, stored.digest):
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

    def _begin(self, order_no: str, after: str | None) -> bool:
        now = self._clock()
        return self._database.write_retrying(lambda uow: uow.orders.begin(order_no, after, now, left_behind(now)))

    def _open_channel(self, code: str) -> Channel:
        with self._database.read() as uow:
            document = uow.reference.get("channels", code)
        if document is None:
            raise NotFound(f"there is no channel {code}")
        channel = canonical.load(Channel, document)
        if not channel.enabled:
            raise Forbidden(f"channel {code} is switched off")
        return channel


def left_behind(now: dt.datetime) -> dt.datetime:
    """Whoever began to decide an order before that, and has not, is dead."""
    return now - dt.timedelta(seconds=_LEFT_BEHIND_S)


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
