"""What a person decides about an order: releasing a hold is a waiver, an input of every later decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from engine.errors import Conflict, Forbidden, NotFound, OrderError, Problem
from engine.holds import HOLD_REASONS
from engine.service.decisions import Decisions
from engine.service.orders import Orders, left_behind, order_document
from engine.service.principals import Principal
from engine.world import Waiver


class Manual:
    """Manual decisions, recorded like a rule's."""

    def __init__(self, database: Any, clock: Callable[[], dt.datetime], decisions: Decisions, orders: Orders):
        self._database = database
        self._clock = clock
        self._decisions = decisions
        self._orders = orders

    def release(
        self, order_no: str, holds: Sequence[str], reason: str, by: Principal, dry_run: bool = False
    ) -> dict[str, Any]:
        """Take the named holds off and decide again: `{order, decision}`.

        Holds are named by their reason. Raises OrderError (an empty reason, a hold the order does not have), Forbidden
        (the hold asks for a higher role), Conflict (the order is past deciding, or was just decided again), NotFound.
        """
        by.require("ops")
        with self._database.read() as uow:
            stored = uow.orders.get(order_no)
            kept = uow.decisions.get(stored.decision_id) if stored and stored.decision_id else None
        if stored is None:
            raise NotFound(f"there is no order {order_no}")
        if kept is None or stored.status not in ("held", "awaiting_payment"):
            raise Conflict(f"order {order_no} is {stored.status}; there is no hold to release")
        self._check(holds, reason, kept.decision, by)
        waivers = self._waivers(kept.decision, holds, reason, by)
        if dry_run:
            would = self._decisions.with_waivers(stored, waivers)
            return {**would, "order": {**order_document(stored), **would["order"]}}
        said = {"holds": list(holds), "reason": reason}
        self._database.write_retrying(partial(self._record, order_no, kept.decision.id, waivers, said, by))
        decision = self._decisions.decide(order_no, "waiver_added", kept.decision.id)
        return {"order": self._orders.order(order_no), "decision": decision}

    def _record(
        self, order_no: str, seen: str, waivers: Sequence[Waiver], said: dict[str, Any], by: Principal, uow: Any
    ) -> None:
        """Write the release down, unless another decision than the one that was seen has come meanwhile."""
        if uow.orders.decision_id(order_no, lock=True) != seen:
            raise Conflict(f"order {order_no} has just been decided again; look at it once more")
        now = self._clock()
        for waiver in waivers:
            uow.waivers.add(order_no, waiver)
        uow.manual.record(order_no, "release", by.name, now, said)
        uow.audit.write(now, by.name, "order.release", order_no, None, said)
        # We decide right after this. Should we die, a sweep finds an order that has lapsed and that somebody began.
        uow.orders.lapse(order_no, now)
        uow.orders.begin(order_no, seen, now, left_behind(now))

    def _check(self, holds: Sequence[str], reason: str, decision: Any, by: Principal) -> None:
        has = {hold.reason for hold in decision.holds}
        problems = [
            Problem(
                f"holds.{index}",
                "not-a-choice",
                f"the order is not held for {each}; it is for {', '.join(sorted(has))}",
            )
            for index, each in enumerate(holds)
            if each not in has
        ]
        if not holds:
            problems.append(Problem("holds", "required", "name at least one reason that the order is held for"))
        if not reason.strip():
            problems.append(Problem("reason", "required", "say why; it is kept with the order"))
        if problems:
            raise OrderError(problems, "The release cannot be accepted as it is.")
        for each in holds:
            self._may_lift(each, by)

    def _may_lift(self, reason: str, by: Principal) -> None:
        role = HOLD_REASONS[reason].released_by
        if role is None:
            raise Forbidden(f"{reason} lifts by itself when its day comes")
        by.require(role)

    def _waivers(self, decision: Any, holds: Sequence[str], note: str, by: Principal) -> list[Waiver]:
        """One for each firing that held the order for such a reason; the engine's own holds saw nothing."""
        at = self._clock()
        made = [
            Waiver(firing.rule, effect["reason"], firing.subject, firing.seen, by.name, at, note)
            for firing in decision.firings
            for effect in firing.effects
            if effect["do"] == "hold" and effect["reason"] in holds
        ]
        engine_holds = (hold for hold in decision.holds if hold.rule.startswith("engine.") and hold.reason in holds)
        return made + [Waiver(hold.rule, hold.reason, "order", {}, by.name, at, note) for hold in engine_holds]
