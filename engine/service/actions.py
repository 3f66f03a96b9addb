"""The outbox as workers see it: what is due, claiming it, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.config import Settings
from engine.decision import derived_id
from engine.errors import Conflict, NotFound
from engine.recalls import void_id
from engine.service.principals import Principal

_RETRY_S = (5, 15, 60, 300, 900)  # back-off after an outside system did not answer; then dead


class Actions:
    """Use cases of the workers."""

    def __init__(self, database: Any, settings: Settings, clock: Callable[[], dt.datetime]):
        self._database = database
        self._lease_s = settings.action_lease_s  # open longer without a receipt: handed out again
        self._clock = clock

    def due(self, limit: int = 200) -> list[dict[str, Any]]:
        """Actions to be handed to a worker now: not before their time, what they wait for done."""
        with self._database.read() as uow:
            return uow.actions.due(self._clock(), self._lease_s, limit)

    def handed_out(self, order_no: str) -> list[dict[str, Any]]:
        """Actions of one order that may be carried out now, in their order."""
        with self._database.read() as uow:
            return uow.actions.ready(order_no, self._clock())

    def mark_sent(self, ids: Sequence[str]) -> None:
        """Remember that they were handed out; each hand-out counts one attempt."""
        with self._database.write() as uow:
            uow.actions.mark_sent(list(ids), self._clock())
            uow.commit()

    def claim(self, action_id: str, attempt: int, worker: str) -> dict[str, Any] | None:
        """The action, if it is still to be done and nobody else is at it; claimed for one lease."""
        with self._database.write() as uow:
            action = uow.actions.claim(action_id, attempt, worker, self._clock(), self._lease_s)
            uow.commit()
        return action

    def finish(self, action: Mapping[str, Any], receipt: Mapping[str, Any]) -> None:
        """Done, with what came back, and what follows for the order."""
        with self._database.write() as uow:
            uow.orders.lock(action["order_no"])  # the order first, as for whoever records a decision
            uow.actions.finish(action["id"], dict(receipt), self._clock())
            self._follow(uow, action, receipt)
            uow.commit()

    def fail(self, action: Mapping[str, Any], error: str, final: bool = False) -> None:
        """Not done: again after a while, or dead when `final` or tried often enough."""
        tried = max(1, action["attempt"])  # 0: done straight after what it waited for, without being handed out itself
        dead = final or tried > len(_RETRY_S)
        retry_at = None if dead else self._clock() + dt.timedelta(seconds=_RETRY_S[min(tried, len(_RETRY_S)) - 1])
        with self._database.write() as uow:
            uow.actions.fail(action["id"], error, self._clock(), retry_at, dead)
            uow.commit()

    def list(
        self, filters: Mapping[str, str | None], cursor: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """`{items, next_cursor}` of actions, newest first. Filters: `status type order`."""
        with self._database.read() as uow:
            items, next_cursor = uow.actions.list(filters, cursor, limit)
        return {"items": items, "next_cursor": next_cursor}

    def action(self, action_id: str) -> dict[str, Any]:
        """The action of an id. Raises NotFound."""
        with self._database.read() as uow:
            return _known(uow, action_id)

    def retry(self, action_id: str, by: Principal) -> dict[str, Any]:
        """Try a dead action again, from the start: the action. Raises Conflict for one that is not dead, NotFound."""
        by.require("ops")
        with self._database.write() as uow:
            action = _known(uow, action_id)
            if not uow.actions.revive(action_id):
                raise Conflict(f"action {action_id} is {action['status']}, not dead")
            uow.audit.write(self._clock(), by.name, "action.retry", action["order_no"], None, _named(action))
            action = _known(uow, action_id)
            uow.commit()
        return action

    def skip(self, action_id: str, reason: str, by: Principal) -> dict[str, Any]:
        """Leave an action undone, because somebody has seen to it; what waited for it goes on. Gives the action. A
        shipment whose outbound that is stands as if its warehouse had been asked. Raises Conflict for one that is done
        or that a worker is at, NotFound."""
        by.require("ops")
        with self._database.write() as uow:
            action = _known(uow, action_id)
            uow.orders.lock(action["order_no"])
            if not uow.actions.skip(action_id, by.name):
                raise Conflict(f"action {action_id} is {action['status']}; it can no longer be left undone")
            said = {**_named(action), "error": action["error"], "reason": reason}
            uow.audit.write(self._clock(), by.name, "action.skip", action["order_no"], None, said)
            if action["type"] == "outbound":
                self._handed_over(uow, action)
            action = _known(uow, action_id)
            uow.commit()
        return action

    def open_count(self) -> int:
        """Actions without a receipt."""
        with self._database.read() as uow:
            return uow.actions.open_count()

    def vendors(self) -> Any:
        """A write unit of work for the local stand-ins of outside systems."""
        return self._database.write()

    def _follow(self, uow: Any, action: Mapping[str, Any], receipt: Mapping[str, Any]) -> None:
        """What an action that was done means for its order; the caller holds the order's lock."""
        if action["type"] == "outbound":
            self._handed_over(uow, action)
        if action["type"] == "cancel_outbound":
            self._answered(uow, action["order_no"], action["payload"]["shipment_no"], receipt["stopped"])

    def _handed_over(self, uow: Any, outbound: Mapping[str, Any]) -> None:
        """An approved order is released once every shipment of it was handed to its warehouse, so each of a parcel."""
        for order_no in uow.shipments.in_parcel(outbound["payload"]["shipment_no"]) or [outbound["order_no"]]:
            uow.orders.lock(order_no)
            stored = uow.orders.get(order_no)
            if stored.status == "approved" and uow.shipments.all_handed_over(order_no):
                uow.orders.set_state(order_no, "released", stored.decision_id, stored.release_at)

    def _answered(self, uow: Any, order_no: str, shipment_no: str, stopped: bool) -> None:
        """A warehouse said whether it could stop a shipment: the order is decided again by that.

        Labels that nobody has asked for yet are not asked for; those of what goes on are kept.
        """
        uow.shipments.answer_recall(shipment_no, stopped)
        if stopped:
            uow.actions.withdraw([derived_id("waybill", shipment_no)])
        else:
            uow.actions.skip(void_id(shipment_no))
        for each in {order_no, *uow.shipments.in_parcel(shipment_no)}:
            uow.orders.again(each, "recall_answered")


def _known(uow: Any, action_id: str) -> dict[str, Any]:
    found = uow.actions.by_ids([action_id])
    if not found:
        raise NotFound(f"there is no action {action_id}")
    return found[0]


def _named(action: Mapping[str, Any]) -> dict[str, Any]:
    return {"action": action["id"], "type": action["type"], "attempt": action["attempt"]}
