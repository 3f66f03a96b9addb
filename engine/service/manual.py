"""What a person decides about an order: an input of every later decision, the first of which follows at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from engine import canonical
from engine.errors import Conflict, Forbidden, NotFound, OrderError, Problem
from engine.holds import HOLD_REASONS
from engine.service import manual_content, manual_readings, manual_shipping, permitted
from engine.service.decisions import Decisions, decision_document, order_status
from engine.service.manual_readings import Reading
from engine.service.orders import Orders, left_behind, order_document
from engine.service.principals import Principal
from engine.service.vendor_events import VendorEvents
from engine.world import Cancellation, ManualHold, Waiver

_MANUAL_RULE = "engine.manual"

# What a manual decision writes down: (unit of work, the stored order, now).
Change = Callable[[Any, Any, dt.datetime], None]


class Manual:
    """Manual decisions, recorded like a rule's.

    Each gives `{order, decision}` after it, or, with `dry_run`, as they would be. Each raises NotFound, Forbidden,
    OrderError for what is wrong with what was said, and Conflict where the order's status does not allow it.
    """

    def __init__(
        self,
        database: Any,
        clock: Callable[[], dt.datetime],
        decisions: Decisions,
        orders: Orders,
        vendor_events: VendorEvents,
    ):
        self._database = database
        self._clock = clock
        self._decisions = decisions
        self._orders = orders
        self._vendor_events = vendor_events

    def release(
        self, order_no: str, holds: Sequence[str], reason: str, by: Principal, dry_run: bool = False
    ) -> dict[str, Any]:
        """Take the named holds off and decide again. Holds are named by their reason.

        Raises OrderError (an empty reason, a hold the order does not have), Forbidden (the hold asks for a higher
        role), Conflict (the order is past deciding, or was just decided again), NotFound.
        """
        by.require("ops")
        seen = self._orders.order(order_no)["decision_id"]

        def lift(uow: Any, stored: Any, now: dt.datetime) -> None:
            if stored.decision_id != seen:
                raise Conflict(f"order {order_no} has just been decided again; look at it once more")
            decision = uow.decisions.get(seen).decision
            self._check(holds, reason, decision, by)
            for waiver in self._waivers(decision, holds, reason, by):
                uow.waivers.add(order_no, waiver)
            uow.changes.lift(order_no, holds, by.name, now)

        said = {"holds": list(holds), "reason": reason}
        return self._decide(order_no, "release", said, by, lift, dry_run, "waiver_added")

    def hold(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """Keep it here until a person lifts that. `said`: `{reason, note, due_at}`.

        `reason` is that of a hold, or says in words why: then the hold is MANUAL.
        """
        by.require("ops")
        reason, note = _reason_of_hold(said["reason"], said["note"])

        def keep(uow: Any, stored: Any, now: dt.datetime) -> None:
            uow.changes.hold(order_no, ManualHold(reason, note, by.name, now, said["due_at"]))

        return self._decide(order_no, "hold", said, by, keep, dry_run)

    def reject(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """It is not shipped; money that was paid is to be given back. `said`: `{reason}`."""
        return self._end(order_no, "reject", said, by, dry_run)

    def cancel(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """It is not wanted any more; warehouses are asked to stop what stands there. `said`: `{reason}`."""
        return self._end(order_no, "cancel", said, by, dry_run)

    def return_to_audit(
        self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False
    ) -> dict[str, Any]:
        """Take an approved order back and hold it; warehouses are asked to stop what stands. `said`: `{reason}`."""
        by.require("ops")

        def take_back(uow: Any, stored: Any, now: dt.datetime) -> None:
            uow.changes.hold(order_no, ManualHold("MANUAL", said["reason"], by.name, now, recalls=True))

        return self._decide(order_no, "return_to_audit", said, by, take_back, dry_run)

    def reassign(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """Choose the warehouse or service, of a line or of all. `said`: `{reason, line_no, warehouse, service}`."""
        by.require("ops")
        return self._decide(order_no, "reassign", said, by, partial(manual_shipping.reassign, said, by), dry_run)

    def unassign(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """Take back every reassignment of it, so that it is routed as if nobody had chosen. `said`: `{reason}`."""
        by.require("ops")
        return self._decide(order_no, "unassign", said, by, partial(manual_shipping.unassign, said, by), dry_run)

    def adjust(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """Have another number of units of a line, 0 for none. `said`: `{line_no, quantity, reason}`."""
        by.require("ops")
        return self._decide(order_no, "adjust", said, by, partial(manual_content.adjust, said, by), dry_run)

    def swap(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """Have another sku in a line, at the price of the one before. `said`: `{line_no, sku, reason}`."""
        by.require("ops")
        return self._decide(order_no, "swap", said, by, partial(manual_content.swap, said, by), dry_run)

    def readings(self, order_no: str) -> list[Reading]:
        """What the order may mean where it is held for saying two things; each may be chosen by `clarify`."""
        with self._database.read() as uow:
            stored = uow.orders.get(order_no)
            if stored is None:
                raise NotFound(f"there is no order {order_no}")
            return manual_readings.readings(uow, stored, self._clock())

    def clarify(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """Have the order say what one of its readings is. `said`: `{reading}`."""
        by.require("ops")
        return self._decide(order_no, "clarify", said, by, partial(manual_readings.clarify, said, by), dry_run)

    def ship(self, order_no: str, said: Mapping[str, Any], by: Principal, dry_run: bool = False) -> dict[str, Any]:
        """A person has sent a shipment under a label of their own. `said`: `{shipment_no, service, waybill_no}`."""
        by.require("ops")
        ship = partial(manual_shipping.ship, self._vendor_events, said, by)
        return self._decide(order_no, "ship", said, by, ship, dry_run)

    def _end(
        self, order_no: str, kind: str, said: Mapping[str, Any], by: Principal, dry_run: bool
    ) -> dict[str, Any]:
        by.require("ops")

        def end(uow: Any, stored: Any, now: dt.datetime) -> None:
            if any(each.has_left for each in uow.shipments.standing(order_no)):
                raise Conflict(f"a part of order {order_no} has left; what is done about that is after-sales")
            paid = stored.order.payment.paid_cents
            cancellation = Cancellation(said["reason"], by.name, now, paid, rejected=kind == "reject")
            uow.changes.cancel_anew(order_no, cancellation)

        return self._decide(order_no, kind, said, by, end, dry_run)

    def _decide(
        self,
        order_no: str,
        kind: str,
        said: Mapping[str, Any],
        by: Principal,
        change: Change,
        dry_run: bool,
        trigger: str | None = None,
    ) -> dict[str, Any]:
        """Write down what somebody decided, and decide again by it."""
        write = partial(self._write, order_no, kind, said, by, change, trigger or kind)
        if dry_run:
            stored, would = self._decisions.supposing(order_no, write)
            order = {**order_document(stored), "status": order_status(would)}
            leaves = {"release_at": canonical.dump(would.release_at)}
            return {"order": {**order, **leaves}, "decision": decision_document(would)}
        after = self._database.write_retrying(write)
        decision = self._decisions.decide(order_no, trigger or kind, after)
        return {"order": self._orders.order(order_no), "decision": decision}

    def _write(
        self, order_no: str, kind: str, said: Mapping[str, Any], by: Principal, change: Change, trigger: str, uow: Any
    ) -> str | None:
        """The decision that the order has so far. Should we die before the next one, a sweep finds the order."""
        if uow.orders.get(order_no) is None:
            raise NotFound(f"there is no order {order_no}")
        uow.orders.lock(order_no)
        stored, now = uow.orders.get(order_no), self._clock()
        permitted.require(kind, stored.status, order_no)
        change(uow, stored, now)
        uow.manual.record(order_no, kind, by.name, now, said)
        uow.audit.write(now, by.name, f"order.{kind}", order_no, None, said)
        uow.orders.again(order_no, trigger)
        uow.orders.begin(order_no, stored.decision_id, now, left_behind(now))
        return stored.decision_id

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
        engine_holds = (
            hold for hold in decision.holds
            if hold.rule.startswith("engine.") and hold.rule != _MANUAL_RULE and hold.reason in holds
        )  # fmt: skip
        return made + [Waiver(hold.rule, hold.reason, "order", {}, by.name, at, note) for hold in engine_holds]


def _reason_of_hold(reason: str, note: str) -> tuple[str, str]:
    """The hold's reason and what is said about it. Raises OrderError for a reason that only the engine gives."""
    row = HOLD_REASONS.get(reason)
    if row is None:
        return "MANUAL", " ".join(filter(None, (reason, note)))
    if row.released_by is None or row.frees_stock_after_minutes is not None:
        wanted = f"{reason} comes and goes by itself; say in words why the order is to wait"
        raise OrderError([Problem("reason", "not-a-choice", wanted)], "The order cannot be held for that.")
    return reason, note
